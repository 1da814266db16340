"""Index entries that cannot be made: an expression that fails, a key that is too long."""

from collections.abc import Iterator
from typing import Any

from pgevolve.check import tree
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Listing, Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.texts import columns, row_test, rows_where
from pgevolve.quoting import literal
from pgevolve.quoting import name as quoted

_KIND = "index"
# BTMaxItemSize of pages of 8 kB is 2704 bytes, of which 8 are the entry's head.
_LONGEST_KEY = 2696
_LONG_TYPES = ("text", "character varying", "bytea", "jsonb", "xml", "json")


def questions(command: Command) -> Iterator[Question]:
    """Yield what building an index computes, and of a btree whether its keys fit."""
    if command.kind == "index_stmt":
        relation = command.relation()
        if relation is not None and relation.base is not None:
            yield from _expressions(command, relation)
            yield from _too_long(command.node, relation)


def _expressions(command: Command, relation: Relation) -> Iterator[Question]:
    index, schema = command.node, command.after
    parts = [part.index_elem.expr for part in index.index_params if not part.index_elem.name]
    where = index.where_clause if index.HasField("where_clause") else None
    for expression in [*parts, *([where] if where is not None else [])]:
        names = tree.column_names(expression) | (tree.column_names(where) if where is not None else set())
        text = schema.sql(expression)
        yield Question(
            _KIND,
            relation.name,
            f"({text}) cannot be computed for index {quoted(index.idxname or '?')}",
            row_test(
                relation,
                text,
                names,
                condition=schema.sql(where) if where is not None and expression is not where else None,
            ),
            "change these rows, or the expression of the index",
            relation.shown_key,
            relation.why_unknown(names) or schema.uses_pending_function(expression),
        )


def _too_long(index: Any, relation: Relation) -> Iterator[Question]:
    """Ask for keys that a btree cannot hold, as far as their stored size tells.

    A value that is stored compressed, or could not be, is as long in the index as in the table.
    """
    names = [part.index_elem.name for part in index.index_params]
    long = [
        name
        for name in names
        if name in relation.columns and relation.columns[name].type.partition("(")[0] in _LONG_TYPES
    ]
    if (
        index.access_method not in {"", "btree"}
        or not long
        or relation.layers
        or index.HasField("where_clause")
    ):
        return
    size = " + ".join(f"coalesce(pg_column_size({column}), 0)" for column in columns(relation, long))
    extended = (
        "NOT EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid ="
        f" {literal(str(relation.base))}::regclass AND a.attstorage <> 'x'"
        f" AND a.attname IN ({', '.join(literal(name) for name in long)}))"
    )
    listed: Listing = rows_where(relation, f"{size} > {_LONGEST_KEY} AND {extended}")
    yield Question(
        _KIND,
        relation.name,
        f"({', '.join(map(quoted, long))}) is too long for the btree {quoted(index.idxname or '?')}",
        listed,
        "shorten these values, or index a hash of them",
        relation.shown_key,
        relation.why_unknown(long),
    )
