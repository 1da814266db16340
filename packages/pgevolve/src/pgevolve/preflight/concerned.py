"""Which tables of the target the pending statements lock, read whole, write anew, or index."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import postgast

from pgevolve.check import tree
from pgevolve.check.rules.newer_than_target import newer_forms
from pgevolve.effects import SchemaFacts, effect_of
from pgevolve.history import Migration
from pgevolve.sqltext import only_outside_transaction, parse_statements
from pgevolve.trace.model import strength

_WEAKEST = strength("SHARE UPDATE EXCLUSIVE")


@dataclass(frozen=True, slots=True)
class Concerned:
    """What the pending statements have to do with the target.

    `locked` are tables on which a step needs a lock that conflicts with maintenance or with more, `written`
    those of which every row is written again, `indexed` pairs of a table and the columns of a new index.
    `newer` are forms that the server does not know, with where they stand.
    """

    locked: frozenset[str]
    written: tuple[str, ...]
    indexed: tuple[tuple[str, tuple[str, ...]], ...]
    concurrent: bool
    newer: tuple[str, ...]


def concerned(
    pending: Sequence[Migration], facts: SchemaFacts, done: Mapping[str, int] | None = None
) -> Concerned:
    """Return what the pending statements do to tables that are there. Raises a SqlTextError."""
    locked: set[str] = set()
    written: list[str] = []
    indexed: list[tuple[str, tuple[str, ...]]] = []
    newer: list[str] = []
    concurrent = False
    for place, statement in _statements(pending, done or {}):
        kind = tree.kind_of(statement)
        node = getattr(statement, kind)
        effect = effect_of(statement, facts)
        if effect is not None:
            locked |= {name for name, mode in effect.locks.items() if strength(mode) >= _WEAKEST}
            written += sorted(effect.rewrites)
        concurrent = concurrent or (only_outside_transaction(kind, node) or "").endswith("CONCURRENTLY")
        if kind == "update_stmt":
            written.append(facts.resolve(node.relation))
        indexed += _indexes(kind, node, facts)
        newer += [
            f"{place}: {form} came with PostgreSQL {since}"
            for form, since in _forms(kind, node)
            if since > facts.version
        ]
    there = facts.relations
    return Concerned(
        frozenset(name for name in locked if name in there),
        tuple(name for name in written if name in there),
        tuple((name, columns) for name, columns in indexed if name in there),
        concurrent,
        tuple(newer),
    )


def _statements(pending: Sequence[Migration], done: Mapping[str, int]) -> Iterator[tuple[str, Any]]:
    for migration in pending:
        for statement in migration.statements[done.get(migration.name, 0) :]:
            yield (
                f"{migration.name}/up.sql:{statement.line}",
                postgast.parse(statement.step.sql).stmts[0].stmt,
            )
        if migration.backfill_sql is not None:
            for statement in parse_statements(migration.backfill_sql, f"{migration.name}/backfill.sql"):
                place = f"{migration.name}/backfill.sql:{statement.line}"
                yield place, postgast.parse(statement.step.sql).stmts[0].stmt


def _indexes(kind: str, node: Any, facts: SchemaFacts) -> Iterator[tuple[str, tuple[str, ...]]]:
    if kind == "index_stmt":
        columns = tuple(part.index_elem.name for part in node.index_params if part.index_elem.name)
        yield facts.resolve(node.relation), columns
    elif kind == "alter_table_stmt":
        for entry in node.cmds:
            definition = tree.definition(entry.alter_table_cmd)
            kinds = {"CONSTR_PRIMARY", "CONSTR_UNIQUE", "CONSTR_EXCLUSION"}
            if tree.command_kind(entry.alter_table_cmd) != "AT_AddConstraint" or definition.indexname:
                continue
            if tree.constraint_kind(definition) in kinds:
                yield facts.resolve(node.relation), tree.strings(definition.keys)


def _forms(kind: str, node: Any) -> Iterator[tuple[str, int]]:
    if kind != "alter_table_stmt":
        yield from newer_forms(kind, node)
        return
    for entry in node.cmds:
        yield from newer_forms(tree.command_kind(entry.alter_table_cmd), entry.alter_table_cmd)
