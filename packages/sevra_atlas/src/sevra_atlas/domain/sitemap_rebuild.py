"""Every row of the sitemap made anew: the check on what the announcements did, and the first build."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.domain.sitemap_failures import align_apart
from sevra_atlas.domain.sitemap_fields import SITEMAP_FIELDS
from sevra_atlas.domain.sitemap_projection import Aligned, align_static, mark_dirty

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
# What is listed anew is dated by what is announced of it.
_TOLD: LiteralString = """
SELECT entity_id, min(created_at) FROM public.outbox
 WHERE topic = 'sitemap' AND entity_type = %(kind)s::public.entity_type AND entity_id = ANY(%(ids)s)
 GROUP BY entity_id
"""
_NEWEST: LiteralString = """
SELECT coalesce(max(id), 0) FROM public.outbox WHERE topic IN ('sitemap', 'feed')
"""
_SEEN: LiteralString = "DELETE FROM public.outbox WHERE topic IN ('sitemap', 'feed') AND id <= %(newest)s"
_IS_WAITING: LiteralString = "SELECT EXISTS (SELECT FROM public.outbox WHERE topic = 'sitemap')"
_IS_EMPTY: LiteralString = "SELECT NOT EXISTS (SELECT FROM public.sitemap_urls)"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found: rows listed now, and those that differed: all of them in the first build.

    `is_repair` says that nothing was announced before it, so that none should have differed.
    """

    listed: int
    aligned: Aligned
    is_repair: bool


class Windows:
    """The pages of a rebuild, window by window: each is brought in line in a transaction of the caller's.

    A window whose transaction failed is there again; `advance()` leaves it behind.
    """

    def __init__(self, size: int = WINDOW) -> None:
        self._size = size
        self._kinds = list(SITEMAP_FIELDS)
        self._after = 0
        self._ids: list[int] = []

    @property
    def remaining(self) -> bool:
        """Return whether a window is left; the last one of each kind is empty."""
        return bool(self._kinds)

    def align(self, connection: Connection[Any], now: datetime) -> Aligned:
        """Bring the rows of the window in line and mark the shards that differ from them."""
        kind = self._kinds[0]
        asked = {"kind": kind.value, "after": self._after, "window": self._size}
        self._ids = _value(connection, _NEXT, **asked) or []
        if not self._ids:
            return Aligned()
        told = connection.execute(_TOLD, {"kind": kind.value, "ids": self._ids}).fetchall()
        aligned = align_apart(connection, kind, self._ids, now, dict(told))
        mark_dirty(connection, aligned.shards)
        return aligned

    def advance(self) -> int:
        """Go on to the next window; return how many entities lie in the one left behind."""
        if self._ids:
            self._after = self._ids[-1]
        else:
            self._kinds.pop(0)
            self._after = 0
        return len(self._ids)


def rebuild_all(
    connection: Connection[Any],
    *,
    window: int = WINDOW,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Rebuilt:
    """Bring every row in line, `window` entities a transaction, and have every file written again.

    What was announced before is taken from the outbox in the end: every page was looked at since. Rows made
    by hand stay. The caller leads; `connection` is in autocommit; safe to interrupt and repeat.
    """
    now = now or datetime.now(UTC)
    newest = _value(connection, _NEWEST)
    total = _value(connection, _COUNT, kinds=[kind.value for kind in SITEMAP_FIELDS])
    done = 0
    with connection.transaction():
        aligned = align_static(connection)
    windows = Windows(window)
    while windows.remaining:
        with connection.transaction():
            aligned += windows.align(connection, now)
        done += windows.advance()
        if progress is not None:
            progress(done, max(total, done))
    with connection.transaction():
        shards = connection.execute(_ALL_SHARDS).fetchall()
        mark_dirty(connection, {*aligned.shards, *((section, shard) for section, shard in shards)})
        connection.execute(_SEEN, {"newest": newest})
    return Rebuilt(_value(connection, _ENABLED), aligned, is_repair=newest == 0)


def is_waiting(connection: Connection[Any]) -> bool:
    """Return whether something was announced that no pass has taken yet."""
    return bool(_value(connection, _IS_WAITING))


def is_missing(connection: Connection[Any]) -> bool:
    """Return whether the sitemap has no row at all: a database that never had one."""
    return bool(_value(connection, _IS_EMPTY))


def _value(connection: Connection[Any], query: LiteralString, **parameters: object) -> Any:
    row = connection.execute(query, parameters).fetchone()
    assert row is not None, "the query gives one row"
    return row[0]
