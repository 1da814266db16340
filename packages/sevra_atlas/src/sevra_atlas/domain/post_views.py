"""Views of posts: written as rows of their own, added to the posts from time to time."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection

BATCH = 5_000

_TAKE: LiteralString = """
DELETE FROM public.post_view_deltas
 WHERE id IN (SELECT id FROM public.post_view_deltas ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING post_id, views
"""
# In one order, as everybody locks posts.
_LOCK: LiteralString = "SELECT FROM public.posts WHERE id = ANY(%(posts)s) ORDER BY id FOR NO KEY UPDATE"
_ADD: LiteralString = """
UPDATE public.posts p SET views_count = p.views_count + seen.views
  FROM unnest(%(posts)s::bigint[], %(views)s::bigint[]) seen (post_id, views) WHERE p.id = seen.post_id
"""


@dataclass(frozen=True, slots=True)
class RolledUp:
    """What one pass did: rows taken, views added."""

    taken: int
    views: int
    more: bool


def roll_up(connection: Connection[Any], *, batch: int = BATCH) -> RolledUp:
    """Add at most `batch` rows of views to their posts; the caller commits, and no view is added twice.

    Acts as the maintenance role.
    """
    taken = connection.execute(_TAKE, {"batch": batch}).fetchall()
    seen: dict[int, int] = {}
    for post, views in taken:
        seen[post] = seen.get(post, 0) + views
    if seen:
        counted = {"posts": list(seen), "views": list(seen.values())}
        connection.execute(_LOCK, counted)
        connection.execute(_ADD, counted)
    return RolledUp(len(taken), sum(seen.values()), more=len(taken) == batch)
