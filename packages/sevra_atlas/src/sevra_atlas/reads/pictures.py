"""Public files as galleries and answers show them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, Integer, Text, any_, bindparam, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads import tables
from sevra_atlas.reads.statement import Statement


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A live public file."""

    id: int
    storage_key: str
    type: str
    mime: str
    size_bytes: int
    width: int | None
    height: int | None
    duration: int | None
    alt_text: str
    title: str
    kind: str | None
    status: str
    created_at: datetime


_COLUMNS = [tables.media.c[name] for name in Picture.__struct_fields__]
_BY_ID = Statement(
    select(*_COLUMNS).where(
        tables.media.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))), ~tables.media.c.is_private
    ),
    Picture,
)
_BY_KEY = Statement(
    select(*_COLUMNS).where(
        tables.media.c.storage_key == bindparam("key", type_=Text), ~tables.media.c.is_private
    ),
    Picture,
)


def _gallery(entity_type: str) -> Statement[Picture]:
    link = tables.media_links
    return Statement(
        select(*_COLUMNS)
        .select_from(link.join(tables.media, tables.media.c.id == link.c.media_id))
        .where(
            link.c.entity_type == literal_column(f"'{entity_type}'"),
            link.c.entity_id == bindparam("id", type_=BigInteger),
            link.c.kind == literal_column("'GALLERY'"),
            ~tables.media.c.is_private,
        )
        .order_by(link.c.position, link.c.id)
        .limit(bindparam("limit", type_=Integer)),
        Picture,
    )


_GALLERY = {"SALON": _gallery("SALON"), "ARTIST": _gallery("ARTIST")}


async def pictures(connection: AsyncConnection[Any], ids: Collection[int]) -> dict[int, Picture]:
    """Return the public pictures among these ids; no statement runs for none."""
    if not ids:
        return {}
    return {picture.id: picture for picture in await _BY_ID.all(connection, {"ids": sorted(ids)})}


async def gallery(
    connection: AsyncConnection[Any], entity_type: str, entity_id: int, limit: int
) -> list[Picture]:
    """Return the first public pictures of a salon's or an artist's gallery, in its own order."""
    return await _GALLERY[entity_type].all(connection, {"id": entity_id, "limit": limit})


async def find_public_file(connection: AsyncConnection[Any], storage_key: str) -> Picture | None:
    """Return the live public file with this key; a private or deleted one is not found."""
    return await _BY_KEY.first(connection, {"key": storage_key})
