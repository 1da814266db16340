"""Queries that several kinds of questions have in common."""

from collections.abc import Iterable

from pgevolve.prechecks.model import Acceptance, Listing, RowTest
from pgevolve.prechecks.relation import Relation
from pgevolve.quoting import name as quoted


def select_keys(relation: Relation, *more: str) -> str:
    """Return a SELECT list: the keys of the rows under their own names, and more."""
    keys = [
        f"{key} AS {quoted(name)}" if relation.layers else key
        for key, name in zip(relation.key, relation.shown_key, strict=True)
    ]
    return ", ".join([*keys, *more])


def rows_where(relation: Relation, condition: str, *more: str, only: bool = False) -> Listing:
    """Return the rows that meet a condition, with more columns behind their keys."""
    source = relation.source(only=only)
    query = f"SELECT {select_keys(relation, *more)} FROM {source} WHERE {condition}"
    return Listing(query, f"SELECT count(*) FROM {source} WHERE {condition}")


def row_test(  # noqa: PLR0913 (what a test consists of)
    relation: Relation,
    expression: str,
    inputs: Iterable[str],
    *,
    accept: Acceptance = "any",
    type_: str | None = None,
    condition: str | None = None,
    only: bool = False,
) -> RowTest:
    """Return a test of each row; `inputs` are the names of the columns that it reads."""
    wanted = set(inputs)
    return RowTest(
        relation.source(only=only),
        relation.alias,
        relation.key,
        tuple((quoted(name), column.type) for name, column in relation.columns.items() if name in wanted),
        expression,
        accept,
        type_,
        condition,
    )


def columns(relation: Relation, names: Iterable[str]) -> tuple[str, ...]:
    """Return columns as SQL over a table's source."""
    return tuple(f"{relation.alias}.{quoted(name)}" for name in names)


def conjunction(parts: Iterable[str]) -> str:
    """Return conditions joined by AND."""
    return " AND ".join(parts)
