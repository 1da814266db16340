"""What the history says about an object: who made it, whether it should be there, who still works with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

import postgast

from pgevolve.check import apply, tree
from pgevolve.check.state import SchemaState
from pgevolve.history import Migration
from pgevolve.ledger import LedgerMigration
from pgevolve.messages import messages

MadeKind: TypeAlias = Literal["trigger", "function", "constraint", "index", "column"]


class Made(NamedTuple):
    """An object that a statement makes; `table` is empty for a function and an index."""

    kind: MadeKind
    schema: str
    name: str
    table: str = ""


@dataclass(slots=True)
class Account:
    """The history against the ledger, object by object.

    `standing` is what the applied migrations have made and not removed; `makers` names the last applied
    migration that made an object, `passing` those that went again in the migration that made them. `undone`
    was made by a migration that is rolled back. `in_use` belongs to one that began and did not end, and
    `in_the_way` is what the step makes at which one failed, by the name of the migration. `to_validate` are
    the constraints that a pending migration validates.
    """

    standing: set[Made] = field(default_factory=set)
    makers: dict[Made, str] = field(default_factory=dict)
    passing: set[Made] = field(default_factory=set)
    undone: dict[Made, str] = field(default_factory=dict)
    in_use: dict[Made, str] = field(default_factory=dict)
    in_the_way: dict[Made, str] = field(default_factory=dict)
    to_validate: set[Made] = field(default_factory=set)
    copied: set[Made] = field(default_factory=set)
    """Columns that a backfill of the migration which made them fills: their values are in another one too."""


def account_of(history: Iterable[Migration], rows: Sequence[LedgerMigration]) -> Account:
    """Read the history in the light of the ledger. Raises a SqlTextError."""
    by_name = {row.name: row for row in rows}
    migrations = [(migration, by_name.get(migration.name)) for migration in history]
    account, state = Account(), SchemaState()
    for migration, row in migrations:
        if row is not None and row.state == "applied":
            made = dict.fromkeys(_run(state, migration), migration.name)
            account.makers |= made
            standing = set(_objects(state))
            account.passing |= made.keys() - standing
    account.standing = set(_objects(state))
    # From here on the state only serves to find the full names.
    for migration, row in migrations:
        if row is None:
            account.to_validate |= set(_validated(state, migration))
        elif row.state == "rolled_back":
            account.undone |= dict.fromkeys(_run(state, migration), migration.name)
            account.to_validate |= set(_validated(state, migration))
            account.copied |= {made for made in account.undone if _fills(migration, made)}
        elif row.state != "applied":
            _note_unfinished(account, state, migration, row)
    return account


def _note_unfinished(
    account: Account, state: SchemaState, migration: Migration, row: LedgerMigration
) -> None:
    account.to_validate |= set(_validated(state, migration))
    account.in_use |= dict.fromkeys(_run(state, migration), migration.name)
    if row.state == "failed" and row.failed_step is not None and row.failed_step <= len(migration.up):
        kind, node = _parsed(migration.up[row.failed_step - 1].sql)
        account.in_the_way |= dict.fromkeys(_made_by(state, kind, node), migration.name)


def _run(state: SchemaState, migration: Migration) -> list[Made]:
    """Apply a migration to the state, and return what its statements make by name."""
    state.begin_migration()
    made: list[Made] = []
    for step in migration.up:
        kind, node = _parsed(step.sql)
        made += _made_by(state, kind, node)
        apply.apply(state, kind, node)
    return made


def _parsed(sql: str) -> tuple[str, Any]:
    node = postgast.parse(sql).stmts[0].stmt
    return tree.kind_of(node), tree.inner(node)


def _made_by(state: SchemaState, kind: str, node: Any) -> Iterator[Made]:
    if kind == "create_trig_stmt":
        table = state.relation_name(node.relation)
        yield Made("trigger", table.schema, node.trigname, table.name)
    elif kind == "create_function_stmt" and tree.type_name(node.return_type).name == "trigger":
        schema, plain = tree.dotted(node.funcname)
        name = state.creation_name(schema, plain)
        yield Made("function", name.schema, name.name)
    elif kind == "index_stmt" and node.idxname:
        yield Made("index", state.relation_name(node.relation).schema, node.idxname)
    elif kind == "alter_table_stmt":
        table = state.relation_name(node.relation)
        for command in (entry.alter_table_cmd for entry in node.cmds):
            added = tree.definition(command)
            if tree.command_kind(command) == "AT_AddColumn":
                yield Made("column", table.schema, added.colname, table.name)
            elif tree.command_kind(command) == "AT_AddConstraint" and added.conname:
                yield Made("constraint", table.schema, added.conname, table.name)


def _objects(state: SchemaState) -> Iterator[Made]:
    """Yield everything in the state."""
    for table in state.tables.values():
        schema, name = table.name
        yield from (Made("column", schema, column, name) for column in table.columns)
        yield from (Made("constraint", schema, constraint, name) for constraint in table.constraints)
        yield from (Made("trigger", schema, trigger, name) for trigger in table.triggers)
    for view in state.views.values():
        yield from (Made("trigger", view.name.schema, trigger, view.name.name) for trigger in view.triggers)
    yield from (Made("index", *index) for index in state.indexes)
    yield from (Made("function", *function) for function in state.functions)


def _validated(state: SchemaState, migration: Migration) -> Iterator[Made]:
    for step in migration.up:
        kind, node = _parsed(step.sql)
        if kind == "alter_table_stmt":
            table = state.relation_name(node.relation)
            for command in (entry.alter_table_cmd for entry in node.cmds):
                if tree.command_kind(command) == "AT_ValidateConstraint":
                    yield Made("constraint", table.schema, command.name, table.name)


def _fills(migration: Migration, made: Made) -> bool:
    if made.kind != "column" or migration.backfill_sql is None:
        return False
    return any(
        update.relation.relname == made.table and made.name in {entry.res_target.name for entry in targets}
        for update, targets in _updates(migration.backfill_sql)
    )


def _updates(sql: str) -> Iterator[tuple[Any, Sequence[Any]]]:
    for update in messages(postgast.parse(sql), "UpdateStmt"):
        yield update, update.target_list


def origin(account: Account, made: Made) -> str | None:
    """Say in a sentence why an object should not be there, None where nothing explains it."""
    if made in account.standing or made in account.in_use:
        return None
    if made in account.undone:
        return f"{account.undone[made]} made it and is rolled back"
    if made not in account.makers:
        return None
    maker = account.makers[made]
    if made in account.passing:
        return f"{maker} made it for itself, and is applied"
    if made.kind in {"trigger", "function"}:
        return f"{maker} made it, and a later migration that is applied has removed it"
    return None


def explained(account: Account) -> Mapping[Made, str]:
    """Return every object that should not be there, with the sentence that says why."""
    found = {made: origin(account, made) for made in {**account.makers, **account.undone}}
    return {made: why for made, why in sorted(found.items()) if why is not None}
