"""One post with everything its page shows, comments apart, and the posts that go with it."""

from datetime import datetime
from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, Integer, bindparam, func, literal_column, select, tuple_

from sevra_atlas.reads import tables
from sevra_atlas.reads.listing import Where
from sevra_atlas.reads.post_lists import SORTED_AT_MOST, page_of_post_keys
from sevra_atlas.reads.posts import POSTS, PostCard, post_cards, post_columns, post_source
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import public_post, readable_post
from sevra_atlas.reads.taxonomy import Series

BESIDE_A_POST = 5


class PostRow(PostCard, frozen=True, kw_only=True):
    """A post as its own row, with its text and its series."""

    content: str
    series_id: int | None
    series_position: int | None


class ReactionCount(msgspec.Struct, frozen=True):
    """How many people reacted in one way."""

    reaction: str
    count: int


class Neighbour(msgspec.Struct, frozen=True):
    """The post before or after another in its series."""

    id: int
    slug: str
    title: str


class _Id(msgspec.Struct):
    id: int


_ID = bindparam("id", type_=BigInteger)

_POST = Statement(
    select(*post_columns(), POSTS.c.content, POSTS.c.series_id, POSTS.c.series_position)
    .select_from(post_source())
    .where(POSTS.c.id == _ID, readable_post(POSTS)),
    PostRow,
)
_REACTIONS = Statement(
    select(tables.reactions.c.reaction, func.count().label("count"))
    .where(
        tables.reactions.c.entity_type == literal_column("'BLOG_POST'"), tables.reactions.c.entity_id == _ID
    )
    .group_by(tables.reactions.c.reaction)
    .order_by(tables.reactions.c.reaction),
    ReactionCount,
)


def _related() -> Statement[_Id]:
    """Return the query for the posts that share most tags with one; of each tag its newest posts count."""
    mine, theirs = tables.post_tags.alias("mine"), tables.post_tags.alias("theirs")
    bearers = (
        select(theirs.c.post_id)
        .where(theirs.c.tag_id == mine.c.tag_id)
        .order_by(theirs.c.post_id.desc())
        .limit(literal_column(str(SORTED_AT_MOST)))
        .lateral("bearers")
    )
    sharing = (
        select(bearers.c.post_id, func.count().label("shared"))
        .select_from(
            mine.join(tables.tags, tables.tags.c.id == mine.c.tag_id).join(bearers, literal_column("true"))
        )
        .where(mine.c.post_id == _ID, bearers.c.post_id != _ID)
        .group_by(bearers.c.post_id)
        .subquery("sharing")
    )
    return Statement(
        select(POSTS.c.id)
        .select_from(sharing.join(POSTS, POSTS.c.id == sharing.c.post_id))
        .where(public_post(POSTS))
        .order_by(sharing.c.shared.desc(), POSTS.c.published_at.desc(), POSTS.c.id.desc())
        .limit(bindparam("limit", type_=Integer)),
        _Id,
    )


RELATED = _related()


def series_statement(strategy: str) -> Statement[_Id]:
    """Return the query for the posts of a series in its order."""
    order = [POSTS.c.published_at, POSTS.c.id]
    if strategy == "manual":
        order.insert(0, POSTS.c.series_position)
    return Statement(
        select(POSTS.c.id)
        .where(POSTS.c.series_id == bindparam("series", type_=BigInteger), public_post(POSTS))
        .order_by(*order)
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer)),
        _Id,
    )


def neighbour_statement(strategy: str, *, following: bool) -> Statement[Neighbour]:
    """Return the query for the one post before or after a place in a series."""
    columns = [POSTS.c.published_at, POSTS.c.id]
    asked = [bindparam("published_at", type_=POSTS.c.published_at.type), _ID]
    if strategy == "manual":
        columns.insert(0, POSTS.c.series_position)
        asked.insert(0, bindparam("position", type_=Integer))
    here, there = tuple_(*columns), tuple_(*asked)
    return Statement(
        select(POSTS.c.id, POSTS.c.slug, POSTS.c.title)
        .where(
            POSTS.c.series_id == bindparam("series", type_=BigInteger),
            public_post(POSTS),
            here > there if following else here < there,
        )
        .order_by(*(columns if following else [column.desc() for column in columns]))
        .limit(literal_column("1")),
        Neighbour,
    )


STRATEGIES = ("manual", "by_date")
IN_SERIES = {strategy: series_statement(strategy) for strategy in STRATEGIES}
BEFORE = {strategy: neighbour_statement(strategy, following=False) for strategy in STRATEGIES}
AFTER = {strategy: neighbour_statement(strategy, following=True) for strategy in STRATEGIES}


async def find_post(connection: AsyncConnection[Any], id_: int) -> PostRow | None:
    """Return a post that anyone with its address may read: published, listed or not."""
    return await _POST.first(connection, {"id": id_})


async def reactions_to(connection: AsyncConnection[Any], post_id: int) -> dict[str, int]:
    """Return how many people reacted to a post in each way."""
    return {row.reaction: row.count for row in await _REACTIONS.all(connection, {"id": post_id})}


async def similar_posts(connection: AsyncConnection[Any], post: PostCard) -> tuple[PostCard, ...]:
    """Return up to five of the newest listed posts of the same category; none without a category."""
    if post.category_id is None:
        return ()
    where = Where(BESIDE_A_POST + 1)
    keys = await page_of_post_keys(connection, {"category": post.category_id}, "-published_at", where)
    return await post_cards(connection, [id_ for id_ in keys.rows if id_ != post.id][:BESIDE_A_POST])


async def related_posts(connection: AsyncConnection[Any], post_id: int) -> tuple[PostCard, ...]:
    """Return up to five listed posts that share tags, those that share most first, then the newest."""
    rows = await RELATED.all(connection, {"id": post_id, "limit": BESIDE_A_POST})
    return await post_cards(connection, [row.id for row in rows])


async def posts_of_series(
    connection: AsyncConnection[Any], series: Series, where: Where
) -> tuple[PostCard, ...]:
    """Return listed posts of a series in its own order."""
    window = {"series": series.id, "limit": where.limit, "offset": where.offset}
    rows = await IN_SERIES[series.order_strategy].all(connection, window)
    return await post_cards(connection, [row.id for row in rows])


async def beside_in_series(
    connection: AsyncConnection[Any], post: PostRow, series: Series
) -> tuple[Neighbour | None, Neighbour | None]:
    """Return the listed posts before and after one in its series, in two statements."""
    here: dict[str, int | datetime | None] = {
        "series": series.id,
        "published_at": post.published_at,
        "id": post.id,
    }
    if series.order_strategy == "manual":
        here["position"] = post.series_position
    before = await BEFORE[series.order_strategy].first(connection, here)
    return before, await AFTER[series.order_strategy].first(connection, here)
