"""Pages that stand by themselves, and the menus of the site."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, Text, bindparam, cast, literal_column, select

from sevra_atlas.reads import tables
from sevra_atlas.reads.listing import Where, capped, capped_statement, windowed
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import public_page

ENTRIES_SHOWN = 200
"""A menu holds no more entries than this; more are not shown."""


class StaticPage(msgspec.Struct, frozen=True, kw_only=True):
    """A published page."""

    id: int
    slug: str
    title: str
    content: str
    status: str
    published_at: datetime
    updated_at: datetime
    version: int


class MenuEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a menu; `parent_id` is the entry that it stands below."""

    id: int
    parent_id: int | None
    label: str
    url: str
    position: int
    target_blank: bool


class Menu(msgspec.Struct, frozen=True, kw_only=True):
    """A menu with all its entries, siblings in their order."""

    id: int
    name: str
    location: str
    entries: Sequence[MenuEntry] = ()


_PAGES, _MENUS, _ITEMS = tables.pages, tables.menus, tables.menu_items
_PAGE_COLUMNS = [_PAGES.c[name] for name in StaticPage.__struct_fields__]

PAGE_LIST = Statement(
    windowed(
        select(*_PAGE_COLUMNS)
        .where(public_page(_PAGES))
        .order_by(_PAGES.c.published_at.desc(), _PAGES.c.id.desc())
    ),
    StaticPage,
)
_PAGE_COUNT = capped_statement(select(_PAGES.c.id).where(public_page(_PAGES)))
_PAGE = Statement(
    select(*_PAGE_COLUMNS).where(_PAGES.c.id == bindparam("id", type_=BigInteger), public_page(_PAGES)),
    StaticPage,
)
_MENU = Statement(
    select(_MENUS.c.id, _MENUS.c.name, _MENUS.c.location).where(
        cast(_MENUS.c.location, Text) == bindparam("location", type_=Text)
    ),
    Menu,
)
_ENTRIES = Statement(
    select(*(_ITEMS.c[name] for name in MenuEntry.__struct_fields__))
    .where(_ITEMS.c.menu_id == bindparam("menu", type_=BigInteger))
    .order_by(_ITEMS.c.parent_id.nulls_first(), _ITEMS.c.position, _ITEMS.c.id)
    .limit(literal_column(str(ENTRIES_SHOWN))),
    MenuEntry,
)


async def static_pages(
    connection: AsyncConnection[Any], where: Where
) -> tuple[list[StaticPage], tuple[int, bool]]:
    """Return published pages, newest first, and how many there are."""
    rows = await PAGE_LIST.all(connection, {"limit": where.limit, "offset": where.offset})
    return rows, capped(await _PAGE_COUNT.first(connection))


async def find_static_page(connection: AsyncConnection[Any], id_: int) -> StaticPage | None:
    """Return a published page."""
    return await _PAGE.first(connection, {"id": id_})


async def find_menu(connection: AsyncConnection[Any], location: str) -> Menu | None:
    """Return the menu at a location with its entries, in two statements."""
    menu = await _MENU.first(connection, {"location": location})
    if menu is None:
        return None
    return msgspec.structs.replace(menu, entries=tuple(await _ENTRIES.all(connection, {"menu": menu.id})))
