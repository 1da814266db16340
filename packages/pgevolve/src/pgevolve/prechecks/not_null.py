"""Columns that may hold no NULL any more."""

from collections.abc import Iterator

from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.texts import columns, rows_where
from pgevolve.quoting import name as quoted

_KIND = "not null"


def questions(command: Command) -> Iterator[Question]:
    """Yield what SET NOT NULL, a NOT NULL constraint, a primary key or a new column asks."""
    before, relation = command.relation_before(), command.relation()
    if before is None or relation is None or relation.base is None:
        return
    if command.kind == "AT_SetNotNull":
        yield from nulls(before, [command.command.name], only=command.only)
    elif command.kind == "AT_AddConstraint":
        yield from _of_constraint(before, command.definition, only=command.only)
    elif command.kind == "AT_ValidateConstraint":
        constraint = before.constraints.get(command.command.name)
        if constraint is not None and constraint.contype == ast.CONSTR_NOTNULL:
            yield from nulls(before, tree.strings(constraint.keys), only=command.only)
    elif command.kind == "AT_AddColumn":
        column = command.definition
        made = relation.columns.get(column.colname)
        if made is not None and made.not_null and column.colname not in before.columns:
            yield from _of_new_column(command, relation)


def nulls(
    relation: Relation, names: list[str] | tuple[str, ...], *, only: bool = False
) -> Iterator[Question]:
    """Ask for rows in which one of the columns is null."""
    for name in names:
        column = relation.columns.get(name)
        if column is None or column.not_null:
            continue
        yield Question(
            _KIND,
            relation.name,
            f"no {quoted(name)}",
            rows_where(relation, f"{columns(relation, [name])[0]} IS NULL", only=only),
            f"fill {quoted(name)} of these rows, or delete them",
            relation.shown_key,
            relation.why_unknown([name]),
        )


def _of_constraint(relation: Relation, constraint: ast.Constraint, *, only: bool) -> Iterator[Question]:
    if constraint.contype == ast.CONSTR_PRIMARY:
        keys = tree.strings(constraint.keys)
        if constraint.indexname:
            index = next(
                (node for node in relation.indexes.values() if node.idxname == constraint.indexname), None
            )
            keys = tuple(part.index_elem.name for part in index.index_params) if index is not None else ()
        yield from nulls(relation, keys)
    elif constraint.contype == ast.CONSTR_NOTNULL and not constraint.skip_validation:
        yield from nulls(relation, tree.strings(constraint.keys), only=only)


def _of_new_column(command: Command, relation: Relation) -> Iterator[Question]:
    name = command.definition.colname
    column = relation.columns[name]
    yield Question(
        _KIND,
        relation.name,
        f"no value for the new column {quoted(name)}",
        rows_where(relation, f"{columns(relation, [name])[0]} IS NULL", only=command.only),
        f"add {quoted(name)} without NOT NULL, fill it, and set NOT NULL in a later migration",
        relation.shown_key,
        column.unknown or relation.unknown,
    )
