"""Posts as lists show them: the row with its byline, its category, its picture and its tags, read by id."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, ColumnElement, FromClause, any_, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from sevra_atlas.reads import tables
from sevra_atlas.reads.filters import Filters
from sevra_atlas.reads.listing import Page, Where
from sevra_atlas.reads.post_lists import PostOrder, page_of_post_keys
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import alphabetical, public_post


class NamedTag(NamedTuple):
    """A tag as a post names it."""

    id: int
    name: str
    slug: str


class PostCard(msgspec.Struct, frozen=True, kw_only=True):
    """One post in a list. A byline, a category or a picture that nobody may see is None."""

    id: int
    slug: str
    slug_key: str
    title: str
    excerpt: str
    is_hot: bool
    published_at: datetime
    reading_time_sec: int
    views_count: int
    comments_count: int
    status: str
    visibility: str
    created_at: datetime
    updated_at: datetime
    version: int
    author_id: int | None
    author_name: str | None
    author_avatar_id: int | None
    author_avatar_key: str | None
    category_id: int | None
    category_name: str | None
    category_slug: str | None
    cover_id: int | None
    cover_key: str | None
    cover_width: int | None
    cover_height: int | None
    cover_alt: str | None
    tags: list[tuple[int, str, str]]

    @property
    def named_tags(self) -> tuple[NamedTag, ...]:
        """Return the live tags in the order of the Persian alphabet."""
        return tuple(NamedTag(*tag) for tag in self.tags)


_OWN = (
    "id",
    "slug",
    "slug_key",
    "title",
    "excerpt",
    "is_hot",
    "published_at",
    "reading_time_sec",
    "views_count",
    "comments_count",
    "status",
    "visibility",
    "created_at",
    "updated_at",
    "version",
)
POSTS = tables.posts
AUTHOR = tables.author_profiles.alias("author")
CATEGORY = tables.categories.alias("category")
COVER = tables.media.alias("cover")
_FACE = tables.media.alias("face")


def _tags() -> ColumnElement[Any]:
    """Return the tags of a post as a list, so that a page of posts needs no statement of its own for them."""
    borne, tag = tables.post_tags, tables.tags
    one = func.jsonb_build_array(tag.c.id, tag.c.name, tag.c.slug)
    listed = func.jsonb_agg(aggregate_order_by(one, alphabetical(tag.c.name), tag.c.id))
    return (
        select(func.coalesce(listed, literal_column("'[]'::jsonb")))
        .select_from(borne.join(tag, tag.c.id == borne.c.tag_id))
        .where(borne.c.post_id == POSTS.c.id)
        .correlate(POSTS)
        .scalar_subquery()
    )


def post_columns() -> list[ColumnElement[Any]]:
    """Return the labelled columns of a card; names are those of its class."""
    return [
        *(POSTS.c[name] for name in _OWN),
        AUTHOR.c.id.label("author_id"),
        AUTHOR.c.display_name.label("author_name"),
        _FACE.c.id.label("author_avatar_id"),
        _FACE.c.storage_key.label("author_avatar_key"),
        CATEGORY.c.id.label("category_id"),
        CATEGORY.c.name.label("category_name"),
        CATEGORY.c.slug.label("category_slug"),
        COVER.c.id.label("cover_id"),
        COVER.c.storage_key.label("cover_key"),
        COVER.c.width.label("cover_width"),
        COVER.c.height.label("cover_height"),
        COVER.c.alt_text.label("cover_alt"),
        _tags().label("tags"),
    ]


def post_source() -> FromClause:
    """Return the posts joined with byline, category and public picture, one row a post."""
    return (
        POSTS.outerjoin(AUTHOR, AUTHOR.c.id == POSTS.c.author_id)
        .outerjoin(_FACE, (_FACE.c.id == AUTHOR.c.avatar_id) & ~_FACE.c.is_private)
        .outerjoin(CATEGORY, CATEGORY.c.id == POSTS.c.category_id)
        .outerjoin(COVER, (COVER.c.id == POSTS.c.cover_media_id) & ~COVER.c.is_private)
    )


_CARDS = Statement(
    select(*post_columns())
    .select_from(post_source())
    .where(POSTS.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))), public_post(POSTS)),
    PostCard,
)


async def post_page(
    connection: AsyncConnection[Any], filters: Filters, order: PostOrder, where: Where
) -> Page[PostCard]:
    """Return one page of listed posts in two statements; raises InvalidCursorError for a foreign key."""
    keys = await page_of_post_keys(connection, filters, order, where)
    return Page(await post_cards(connection, keys.rows), keys.next_key)


async def post_cards(connection: AsyncConnection[Any], ids: Sequence[int]) -> tuple[PostCard, ...]:
    """Return the listed posts among these ids, in the order of the ids; no statement runs for none."""
    if not ids:
        return ()
    by_id = {card.id: card for card in await _CARDS.all(connection, {"ids": list(ids)})}
    # A post that was hidden between the two statements is left out.
    return tuple(by_id[id_] for id_ in ids if id_ in by_id)
