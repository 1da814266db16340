"""One page of an ordered list in three statements, however long the list and however large the page.

First the keys: ids in order, from one index and nothing else. Then the rows of these ids. Then the count,
capped. A page is asked for by `after`, the key that the page before ended with, or by an offset, which walks
inside the index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, Literal, TypeAlias, TypeVar, get_args

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Double,
    FromClause,
    Integer,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
)

from sevra_atlas.reads import filters as narrowing
from sevra_atlas.reads.cursor import InvalidCursorError, Key
from sevra_atlas.reads.filters import Filters
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import public_listing

Order: TypeAlias = Literal["rating", "popular", "new", "distance"]
ORDERS: tuple[Order, ...] = get_args(Order)

COUNTED_AT_MOST = 10_000
"""A list counts its rows exactly up to here; beyond it the total says only that there are more."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in their order, and the key behind which the next page begins; None on the last page."""

    rows: tuple[Row, ...]
    next_key: Key | None


@dataclass(frozen=True)
class Where:
    """Which part of the list: at most `limit` rows, after a key or after `offset` rows."""

    limit: int
    offset: int = 0
    after: Key | None = None


class KeyRow(msgspec.Struct):
    """An id with what orders it in its list."""

    id: int
    place: int | float | datetime | str


class Count(msgspec.Struct):
    """How many rows a list has, one more than the cap when there are more."""

    total: int


async def page_of_keys(
    connection: AsyncConnection[Any], listing: FromClause, filters: Filters, order: Order, where: Where
) -> Page[int]:
    """Return the ids of one page; raises InvalidCursorError for a key of another order."""
    statement = keys_statement(listing, order, frozenset(filters), after=where.after is not None)
    parameters = {**filters, "limit": where.limit + 1, "offset": where.offset}
    if where.after is not None:
        parameters |= _after_parameters(order, where.after)
    found = await statement.all(connection, parameters)
    rows, last = cut(found, where)
    return Page(tuple(row.id for row in rows), None if last is None else _key(order, last))


def cut(found: Sequence[Row], where: Where) -> tuple[Sequence[Row], Row | None]:
    """Return the rows of a page and the last of them, None on the last page of the list.

    One row more than asked for tells whether there is a next page, without another query.
    """
    rows = found[: where.limit]
    return rows, rows[-1] if rows and len(found) > where.limit else None


async def capped_count(
    connection: AsyncConnection[Any], listing: FromClause, filters: Filters
) -> tuple[int, bool]:
    """Return how many rows the filter leaves, up to the cap, and whether there are more."""
    return capped(await count_statement(listing, frozenset(filters)).first(connection, filters))


def capped(row: Count | None) -> tuple[int, bool]:
    """Return what a count says: the number up to the cap, and whether there are more."""
    total = row.total if row is not None else 0
    return min(total, COUNTED_AT_MOST), total > COUNTED_AT_MOST


def capped_statement(query: Select[Any]) -> Statement[Count]:
    """Return the count of a query's rows that stops at the cap."""
    stopping = query.limit(literal_column(str(COUNTED_AT_MOST + 1))).subquery("counted")
    return Statement(select(func.count().label("total")).select_from(stopping), Count)


@lru_cache(maxsize=512)
def keys_statement(
    listing: FromClause, order: Order, names: frozenset[str], *, after: bool
) -> Statement[KeyRow]:
    """Return the query for the keys of a page, compiled once for each order and set of filter names."""
    place, ordering, beyond = _ordering(listing, order)
    query: Select[Any] = (
        select(listing.c.id.label("id"), place.label("place"))
        .select_from(narrowing.narrowed_source(listing, names))
        .where(public_listing(listing), *narrowing.conditions(listing, names - narrowing.NARROWING))
        .order_by(*ordering)
    )
    if after:
        query = query.where(beyond)
    if names & narrowing.NARROWING:
        query = _narrowed(query, listing, order, names)
    return Statement(windowed(query), KeyRow)


@lru_cache(maxsize=512)
def count_statement(listing: FromClause, names: frozenset[str]) -> Statement[Count]:
    """Return the capped count of a list, compiled once for each set of filter names."""
    query: Select[Any] = (
        select(listing.c.id.label("id"))
        .select_from(narrowing.narrowed_source(listing, names))
        .where(public_listing(listing), *narrowing.conditions(listing, names - narrowing.NARROWING))
    )
    if names & narrowing.NARROWING:
        place = listing.c.popular_key
        query = query.add_columns(place.label("place")).order_by(place.desc())
        query = _narrowed(query, listing, "popular", names).order_by(None)
    return capped_statement(query)


def _narrowed(query: Select[Any], listing: FromClause, order: Order, names: frozenset[str]) -> Select[Any]:
    """Apply filters that no index serves to the first rows of the order only, so their cost has a bound.

    The rows are taken first, with the text that the filters read: a condition is never moved below a LIMIT.
    """
    looked_at = (
        query.add_columns(narrowing.name_of(listing).label("name"))
        .limit(literal_column(str(narrowing.NAMES_LOOKED_AT)))
        .subquery("looked_at")
    )
    place, id_ = looked_at.c.place, looked_at.c.id
    ordering = {"new": (place.desc(), id_.desc()), "distance": (place, id_.desc())}.get(
        order, (place.desc(),)
    )
    return (
        select(id_, place)
        .where(*narrowing.conditions(looked_at, names & narrowing.NARROWING))
        .order_by(*ordering)
    )


def _ordering(
    listing: FromClause, order: Order
) -> tuple[ColumnElement[Any], tuple[ColumnElement[Any], ...], ColumnElement[bool]]:
    """Return what orders a list, the ORDER BY over it, and the condition for the rows after a key."""
    after, after_id = bindparam("after", type_=BigInteger), bindparam("after_id", type_=BigInteger)
    if order == "new":
        moment = bindparam("after", type_=DateTime(timezone=True))
        columns = (listing.c.created_at, listing.c.id)
        beyond = tuple_(*columns) < tuple_(moment, after_id)
        return listing.c.created_at, (columns[0].desc(), columns[1].desc()), beyond
    if order == "distance":
        place = narrowing.distance(listing)
        reached = tuple_(place, -listing.c.id) > tuple_(bindparam("after", type_=Double), -after_id)
        return place, (place, listing.c.id.desc()), reached
    key = listing.c.rating_key if order == "rating" else listing.c.popular_key
    return key, (key.desc(),), key < after


def _key(order: Order, row: KeyRow) -> Key:
    if isinstance(row.place, datetime):
        return (row.place.isoformat(), row.id)
    return (row.place, row.id) if order == "distance" else (row.place,)


def _after_parameters(order: Order, key: Key) -> dict[str, Any]:
    try:
        if order == "new":
            moment, id_ = key
            return {"after": datetime.fromisoformat(str(moment)), "after_id": id_}
        if order == "distance":
            place, id_ = key
            return {"after": place, "after_id": id_}
        (place,) = key
    except ValueError as error:
        raise InvalidCursorError from error
    return {"after": place}


def windowed(query: Select[Any]) -> Select[Any]:
    """Return a query for one page: its parameters `limit` and `offset` say which."""
    return query.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer))
