"""Scheduled posts go live when they are due."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection

BATCH = 100

# By the live view: what is in the trash waits there. A trigger clears the date for which it was scheduled.
_PUBLISH: LiteralString = """
UPDATE live.posts p SET status = 'published', published_at = p.scheduled_at
  FROM (SELECT id, scheduled_at FROM live.posts WHERE status = 'scheduled' AND scheduled_at <= now()
         ORDER BY scheduled_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED) due
 WHERE p.id = due.id
RETURNING extract(epoch FROM now() - due.scheduled_at)
"""


@dataclass(frozen=True, slots=True)
class Published:
    """What one pass did: posts that went live, and how many seconds after its time the latest of them."""

    posts: int
    delay_seconds: int
    more: bool


def publish_due(connection: Connection[Any], *, batch: int = BATCH) -> Published:
    """Publish at most `batch` posts whose time has come, dated to that time; the caller commits.

    What follows from it (search, sitemap, feeds) is announced in the same transaction. Acts as the
    application's role.
    """
    delays = [delay for (delay,) in connection.execute(_PUBLISH, {"batch": batch})]
    return Published(len(delays), int(max(delays, default=0)), more=len(delays) == batch)
