"""A backfill of a deploy: its cursors are in the ledger, and it looks after everybody else."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

import psycopg

from pgevolve.backfill.cursor import PASSES, Cursor, Extent
from pgevolve.backfill.look import Looker
from pgevolve.backfill.pace import Batch, GoOn, Observation, Pace, decide
from pgevolve.backfill.statement import Fill
from pgevolve.connect import Connection
from pgevolve.failures import BackfillPausedError
from pgevolve.ledger.backfills import (
    BackfillState,
    LedgerBackfill,
    end_backfill,
    held_why,
    hold_backfills,
    ledger_backfills,
    move_backfill,
    note_backfill,
    open_backfill,
)
from pgevolve.ledger.rows import record_event
from pgevolve.lock import require_lock
from pgevolve.progress import (
    BackfillDone,
    BackfillNoticed,
    BackfillProgress,
    BackfillRefused,
    BackfillStarted,
    BackfillWaits,
    DeployEvent,
)
from pgevolve.project import BackfillOptions
from pgevolve.roles import act_as

_ASK_SECONDS = 1.0


class StoppedError(Exception):
    """The process was asked to end, and nothing runs."""


class Stopping(Protocol):
    """Knows whether the process was asked to end."""

    @property
    def signal(self) -> signal.Signals | None:
        """The signal, None until one came."""

    def sleep(self, seconds: float) -> None:
        """Sleep, but not beyond a signal."""


@dataclass(frozen=True, slots=True)
class FillReport:
    """How a statement of a backfill went in this deploy; `rows` are those of all deploys.

    `waited` are the seconds in which it stood still for others, `notices` what an operator should know.
    """

    table: str
    rows: int
    passes: int
    batches: int
    seconds: float
    waited: float
    notices: tuple[str, ...] = ()


@dataclass(slots=True)
class InVain:
    """Those for whom a fill of this deploy waited its whole patience, as long as they are behind."""

    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Around:
    """The deploy around a backfill: its sessions, and whom it asks and tells.

    `running` looks after a batch, `may_retry` judges an error; `lifts` when a pause that somebody asked for
    is over with this run. `in_vain` is shared by all fills of a deploy.
    """

    connection: Connection
    guard: Connection
    owner: str | None
    migration: str
    stop: Stopping
    tell: Callable[[DeployEvent], None]
    running: Callable[[int], AbstractContextManager[None]]
    may_retry: Callable[[psycopg.Error], bool]
    lifts: bool = False
    in_vain: InVain = field(default_factory=InVain)


@dataclass(slots=True)
class _Run:
    """What is counted of one statement in this deploy."""

    begun: float
    first: Cursor
    batches: int = 0
    blocks: int = 0
    working: float = 0.0
    waited: float = 0.0
    notices: tuple[str, ...] = ()


_Clock: TypeAlias = Callable[[], float]


class RecordedBackfill:
    """Keeps the cursors in the ledger, in the transactions of their batches, as the owner.

    Between two batches it stops when the process is asked to end (StoppedError) or when somebody asked for a
    pause (BackfillPausedError), and stands still while the server or its standbys suffer.
    """

    def __init__(self, around: Around, options: BackfillOptions, clock: _Clock = time.monotonic) -> None:
        self._around, self._options, self._clock = around, options, clock
        self._looker = Looker(around.connection, clock)
        self._pace = Pace(options.first_blocks, in_vain=around.in_vain.keys)
        self._batch: Batch | None = None
        self._waiting = 0
        self._held: str | None = None
        self._noted: str | None = None
        self._run = _Run(0.0, Cursor(1, 0, 0, 0, 0, ""))
        self._fill: Fill | None = None
        self._rows_estimated = 0
        self.reports: list[FillReport] = []

    def begun(self, fill: Fill, extent: Extent) -> Cursor | None:
        """Return where the statement goes on. Raises BackfillPausedError while somebody holds it."""
        around = self._around
        known = {row.statement: row for row in ledger_backfills(around.connection, around.migration)}
        row = known.get(fill.number)
        if row is not None and row.checksum == fill.checksum and row.state == "done":
            return None
        self._fill, self._noted = fill, None
        if row is not None and row.held and not around.lifts:
            self._held = row.why or ""
            self._require_not_held(fill)
        cursor = _goes_on(row, fill, extent)
        if row is not None:
            size = min(max(row.batch_blocks, self._options.min_blocks), self._options.max_blocks)
            self._pace = Pace(size, in_vain=around.in_vain.keys)
        with self._as_owner():
            open_backfill(
                around.connection,
                around.migration,
                fill.number,
                relation=fill.table,
                checksum=fill.checksum,
                cursor=cursor,
                rows_estimated=max(extent.rows, cursor.rows),
                batch_blocks=self._pace.size,
            )
            if self._held is not None:
                # The pause came when the statement before had just ended.
                hold_backfills(around.connection, around.migration, self._held)
        self._run = _Run(self._clock(), cursor)
        self._rows_estimated = max(extent.rows, cursor.rows)
        around.tell(
            BackfillStarted(around.migration, fill.table, self._rows_estimated, cursor.turn, cursor.share)
        )
        return cursor

    def blocks(self, fill: Fill, cursor: Cursor) -> int:  # noqa: ARG002 (of the protocol)
        """Return the size of the next batch, when nobody suffers any more."""
        while True:
            self._require_may_go_on(fill)
            look = None
            if self._looker.age >= self._options.look_seconds or self._noted is not None:
                require_lock(self._around.guard)
                look = self._looker.look()
            judged = decide(self._options, self._pace, Observation(self._batch, look))
            self._batch, self._pace = None, judged.pace
            if look is not None:
                self._around.in_vain.keys = judged.pace.still_in_vain
            for notice in judged.notices:
                self._notice(fill, notice)
            if isinstance(judged.decision, GoOn):
                self._note(fill, None)
                return judged.decision.blocks
            self._note(fill, judged.decision.why)
            self._stand(fill, judged.decision.seconds)

    def _stand(self, fill: Fill, seconds: float) -> None:
        """Stand still, and ask every second whether somebody wants a pause."""
        begun = self._clock()
        while (left := begun + seconds - self._clock()) > 0:
            self._around.stop.sleep(min(left, _ASK_SECONDS))
            with self._as_owner():
                self._held = held_why(self._around.connection, self._around.migration, fill.number)
            if self._held is not None or self._around.stop.signal is not None:
                break
        self._run.waited += self._clock() - begun

    def running(self, attempt: int) -> AbstractContextManager[None]:
        """Watch what the batch waits for."""
        return self._around.running(attempt)

    def moved(self, fill: Fill, cursor: Cursor) -> None:
        """Move the cursor in the ledger."""
        around = self._around
        held, self._waiting = move_backfill(
            around.connection, around.migration, fill.number, cursor, self._pace.size
        )
        if held:
            self._held = held_why(around.connection, around.migration, fill.number)

    def wrote(self, fill: Fill, before: Cursor, after: Cursor, seconds: float) -> None:
        """Count, and tell."""
        run, blocks = self._run, after.block - before.block
        if blocks:  # a sweep tells nothing about a batch
            self._batch = Batch(blocks, seconds, self._waiting)
        run.batches += 1
        run.blocks += blocks
        run.working += seconds
        left = max(after.end, 1) - after.block
        self._around.tell(
            BackfillProgress(
                self._around.migration,
                fill.table,
                after.rows,
                self._rows_estimated,
                after.turn,
                after.share,
                blocks,
                (after.rows - run.first.rows) / run.working if run.working > 0 else 0.0,
                run.working / run.blocks * left if run.blocks else None,
            )
        )

    def may_retry(self, error: psycopg.Error) -> bool:
        """Ask the deploy."""
        return self._around.may_retry(error)

    def refused(self, fill: Fill, attempt: int, pause: float) -> None:
        """Ask for fewer blocks, and wait."""
        self._batch = Batch(self._pace.size, 0.0, refused=True)
        self._around.tell(BackfillRefused(self._around.migration, fill.table, attempt))
        self._around.stop.sleep(pause)

    def turned(self, fill: Fill, cursor: Cursor) -> None:
        """Keep the beginning of a pass."""
        around = self._around
        with self._as_owner():
            move_backfill(
                around.connection, around.migration, fill.number, cursor, self._pace.size, batches=0
            )
        self._run.blocks, self._run.working, self._run.first = 0, 0.0, cursor

    def finished(self, fill: Fill, cursor: Cursor) -> None:
        """Record that the statement is done; a pause that was just asked for holds the next one."""
        around, run = self._around, self._run
        if cursor.found:
            self._notice(
                fill,
                f"each of {cursor.turn} passes found rows to fill, {cursor.found} in the last one:"
                " somebody writes them without the value, and no trigger fills it",
            )
        with self._as_owner():
            self._held = held_why(around.connection, around.migration, fill.number)
            end_backfill(around.connection, around.migration, fill.number, "done")
        seconds = self._clock() - run.begun
        self.reports.append(
            FillReport(fill.table, cursor.rows, cursor.turn, run.batches, seconds, run.waited, run.notices)
        )
        around.tell(BackfillDone(around.migration, fill.table, cursor.rows, cursor.turn, seconds))
        self._fill = None

    def ended(self, state: BackfillState, why: str) -> None:
        """Record why the current statement stands still, outside of any transaction."""
        if self._fill is None:
            return
        # The watch may cancel one statement more than it meant to.
        with suppress(psycopg.errors.QueryCanceled):
            self._end(self._fill, state, why)
            return
        self._end(self._fill, state, why)

    def _end(self, fill: Fill, state: BackfillState, why: str) -> None:
        around = self._around
        detail = {"migration": around.migration, "statement": fill.number, "why": why}
        with self._as_owner():
            end_backfill(around.connection, around.migration, fill.number, state, why)
            record_event(around.connection, f"backfill.{state}", detail)

    def _require_may_go_on(self, fill: Fill) -> None:
        if self._around.stop.signal is not None:
            raise StoppedError
        self._require_not_held(fill)

    def _require_not_held(self, fill: Fill) -> None:
        if self._held is not None:
            raise BackfillPausedError(self._around.migration, fill.table, self._held)

    def _note(self, fill: Fill, why: str | None) -> None:
        """Write what it waits for into the ledger when that changed, and tell when it begins to wait."""
        if why == self._noted:
            return
        around, begins, self._noted = self._around, self._noted is None, why
        with self._as_owner():
            note_backfill(around.connection, around.migration, fill.number, why)
        if why is not None and begins:
            around.tell(BackfillWaits(around.migration, fill.table, why))

    def _notice(self, fill: Fill, notice: str) -> None:
        around = self._around
        self._run.notices += (notice,)
        with self._as_owner():
            record_event(
                around.connection,
                "backfill.noticed",
                {"migration": around.migration, "table": fill.table, "notice": notice},
            )
        around.tell(BackfillNoticed(around.migration, fill.table, notice))

    @contextmanager
    def _as_owner(self) -> Iterator[None]:
        with self._around.connection.transaction():
            act_as(self._around.connection, self._around.owner)
            yield


def _goes_on(row: LedgerBackfill | None, fill: Fill, extent: Extent) -> Cursor:
    """Return the cursor of the ledger, if it is one of this statement and has passes left."""
    if row is None or row.checksum != fill.checksum:
        return Cursor.at_first(extent)
    if row.turn >= PASSES:
        return replace(Cursor.at_first(extent), rows=row.rows_done)
    return row.cursor
