"""The shape that a contract migration removes, and the triggers that count who still writes it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.quoting import name, qualified
from pgevolve.step import Step

# Before every other trigger in the order of names, so that it sees what the writer gave.
_TRIGGER = "!pgevolve_old_{}_{}"
_RELATIONS = frozenset({ast.OBJECT_TABLE, ast.OBJECT_VIEW, ast.OBJECT_MATVIEW})


@dataclass(frozen=True, slots=True)
class OldShape:
    """One table from which a contract takes a trigger that helped old code, and the columns it takes.

    `renamed` are columns that take the name of one that it drops: that name is the new shape, and theirs the
    old.
    """

    table: str
    dropped: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()


def old_shapes(steps: Iterable[Step]) -> tuple[OldShape, ...]:
    """Return the tables of which a migration drops a trigger, with the columns that it drops of them."""
    triggers: dict[str, None] = {}
    columns: dict[str, list[str]] = {}
    renamed: dict[str, list[str]] = {}
    for step in steps:
        node = postgast.parse(step.sql).stmts[0].stmt
        kind = node.WhichOneof("node")
        if kind == "drop_stmt" and node.drop_stmt.remove_type == ast.OBJECT_TRIGGER:
            for entry in node.drop_stmt.objects:
                parts = [part.string.sval for part in entry.list.items]
                triggers[_named(parts[:-1])] = None
        elif kind == "alter_table_stmt":
            relation = node.alter_table_stmt.relation
            for command in node.alter_table_stmt.cmds:
                if command.alter_table_cmd.subtype == ast.AT_DropColumn:
                    table = _named([relation.schemaname, relation.relname])
                    columns.setdefault(table, []).append(command.alter_table_cmd.name)
        elif kind == "rename_stmt" and node.rename_stmt.rename_type == ast.OBJECT_COLUMN:
            relation = node.rename_stmt.relation
            table = _named([relation.schemaname, relation.relname])
            if node.rename_stmt.newname in columns.get(table, ()):
                columns[table].remove(node.rename_stmt.newname)
                renamed.setdefault(table, []).append(node.rename_stmt.subname)
    return tuple(
        OldShape(table, tuple(columns.get(table, ())), tuple(renamed.get(table, ()))) for table in triggers
    )


def dropped_views(steps: Iterable[Step]) -> set[str]:
    """Return the views that a migration drops."""
    found: set[str] = set()
    for step in steps:
        node = postgast.parse(step.sql).stmts[0].stmt
        if node.HasField("drop_stmt") and node.drop_stmt.remove_type == ast.OBJECT_VIEW:
            names = ([part.string.sval for part in entry.list.items] for entry in node.drop_stmt.objects)
            found.update(_named(parts) for parts in names)
    return found


def old_names(steps: Iterable[Step]) -> set[str]:
    """Return what the tables and views that a migration renames were called."""
    found: set[str] = set()
    for step in steps:
        node = postgast.parse(step.sql).stmts[0].stmt
        if node.HasField("rename_stmt") and node.rename_stmt.rename_type in _RELATIONS:
            relation = node.rename_stmt.relation
            found.add(_named([relation.schemaname, relation.relname]))
    return found


def watching_steps(
    number: int,
    shapes: Sequence[OldShape],
    required: Mapping[str, Collection[str]],
    defaulted: Mapping[str, Mapping[str, str | None]],
) -> tuple[Step, ...]:
    """Return what begins to count, all in one transaction.

    A statement that names a dropped column is of the old shape, and so is a new row that brings a value for
    it; where nothing is dropped, a new row that lacks a column of `required`, which the trigger fills. A new
    row says nothing of a renamed column: it holds a value whoever wrote it. Nor does one of a column of
    `defaulted`, unless its value is another than the one that it has there.
    """
    steps = [f"CREATE SEQUENCE pgevolve.{sequence}_{number}" for sequence in ("old_writes", "last_old_write")]
    for shape in shapes:
        lacking = required.get(shape.table, ())
        old = (*shape.dropped, *shape.renamed)
        if old:
            named = ", ".join(map(name, old))
            steps.append(_trigger(number, "u", f"UPDATE OF {named}", shape.table, "STATEMENT"))
        usual = defaulted.get(shape.table, {})
        telling = [column for column in shape.dropped if column not in usual or usual[column] is not None]
        if telling:
            brought = " OR ".join(_brought(column, usual.get(column)) for column in telling)
            steps.append(_trigger(number, "i", "INSERT", shape.table, f"ROW WHEN ({brought})"))
        elif lacking and not old:
            empty = " OR ".join(f"NEW.{name(column)} IS NULL" for column in lacking)
            steps.append(_trigger(number, "i", "INSERT", shape.table, f"ROW WHEN ({empty})"))
    return tuple(Step(sql) for sql in steps)


def unwatching_steps(number: int, shapes: Sequence[OldShape]) -> tuple[Step, ...]:
    """Return what ends the counting, so that the columns can go."""
    steps = [
        f"DROP TRIGGER IF EXISTS {name(_TRIGGER.format(number, event))} ON {shape.table}"
        for shape in shapes
        for event in ("u", "i")
    ]
    steps += [
        f"DROP SEQUENCE IF EXISTS pgevolve.{sequence}_{number}"
        for sequence in ("old_writes", "last_old_write")
    ]
    return tuple(Step(sql) for sql in steps)


def _brought(column: str, default: str | None) -> str:
    """Return the condition that a new row brings a value of its own; byte by byte, as any type knows it."""
    new = f"NEW.{name(column)}"
    if default is None:
        return f"{new} IS NOT NULL"
    return f"ROW({new})::record OPERATOR(pg_catalog.*<>) ROW({default})::record"


def _trigger(number: int, event: str, when: str, table: str, each: str) -> str:
    return (
        f"CREATE TRIGGER {name(_TRIGGER.format(number, event))} BEFORE {when} ON {table}"
        f" FOR EACH {each} EXECUTE FUNCTION pgevolve.count_old_write('{number}')"
    )


def _named(parts: Sequence[str]) -> str:
    """Return a table as SQL takes it; without a schema it is meant in `public`, where migrations run."""
    schema, table = ("", *parts)[-2:]
    return qualified(schema or "public", table)
