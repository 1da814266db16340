"""Every row of the sitemap made anew: the check on what the announcements did, and the first build."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.domain import sitemap_queue
from sevra_atlas.domain.sitemap_fields import SITEMAP_FIELDS
from sevra_atlas.domain.sitemap_projection import Aligned, align, align_static, mark_dirty

WINDOW = 5_000
"""Ids that one transaction of a rebuild looks at."""

# Called with how many entities are done and how many there are.
Progress = Callable[[int, int], None]

_COUNT: LiteralString = """
SELECT count(*) FROM public.entities WHERE entity_type = ANY(%(kinds)s::public.entity_type[])
"""
_NEXT: LiteralString = """
SELECT array_agg(entity_id) FROM (
  SELECT entity_id FROM public.entities
   WHERE entity_type = %(kind)s::public.entity_type AND entity_id > %(after)s
   ORDER BY entity_id LIMIT %(window)s
) following
"""
# A shard whose last row went has a file to be removed.
_ALL_SHARDS: LiteralString = """
SELECT section, shard FROM public.sitemap_shards
UNION SELECT DISTINCT section, shard FROM public.sitemap_urls WHERE is_enabled
"""
_ENABLED: LiteralString = "SELECT count(*) FROM public.sitemap_urls WHERE is_enabled"
_IS_EMPTY: LiteralString = "SELECT NOT EXISTS (SELECT FROM public.sitemap_urls)"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found: rows listed now, rows that the announcements changed first, rows that differed.

    `repaired` rows stood otherwise than they should with nothing announced: 0, save in the first build.
    """

    listed: int
    announced: Aligned
    repaired: Aligned


def rebuild_all(
    connection: Connection[Any],
    *,
    window: int = WINDOW,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Rebuilt:
    """Bring every row in line, `window` entities a transaction, and have every file written again.

    What was announced is taken first. Rows made by hand stay. `connection` is in autocommit; safe to
    interrupt and repeat.
    """
    now = now or datetime.now(UTC)
    announced = sitemap_queue.drain(connection, now=now)
    total = _value(connection, _COUNT, kinds=[kind.value for kind in SITEMAP_FIELDS])
    done, repaired = 0, Aligned()
    with connection.transaction():
        repaired += align_static(connection)
    for kind in SITEMAP_FIELDS:
        after = 0
        while ids := _value(connection, _NEXT, kind=kind.value, after=after, window=window):
            with connection.transaction():
                repaired += align(connection, kind, ids, now)
            after = ids[-1]
            done += len(ids)
            if progress is not None:
                progress(done, max(total, done))
    with connection.transaction():
        shards = connection.execute(_ALL_SHARDS).fetchall()
        mark_dirty(connection, {*repaired.shards, *((section, shard) for section, shard in shards)})
    return Rebuilt(_value(connection, _ENABLED), announced, repaired)


def is_missing(connection: Connection[Any]) -> bool:
    """Return whether the sitemap has no row at all: a database that never had one."""
    return bool(_value(connection, _IS_EMPTY))


def _value(connection: Connection[Any], query: LiteralString, **parameters: object) -> Any:
    row = connection.execute(query, parameters).fetchone()
    assert row is not None, "the query gives one row"
    return row[0]
