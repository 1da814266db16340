"""Which posts a list shows, in which order: the keys of a page, and how many there are.

By date a list walks one index. Every other order sorts the newest of the matching posts, no more than
`SORTED_AT_MOST` of them, so its cost has a bound however long the blog grows.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, TypeAlias, get_args

from psycopg import AsyncConnection
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Text,
    all_,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads import tables
from sevra_atlas.reads.cursor import InvalidCursorError, Key
from sevra_atlas.reads.filters import NAMES_LOOKED_AT, Filters
from sevra_atlas.reads.listing import Count, KeyRow, Page, Where, capped, capped_statement, cut, windowed
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import alphabetical, public_post

PostOrder: TypeAlias = Literal[
    "published_at",
    "-published_at",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
    "title",
    "-title",
    "views_count",
    "-views_count",
    "comments_count",
    "-comments_count",
    "reading_time",
    "-reading_time",
]
POST_ORDERS: tuple[PostOrder, ...] = get_args(PostOrder)

SORTED_AT_MOST = 10_000
"""An order that no index serves sorts at most this many of the newest matching posts."""

_LETTERS_ORDERED = 64
_POSTS = tables.posts


def _ids(name: str) -> ColumnElement[Any]:
    return any_(bindparam(name, type_=ARRAY(BigInteger)))


def _bears_one_of(tags: str) -> ColumnElement[bool]:
    borne = tables.post_tags
    return exists(
        select(literal_column("1")).where(borne.c.post_id == _POSTS.c.id, borne.c.tag_id == _ids(tags))
    )


_CONDITIONS: dict[str, Callable[[], ColumnElement[bool]]] = {
    "category": lambda: _POSTS.c.category_id == bindparam("category", type_=BigInteger),
    "categories": lambda: _POSTS.c.category_id == _ids("categories"),
    "tags": lambda: _bears_one_of("tags"),
    "author": lambda: _POSTS.c.author_id == bindparam("author", type_=BigInteger),
    "authors": lambda: _POSTS.c.author_id == _ids("authors"),
    "series": lambda: _POSTS.c.series_id == bindparam("series", type_=BigInteger),
    "several_series": lambda: _POSTS.c.series_id == _ids("several_series"),
    "but": lambda: _POSTS.c.id != bindparam("but", type_=BigInteger),
    "hot": lambda: _POSTS.c.is_hot,
    "not_hot": lambda: ~_POSTS.c.is_hot,
    "published_after": lambda: (
        _POSTS.c.published_at >= bindparam("published_after", type_=DateTime(timezone=True))
    ),
    "published_before": lambda: (
        _POSTS.c.published_at <= bindparam("published_before", type_=DateTime(timezone=True))
    ),
}
_PLACES: dict[str, ColumnElement[Any]] = {
    "published_at": _POSTS.c.published_at,
    "created_at": _POSTS.c.created_at,
    "updated_at": _POSTS.c.updated_at,
    # The first letters decide: a cursor has no room for a whole title, and folding it would cost more.
    "title": alphabetical(func.left(_POSTS.c.title, literal_column(str(_LETTERS_ORDERED)))),
    "views_count": _POSTS.c.views_count,
    "comments_count": _POSTS.c.comments_count,
    "reading_time": _POSTS.c.reading_time_sec,
}
_TYPES: dict[str, Any] = {
    "published_at": DateTime(timezone=True),
    "created_at": DateTime(timezone=True),
    "updated_at": DateTime(timezone=True),
    "title": Text(),
}


async def page_of_post_keys(
    connection: AsyncConnection[Any], filters: Filters, order: PostOrder, where: Where
) -> Page[int]:
    """Return the ids of one page; raises InvalidCursorError for a key of another order."""
    statement = post_keys_statement(order, frozenset(filters), after=where.after is not None)
    parameters = {**filters, "limit": where.limit + 1, "offset": where.offset}
    if where.after is not None:
        parameters |= _after_parameters(order, where.after)
    rows, last = cut(await statement.all(connection, parameters), where)
    return Page(tuple(row.id for row in rows), None if last is None else _key(last))


async def count_posts(connection: AsyncConnection[Any], filters: Filters) -> tuple[int, bool]:
    """Return how many posts the filter leaves, up to the cap, and whether there are more."""
    return capped(await count_posts_statement(frozenset(filters)).first(connection, filters))


@lru_cache(maxsize=512)
def post_keys_statement(order: PostOrder, names: frozenset[str], *, after: bool) -> Statement[KeyRow]:
    """Return the query for the keys of a page, compiled once for each order and set of filter names."""
    field, is_descending = order.removeprefix("-"), order.startswith("-")
    if field == "published_at":
        beyond = _beyond(_POSTS.c.published_at, _POSTS.c.id, field, is_descending=is_descending)
        dated = _matching(names, field, is_descending=is_descending, only=beyond if after else None)
        kept = dated.selected_columns
        keys: Select[Any] = dated.with_only_columns(*(kept[name] for name in ("id", "place")))
        return Statement(windowed(keys), KeyRow)
    newest = (
        _matching(names, field, is_descending=True)
        .limit(literal_column(str(SORTED_AT_MOST)))
        .subquery("newest")
    )
    place, id_ = newest.c.place, newest.c.id
    query: Select[Any] = select(id_, place).order_by(
        place.desc() if is_descending else place.asc(), id_.desc()
    )
    if after:
        query = query.where(_beyond(place, id_, field, is_descending=is_descending))
    return Statement(windowed(query), KeyRow)


@lru_cache(maxsize=512)
def count_posts_statement(names: frozenset[str]) -> Statement[Count]:
    """Return the capped count of a list, compiled once for each set of filter names."""
    query = _matching(names, "published_at", is_descending=True)
    if "names" not in names:
        query = query.order_by(None)
    return capped_statement(query.with_only_columns(query.selected_columns["id"]))


def _matching(
    names: frozenset[str], field: str, *, is_descending: bool, only: ColumnElement[bool] | None = None
) -> Select[Any]:
    """Return id, place and date of the posts that the filters leave, by date.

    Words are looked for in the first rows of this order only: a condition is never moved below a LIMIT.
    """
    query: Select[Any] = (
        select(_POSTS.c.id.label("id"), _PLACES[field].label("place"), _POSTS.c.published_at.label("dated"))
        .select_from(_source(names))
        .where(public_post(_POSTS), *(_CONDITIONS[name]() for name in sorted(names) if name in _CONDITIONS))
        .order_by(*_by_date(_POSTS.c.published_at, _POSTS.c.id, is_descending=is_descending))
    )
    if only is not None:
        query = query.where(only)
    if "names" not in names:
        return query
    looked_at = (
        query.add_columns(_POSTS.c.title.label("title"))
        .limit(literal_column(str(NAMES_LOOKED_AT)))
        .subquery("looked_at")
    )
    # The patterns are normalised words between percent signs; their alphabet holds no character to escape.
    said = func.fa_norm_v1(looked_at.c.title).like(all_(bindparam("names", type_=ARRAY(Text))))
    return (
        select(looked_at.c.id, looked_at.c.place, looked_at.c.dated)
        .where(said)
        .order_by(*_by_date(looked_at.c.dated, looked_at.c.id, is_descending=is_descending))
    )


def _source(names: frozenset[str]) -> FromClause:
    """Return what a list reads from: the posts, or the newest of those that bear one tag."""
    if "tag" not in names:
        return _POSTS
    borne = (
        select(tables.post_tags.c.post_id)
        .where(tables.post_tags.c.tag_id == bindparam("tag", type_=BigInteger))
        .order_by(tables.post_tags.c.post_id.desc())
        # One more than is sorted, so that a count can say that there are more.
        .limit(literal_column(str(SORTED_AT_MOST + 1)))
        .subquery("borne")
    )
    return borne.join(_POSTS, _POSTS.c.id == borne.c.post_id)


def _by_date(
    date: ColumnElement[Any], id_: ColumnElement[Any], *, is_descending: bool
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the order by date in one direction, which one index serves both ways."""
    return (date.desc(), id_.desc()) if is_descending else (date.asc(), id_.asc())


def _beyond(
    place: ColumnElement[Any], id_: ColumnElement[Any], field: str, *, is_descending: bool
) -> ColumnElement[bool]:
    """Return the condition for the rows after a key."""
    after = bindparam("after", type_=_TYPES.get(field, BigInteger()))
    after_id = bindparam("after_id", type_=BigInteger)
    if is_descending:
        return tuple_(place, id_) < tuple_(after, after_id)
    if field == "published_at":
        return tuple_(place, id_) > tuple_(after, after_id)
    return tuple_(place, -id_) > tuple_(after, -after_id)


def _key(row: KeyRow) -> Key:
    return (row.place.isoformat() if isinstance(row.place, datetime) else row.place, row.id)


def _after_parameters(order: PostOrder, key: Key) -> dict[str, Any]:
    try:
        place, id_ = key
        is_time = isinstance(_TYPES.get(order.removeprefix("-")), DateTime)
        return {"after": datetime.fromisoformat(str(place)) if is_time else place, "after_id": id_}
    except ValueError as error:
        raise InvalidCursorError from error
