"""Redirect rules as they are stored, with their targets as people write them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from sevra_atlas.domain.addresses.owners import EntityRef
from sevra_atlas.domain.addresses.targets import Exact, Prefix, read_source
from sevra_atlas.domain.errors import NotFoundError
from sevra_atlas.schema import RedirectRule, UrlPath
from sevra_atlas.schema.enums import PathKind, QueryMode, RedirectType

_HERE = aliased(UrlPath)
_SOURCE = func.coalesce(RedirectRule.from_path, RedirectRule.from_prefix.concat("*"))
# Columns, not objects: a hundred thousand rules are exported in one go.
_COLUMNS = (
    RedirectRule.id,
    _SOURCE.label("source"),
    RedirectRule.to_entity_type,
    RedirectRule.to_entity_id,
    RedirectRule.to_static_path,
    RedirectRule.to_external_url,
    RedirectRule.to_prefix,
    _HERE.path.label("page"),
    RedirectRule.type,
    RedirectRule.query_mode,
    RedirectRule.is_active,
    RedirectRule.note,
    RedirectRule.hits,
    RedirectRule.last_hit_on,
)


@dataclass(frozen=True, slots=True)
class StoredRule:
    """One rule. `target` is a page's present address, or `SALON:17` where it has none; None leads nowhere.

    `hits` and `last_hit_on` are as the job of roll-ups left them.
    """

    id: int
    source: str
    target: str | None
    type: RedirectType
    query_mode: QueryMode
    is_active: bool
    note: str | None
    hits: int
    last_hit_on: date | None


def stored_rules(
    session: Session, *, begin: str = "", after: str = "", limit: int | None = None
) -> Iterator[StoredRule]:
    """Yield the rules whose source begins so, in the order of the keys of their paths, those `after` one.

    Nothing is locked.
    """
    wanted = _rules().where(_SOURCE.startswith(begin, autoescape=True), _SOURCE.collate("C") > after)
    for row in session.execute(wanted.order_by(_SOURCE.collate("C")).limit(limit)):
        yield _rule(row)


def get_rule(session: Session, named: int | str) -> StoredRule:
    """Return the rule of a number, or the one that speaks for a path as people write it, `/old` or `/old/*`.

    Raises NotFoundError, InvalidPathError.
    """
    wanted = _rules()
    if isinstance(named, int):
        wanted = wanted.where(RedirectRule.id == named)
    else:
        match read_source(named):
            case Exact(key):
                wanted = wanted.where(RedirectRule.from_path == key)
            case Prefix(text):
                wanted = wanted.where(RedirectRule.from_prefix == text)
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise NotFoundError("redirect rule", named)
    return _rule(row)


def _rules() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).outerjoin(
        _HERE,
        (_HERE.entity_type == RedirectRule.to_entity_type)
        & (_HERE.entity_id == RedirectRule.to_entity_id)
        & (_HERE.kind == PathKind.CURRENT),
    )


def _rule(row: Sequence[Any]) -> StoredRule:
    id_, source, kind, entity, static, url, prefix, page, *answer = row
    target = static or url or (f"{prefix}*" if prefix else None)
    if kind is not None:
        target = page or str(EntityRef(kind, entity))
    return StoredRule(id_, source, target, *answer)
