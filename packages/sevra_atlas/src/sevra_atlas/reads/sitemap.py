"""The public addresses of the site, in the shards of the sitemap.

A shard is a section and a range of 20,000 ids, so a row keeps its shard for ever, whatever is renamed,
deleted or restored beside it. A shard without public rows does not exist.
"""

from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads import tables
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import public_listing

IDS_A_SHARD = 20_000
SECTIONS: dict[str, tuple[str, ...]] = {
    "salons": ("SALON",),
    "artists": ("ARTIST",),
    "geo": ("PROVINCE", "CITY"),
}
STATIC = "static"


class Shard(msgspec.Struct, frozen=True):
    """A section and the number of its range of ids."""

    section: str
    number: int


class Address(msgspec.Struct, frozen=True):
    """The current path of something public, with the slug as its author typed it."""

    path: str


_PATHS, _ENTITIES = tables.url_paths, tables.entities
_SOURCE = _PATHS.join(
    _ENTITIES,
    and_(
        _ENTITIES.c.entity_type == _PATHS.c.entity_type,
        _ENTITIES.c.entity_id == _PATHS.c.entity_id,
    ),
)
_SHARD = cast(_PATHS.c.entity_id / literal_column(str(IDS_A_SHARD)), Integer)


def _not_thin() -> Any:
    """Return the condition that a city's page lists something; other kinds are never thin."""
    city = _PATHS.c.entity_id

    def listed(listing: Any) -> Any:
        return exists(select(literal_column("1")).where(listing.c.city_id == city, public_listing(listing)))

    return or_(
        _PATHS.c.entity_type != literal_column("'CITY'"),
        listed(tables.salons),
        listed(tables.artists),
    )


_INDEXABLE = and_(
    _PATHS.c.kind == literal_column("'current'"),
    _ENTITIES.c.state == literal_column("'public'"),
    _not_thin(),
)
_SECTION = case(
    *(
        (
            _PATHS.c.entity_type.in_([literal_column(f"'{kind}'") for kind in kinds]),
            literal_column(f"'{section}'"),
        )
        for section, kinds in SECTIONS.items()
    )
)

_SHARDS = Statement(
    select(_SECTION.label("section"), _SHARD.label("number"))
    .select_from(_SOURCE)
    .where(_INDEXABLE, _SECTION.is_not(None))
    .group_by(literal_column("1"), literal_column("2"))
    .order_by(literal_column("1"), literal_column("2")),
    Shard,
)
_ADDRESSES = Statement(
    select(func.coalesce(_PATHS.c.display_path, _PATHS.c.path).label("path"))
    .select_from(_SOURCE)
    .where(
        _INDEXABLE,
        cast(_PATHS.c.entity_type, Text) == any_(bindparam("types", type_=ARRAY(Text))),
        _PATHS.c.entity_id >= bindparam("first", type_=BigInteger),
        _PATHS.c.entity_id < bindparam("end", type_=BigInteger),
    )
    .order_by(_PATHS.c.entity_type, _PATHS.c.entity_id),
    Address,
)
# Results of a search are not for indexing, and the blog has no page yet.
_UNLISTED: list[ColumnElement[str]] = [literal_column(f"'{path}'") for path in ("/blog", "/search")]
_STATIC = Statement(
    select(_PATHS.c.path)
    .where(_PATHS.c.kind == literal_column("'static'"), ~_PATHS.c.path.in_(_UNLISTED))
    .order_by(_PATHS.c.path),
    Address,
)


async def shards(connection: AsyncConnection[Any]) -> list[Shard]:
    """Return the shards that hold at least one public address, `static` last."""
    return [*await _SHARDS.all(connection), Shard(STATIC, 0)]


async def addresses(connection: AsyncConnection[Any], shard: Shard) -> list[str]:
    """Return the public paths of a shard in the order of their ids; none for a shard that does not exist."""
    if shard.section == STATIC:
        found = await _STATIC.all(connection) if shard.number == 0 else []
    else:
        parameters = {
            "types": list(SECTIONS.get(shard.section, ())),
            "first": shard.number * IDS_A_SHARD,
            "end": (shard.number + 1) * IDS_A_SHARD,
        }
        found = await _ADDRESSES.all(connection, parameters)
    return [row.path for row in found]
