"""Every row of the sitemap made anew: the check on what the announcements did, and the first build."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.domain.sitemap_failures import align_apart, differing
from sevra_atlas.domain.sitemap_fields import SITEMAP_FIELDS
from sevra_atlas.domain.sitemap_projection import Aligned, align_static, mark_dirty
from sevra_atlas.schema.enums import EntityType

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
_IS_LISTED: LiteralString = """
SELECT EXISTS (SELECT FROM public.sitemap_urls
                WHERE entity_type = %(kind)s::public.entity_type AND entity_id = ANY(%(ids)s))
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


@dataclass(frozen=True, slots=True)
class Window:
    """Pages of one kind that one transaction looks at, by their ids in order."""

    kind: EntityType
    ids: list[int]

    def align(self, connection: Connection[Any], now: datetime) -> Aligned:
        """Bring the rows of the window in line and mark the shards that differ from them; the caller commits.

        Rows that are as they should be are read and not locked.
        """
        asked = {"kind": self.kind.value, "ids": self.ids}
        told = dict(connection.execute(_TOLD, asked).fetchall())
        ids = self.ids
        # Where nothing is listed yet everything differs.
        if _value(connection, _IS_LISTED, **asked):
            ids = sorted(differing(connection, self.kind, ids).union(told))
        aligned = align_apart(connection, self.kind, ids, now, told) if ids else Aligned()
        mark_dirty(connection, aligned.shards)
        return aligned


class Windows:
    """The pages of a rebuild, window by window; one is there again until `advance()` leaves it behind."""

    def __init__(self, size: int = WINDOW) -> None:
        self._size = size
        self._kinds = list(SITEMAP_FIELDS)
        self._after = 0

    def next(self, connection: Connection[Any]) -> Window | None:
        """Return the window that is to be looked at; None when all are left behind."""
        while self._kinds:
            kind = self._kinds[0]
            asked = {"kind": kind.value, "after": self._after, "window": self._size}
            if ids := _value(connection, _NEXT, **asked):
                return Window(kind, ids)
            self._kinds.pop(0)
            self._after = 0
        return None

    def advance(self, window: Window) -> None:
        """Go on to the window that follows this one."""
        self._after = window.ids[-1]


def rebuild_all(
    connection: Connection[Any],
    *,
    beside: Sequence[Connection[Any]] = (),
    window: int = WINDOW,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Rebuilt:
    """Bring every row in line, `window` entities a transaction, and have every file written again.

    Windows are shared with the connections `beside`: the work is the server's, which gives a core to each.
    What was announced before is taken from the outbox in the end: every page was looked at since. Rows made
    by hand stay. The caller leads; the connections are in autocommit; safe to interrupt and repeat.
    """
    now = now or datetime.now(UTC)
    newest = _value(connection, _NEWEST)
    total = _value(connection, _COUNT, kinds=[kind.value for kind in SITEMAP_FIELDS])
    done = 0
    with connection.transaction():
        aligned = align_static(connection)
    with closing(_aligned([connection, *beside], Windows(window), now)) as windows:
        for looked_at, of_window in windows:
            aligned += of_window
            done += looked_at
            if progress is not None:
                progress(done, max(total, done))
    with connection.transaction():
        shards = connection.execute(_ALL_SHARDS).fetchall()
        mark_dirty(connection, {*aligned.shards, *((section, shard) for section, shard in shards)})
        connection.execute(_SEEN, {"newest": newest})
    return Rebuilt(_value(connection, _ENABLED), aligned, is_repair=newest == 0)


def _aligned(
    connections: Sequence[Connection[Any]], windows: Windows, now: datetime
) -> Generator[tuple[int, Aligned]]:
    """Yield the size of each window and what was done to it, in the order in which they are done.

    An error on one connection, or an interruption, cancels what runs on the others before it is raised.
    """
    idle = list(connections)
    running: dict[Future[Aligned], tuple[Connection[Any], Window]] = {}
    with ThreadPoolExecutor(len(idle)) as pool:
        try:
            while True:
                while idle and (window := windows.next(idle[-1])) is not None:
                    windows.advance(window)
                    busy = idle.pop()
                    running[pool.submit(_in_transaction, busy, window, now)] = busy, window
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    busy, window = running.pop(future)
                    idle.append(busy)
                    yield len(window.ids), future.result()
        finally:
            for busy, _ in running.values():
                busy.cancel_safe()


def _in_transaction(connection: Connection[Any], window: Window, now: datetime) -> Aligned:
    with connection.transaction():
        return window.align(connection, now)


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
