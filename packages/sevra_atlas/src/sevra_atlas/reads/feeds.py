"""The newest posts as the feeds show them; what may be shown says `indexable_entities`."""

from datetime import datetime
from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, func, literal_column, select

from sevra_atlas.reads import tables
from sevra_atlas.reads.seo import INDEXABLE
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import public_post

ENTRIES = 50


class FeedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One post in a feed. `updated_at` is when what it says changed last; never before its publication."""

    id: int
    path: str
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime
    author_name: str | None
    category_name: str | None


_POSTS, _LISTED = tables.posts, tables.sitemap_urls
_AUTHOR = tables.author_profiles.alias("author")
_CATEGORY = tables.categories.alias("category")


def _newest() -> Select[Any]:
    is_post: ColumnElement[str] = literal_column("'BLOG_POST'")
    in_persian: ColumnElement[str] = literal_column("'fa'")
    return (
        select(
            _POSTS.c.id,
            func.coalesce(INDEXABLE.c.display_path, INDEXABLE.c.path).label("path"),
            _POSTS.c.title,
            _POSTS.c.excerpt.label("summary"),
            _POSTS.c.published_at,
            func.greatest(_POSTS.c.published_at, _LISTED.c.lastmod).label("updated_at"),
            _AUTHOR.c.display_name.label("author_name"),
            _CATEGORY.c.name.label("category_name"),
        )
        .select_from(
            _POSTS.join(
                INDEXABLE,
                and_(
                    INDEXABLE.c.entity_type == is_post,
                    INDEXABLE.c.entity_id == _POSTS.c.id,
                    INDEXABLE.c.locale == in_persian,
                ),
            )
            .outerjoin(
                _LISTED,
                and_(
                    _LISTED.c.entity_type == is_post,
                    _LISTED.c.entity_id == _POSTS.c.id,
                    _LISTED.c.locale == in_persian,
                ),
            )
            .outerjoin(_AUTHOR, _AUTHOR.c.id == _POSTS.c.author_id)
            .outerjoin(_CATEGORY, _CATEGORY.c.id == _POSTS.c.category_id)
        )
        .where(public_post(_POSTS))
        .order_by(_POSTS.c.published_at.desc(), _POSTS.c.id.desc())
        .limit(literal_column(str(ENTRIES)))
    )


_OF_THE_BLOG = Statement(_newest(), FeedEntry)
_OF_A_CATEGORY = Statement(
    _newest().where(_POSTS.c.category_id == bindparam("category", type_=BigInteger)), FeedEntry
)


async def newest_entries(
    connection: AsyncConnection[Any], category: int | None = None
) -> tuple[FeedEntry, ...]:
    """Return the newest posts of the blog, or of one category, newest first; 50 at most."""
    if category is None:
        return tuple(await _OF_THE_BLOG.all(connection))
    return tuple(await _OF_A_CATEGORY.all(connection, {"category": category}))
