"""What the server says of the load that a backfill makes; reads only, a few milliseconds a look."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pgevolve.backfill.pace import Follower, Look
from pgevolve.connect import Connection

_MARKS = 4096
_CHECKPOINTER_SINCE = 170000
_NOW = """
SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint,
       pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::bigint,
       (SELECT {column} FROM pg_catalog.{view})::bigint
"""
# Without pg_read_all_stats the places of other logins' standbys are NULL.
_STANDBYS = """
SELECT coalesce(nullif(application_name, ''), 'pid ' || pid),
       pg_catalog.pg_wal_lsn_diff(replay_lsn, '0/0')::bigint, extract(epoch FROM replay_lag)::float8
  FROM pg_catalog.pg_stat_replication WHERE coalesce(state, '') <> 'backup' ORDER BY 1
"""
_SLOTS = """
SELECT slot_name, active,
       pg_catalog.pg_wal_lsn_diff(coalesce(confirmed_flush_lsn, restart_lsn), '0/0')::bigint
  FROM pg_catalog.pg_replication_slots AS s
 WHERE NOT temporary AND coalesce(wal_status, '') <> 'lost' AND (restart_lsn IS NOT NULL)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_replication AS r WHERE r.pid = s.active_pid)
 ORDER BY 1
"""
Clock: TypeAlias = Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where the WAL was at a time: what was made of it, and what was written out, which can be replayed.

    `checkpoints` are those that were asked for so far.
    """

    at: float
    made: int
    written: int
    checkpoints: int


class Looker:
    """Looks at the server on a connection in autocommit mode, and remembers where its WAL was when."""

    def __init__(self, connection: Connection, clock: Clock = time.monotonic) -> None:
        self._connection, self._clock = connection, clock
        self._marks: deque[_Mark] = deque(maxlen=_MARKS)

    @property
    def age(self) -> float:
        """Seconds since the last look; endless before the first one."""
        return self._clock() - self._marks[-1].at if self._marks else float("inf")

    def look(self) -> Look:
        """Return what happened since the last look."""
        now = self._mark()
        before = self._marks[-1] if self._marks else now
        self._marks.append(now)
        return Look(
            now.at - before.at,
            now.made - before.made,
            now.checkpoints - before.checkpoints,
            (*self._standbys(now), *self._slots(now)),
        )

    def _mark(self) -> _Mark:
        new = self._connection.info.server_version >= _CHECKPOINTER_SINCE
        column, view = (
            ("num_requested", "pg_stat_checkpointer") if new else ("checkpoints_req", "pg_stat_bgwriter")
        )
        row = self._connection.execute(_NOW.format(column=column, view=view).encode()).fetchone()
        assert row is not None
        return _Mark(self._clock(), *row)

    def _standbys(self, now: _Mark) -> Iterator[Follower]:
        for name, replayed, lag in self._connection.execute(_STANDBYS).fetchall():
            if replayed is None:
                yield Follower("standby", name, None, lag)
                continue
            # A standby that replays nothing reports no new lag: then our own memory tells.
            seconds = max(lag or 0.0, seconds_behind(self._marks, replayed, now.at))
            # One that has replayed everything keeps its last lag for a while.
            yield Follower(
                "standby", name, now.written - replayed, seconds if now.written > replayed else 0.0
            )

    def _slots(self, now: _Mark) -> Iterator[Follower]:
        for name, active, read in self._connection.execute(_SLOTS).fetchall():
            yield Follower("slot", name, now.written - read, gone=not active)


def seconds_behind(marks: Sequence[_Mark] | deque[_Mark], replayed: int, now: float) -> float:
    """Return how long ago the WAL was written that comes next to be replayed, as far as was looked."""
    return next((now - mark.at for mark in marks if mark.written > replayed), 0.0)
