"""One migration is applied: its start, its steps, its rows, its end."""

import time

import psycopg

from pgevolve.backfill import run_backfill
from pgevolve.deploy.journal import LedgerJournal
from pgevolve.deploy.report import MigrationReport, Report
from pgevolve.deploy.session import Session
from pgevolve.failures import BackfillError, ConnectionLostError, MigrationFailedError
from pgevolve.history import History, Migration
from pgevolve.ledger import finish_migration, ledger_steps, mark_failed, start_migration
from pgevolve.lock import require_lock
from pgevolve.progress import MigrationApplied, MigrationStarted
from pgevolve.run import StepError, one_line, run_steps
from pgevolve.verify import schema_digest


def apply_migration(
    session: Session, migration: Migration, history: History, *, resumed: bool, tell: Report
) -> MigrationReport:
    """Apply a migration, or what an interruption left of it.

    Raises MigrationFailedError, BackfillError, ConnectionLostError, DeployLockLostError; what was committed
    before stays, and is recorded.
    """
    begun = time.monotonic()
    steps = migration.up
    first = 1
    if resumed:
        first += len(ledger_steps(session.connection, migration.name))
    else:
        _start(session, migration, history)
    tell(MigrationStarted(migration.name, first, len(steps)))
    journal = LedgerJournal(session, migration, tell)
    try:
        run_steps(session.connection, steps, owner=session.project.owner, journal=journal, first=first)
    except StepError as failure:
        raise _failed(session, migration, failure) from failure.error
    if migration.backfill_sql is not None:
        _fill(session, migration, migration.backfill_sql)
    if first > len(steps) or migration.backfill_sql is not None:
        with session.as_owner():
            finish_migration(session.connection, migration.name)
    seconds = time.monotonic() - begun
    tell(MigrationApplied(migration.name, seconds))
    return MigrationReport(migration.name, seconds, tuple(journal.reports))


def _start(session: Session, migration: Migration, history: History) -> None:
    position = history.migrations.index(migration)
    # What the schema must be again when the migration is said to be rolled back.
    if position > 0:
        digest_before = history.migrations[position - 1].digest
    else:
        digest_before = schema_digest(session.url, session.project)
    with session.as_owner():
        start_migration(session.connection, migration, position + 1, digest_before)


def _fill(session: Session, migration: Migration, backfill_sql: str) -> None:
    """Run the batches; the migration stays unfinished when one fails, so that a deploy goes on there."""
    require_lock(session.guard)
    try:
        run_backfill(session.connection, backfill_sql, owner=session.project.owner)
    except psycopg.Error as error:
        if session.connection.broken:
            raise ConnectionLostError(migration.name, len(migration.up)) from error
        raise BackfillError(migration.name, error.sqlstate, one_line(error)) from error


def _failed(session: Session, migration: Migration, failure: StepError) -> Exception:
    """Record the failure and return the error to raise."""
    if session.connection.broken:
        return ConnectionLostError(migration.name, failure.number)
    message, sqlstate = one_line(failure.error), failure.error.sqlstate
    statement = failure.step.sql
    with session.as_owner():
        mark_failed(
            session.connection,
            migration.name,
            step=failure.number,
            statement=statement,
            sqlstate=sqlstate,
            message=message,
        )
    line = migration.statements[failure.number - 1].line
    return MigrationFailedError(migration.name, failure.number, line, sqlstate, message, statement)
