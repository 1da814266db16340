"""The batches of a backfill, one after another, kept by whoever asks."""

import time
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import psycopg
from psycopg import RawCursor

from pgevolve.backfill.cursor import PASSES, WHOLE, Cursor, Extent, has_filling_trigger, read_extent
from pgevolve.backfill.errors import UnsettledBackfillError
from pgevolve.backfill.statement import Fill, fills
from pgevolve.connect import Connection
from pgevolve.lock_policy import LockPolicy
from pgevolve.lock_waits import RETRIED, limit_lock_waits
from pgevolve.roles import act_as

_BLOCKS = 128


class Keeper(Protocol):
    """Keeps the cursor of each statement and says how large its batches are."""

    def begun(self, fill: Fill, extent: Extent) -> Cursor | None:
        """Return where the statement goes on, None when it is done. No transaction is open."""

    def blocks(self, fill: Fill, cursor: Cursor) -> int:
        """Return how many blocks the next batch may have. May wait, and may raise in order to stop."""

    def running(self, attempt: int) -> AbstractContextManager[None]:
        """Look after a batch while the block runs it."""

    def moved(self, fill: Fill, cursor: Cursor) -> None:
        """Keep the cursor behind a batch, in the batch's transaction."""

    def wrote(self, fill: Fill, before: Cursor, after: Cursor, seconds: float) -> None:
        """Learn that a batch is committed."""

    def may_retry(self, error: psycopg.Error) -> bool:
        """Say whether the same batch may succeed later. No transaction is open."""

    def refused(self, fill: Fill, attempt: int, pause: float) -> None:
        """Learn that a batch was undone because of locks, and wait `pause` seconds."""

    def turned(self, fill: Fill, cursor: Cursor) -> None:
        """Keep the beginning of a further pass. No transaction is open."""

    def finished(self, fill: Fill, cursor: Cursor) -> None:
        """Learn that every row of the statement is filled. No transaction is open."""


class NoKeeper:
    """Keeps nothing: a scratch database is thrown away."""

    def begun(self, fill: Fill, extent: Extent) -> Cursor | None:  # noqa: ARG002 (of the protocol)
        """Begin at the beginning."""
        return Cursor.at_first(extent)

    def blocks(self, fill: Fill, cursor: Cursor) -> int:  # noqa: ARG002 (of the protocol)
        """Return always the same."""
        return _BLOCKS

    def running(self, attempt: int) -> AbstractContextManager[None]:  # noqa: ARG002 (of the protocol)
        """Do nothing."""
        return nullcontext()

    def moved(self, fill: Fill, cursor: Cursor) -> None:
        """Do nothing."""

    def wrote(self, fill: Fill, before: Cursor, after: Cursor, seconds: float) -> None:
        """Do nothing."""

    def may_retry(self, error: psycopg.Error) -> bool:
        """Allow it for the errors of waiting."""
        return isinstance(error, RETRIED)

    def refused(self, fill: Fill, attempt: int, pause: float) -> None:  # noqa: ARG002 (of the protocol)
        """Wait."""
        time.sleep(pause)

    def turned(self, fill: Fill, cursor: Cursor) -> None:
        """Do nothing."""

    def finished(self, fill: Fill, cursor: Cursor) -> None:
        """Do nothing."""


def run_backfill(
    connection: Connection,
    backfill_sql: str,
    *,
    owner: str | None,
    keeper: Keeper | None = None,
    locks: LockPolicy | None = None,
) -> int:
    """Fill the rows, as the owner, on a connection in autocommit mode; return how many were written.

    Each batch has a transaction of its own, which locks the rows of the batch and waits for theirs as long as
    a step does. Without a keeper it begins at the beginning, which does no harm. Raises SqlTextError,
    UnsettledBackfillError, what the keeper raises and what the server says.
    """
    kept, patience = keeper or NoKeeper(), locks or LockPolicy()
    return sum(_run(connection, fill, owner, kept, patience) for fill in fills(backfill_sql))


def _run(connection: Connection, fill: Fill, owner: str | None, keeper: Keeper, locks: LockPolicy) -> int:
    cursor = keeper.begun(fill, read_extent(connection, fill.table))
    if cursor is None:
        return 0
    before = cursor.rows
    while True:
        while not cursor.is_at_end:
            cursor = _run_batch(connection, fill, cursor, owner, keeper, locks)
        extent = read_extent(connection, fill.table)
        if cursor.is_settled(extent) or (cursor.is_kept_busy() and cursor.files == extent.files):
            if not has_filling_trigger(connection, fill.table):
                # One snapshot has each row once, also one that moved away from every batch.
                cursor = _run_batch(connection, fill, cursor, owner, keeper, locks, whole=True)
            keeper.finished(fill, cursor)
            return cursor.rows - before
        if cursor.turn >= PASSES:
            raise UnsettledBackfillError(fill.table, cursor.turn)
        cursor = cursor.next_pass(extent)
        keeper.turned(fill, cursor)


def _run_batch(  # noqa: PLR0913, PLR0917 (what a batch needs)
    connection: Connection,
    fill: Fill,
    cursor: Cursor,
    owner: str | None,
    keeper: Keeper,
    locks: LockPolicy,
    *,
    whole: bool = False,
) -> Cursor:
    """Run one batch and return the cursor behind it; an attempt whose locks do not come is undone.

    With `whole` it goes over the whole table, and locks what it finds until it is through.
    """
    for attempt, timeout in enumerate(locks.timeouts(), 1):
        batch = cursor.batch(keeper.blocks(fill, cursor))
        first, end = WHOLE if whole else batch
        begun = time.monotonic()
        try:
            with keeper.running(attempt), connection.transaction(), RawCursor(connection) as running:
                act_as(connection, owner)
                limit_lock_waits(connection, timeout)
                running.execute(fill.sql.encode(), (f"({first},0)", f"({end},0)"))
                written = running.rowcount
                after = cursor.swept(written) if whole else cursor.after(end, written)
                keeper.moved(fill, after)
        except psycopg.Error as error:
            if attempt == locks.attempts or connection.broken or not keeper.may_retry(error):
                raise
            keeper.refused(fill, attempt, locks.pause(attempt))
        else:
            keeper.wrote(fill, cursor, after, time.monotonic() - begun)
            return after
    raise AssertionError
