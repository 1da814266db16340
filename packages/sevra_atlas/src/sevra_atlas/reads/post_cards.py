"""Posts as a result shows them, read by id."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads.statement import Statement


class Named(msgspec.Struct, frozen=True):
    """A tag or a category of a post."""

    id: int
    name: str
    slug: str


class PostCard(msgspec.Struct, frozen=True, kw_only=True):
    """One public post. What nobody may see of it is None."""

    id: int
    slug: str
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
    author_id: int | None
    author_name: str | None
    author_avatar_id: int | None
    category_id: int | None
    category_name: str | None
    category_slug: str | None
    cover_id: int | None
    tag_ids: list[int]
    tag_names: list[str]
    tag_slugs: list[str]

    def tags(self) -> list[Named]:
        """Return the tags in the order of their ids."""
        return [Named(*of) for of in zip(self.tag_ids, self.tag_names, self.tag_slugs, strict=True)]


_CARDS = Statement(
    text(
        """
        SELECT p.id, p.slug, p.title, p.excerpt, p.is_hot, p.published_at, p.reading_time_sec, p.views_count,
               p.comments_count, p.status::text AS status, p.visibility::text AS visibility, p.created_at,
               p.updated_at, a.id AS author_id, a.display_name AS author_name,
               a.avatar_id AS author_avatar_id,
               c.id AS category_id, c.name AS category_name, c.slug AS category_slug,
               p.cover_media_id AS cover_id, coalesce(tagged.ids, '{}') AS tag_ids,
               coalesce(tagged.names, '{}') AS tag_names, coalesce(tagged.slugs, '{}') AS tag_slugs
          FROM posts p
          LEFT JOIN author_profiles a ON a.id = p.author_id
          LEFT JOIN categories c ON c.id = p.category_id
          LEFT JOIN LATERAL (
               SELECT array_agg(t.id ORDER BY t.id) AS ids, array_agg(t.name ORDER BY t.id) AS names,
                      array_agg(t.slug ORDER BY t.id) AS slugs
                 FROM post_tags m JOIN tags t ON t.id = m.tag_id WHERE m.post_id = p.id
          ) tagged ON true
         WHERE p.id = ANY(:ids) AND p.status = 'published' AND p.visibility = 'public'
        """
    ).bindparams(bindparam("ids", type_=ARRAY(BigInteger))),
    PostCard,
)


async def post_cards(connection: AsyncConnection[Any], ids: Sequence[int]) -> tuple[PostCard, ...]:
    """Return the public posts among these ids, in the order of the ids."""
    by_id = {card.id: card for card in await _CARDS.all(connection, {"ids": list(ids)})}
    return tuple(by_id[id_] for id_ in ids if id_ in by_id)
