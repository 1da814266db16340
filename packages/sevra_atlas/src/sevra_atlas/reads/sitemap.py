"""The public addresses of the site, in the shards of the sitemap.

A shard is a section and a range of 20,000 ids, so a row keeps its shard for ever, whatever is renamed,
deleted or restored beside it. A shard without public rows does not exist. What may be listed says the view
`indexable_entities`; no date is given, because no column tells when a page began to look different.
"""

from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, Integer, Text, any_, bindparam, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads import tables
from sevra_atlas.reads.seo import INDEXABLE
from sevra_atlas.reads.statement import Statement

IDS_A_SHARD = 20_000
SECTIONS: dict[str, tuple[str, ...]] = {
    "salons": ("SALON",),
    "artists": ("ARTIST",),
    "geo": ("PROVINCE", "CITY"),
    "posts": ("BLOG_POST",),
    "pages": ("BLOG_PAGE",),
    "taxonomy": ("CATEGORY", "TAG", "SERIES"),
}
STATIC = "static"


class Shard(msgspec.Struct, frozen=True):
    """A section and the number of its range of ids."""

    section: str
    number: int


class Address(msgspec.Struct, frozen=True):
    """The current path of something indexable, with the slug as its author typed it."""

    path: str


_PATHS = tables.url_paths
_SHARD = cast(INDEXABLE.c.entity_id / literal_column(str(IDS_A_SHARD)), Integer)
# The English pages are not served yet; an address is listed when it answers.
_SERVED = INDEXABLE.c.locale == literal_column("'fa'")
_SECTION = case(
    *(
        (
            INDEXABLE.c.entity_type.in_([literal_column(f"'{kind}'") for kind in kinds]),
            literal_column(f"'{section}'"),
        )
        for section, kinds in SECTIONS.items()
    )
)

_SHARDS = Statement(
    select(_SECTION.label("section"), _SHARD.label("number"))
    .where(_SERVED, _SECTION.is_not(None))
    .group_by(literal_column("1"), literal_column("2"))
    .order_by(literal_column("1"), literal_column("2")),
    Shard,
)
_ADDRESSES = Statement(
    select(func.coalesce(INDEXABLE.c.display_path, INDEXABLE.c.path).label("path"))
    .where(
        _SERVED,
        cast(INDEXABLE.c.entity_type, Text) == any_(bindparam("types", type_=ARRAY(Text))),
        INDEXABLE.c.entity_id >= bindparam("first", type_=BigInteger),
        INDEXABLE.c.entity_id < bindparam("end", type_=BigInteger),
    )
    .order_by(INDEXABLE.c.entity_type, INDEXABLE.c.entity_id),
    Address,
)
# Results of a search are not for indexing.
_STATIC = Statement(
    select(_PATHS.c.path)
    .where(_PATHS.c.kind == literal_column("'static'"), _PATHS.c.path != literal_column("'/search'"))
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
