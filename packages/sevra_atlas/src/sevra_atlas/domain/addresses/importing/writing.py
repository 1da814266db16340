"""A plan, written: two statements whatever its size, in the caller's transaction."""

from collections.abc import Sequence
from typing import LiteralString

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sevra_atlas.domain.acting import NOBODY, Act, acting
from sevra_atlas.domain.addresses.administrators import require_administrator
from sevra_atlas.domain.addresses.importing.errors import ImportRefusedError, LedgerMovedError
from sevra_atlas.domain.addresses.importing.plan import ImportPlan, PlannedRule
from sevra_atlas.domain.addresses.targets import Exact, Prefix, columns_of
from sevra_atlas.domain.errors import primary_message

_PLANNED: LiteralString = """
unnest(CAST(:ids AS bigint[]), CAST(:from_paths AS text[]), CAST(:from_prefixes AS text[]),
       CAST(:types AS text[]), CAST(:to_entity_types AS text[]), CAST(:to_entity_ids AS bigint[]),
       CAST(:to_static_paths AS text[]), CAST(:to_external_urls AS text[]), CAST(:to_prefixes AS text[]),
       CAST(:query_modes AS text[]), CAST(:are_active AS boolean[]), CAST(:notes AS text[]))
       WITH ORDINALITY AS p (id, from_path, from_prefix, type, to_entity_type, to_entity_id, to_static_path,
                             to_external_url, to_prefix, query_mode, is_active, note, place)
"""
_CHANGE: LiteralString = """
UPDATE redirect_rules r
   SET type = CAST(p.type AS redirect_type), to_entity_type = CAST(p.to_entity_type AS entity_type),
       to_entity_id = p.to_entity_id, to_static_path = p.to_static_path, to_external_url = p.to_external_url,
       to_prefix = p.to_prefix, query_mode = CAST(p.query_mode AS query_mode), is_active = p.is_active,
       note = p.note
  FROM {}
 WHERE r.id = p.id
"""
_ADD: LiteralString = """
INSERT INTO redirect_rules (from_path, from_prefix, type, to_entity_type, to_entity_id, to_static_path,
                            to_external_url, to_prefix, query_mode, is_active, note, created_by_id)
SELECT p.from_path, p.from_prefix, CAST(p.type AS redirect_type), CAST(p.to_entity_type AS entity_type),
       p.to_entity_id, p.to_static_path, p.to_external_url, p.to_prefix, CAST(p.query_mode AS query_mode),
       p.is_active, p.note, CAST(:actor_id AS bigint)
  FROM {}
 ORDER BY p.place
"""
_CHANGE_ALL: LiteralString = _CHANGE.replace("{}", _PLANNED)
_ADD_ALL: LiteralString = _ADD.replace("{}", _PLANNED)


def write_import(session: Session, plan: ImportPlan, act: Act = NOBODY) -> None:
    """Save the rules of a plan, all of them or none; the caller commits.

    Rules are changed before others are added, so that no prefix rule meets one that the file takes away.
    Each added path is locked in the ledger until the transaction ends. READ COMMITTED; the session survives a
    refusal. Raises ImportRefusedError while the plan has a problem, LedgerMovedError, RoleRequiredError.
    """
    require_administrator(session, act)
    if plan.problems:
        raise ImportRefusedError(plan.problems)
    try:
        with acting(session, act), session.begin_nested():
            if plan.changed:
                session.execute(text(_CHANGE_ALL), _arrays(plan.changed))
            if plan.added:
                session.execute(text(_ADD_ALL), {**_arrays(plan.added), "actor_id": act.actor_id})
    except IntegrityError as error:
        raise LedgerMovedError(primary_message(error)) from error
    session.expire_all()


def _arrays(rules: Sequence[PlannedRule]) -> dict[str, list[object]]:
    targets = [columns_of(rule.target) for rule in rules]
    return {
        "ids": [rule.stored_id for rule in rules],
        "from_paths": [rule.source.key if isinstance(rule.source, Exact) else None for rule in rules],
        "from_prefixes": [rule.source.text if isinstance(rule.source, Prefix) else None for rule in rules],
        "types": [rule.type.value for rule in rules],
        "to_entity_types": [target["to_entity_type"] for target in targets],
        "to_entity_ids": [target["to_entity_id"] for target in targets],
        "to_static_paths": [target["to_static_path"] for target in targets],
        "to_external_urls": [target["to_external_url"] for target in targets],
        "to_prefixes": [target["to_prefix"] for target in targets],
        "query_modes": [rule.query_mode.value for rule in rules],
        "are_active": [rule.is_active for rule in rules],
        "notes": [rule.note for rule in rules],
    }
