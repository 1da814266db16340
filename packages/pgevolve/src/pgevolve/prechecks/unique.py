"""Rows of which no two may agree."""

from collections.abc import Iterator, Sequence
from typing import Any

from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Listing, Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema
from pgevolve.prechecks.texts import columns, conjunction, select_keys
from pgevolve.quoting import name as quoted

_KIND = "unique"


def questions(command: Command) -> Iterator[Question]:
    """Yield what a unique constraint, a primary key or a unique index asks, also one that is built again."""
    if command.kind == "reindex_stmt":
        yield from _built_again(command)
        return
    if command.kind not in {"AT_AddConstraint", "AT_AddColumn", "index_stmt"}:
        return
    relation = command.relation()
    if relation is None or relation.base is None:
        return
    if command.kind == "index_stmt":
        if command.node.unique:
            yield from of_index(command.after, relation, command.node)
        return
    if command.kind == "AT_AddConstraint":
        yield from of_constraint(relation, command.definition)
        return
    for part in command.definition.constraints:
        yield from of_constraint(relation, part.constraint, (command.definition.colname,))


def _built_again(command: Command) -> Iterator[Question]:
    """Ask for a REINDEX of one index: it may have been left invalid because of the same rows."""
    wanted = command.node.relation.relname
    for relation in command.after.touched():
        for index in relation.indexes.values():
            if index.unique and index.idxname == wanted and relation.base is not None:
                yield from of_index(command.after, relation, index)


def of_constraint(relation: Relation, constraint: Any, at_column: Sequence[str] = ()) -> Iterator[Question]:
    """Ask for rows that a unique constraint or primary key refuses; one over an index asks nothing more."""
    kinds = {ast.CONSTR_UNIQUE: "UNIQUE", ast.CONSTR_PRIMARY: "PRIMARY KEY"}
    if constraint.contype not in kinds or constraint.indexname or constraint.without_overlaps:
        return
    keys = tree.strings(constraint.keys) or tuple(at_column)
    yield duplicates(
        relation,
        columns(relation, keys),
        f"{kinds[constraint.contype]} ({', '.join(quoted(key) for key in keys)})",
        keys,
        equal_nulls=constraint.nulls_not_distinct,
    )


def of_index(schema: Schema, relation: Relation, index: Any) -> Iterator[Question]:
    """Ask for rows that a unique index refuses."""
    parts = [part.index_elem for part in index.index_params]
    expressions = tuple(_indexed(schema, relation, part) for part in parts)
    names = tree.column_names(index) | {part.name for part in parts if part.name}
    where = schema.sql(index.where_clause) if index.HasField("where_clause") else None
    shown = ", ".join(quoted(part.name) if part.name else schema.sql(part.expr) for part in parts)
    pending = next((reason for part in parts if (reason := schema.uses_pending_function(part.expr))), None)
    yield duplicates(
        relation,
        expressions,
        f"unique index {quoted(index.idxname) if index.idxname else 'over'} ({shown})",
        names,
        where=where,
        equal_nulls=index.nulls_not_distinct,
        unknown=pending,
    )


def _indexed(schema: Schema, relation: Relation, part: Any) -> str:
    text = columns(relation, [part.name])[0] if part.name else f"({schema.sql(part.expr)})"
    if part.collation:
        text += " COLLATE " + ".".join(quoted(word) for word in tree.strings(part.collation))
    return text


def duplicates(  # noqa: PLR0913 (what a unique key consists of)
    relation: Relation,
    expressions: Sequence[str],
    what: str,
    names: Sequence[str] | set[str],
    *,
    where: str | None = None,
    equal_nulls: bool = False,
    unknown: str | None = None,
) -> Question:
    """Ask for rows that agree in all expressions with another one."""
    conditions = [f"({where})"] if where else []
    if not equal_nulls:
        conditions += [f"{expression} IS NOT NULL" for expression in expressions]
    condition = conjunction(conditions) or "true"
    source = relation.source(only=True)
    listed = ", ".join(expressions)
    keys = ", ".join(quoted(key) for key in relation.shown_key)
    inner = (
        f'SELECT {select_keys(relation)}, count(*) OVER (PARTITION BY {listed}) AS "~same"'
        f" FROM {source} WHERE {condition}"
    )
    grouped = f"SELECT count(*) AS n FROM {source} WHERE {condition} GROUP BY {listed} HAVING count(*) > 1"
    return Question(
        _KIND,
        relation.name,
        f"equals under {what}",
        Listing(
            f'SELECT {keys} FROM ({inner}) AS rows WHERE "~same" > 1',
            f"SELECT coalesce(sum(n), 0)::bigint FROM ({grouped}) AS groups",
        ),
        "change or merge these rows so that one of each is left",
        relation.shown_key,
        unknown or relation.why_unknown(names),
    )
