"""Redirect rules: added, edited, switched off and removed, one at a time. Many at once: `importing`.

The session acts as the application's or the maintenance role at READ COMMITTED and survives a refusal. What
two people do at once the keys of the ledger decide; prefix rules are saved one after the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sevra_atlas.domain.acting import NOBODY, Act, acting
from sevra_atlas.domain.addresses.administrators import require_administrator
from sevra_atlas.domain.addresses.errors import NoPageError, PathInUseError, TargetNotAllowedError
from sevra_atlas.domain.addresses.owners import EntityRef, current_path, holders
from sevra_atlas.domain.addresses.targets import (
    Exact,
    External,
    Hosts,
    Prefix,
    Source,
    Target,
    columns_of,
    place,
    read_source,
    read_target,
    require_allowed,
)
from sevra_atlas.domain.errors import NotFoundError, violated
from sevra_atlas.schema import RedirectRule
from sevra_atlas.schema.enums import PathKind, QueryMode, RedirectType

ENDINGS: Final = frozenset({RedirectType.GONE_410, RedirectType.LEGAL_451})
"""The types of rules that lead nowhere."""

_Value = TypeVar("_Value")


class _Kept(Enum):
    KEPT = auto()


KEPT: Final = _Kept.KEPT
"""Stands for a fact of a rule that an edit leaves as it is."""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as a person writes it: `/old` or `/old/*`, and where it leads, if anywhere."""

    source: str
    target: str | None
    type: RedirectType = RedirectType.PERMANENT_301
    query_mode: QueryMode = QueryMode.PASS
    is_active: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """What changes of a rule; what it speaks for stays. A rule that is not active answers 404."""

    target: str | _Kept | None = KEPT
    type: RedirectType | _Kept = KEPT
    query_mode: QueryMode | _Kept = KEPT
    is_active: bool | _Kept = KEPT
    note: str | _Kept | None = KEPT


def add_rule(session: Session, draft: RuleDraft, *, hosts: Hosts, act: Act = NOBODY) -> int:
    """Save a rule; return its id.

    Raises InvalidPathError, PathInUseError, TargetNotAllowedError, NoPageError, NotFoundError for an entity
    that never was, RoleRequiredError.
    """
    require_administrator(session, act)
    source = read_source(draft.source)
    rule = RedirectRule(
        from_path=source.key if isinstance(source, Exact) else None,
        from_prefix=source.text if isinstance(source, Prefix) else None,
        type=draft.type,
        query_mode=draft.query_mode,
        is_active=draft.is_active,
        note=draft.note or None,
        created_by_id=act.actor_id,
        **columns_of(_target(session, source, draft.target, draft.type, hosts)),
    )
    with _refusals(session, source, draft.target), acting(session, act), session.begin_nested():
        session.add(rule)
        session.flush()
    return rule.id


def edit_rule(session: Session, rule_id: int, edit: RuleEdit, *, hosts: Hosts, act: Act = NOBODY) -> None:
    """Change what a rule answers.

    Raises NotFoundError, TargetNotAllowedError, NoPageError, RoleRequiredError.
    """
    require_administrator(session, act)
    rule = _get(session, rule_id)
    source = Exact(rule.from_path) if rule.from_path is not None else Prefix(rule.from_prefix or "")
    answer = _unless_kept(edit.type, rule.type)
    changes: dict[str, object] = {
        "type": answer,
        "query_mode": _unless_kept(edit.query_mode, rule.query_mode),
        "is_active": _unless_kept(edit.is_active, rule.is_active),
        "note": _unless_kept(edit.note, rule.note) or None,
    }
    written = None if edit.target is KEPT else edit.target
    if edit.target is not KEPT:
        changes |= columns_of(_target(session, source, edit.target, answer, hosts))
    elif answer in ENDINGS:
        changes |= columns_of(None)
    elif rule.type in ENDINGS:
        raise TargetNotAllowedError("", f"{answer.value} leads somewhere", "name a target")
    with _refusals(session, source, written), acting(session, act), session.begin_nested():
        for name, value in changes.items():
            setattr(rule, name, value)
        session.flush()


def remove_rule(session: Session, rule_id: int, *, act: Act = NOBODY) -> None:
    """Delete a rule for good; its path is free again. Raises NotFoundError, RoleRequiredError."""
    require_administrator(session, act)
    rule = _get(session, rule_id)
    with acting(session, act), session.begin_nested():
        session.delete(rule)
        session.flush()


def _get(session: Session, rule_id: int) -> RedirectRule:
    rule = session.get(RedirectRule, rule_id)
    if rule is None:
        raise NotFoundError("redirect rule", rule_id)
    return rule


def _unless_kept(value: _Value | _Kept, stored: _Value) -> _Value:
    return stored if isinstance(value, _Kept) else value


def _target(
    session: Session, source: Source, text: str | None, answer: RedirectType, hosts: Hosts
) -> Target | None:
    """Return the target as it is stored: a path of this site by its owner, so that renames are followed."""
    if answer in ENDINGS:
        if text:
            raise TargetNotAllowedError(text, f"{answer.value} leads nowhere", "leave the target out")
        return None
    if not text:
        raise TargetNotAllowedError("", f"{answer.value} leads somewhere", "name a target")
    match read_target(text):
        case Exact() as written:
            return place(written, holders(session, (written.key,)).get(written.key))
        case Prefix() as written if isinstance(source, Prefix):
            return written
        case Prefix():
            raise TargetNotAllowedError(text, "only a rule for all below a path leads to all below another")
        case External() as written:
            require_allowed(written, hosts)
            return written
        case EntityRef() as written:
            if current_path(session, written) is None:
                raise NoPageError(written)
            return written


@contextmanager
def _refusals(session: Session, source: Source, target: str | None) -> Iterator[None]:
    """Turn what the keys and triggers of the ledger raise into what the domain says."""
    try:
        yield
    except IntegrityError as error:
        broken = violated(error) or ""
        if broken == "url_paths_pkey" and isinstance(source, Exact):
            # Whoever took the path between may have left it again.
            holder = holders(session, (source.key,)).get(source.key)
            kind, owner = (PathKind.RULE, None) if holder is None else (holder.kind, holder.owner)
            raise PathInUseError(source.key, kind.value, owner) from error
        if broken == "redirect_rules_from_prefix_key":
            raise PathInUseError(str(source), PathKind.RULE.value) from error
        if broken == "check_prefix_rule":
            raise TargetNotAllowedError(target or str(source), "another prefix rule would meet it") from error
        raise
