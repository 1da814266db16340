"""What files the posts of the blog: categories, tags, series."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    all_,
    bindparam,
    func,
    select,
)
from sqlalchemy import literal_column as literal
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads import tables
from sevra_atlas.reads.filters import NAMES_LOOKED_AT
from sevra_atlas.reads.listing import Where, capped, capped_statement, windowed
from sevra_atlas.reads.post_lists import SORTED_AT_MOST
from sevra_atlas.reads.statement import Statement


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """A category of the blog."""

    id: int
    name: str
    slug: str
    description: str
    position: int
    parent_id: int | None
    post_count: int
    updated_at: datetime


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """A tag."""

    id: int
    name: str
    slug: str
    description: str
    post_count: int
    updated_at: datetime


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A series of posts."""

    id: int
    title: str
    slug: str
    description: str
    order_strategy: str
    post_count: int
    updated_at: datetime


Filed = TypeVar("Filed", Category, Tag, Series)

CHILDREN_SHOWN = 100
_CATEGORIES = tables.categories


def _columns(table: FromClause, row: type[msgspec.Struct]) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in row.__struct_fields__]


def _by_id(table: FromClause, row: type[Filed]) -> Statement[Filed]:
    found = select(*_columns(table, row)).where(table.c.id == bindparam("id", type_=BigInteger))
    return Statement(found, row)


_CATEGORY = _by_id(_CATEGORIES, Category)
_TAG = _by_id(tables.tags, Tag)
_SERIES = _by_id(tables.series, Series)
_CHILDREN = Statement(
    select(*_columns(_CATEGORIES, Category))
    .where(_CATEGORIES.c.parent_id == bindparam("parent", type_=BigInteger))
    .order_by(_CATEGORIES.c.position, _CATEGORIES.c.id)
    .limit(literal(str(CHILDREN_SHOWN))),
    Category,
)


def _narrowed(query: Select[Any]) -> Select[Any]:
    """Look for words in the first rows of the order only, so that their cost has a bound."""
    rows = query.limit(literal(str(NAMES_LOOKED_AT))).subquery("looked_at")
    order = [rows.c[key] for key in ("position", "name", "id") if key in rows.c]
    # The patterns are normalised words between percent signs; their alphabet holds no character to escape.
    said = func.fa_norm_v1(rows.c.name).like(all_(bindparam("names", type_=ARRAY(Text))))
    return select(*rows.c).where(said).order_by(*order)


def _by_place() -> Select[Any]:
    # No index orders by place and name: the newest are sorted, as in every order without an index.
    newest = (
        select(*_columns(_CATEGORIES, Category))
        .order_by(_CATEGORIES.c.id.desc())
        .limit(literal(str(SORTED_AT_MOST)))
        .subquery("newest")
    )
    return select(*newest.c).order_by(newest.c.position, newest.c.name, newest.c.id)


def _by_name() -> Select[Any]:
    return select(*_columns(tables.tags, Tag)).order_by(tables.tags.c.name, tables.tags.c.id)


def _by_title() -> Select[Any]:
    return select(*_columns(tables.series, Series)).order_by(tables.series.c.title, tables.series.c.id)


class _Listed(Generic[Filed]):
    """The two queries of a numbered list: its rows and their number."""

    def __init__(self, query: Select[Any], row: type[Filed]) -> None:
        self.rows: Statement[Filed] = Statement(windowed(query), row)
        self.count = capped_statement(query.with_only_columns(query.selected_columns["id"]))

    async def read(
        self, connection: AsyncConnection[Any], words: Sequence[str], where: Where
    ) -> tuple[list[Filed], tuple[int, bool]]:
        names = {"names": list(words)} if words else {}
        window = {"limit": where.limit, "offset": where.offset}
        rows = await self.rows.all(connection, {**names, **window})
        return rows, capped(await self.count.first(connection, names))


CATEGORY_LIST = {False: _Listed(_by_place(), Category), True: _Listed(_narrowed(_by_place()), Category)}
TAG_LIST = {False: _Listed(_by_name(), Tag), True: _Listed(_narrowed(_by_name()), Tag)}
SERIES_LIST = _Listed(_by_title(), Series)


async def categories(
    connection: AsyncConnection[Any], words: Sequence[str], where: Where
) -> tuple[list[Category], tuple[int, bool]]:
    """Return categories by place, then name, and how many there are; `words` are LIKE patterns."""
    return await CATEGORY_LIST[bool(words)].read(connection, words, where)


async def tags(
    connection: AsyncConnection[Any], words: Sequence[str], where: Where
) -> tuple[list[Tag], tuple[int, bool]]:
    """Return tags by name, and how many there are; `words` are LIKE patterns."""
    return await TAG_LIST[bool(words)].read(connection, words, where)


async def all_series(connection: AsyncConnection[Any], where: Where) -> tuple[list[Series], tuple[int, bool]]:
    """Return series by title, and how many there are."""
    return await SERIES_LIST.read(connection, (), where)


async def find_category(connection: AsyncConnection[Any], id_: int) -> Category | None:
    """Return a live category."""
    return await _CATEGORY.first(connection, {"id": id_})


async def children_of(connection: AsyncConnection[Any], category_id: int) -> list[Category]:
    """Return the first hundred categories that stand in one, by place."""
    return await _CHILDREN.all(connection, {"parent": category_id})


async def find_tag(connection: AsyncConnection[Any], id_: int) -> Tag | None:
    """Return a live tag."""
    return await _TAG.first(connection, {"id": id_})


async def find_series(connection: AsyncConnection[Any], id_: int) -> Series | None:
    """Return a live series."""
    return await _SERIES.first(connection, {"id": id_})
