"""One pass of the sitemap's worker, as it runs every few seconds: rows first, then the files that differ."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from sevra_atlas.domain import sitemap_queue, sitemap_rebuild
from sevra_atlas.domain.sitemap_folder import SitemapFolder
from sevra_atlas.domain.sitemap_projection import Aligned, align_static, mark_dirty
from sevra_atlas.domain.sitemap_publishing import Published, leading, publish

# A city's new name reaches every page of the city: rendering the same shards after each batch would take
# longer than the batches.
_BATCHES = 10


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a pass did. `more`: announcements are left, and another pass should follow at once."""

    taken: int
    aligned: Aligned
    published: Published
    more: bool


def tick(
    connection: Connection[Any],
    folder: SitemapFolder,
    *,
    batch: int = sitemap_queue.BATCH,
    now: datetime | None = None,
) -> Ticked:
    """Bring some batches of rows in line and publish what differs; a database without a sitemap gets one.

    `connection` is a direct one of the maintenance role, in autocommit. Raises `SitemapBusyError` when
    another process leads. May be ended anywhere: what is not committed is done again.
    """
    with leading(connection):
        if sitemap_rebuild.is_missing(connection):
            first = sitemap_rebuild.rebuild_all(connection, now=now)
            taken, aligned, more = 0, first.aligned, False
        else:
            taken, aligned, more = _drained(connection, batch, now)
        with connection.transaction():
            published = publish(connection, folder, now=now)
    return Ticked(taken, aligned, published, more)


def catch_up(connection: Connection[Any], folder: SitemapFolder, *, now: datetime | None = None) -> Published:
    """Take everything that was announced and publish it. Raises `SitemapBusyError` as `tick()` does."""
    while (ticked := tick(connection, folder, now=now)).more:
        pass
    return ticked.published


def _drained(connection: Connection[Any], batch: int, now: datetime | None) -> tuple[int, Aligned, bool]:
    taken, aligned = 0, Aligned()
    with connection.transaction():
        aligned += align_static(connection)
        mark_dirty(connection, aligned.shards)
    for _ in range(_BATCHES):
        with connection.transaction():
            pass_ = sitemap_queue.run_once(connection, batch=batch, now=now)
        taken, aligned = taken + pass_.taken, aligned + pass_.aligned
        if not pass_.more:
            return taken, aligned, False
    return taken, aligned, True
