"""One migration is applied or undone: its start, its steps, its rows, its end."""

import time
from dataclasses import dataclass, field

import psycopg

from pgevolve.backfill import UnsettledBackfillError, run_backfill
from pgevolve.backfill.recorded import Around, FillReport, InVain, RecordedBackfill, StoppedError
from pgevolve.deploy.going_on import Answer, first_step_to_run
from pgevolve.deploy.journal import LedgerJournal
from pgevolve.deploy.report import MigrationReport, Report, StepReport, say_nothing
from pgevolve.deploy.session import Session
from pgevolve.deploy.stop import Stop
from pgevolve.deploy.work import Work
from pgevolve.errors import PgevolveError
from pgevolve.failures import (
    BackfillError,
    BackfillPausedError,
    ConnectionLostError,
    DeployInterruptedError,
    MigrationFailedError,
    RollbackFailedError,
)
from pgevolve.history import History, Migration
from pgevolve.ledger import (
    StepRecord,
    finish_migration,
    ledger_steps,
    mark_backfill,
    mark_failed,
    resume_migration,
    start_migration,
)
from pgevolve.lock import require_lock
from pgevolve.lock_policy import LockPolicy
from pgevolve.progress import MigrationApplied, MigrationStarted
from pgevolve.run import StepError, one_line, run_steps
from pgevolve.verify import schema_digest


@dataclass(frozen=True, slots=True)
class Way:
    """How the steps of a deploy run: patience, signals, what somebody answers, who is told.

    `lifts_pause` when a backfill goes on that somebody asked to pause. `in_vain` remembers for whom the
    fills of this deploy have waited, in the rehearsal, too.
    """

    locks: LockPolicy
    stop: Stop
    answer: Answer | None = None
    tell: Report = say_nothing
    lifts_pause: bool = False
    in_vain: InVain = field(default_factory=InVain)


def apply_migration(
    session: Session, migration: Migration, history: History, way: Way, *, begun: str | None
) -> MigrationReport:
    """Apply a migration, or what is missing of one that `begun` says is `applying` or `failed`.

    Raises MigrationFailedError, UnknownOutcomeError, BackfillError, BackfillPausedError,
    UnsettledBackfillError, DeployInterruptedError, ConnectionLostError, DeployLockLostError; what was
    committed before stays, and is recorded.
    """
    since = time.monotonic()
    if begun is None:
        _start(session, migration, history)
    elif begun == "failed":
        with session.as_owner():
            resume_migration(session.connection, migration.name)
    reports, finished = run_work(session, Work.up(migration), way)
    filled: tuple[FillReport, ...] = ()
    if migration.backfill_sql is not None:
        filled = fill(session, migration, migration.backfill_sql, way)
    if not finished or migration.backfill_sql is not None:
        with session.as_owner():
            finish_migration(session.connection, migration.name)
    seconds = time.monotonic() - since
    way.tell(MigrationApplied(migration.name, seconds))
    return MigrationReport(migration.name, seconds, reports, filled)


def run_work(session: Session, work: Work, way: Way) -> tuple[tuple[StepReport, ...], bool]:
    """Run the steps that are not done. Return their reports, and whether the last one recorded the end.

    Raises what `apply_migration` does, and RollbackFailedError on the way back.
    """
    try:
        first = first_step_to_run(session, work, way.answer, way.tell)
    except psycopg.OperationalError as error:
        if not session.connection.broken:
            raise
        raise ConnectionLostError(work.name, 1) from error
    way.tell(MigrationStarted(work.name, first, len(work.steps)))
    journal = LedgerJournal(session, work, way.locks, way.stop, way.tell)
    try:
        with journal.watch.open():
            run_steps(
                session.connection,
                work.steps,
                owner=session.project.owner,
                journal=journal,
                first=first,
                locks=way.locks,
            )
    except StepError as failure:
        raise _ended(session, work, journal, failure) from failure.error
    except DeployInterruptedError as error:
        _record_interruption(session, error)
        raise
    return tuple(journal.reports), first <= len(work.steps)


def fill(session: Session, migration: Migration, backfill_sql: str, way: Way) -> tuple[FillReport, ...]:
    """Run the batches that are not done; when one does not succeed, a deploy goes on with it.

    Raises BackfillError, BackfillPausedError, DeployInterruptedError, ConnectionLostError,
    UnsettledBackfillError.
    """
    require_lock(session.guard)
    with session.as_owner():
        mark_backfill(session.connection, migration.name, "running")
    journal = LedgerJournal(session, Work.up(migration), way.locks, way.stop, way.tell)
    journal.number = len(migration.up) + 1
    around = Around(
        session.connection,
        session.guard,
        session.project.owner,
        migration.name,
        way.stop,
        way.tell,
        lambda attempt: journal.watch.step(again=attempt > 1),
        journal.may_retry,
        way.lifts_pause,
        way.in_vain,
    )
    keeper = RecordedBackfill(around, session.project.backfill)
    try:
        with journal.watch.open():
            run_backfill(
                session.connection, backfill_sql, owner=session.project.owner, keeper=keeper, locks=way.locks
            )
    except (psycopg.Error, StoppedError, BackfillPausedError, UnsettledBackfillError) as error:
        raise _unfilled(session, migration, journal, keeper, error) from error
    with session.as_owner():
        mark_backfill(session.connection, migration.name, "done")
    return tuple(keeper.reports)


def _unfilled(
    session: Session, migration: Migration, journal: LedgerJournal, keeper: RecordedBackfill, error: Exception
) -> PgevolveError:
    """Record why a backfill ended early and return the error to raise."""
    if session.connection.broken:
        return ConnectionLostError(migration.name, len(migration.up))
    if journal.stop.signal is not None:
        keeper.ended("paused", journal.stop.signal.name)
        interrupted = DeployInterruptedError(
            migration.name, len(migration.up) + 1, journal.stop.signal.name, journal.command
        )
        _record_interruption(session, interrupted)
        return interrupted
    if isinstance(error, psycopg.Error):
        blockers = tuple(journal.watch.blockers.values()) if error.sqlstate == "55P03" else ()
        keeper.ended("failed", f"{one_line(error)} (SQLSTATE {error.sqlstate})")
        return BackfillError(migration.name, error.sqlstate, one_line(error), blockers)
    keeper.ended("paused" if isinstance(error, BackfillPausedError) else "failed", str(error))
    assert isinstance(error, PgevolveError)
    return error


def _start(session: Session, migration: Migration, history: History) -> None:
    position = history.migrations.index(migration)
    # What the schema must be again when the migration is said to be rolled back.
    if position > 0:
        digest_before = history.migrations[position - 1].digest
    else:
        digest_before = schema_digest(session.url, session.project)
    with session.as_owner():
        start_migration(
            session.connection, migration, position + 1, digest_before, session.project.gate.release
        )


def _ended(session: Session, work: Work, journal: LedgerJournal, failure: StepError) -> PgevolveError:
    """Record how a step ended and return the error to raise."""
    if session.connection.broken:
        return ConnectionLostError(work.name, failure.number)
    if journal.stop.signal is not None and isinstance(failure.error, psycopg.errors.QueryCanceled):
        interrupted = DeployInterruptedError(
            work.name, failure.number, journal.stop.signal.name, journal.command
        )
        _record_interruption(session, interrupted)
        return interrupted
    return _failed(session, work, journal, failure)


def _failed(session: Session, work: Work, journal: LedgerJournal, failure: StepError) -> PgevolveError:
    message, sqlstate = one_line(failure.error), failure.error.sqlstate
    blockers = tuple(journal.watch.blockers.values()) if sqlstate == "55P03" else ()
    record = StepRecord(
        failure.number,
        failure.step,
        "failed",
        waited=journal.watch.waited,
        blockers=[blocker.facts for blocker in blockers],
        sqlstate=sqlstate,
        message=message,
    )
    with session.as_owner():
        mark_failed(session.connection, work.name, work.direction, record)
    line = work.statements[failure.number - 1].line
    if work.direction == "down":
        return RollbackFailedError(work.name, failure.number, line, sqlstate, message, failure.step.sql)
    recorded = ledger_steps(session.connection, work.name)
    in_place = sum(step.state == "done" for step in recorded)
    return MigrationFailedError(
        work.name,
        failure.number,
        line,
        sqlstate,
        message,
        failure.step.sql,
        in_place,
        blockers,
        leads_back=work.migration.down_sql is not None,
    )


def _record_interruption(session: Session, error: DeployInterruptedError) -> None:
    session.record(
        "deploy.interrupted", {"migration": error.name, "step": error.step, "signal": error.signal}
    )
