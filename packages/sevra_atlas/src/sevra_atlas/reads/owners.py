"""Who answers at a slug that no live row has, and what became of an id that no live row has."""

from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, Text, and_, bindparam, cast, func, literal_column, select

from sevra_atlas.reads import tables
from sevra_atlas.reads.statement import Statement

PREFIXES = {
    "SALON": "/atlas/salon/",
    "ARTIST": "/atlas/artist/",
    "CITY": "/atlas/city/",
    "PROVINCE": "/atlas/province/",
    "BLOG_POST": "/blog/post/",
    "BLOG_PAGE": "/blog/page/",
    "CATEGORY": "/blog/category/",
    "TAG": "/blog/tag/",
    "SERIES": "/blog/series/",
}
"""Where the pages of a kind begin; the registry `entity_types` holds the same (a test compares them)."""

_TABLES = {
    "SALON": tables.salons,
    "ARTIST": tables.artists,
    "CITY": tables.cities,
    "PROVINCE": tables.provinces,
    "BLOG_POST": tables.posts,
    "BLOG_PAGE": tables.pages,
    "CATEGORY": tables.categories,
    "TAG": tables.tags,
    "SERIES": tables.series,
}


class _Id(msgspec.Struct):
    id: int


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """The owner of a path: its state for visitors, whether it ever was public, its present path."""

    entity_id: int
    state: str
    was_public: bool
    current_path: str | None

    @property
    def is_visible(self) -> bool:
        """Return whether a visitor may see the owner."""
        return self.state in {"public", "unlisted"}

    @property
    def is_gone(self) -> bool:
        """Return whether the owner was public once and is deleted."""
        return self.was_public and self.state in {"deleted", "archived", "purged", "retired"}


_OWN, _OWNER, _CURRENT = tables.url_paths, tables.entities, tables.url_paths.alias("current")
_COLUMNS = (
    _OWNER.c.entity_id,
    cast(_OWNER.c.state, Text).label("state"),
    _OWNER.c.first_public_at.is_not(None).label("was_public"),
    func.coalesce(_CURRENT.c.display_path, _CURRENT.c.path).label("current_path"),
)
_CURRENT_OF_OWNER = and_(
    _CURRENT.c.entity_type == _OWNER.c.entity_type,
    _CURRENT.c.entity_id == _OWNER.c.entity_id,
    _CURRENT.c.kind == literal_column("'current'"),
)
_BY_PATH = Statement(
    select(*_COLUMNS)
    .select_from(
        _OWN.join(
            _OWNER,
            and_(_OWNER.c.entity_type == _OWN.c.entity_type, _OWNER.c.entity_id == _OWN.c.entity_id),
        ).outerjoin(_CURRENT, _CURRENT_OF_OWNER)
    )
    .where(_OWN.c.path == bindparam("path", type_=Text)),
    Owner,
)
_BY_ID = {
    kind: Statement(
        select(*_COLUMNS)
        .select_from(_OWNER.outerjoin(_CURRENT, _CURRENT_OF_OWNER))
        .where(
            _OWNER.c.entity_type == literal_column(f"'{kind}'"),
            _OWNER.c.entity_id == bindparam("id", type_=BigInteger),
        ),
        Owner,
    )
    for kind in (*PREFIXES, "AUTHOR")
}

_ID_BY_KEY = {
    kind: Statement(
        select(table.c.id).where(table.c.slug_key == bindparam("key", type_=Text)).limit(literal_column("1")),
        _Id,
    )
    for kind, table in _TABLES.items()
}


async def find_id_by_slug_key(connection: AsyncConnection[Any], kind: str, key: str) -> int | None:
    """Return the id of the live row of a kind whose slug has this key."""
    row = await _ID_BY_KEY[kind].first(connection, {"key": key})
    return row.id if row is not None else None


async def find_owner_of_slug(connection: AsyncConnection[Any], kind: str, slug_key: str) -> Owner | None:
    """Return who owns the page path with this slug key, now or formerly."""
    return await _BY_PATH.first(connection, {"path": PREFIXES[kind] + slug_key})


async def find_owner(connection: AsyncConnection[Any], kind: str, id_: int) -> Owner | None:
    """Return the state of the row with this id, deleted or not."""
    return await _BY_ID[kind].first(connection, {"id": id_})
