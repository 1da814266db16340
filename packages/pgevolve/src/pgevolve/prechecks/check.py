"""Conditions that every row must meet."""

from collections.abc import Iterator
from typing import Any

from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.check.constraints import requires_not_null
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Question
from pgevolve.prechecks.not_null import nulls
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema
from pgevolve.prechecks.texts import row_test

_KIND = "check"


def questions(command: Command) -> Iterator[Question]:
    """Yield what a new or newly validated check asks; one that is not validated asks nothing yet."""
    relation = command.relation()
    if relation is None or relation.base is None:
        return
    if command.kind == "AT_AddConstraint":
        yield from _asked(command, relation, command.definition)
    elif command.kind == "AT_ValidateConstraint":
        before = command.relation_before()
        constraint = before.constraints.get(command.command.name) if before is not None else None
        if constraint is not None and constraint.skip_validation:
            yield from _asked(command, relation, relation.constraints[command.command.name])
    elif command.kind == "AT_AddColumn":
        for part in command.definition.constraints:
            yield from _asked(command, relation, part.constraint)


def _asked(command: Command, relation: Relation, constraint: Any) -> Iterator[Question]:
    if constraint.contype != ast.CONSTR_CHECK or constraint.skip_validation or not constraint.is_enforced:
        return
    only = command.only or constraint.is_no_inherit
    yield from unmet(command.after, relation, constraint, only=only)


def unmet(
    schema: Schema, relation: Relation, constraint: Any, *, label: str = "", only: bool = False
) -> Iterator[Question]:
    """Ask for rows that do not meet a check, or for which it cannot be computed."""
    expression = constraint.raw_expr
    names = tree.column_names(expression)
    # `column IS NOT NULL` is the same question as NOT NULL, and is asked only once.
    if tree.kind_of(expression) == "null_test" and all(requires_not_null(expression, name) for name in names):
        yield from nulls(relation, tuple(names), only=only)
        return
    text = schema.sql(expression)
    label = label or constraint.conname
    yield Question(
        _KIND,
        relation.name,
        f"{label + ' ' if label else ''}CHECK ({text}) is not met",
        row_test(relation, text, names, accept="not false", only=only),
        "change these rows, or the condition",
        relation.shown_key,
        relation.why_unknown(names) or schema.uses_pending_function(expression),
    )
