"""The pending migrations, statement by statement, with the schema that each one meets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import postgast

from pgevolve.check import tree
from pgevolve.history import Migration
from pgevolve.prechecks.apply import apply
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Place
from pgevolve.prechecks.schema import Schema
from pgevolve.prechecks.target import Target
from pgevolve.sqltext import parse_statements

# The order in which the server takes the commands of one ALTER TABLE; the rest comes as it is written.
_PASSES = {"AT_DropColumn": 0, "AT_DropConstraint": 0, "AT_AlterColumnType": 1, "AT_AddColumn": 2}
_LAST_PASS = 3


def commands(
    target: Target, pending: Sequence[Migration], done: Mapping[str, int] | None = None
) -> Iterator[Command]:
    """Yield what the pending migrations run, in order, each backfill after the steps of its migration.

    `done` is how many steps of a migration have run already. Raises a SqlTextError.
    """
    schema = Schema(target)
    for migration in pending:
        schema = replace(schema, path=("public",))
        for statement in migration.statements[(done or {}).get(migration.name, 0) :]:
            place = Place(migration.name, statement.line)
            for command in _parts(statement.step.sql, place, schema):
                yield command
                schema = command.after
        if migration.backfill_sql is not None:
            for statement in parse_statements(migration.backfill_sql, f"{migration.name}/backfill.sql"):
                place = Place(migration.name, statement.line, "backfill.sql")
                for command in _parts(statement.step.sql, place, schema):
                    yield command
                    schema = command.after


def _parts(sql: str, place: Place, schema: Schema) -> Iterator[Command]:
    statement = postgast.parse(sql).stmts[0].stmt
    kind = tree.kind_of(statement)
    node = getattr(statement, kind)
    if kind != "alter_table_stmt":
        yield Command(kind, node, None, place, schema, apply(kind, node, None, schema))
        return
    for part in sorted((entry.alter_table_cmd for entry in node.cmds), key=_pass):
        name = tree.command_kind(part)
        after = apply(name, node, part, schema)
        yield Command(name, node, part, place, schema, after)
        schema = after


def _pass(command: Any) -> int:
    return _PASSES.get(tree.command_kind(command), _LAST_PASS)
