"""What the database knows of the paths of a file: a handful of queries, however many lines there are."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, cast, exists, func, select
from sqlalchemy.orm import Session

from sevra_atlas.domain.addresses.importing.rows import FileRow
from sevra_atlas.domain.addresses.owners import PAGES, EntityRef, Holder, holders
from sevra_atlas.domain.addresses.targets import Exact, External, Prefix, Source, Static, Target
from sevra_atlas.domain.slugs import path_prefixes
from sevra_atlas.schema import RedirectRule, UrlPath
from sevra_atlas.schema.enums import PathKind, QueryMode, RedirectType

_RULE = (
    RedirectRule.id,
    RedirectRule.from_path,
    RedirectRule.from_prefix,
    RedirectRule.type,
    RedirectRule.to_entity_type,
    RedirectRule.to_entity_id,
    RedirectRule.to_static_path,
    RedirectRule.to_external_url,
    RedirectRule.to_prefix,
    RedirectRule.query_mode,
    RedirectRule.is_active,
    RedirectRule.note,
)


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule of the database."""

    id: int
    source: Source
    target: Target | None
    type: RedirectType
    query_mode: QueryMode
    is_active: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger and the rules say: of every path that the file names, and of every prefix rule.

    `inhabited` holds the prefixes below which live pages answer.
    """

    holders: Mapping[str, Holder] = field(default_factory=dict)
    exact: Mapping[str, StoredRule] = field(default_factory=dict)
    prefixes: Mapping[str, StoredRule] = field(default_factory=dict)
    with_page: frozenset[EntityRef] = frozenset()
    inhabited: frozenset[str] = frozenset()


def known_of(session: Session, rows: Collection[FileRow]) -> Known:
    """Look up what a plan for these rows must know. Nothing is locked."""
    prefixes = {
        str(rule.source)[:-1]: rule for rule in _rules(session, RedirectRule.from_prefix.is_not(None))
    }
    keys = _keys(rows, prefixes)
    held = holders(session, keys)
    asked = bindparam("asked", sorted(keys), type_=ARRAY(Text))
    exact = {
        str(rule.source): rule
        for rule in _rules(session, RedirectRule.from_path.in_(select(func.unnest(asked))))
    }
    named = {row.target for row in rows if isinstance(row.target, EntityRef)}
    return Known(held, exact, prefixes, _with_page(session, named), _inhabited(session))


def _keys(rows: Iterable[FileRow], stored: Mapping[str, StoredRule]) -> set[str]:
    """Return every path that following the rows can come to: theirs, and the outputs of prefix rules."""
    rewrites = {prefix: rule.target for prefix, rule in stored.items()}
    rewrites |= {row.source.text: row.target for row in rows if isinstance(row.source, Prefix)}  # type: ignore[misc]
    keys = {row.source.key for row in rows if isinstance(row.source, Exact)}
    for row in rows:
        if isinstance(row.target, Exact):
            keys.add(row.target.key)
            for prefix in path_prefixes(row.target.key):
                output = rewrites.get(prefix)
                if isinstance(output, Prefix):
                    keys.add(output.text + row.target.key[len(prefix) :])
    return keys


def _rules(session: Session, condition: object) -> Iterable[StoredRule]:
    for row in session.execute(select(*_RULE).where(condition)):  # type: ignore[arg-type]
        target: Target | None = None
        if row.to_entity_id is not None:
            target = EntityRef(row.to_entity_type, row.to_entity_id)
        elif row.to_static_path is not None:
            target = Static(row.to_static_path)
        elif row.to_external_url is not None:
            target = External(row.to_external_url)
        elif row.to_prefix is not None:
            target = Prefix(row.to_prefix)
        source = Exact(row.from_path) if row.from_path is not None else Prefix(row.from_prefix)
        yield StoredRule(row.id, source, target, row.type, row.query_mode, row.is_active, row.note)


def _with_page(session: Session, named: Collection[EntityRef]) -> frozenset[EntityRef]:
    if not named:
        return frozenset()
    ordered = sorted(named)
    kinds = bindparam("kinds", [entity.kind.value for entity in ordered], type_=ARRAY(Text))
    ids = bindparam("ids", [entity.id for entity in ordered], type_=ARRAY(BigInteger))
    asked = func.unnest(kinds, ids).table_valued("kind", "id").render_derived()
    found = session.execute(
        select(UrlPath.entity_type, UrlPath.entity_id)
        .join(
            asked,
            (UrlPath.entity_type == cast(asked.c.kind, UrlPath.__table__.c.entity_type.type))
            & (UrlPath.entity_id == asked.c.id),
        )
        .where(UrlPath.kind == PathKind.CURRENT)
    )
    return frozenset(EntityRef(kind, id_) for kind, id_ in found if kind is not None and id_ is not None)


def _inhabited(session: Session) -> frozenset[str]:
    """Return the prefixes of the kinds of which there is a page, each with a slash at its end."""
    prefixes = set()
    for kind, registered in PAGES.items():
        a_page = exists().where(UrlPath.entity_type == kind, UrlPath.kind == PathKind.CURRENT)
        if session.scalar(select(a_page)):
            prefixes.add(f"{registered.url_prefix}/")
    return frozenset(prefixes)
