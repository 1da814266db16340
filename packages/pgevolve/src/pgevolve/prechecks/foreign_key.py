"""Rows that refer to a row which is not there."""

from collections.abc import Iterator
from typing import Any

from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema
from pgevolve.prechecks.texts import columns, conjunction, rows_where
from pgevolve.quoting import name as quoted

_KIND = "foreign key"


def questions(command: Command) -> Iterator[Question]:
    """Yield what a new or newly validated foreign key asks."""
    if command.kind not in {"AT_AddConstraint", "AT_ValidateConstraint", "AT_AddColumn"}:
        return
    relation = command.relation()
    if relation is None or relation.base is None:
        return
    if command.kind == "AT_AddConstraint":
        yield from _asked(command, relation, command.definition)
    elif command.kind == "AT_AddColumn":
        for part in command.definition.constraints:
            yield from _asked(command, relation, part.constraint, (command.definition.colname,))
    else:
        before = command.relation_before()
        constraint = before.constraints.get(command.command.name) if before is not None else None
        if constraint is not None and constraint.skip_validation:
            yield from _asked(command, relation, relation.constraints[command.command.name])


def _asked(
    command: Command, relation: Relation, constraint: Any, at_column: tuple[str, ...] = ()
) -> Iterator[Question]:
    if constraint.contype != ast.CONSTR_FOREIGN or constraint.skip_validation or not constraint.is_enforced:
        return
    yield from orphans(command.after, relation, constraint, at_column)


def orphans(
    schema: Schema, relation: Relation, constraint: Any, at_column: tuple[str, ...] = ()
) -> Iterator[Question]:
    """Ask for rows whose foreign key finds nothing, and under MATCH FULL for those that are half null."""
    own = tree.strings(constraint.fk_attrs) or at_column
    target = schema.relation(constraint.pktable)
    if target is None:
        return
    theirs = tree.strings(constraint.pk_attrs) or _primary_key(target)
    if len(own) != len(theirs):
        return
    shown = f"{', '.join(map(quoted, own))}"
    where_to = f"{target.name} ({', '.join(map(quoted, theirs))})"
    given = columns(relation, own)
    referred = _referred(target, constraint, theirs, given)
    all_given = conjunction(f"{column} IS NOT NULL" for column in given)
    unknown = relation.why_unknown(own) or target.gains or target.why_unknown(theirs)
    yield Question(
        _KIND,
        relation.name,
        f"({shown}) refers to no row of {where_to}",
        rows_where(relation, f"{all_given} AND {referred}", *given, only=True),
        f"set {shown} to a row that is there or to NULL, add the missing rows, or delete these",
        relation.shown_key,
        unknown,
    )
    if constraint.fk_matchtype == "f" and len(own) > 1:
        none_given = conjunction(f"{column} IS NULL" for column in given)
        yield Question(
            _KIND,
            relation.name,
            f"only a part of ({shown}), which MATCH FULL refuses",
            rows_where(relation, f"NOT ({all_given}) AND NOT ({none_given})", *given, only=True),
            f"give all of {shown}, or none",
            relation.shown_key,
            relation.why_unknown(own),
        )


def _referred(target: Relation, constraint: Any, theirs: tuple[str, ...], given: tuple[str, ...]) -> str:
    """Return the condition that a key, all of it given, finds nothing."""
    alias = '"~target"'
    source = target.source(only=True, alias=alias)
    pairs = [f"{alias}.{quoted(name)} = {own}" for name, own in zip(theirs, given, strict=True)]
    if not constraint.fk_with_period:
        return f"NOT EXISTS (SELECT FROM {source} WHERE {conjunction(pairs)})"
    period = f"{alias}.{quoted(theirs[-1])}"
    covered = (
        f"SELECT range_agg({period}) @> {given[-1]} FROM {source} WHERE {conjunction(pairs[:-1]) or 'true'}"
    )
    return f"({covered}) IS NOT TRUE"


def _primary_key(relation: Relation) -> tuple[str, ...]:
    for constraint in relation.constraints.values():
        if constraint.contype == ast.CONSTR_PRIMARY:
            return tree.strings(constraint.keys)
    return ()
