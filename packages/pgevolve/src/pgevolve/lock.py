"""The deploy lock: one deployer at a time in a database."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from pgevolve.connect import Connection
from pgevolve.errors import LockNotObtainedError

# The first eight bytes of SHA-256 of "pgevolve deploy lock" as a signed number: nobody else's key by chance.
_KEY = 5_144_604_494_121_601_670
# Held by the session that works: a deployer that was killed leaves it at work for a while.
_WORK_KEY = _KEY + 1
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 1.0


@dataclass(frozen=True, slots=True)
class LockHolder:
    """The session that holds the deploy lock; facts that this role may not see are None."""

    pid: int
    user: str | None
    host: str | None
    application: str | None
    since: datetime | None

    def __str__(self) -> str:
        since = "?" if self.since is None else f"{self.since:%Y-%m-%d %H:%M:%S} UTC"
        host = self.host or "this host"
        return f"pid {self.pid}, user {self.user or '?'}, host {host}, since {since}"


class DeployRunningError(LockNotObtainedError):
    """Another deploy held the lock for as long as this one was willing to wait."""

    hint = "wait until it ends, or end its session when it hangs: SELECT pg_terminate_backend(pid)"

    def __init__(self, holder: LockHolder | None, waited: float) -> None:
        super().__init__(holder, waited)
        self.holder, self.waited = holder, waited

    def __str__(self) -> str:
        return f"another deploy is running: {self.holder or 'it ended a moment ago'}"


class WorkRunningError(LockNotObtainedError):
    """The session of a deployer that died is still at work on the server."""

    hint = "wait until its statement ends, or end it: SELECT pg_terminate_backend(pid)"

    def __init__(self, holder: LockHolder | None, waited: float) -> None:
        super().__init__(holder, waited)
        self.holder, self.waited = holder, waited

    def __str__(self) -> str:
        return f"a session of an earlier deploy is still at work: {self.holder or 'it ended a moment ago'}"


class DeployLockLostError(LockNotObtainedError):
    """The session of the lock ended, so that another deployer may have begun."""

    hint = "run the deploy again: it goes on from the first step that is not recorded"

    def __str__(self) -> str:
        return "the session that held the deploy lock was lost"


@contextmanager
def deploy_lock(
    connection: Connection, *, wait: float, waiting: Callable[[LockHolder], None]
) -> Iterator[None]:
    """Hold the deploy lock of the database for the block, on a connection in autocommit mode.

    Waits up to `wait` seconds and calls `waiting` once with the holder. The lock ends with the session,
    however that ends. Raises DeployRunningError.
    """
    with _advisory_lock(connection, _KEY, DeployRunningError, wait, waiting):
        yield


@contextmanager
def work_lock(
    connection: Connection, *, wait: float, waiting: Callable[[LockHolder], None]
) -> Iterator[None]:
    """Hold the lock of the session that works, for the block, on that connection in autocommit mode.

    A deployer that dies gives up the deploy lock at once, while the server may go on with its statement:
    nobody may judge what that did before it ends. Raises WorkRunningError.
    """
    with _advisory_lock(connection, _WORK_KEY, WorkRunningError, wait, waiting):
        yield


@contextmanager
def _advisory_lock(
    connection: Connection,
    key: int,
    refusal: type[DeployRunningError | WorkRunningError],
    wait: float,
    waiting: Callable[[LockHolder], None],
) -> Iterator[None]:
    begun = time.monotonic()
    pause = _FIRST_PAUSE_SECONDS
    told = False
    while not _try_lock(connection, key):
        holder = _holder(connection, key)
        left = wait - (time.monotonic() - begun)
        if left <= 0:
            raise refusal(holder, wait)
        if holder is not None and not told:
            waiting(holder)
            told = True
        # Jitter: fifty deployers that were started together shall not ask together.
        time.sleep(min(left, pause * random.uniform(0.5, 1.5)))  # noqa: S311 (no secret)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
    try:
        yield
    finally:
        # A session that is lost has given the lock up.
        with suppress(psycopg.OperationalError):
            connection.execute("SELECT pg_advisory_unlock(%s)", (key,))


def require_lock(connection: Connection) -> None:
    """Ask the lock's session for a sign of life. Raises DeployLockLostError."""
    try:
        connection.execute("SELECT 1")
    except psycopg.OperationalError as error:
        raise DeployLockLostError from error


def lock_holder(connection: Connection) -> LockHolder | None:
    """Return the session that holds the deploy lock of this database, if one does."""
    return _holder(connection, _KEY)


def _holder(connection: Connection, key: int) -> LockHolder | None:
    with connection.cursor(row_factory=class_row(LockHolder)) as cursor:
        cursor.execute(
            # The holder's last query is the one that took the lock: its connection does nothing else.
            "SELECT l.pid, a.usename::text AS user, coalesce(a.client_hostname, host(a.client_addr)) AS host,"
            " a.application_name AS application, a.query_start AT TIME ZONE 'UTC' AS since"
            " FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
            " AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
            " AND (l.classid::bigint << 32 | l.objid::bigint) = %s",
            (key,),
        )
        return cursor.fetchone()


def _try_lock(connection: Connection, key: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone()
    return bool(row and row[0])
