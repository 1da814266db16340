"""Authors of the blog: the public bylines of users, under the user's id."""

import string
from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import (
    BigInteger,
    FromClause,
    Select,
    Text,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads import tables
from sevra_atlas.reads.listing import COUNTED_AT_MOST, Where, capped, capped_statement, windowed
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import public_post


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """A byline; its listed posts are counted up to the cap of all counts."""

    id: int
    display_name: str
    bio: str
    avatar_id: int | None
    post_count: int
    updated_at: datetime


class _Id(msgspec.Struct):
    id: int


# As the database folds them, by the rules of its locale "C".
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_AUTHORS, _POSTS = tables.author_profiles, tables.posts
_FACE = tables.media.alias("face")


def _post_count() -> Any:
    one_by_one = (
        select(literal_column("1").label("one"))
        .where(_POSTS.c.author_id == _AUTHORS.c.id, public_post(_POSTS))
        .correlate(_AUTHORS)
        .limit(literal_column(str(COUNTED_AT_MOST)))
        .lateral("counted")
    )
    return select(func.count()).select_from(one_by_one).correlate(_AUTHORS).scalar_subquery()


def _source() -> FromClause:
    return _AUTHORS.outerjoin(_FACE, (_FACE.c.id == _AUTHORS.c.avatar_id) & ~_FACE.c.is_private)


def _authors() -> Select[Any]:
    return select(
        _AUTHORS.c.id,
        _AUTHORS.c.display_name,
        _AUTHORS.c.bio,
        _FACE.c.id.label("avatar_id"),
        _post_count().label("post_count"),
        _AUTHORS.c.updated_at,
    ).select_from(_source())


AUTHOR_LIST = Statement(windowed(_authors().order_by(_AUTHORS.c.id)), Author)
_COUNT = capped_statement(select(_AUTHORS.c.id))
_USERS = tables.users
_NAMED = Statement(
    select(_AUTHORS.c.id)
    .select_from(_AUTHORS.join(_USERS, _USERS.c.id == _AUTHORS.c.id))
    .where(
        or_(
            _AUTHORS.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
            _USERS.c.username_key == any_(bindparam("names", type_=ARRAY(Text))),
        )
    )
    .order_by(_AUTHORS.c.id),
    _Id,
)
_BY_ID = Statement(_authors().where(_AUTHORS.c.id == bindparam("id", type_=BigInteger)), Author)


async def authors(connection: AsyncConnection[Any], where: Where) -> tuple[list[Author], tuple[int, bool]]:
    """Return live bylines, the oldest user first, and how many there are."""
    rows = await AUTHOR_LIST.all(connection, {"limit": where.limit, "offset": where.offset})
    return rows, capped(await _COUNT.first(connection))


async def find_author(connection: AsyncConnection[Any], id_: int) -> Author | None:
    """Return a live byline by the id of its user."""
    return await _BY_ID.first(connection, {"id": id_})


async def named_authors(
    connection: AsyncConnection[Any], ids: Collection[int], usernames: Collection[str]
) -> list[int]:
    """Return the ids of the live bylines named by user id or by user name, of any case of ASCII letters."""
    names = [name.translate(_LOWER) for name in usernames]
    return [row.id for row in await _NAMED.all(connection, {"ids": list(ids), "names": names})]
