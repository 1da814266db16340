"""What a running step waits for, seen from the session of the lock, in a thread of its own."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from pgevolve.blockers import Blocker
from pgevolve.connect import Connection
from pgevolve.deploy.stop import Stop
from pgevolve.ledger import record_event
from pgevolve.roles import act_as

_POLL_SECONDS = 0.1
_WAITING = """
SELECT l.waitstart, greatest(extract(epoch FROM clock_timestamp() - l.waitstart), 0)::float8
FROM pg_catalog.pg_locks AS l WHERE l.pid = %s AND NOT l.granted
"""
_BLOCKERS = """
SELECT DISTINCT b.pid, a.usename::text, a.application_name, a.backend_type, a.state, a.query,
    coalesce(a.xact_start, a.backend_start) AT TIME ZONE 'UTC', a.datname = current_database()
FROM unnest(pg_catalog.pg_blocking_pids(%s)) AS b (pid) LEFT JOIN pg_catalog.pg_stat_activity AS a USING (pid)
ORDER BY 1
"""
_WRAPAROUND = "to prevent wraparound"


class Watch:
    """Looks ten times a second whether the work connection waits, and for whom.

    Cancels the running statement when the process is asked to end. Ends blockers only after
    `terminate_after` seconds, if that is given: sessions of the same database, and no autovacuum that
    prevents wraparound. `tell` is called from the watching thread, with the blockers, or
    one that was ended.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (what it watches, and for whom)
        self,
        guard: Connection,
        work: Connection,
        owner: str | None,
        stop: Stop,
        terminate_after: float | None,
        tell: Callable[[tuple[Blocker, ...], Blocker | None], None],
    ) -> None:
        self._guard, self._work, self._owner = guard, work, owner
        self._stop, self._terminate_after, self._tell = stop, terminate_after, tell
        self._closed = threading.Event()
        self._running = False
        self._waits: dict[Any, float] = {}
        self._first_seen: dict[int, float] = {}
        self._untouchable: set[int] = set()
        self.blockers: dict[int, Blocker] = {}
        self.is_waiting = False

    @property
    def waited(self) -> float:
        """Seconds that the current step waited for locks, as far as was seen."""
        return sum(self._waits.values())

    @contextmanager
    def open(self) -> Iterator[None]:
        """Run the thread for the block."""
        thread = threading.Thread(target=self._watch, name="pgevolve watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._closed.set()
            thread.join()

    @contextmanager
    def step(self, *, again: bool) -> Iterator[None]:
        """Watch a statement for the block; `again` when it is a further attempt at the same locks."""
        self._waits = {}
        self.is_waiting = False
        if not again:
            self.blockers, self._first_seen = {}, {}
        self._running = True
        try:
            yield
        finally:
            self._running = False

    def _watch(self) -> None:
        while not self._closed.wait(_POLL_SECONDS):
            if not self._running:
                continue
            # A session that is lost is noticed by the deploy itself.
            with suppress(psycopg.OperationalError):
                if self._stop.signal is not None:
                    self._work.cancel_safe(timeout=2)
                else:
                    self._look()

    def _look(self) -> None:
        pid = self._work.info.backend_pid
        waits = self._guard.execute(_WAITING, (pid,)).fetchall()
        self.is_waiting = bool(waits)
        if not waits:
            return
        for since, seconds in waits:
            if since is not None:
                self._waits[since] = max(seconds, self._waits.get(since, 0.0))
        found = tuple(Blocker(*row) for row in self._guard.execute(_BLOCKERS, (pid,)))
        fresh = [blocker for blocker in found if blocker.pid not in self.blockers]
        self.blockers |= {blocker.pid: blocker for blocker in found}
        if fresh:
            self._tell(found, None)
        for blocker in found:
            self._end_if_too_long(blocker)

    def _end_if_too_long(self, blocker: Blocker) -> None:
        begun = self._first_seen.setdefault(blocker.pid, time.monotonic())
        limit = self._terminate_after
        if limit is None or time.monotonic() - begun < limit or not self._may_end(blocker):
            return
        self._untouchable.add(blocker.pid)  # asked once
        with self._guard.transaction():
            act_as(self._guard, self._owner)
            record_event(self._guard, "blocker.terminated", _facts(blocker, limit))
        self._guard.execute("SELECT pg_catalog.pg_terminate_backend(%s)", (blocker.pid,))
        self._tell((blocker,), blocker)

    def _may_end(self, blocker: Blocker) -> bool:
        return (
            blocker.pid not in self._untouchable
            and blocker.pid != 0
            and blocker.here is True
            and blocker.kind in {"client backend", "autovacuum worker"}
            and not (blocker.kind == "autovacuum worker" and _WRAPAROUND in (blocker.query or ""))
        )


def _facts(blocker: Blocker, limit: float) -> Mapping[str, Any]:
    return {**blocker.facts, "after_seconds": limit}
