"""Values that the server will compute for the rows that are there."""

from collections.abc import Iterator
from typing import Any

from pgevolve.check import tree
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema
from pgevolve.prechecks.texts import row_test
from pgevolve.quoting import name as quoted

_KIND = "generated"


def questions(command: Command) -> Iterator[Question]:
    """Yield what a new stored column, another expression of one, or a new column of a domain computes."""
    before = command.relation_before()
    if before is None or before.base is None:
        return
    if command.kind == "AT_AddColumn":
        yield from _of_new_column(command.before, before, command.definition)
    elif command.kind == "AT_SetExpression":
        column = before.columns.get(command.command.name)
        if column is not None and column.generated == "s":
            expression = getattr(command.command, "def")
            yield _computed(command.before, before, command.command.name, expression, column.type)


def _of_new_column(schema: Schema, relation: Relation, column: Any) -> Iterator[Question]:
    parts = {tree.constraint_kind(part.constraint): part.constraint for part in column.constraints}
    generated = parts.get("CONSTR_GENERATED")
    if generated is not None:
        if (generated.generated_kind or "s") == "s":
            type_ = schema.type_sql(column.type_name)
            yield _computed(schema, relation, column.colname, generated.raw_expr, type_)
        return
    _, facts = schema.type_named(column.type_name.names)
    if facts is None or facts.kind != "d" or schema.pending_type(column.type_name) is not None:
        return
    default = parts.get("CONSTR_DEFAULT")
    value = schema.sql(default.raw_expr) if default is not None else facts.default or "NULL"
    yield Question(
        _KIND,
        relation.name,
        f"{value} for the new column {quoted(column.colname)} is not of its domain",
        row_test(relation, value, (), type_=schema.type_sql(column.type_name)),
        f"give {quoted(column.colname)} a default that its domain takes",
        relation.shown_key,
        relation.unknown,
    )


def _computed(schema: Schema, relation: Relation, name: str, expression: Any, type_: str) -> Question:
    names = tree.column_names(expression)
    return Question(
        _KIND,
        relation.name,
        f"{quoted(name)} cannot be computed",
        row_test(relation, schema.sql(expression), names, type_=type_),
        "change these rows, or the expression",
        relation.shown_key,
        relation.why_unknown(names) or schema.uses_pending_function(expression),
    )
