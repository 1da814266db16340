"""What an UPDATE of a pending migration, above all a backfill, does to the rows that it touches."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.prechecks.apply_rows import batch_condition, why_not_computable
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.kept import kept_promises
from pgevolve.prechecks.model import Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema
from pgevolve.prechecks.texts import row_test
from pgevolve.quoting import name as quoted

_KIND = "backfill"


def questions(command: Command) -> Iterator[Question]:
    """Yield whether what is set fits its column, and whether the rows keep the promises of their table."""
    if command.kind != "update_stmt":
        return
    before, after, node = command.relation_before(), command.relation(), command.node
    if before is None or after is None or before.base is None:
        return
    computed = {
        entry.res_target.name
        for entry in node.target_list
        if why_not_computable(command.before, node, entry.res_target.val) is None
    }
    if node.relation.HasField("alias"):
        before = replace(before, name=quoted(node.relation.alias.aliasname))
    for entry in node.target_list:
        if entry.res_target.name in computed and entry.res_target.name in before.columns:
            yield replace(_set(command.before, before, node, entry.res_target), table=after.name)
    yield from kept_promises(command.after, after, computed)
    set_columns = {entry.res_target.name for entry in node.target_list}
    for question in _never_validated(command.before, before, node, set_columns):
        yield replace(question, table=after.name)


def _set(schema: Schema, relation: Relation, node: Any, target: Any) -> Question:
    column = relation.columns[target.name]
    names = tree.column_names(target.val) | _condition_columns(node)
    return Question(
        _KIND,
        relation.name,
        f"{quoted(target.name)} cannot be set to {schema.sql(target.val)}",
        row_test(
            relation,
            schema.sql(target.val),
            names,
            accept="not null" if column.not_null else "any",
            type_=column.type,
            condition=batch_condition(schema, node),
        ),
        "change these rows, or what is set",
        relation.shown_key,
        relation.why_unknown(names),
    )


def _never_validated(
    schema: Schema, relation: Relation, node: Any, set_columns: set[str]
) -> Iterator[Question]:
    """Ask for touched rows that a check which was never validated refuses as soon as they are written."""
    if node.from_clause or node.HasField("with_clause"):
        return
    for name, constraint in relation.constraints.items():
        if constraint.contype != ast.CONSTR_CHECK or not constraint.skip_validation:
            continue
        names = tree.column_names(constraint.raw_expr)
        if not names & set_columns and constraint.is_enforced:
            yield Question(
                _KIND,
                relation.name,
                f"{quoted(name)}, which was never validated, refuses them when they are written",
                row_test(
                    relation,
                    schema.sql(constraint.raw_expr),
                    names | _condition_columns(node),
                    accept="not false",
                    condition=batch_condition(schema, node),
                ),
                f"change these rows so that they meet {quoted(name)}",
                relation.shown_key,
                relation.why_unknown(names),
            )


def _condition_columns(node: Any) -> set[str]:
    return (tree.column_names(node.where_clause) if node.HasField("where_clause") else set()) - {"ctid"}
