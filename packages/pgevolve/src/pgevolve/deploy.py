"""Deploy: lock, preflight, steps, verify, report.

The order is that of a whole deploy; data pre-checks, a snapshot and a rehearsal have their places between the
preflight and the first step.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy
from sqlalchemy.exc import DBAPIError

from pgevolve.backfill import run_backfill
from pgevolve.build import create_missing_roles, declared_roles, equip_owner
from pgevolve.connect import Connection, connect, require_suitable, sqlalchemy_connection
from pgevolve.errors import FindingsError
from pgevolve.failures import (
    BackfillError,
    ConnectionLostError,
    MigrationFailedError,
    PreparationError,
    UnknownOutcomeError,
)
from pgevolve.history import History, Migration, inspect_history
from pgevolve.ledger import (
    LedgerMigration,
    finish_migration,
    ledger_migrations,
    ledger_steps,
    mark_failed,
    prepare_ledger,
    record_event,
    record_step,
    start_migration,
)
from pgevolve.lock import deploy_lock, require_lock
from pgevolve.progress import (
    DeployEvent,
    DeployStarted,
    LockAwaited,
    MigrationApplied,
    MigrationStarted,
    StepDone,
    StepsRetried,
    Verified,
)
from pgevolve.project import Project
from pgevolve.quoting import name
from pgevolve.roles import act_as, roles_named
from pgevolve.run import StepError, one_line, run_steps
from pgevolve.status import compare
from pgevolve.step import Step
from pgevolve.verify import LeftoversError, leftovers, require_digest, schema_digest

Report = Callable[[DeployEvent], None]


@dataclass(frozen=True, slots=True)
class StepReport:
    """How a step went; `statement` is its first line."""

    number: int
    statement: str
    seconds: float
    attempts: int


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """How a migration went, or in a dry run, what it would do (no times)."""

    name: str
    seconds: float
    steps: tuple[StepReport, ...]


@dataclass(frozen=True, slots=True)
class DeployReport:
    """What a deploy did, or with `dry_run` would do. `migrations` is empty when there was nothing to do."""

    migrations: tuple[MigrationReport, ...]
    seconds: float
    dry_run: bool = False
    digest: str | None = None
    first: bool = False
    """Whether the ledger was empty before: this deploy made the schema."""


def deploy(
    project: Project,
    url: str,
    *,
    wait: float = 600,
    dry_run: bool = False,
    report: Report | None = None,
) -> DeployReport:
    """Bring the database to the head of the history, and check that it got there.

    `url` is a direct connection of a login that may become the project's owner. Other deployers are waited
    for up to `wait` seconds. `report` is called with each event, from this thread. A dry run only reads.

    Every migration is recorded before it begins. Its transactional steps commit together with their records,
    so that after a crash at any moment another deploy goes on exactly there. Raises what `read_status` lists,
    SqlTextError, BackfillError, UnknownOutcomeError, DeployRunningError, PreparationError,
    MigrationFailedError, ConnectionLostError, DigestMismatchError, LeftoversError, the errors of `connect`.
    """
    begun = time.monotonic()
    tell = report or _say_nothing
    history = inspect_history(project.migrations)
    if dry_run:
        return _dry_run(project, url, history, begun)
    with deploy_session(url, wait=wait, report=tell) as (guard, connection):
        return _Deployer(project, url, connection, guard, tell).run(history, begun)


@contextmanager
def deploy_session(
    url: str, *, wait: float, report: Report | None = None
) -> Iterator[tuple[Connection, Connection]]:
    """Hold the deploy lock, and yield its connection and another one to work on, as the login role.

    Raises DeployRunningError and the errors of `connect`.
    """
    tell = report or _say_nothing
    with connect(url, purpose="deploy lock") as guard:
        require_suitable(guard)
        with (
            deploy_lock(guard, wait=wait, waiting=lambda holder: tell(LockAwaited(holder))),
            connect(url, purpose="deploy") as connection,
        ):
            # An address may name a role; what the engine does begins with the login itself.
            connection.execute("SET ROLE NONE")
            yield guard, connection


def _say_nothing(_event: DeployEvent) -> None:
    """Report to nobody."""


def _dry_run(project: Project, url: str, history: History, begun: float) -> DeployReport:
    with connect(url, purpose="dry run") as connection:
        require_suitable(connection)
        rows = ledger_migrations(connection)
        pending = _pending(connection, history, rows)
    if rows and pending and not _unfinished(pending[0], rows):
        _require_no_drift(project, url, rows)
    planned = tuple(
        MigrationReport(
            migration.name,
            0.0,
            tuple(
                StepReport(number, _first_line(step), 0.0, 0) for number, step in enumerate(migration.up, 1)
            ),
        )
        for migration in pending
    )
    return DeployReport(planned, time.monotonic() - begun, dry_run=True, first=not rows)


def _pending(
    connection: Connection, history: History, rows: tuple[LedgerMigration, ...]
) -> tuple[Migration, ...]:
    """Return what is to be applied, every file of it read; raises what makes a deploy impossible."""
    status = compare(history, rows)
    if status.problems:
        raise status.problems[0]
    pending = tuple(migration for migration in history if migration.name in status.pending)
    for migration in pending:
        _ = migration.statements
        if _unfinished(migration, rows):
            for step in ledger_steps(connection, migration.name):
                if step.state == "started":
                    raise UnknownOutcomeError(migration.name, step.number)
    return pending


def _unfinished(migration: Migration, rows: tuple[LedgerMigration, ...]) -> bool:
    return any(row.name == migration.name and row.state == "applying" for row in rows)


def _require_no_drift(project: Project, url: str, rows: tuple[LedgerMigration, ...]) -> None:
    applied = [row for row in rows if row.state == "applied"]
    if applied:
        require_digest(url, project, applied[-1].name, applied[-1].digest)


def _first_line(step: Step) -> str:
    """Return the first line of a step that is no comment."""
    lines = [line.strip() for line in step.sql.splitlines()]
    return next((line for line in lines if line and not line.startswith("--")), lines[0])


class _Deployer:
    """One deploy under the lock."""

    def __init__(
        self, project: Project, url: str, connection: Connection, guard: Connection, tell: Report
    ) -> None:
        self.project, self.url, self.connection = project, url, connection
        self.guard, self.tell = guard, tell

    def run(self, history: History, begun: float) -> DeployReport:
        rows = ledger_migrations(self.connection)
        pending = _pending(self.connection, history, rows)
        if not pending:
            return DeployReport((), time.monotonic() - begun)
        if not _unfinished(pending[0], rows):
            _require_no_drift(self.project, self.url, rows)
        self._prepare(pending)
        before = leftovers(self.url, self.project)
        steps = sum(len(migration.up) for migration in pending)
        self.tell(DeployStarted(tuple(migration.name for migration in pending), steps))
        reports = tuple(
            self._apply(migration, history, resumed=_unfinished(migration, rows)) for migration in pending
        )
        digest = self._verify(pending[-1], before)
        report = DeployReport(reports, time.monotonic() - begun, digest=digest, first=not rows)
        self._record(
            "deploy.finished",
            {"migrations": {entry.name: entry.seconds for entry in reports}, "seconds": report.seconds},
        )
        return report

    def _prepare(self, pending: tuple[Migration, ...]) -> None:
        """Make the roles, what the owner needs, and the ledger.

        A role that only an old migration names is needed on the way, although no model declares it any more.
        """
        project = self.project
        try:
            with sqlalchemy_connection(self.url, purpose="deploy") as connection:
                connection.execute(sqlalchemy.text("SET LOCAL ROLE NONE"))
                create_missing_roles(connection, declared_roles(project.metadata, project.owner))
                for migration in pending:
                    create_missing_roles(connection, roles_named(migration.up_sql))
                if project.owner is not None:
                    equip_owner(connection, project.owner)
                connection.commit()
            prepare_ledger(self.connection, project.owner)
        except DBAPIError as error:
            raise PreparationError(str(error.orig).splitlines()[0], error.statement or "") from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise PreparationError(one_line(error), self._needed_grant()) from error

    def _needed_grant(self) -> str:
        database, role = self.connection.info.dbname, self.project.owner or self.connection.info.user
        return f"GRANT CREATE ON DATABASE {name(database)} TO {name(role)}"

    def _apply(self, migration: Migration, history: History, *, resumed: bool) -> MigrationReport:
        begun = time.monotonic()
        steps = migration.up
        first = 1
        if resumed:
            first += len(ledger_steps(self.connection, migration.name))
        else:
            self._start(migration, history)
        self.tell(MigrationStarted(migration.name, first, len(steps)))
        journal = _LedgerJournal(self.connection, self.guard, migration, self.tell)
        try:
            run_steps(self.connection, steps, owner=self.project.owner, journal=journal, first=first)
        except StepError as failure:
            raise self._failed(migration, failure) from failure.error
        if migration.backfill_sql is not None:
            self._fill(migration, migration.backfill_sql)
        if first > len(steps) or migration.backfill_sql is not None:
            with self._as_owner():
                finish_migration(self.connection, migration.name)
        seconds = time.monotonic() - begun
        self.tell(MigrationApplied(migration.name, seconds))
        return MigrationReport(migration.name, seconds, tuple(journal.reports))

    def _fill(self, migration: Migration, backfill_sql: str) -> None:
        """Run the batches; the migration stays unfinished when one fails, so that a deploy goes on there."""
        require_lock(self.guard)
        try:
            run_backfill(self.connection, backfill_sql, owner=self.project.owner)
        except psycopg.Error as error:
            if self.connection.broken:
                raise ConnectionLostError(migration.name, len(migration.up)) from error
            raise BackfillError(migration.name, error.sqlstate, one_line(error)) from error

    def _start(self, migration: Migration, history: History) -> None:
        position = history.migrations.index(migration)
        # What the schema must be again when the migration is said to be rolled back.
        if position > 0:
            digest_before = history.migrations[position - 1].digest
        else:
            digest_before = schema_digest(self.url, self.project)
        with self._as_owner():
            start_migration(self.connection, migration, position + 1, digest_before)

    def _failed(self, migration: Migration, failure: StepError) -> Exception:
        """Record the failure and return the error to raise."""
        if self.connection.broken:
            return ConnectionLostError(migration.name, failure.number)
        message, sqlstate = one_line(failure.error), failure.error.sqlstate
        statement = failure.step.sql
        with self._as_owner():
            mark_failed(
                self.connection,
                migration.name,
                step=failure.number,
                statement=statement,
                sqlstate=sqlstate,
                message=message,
            )
        line = migration.statements[failure.number - 1].line
        return MigrationFailedError(migration.name, failure.number, line, sqlstate, message, statement)

    def _verify(self, last: Migration, leftovers_before: frozenset[str]) -> str:
        begun = time.monotonic()
        try:
            require_digest(self.url, self.project, last.name, last.digest)
            new = leftovers(self.url, self.project) - leftovers_before
            if new:
                raise LeftoversError(tuple(sorted(new)))
        except FindingsError as error:
            self._record("verify.failed", {"migration": last.name, "message": str(error)})
            raise
        self.tell(Verified(last.digest, time.monotonic() - begun))
        return last.digest

    def _record(self, kind: str, detail: Mapping[str, Any]) -> None:
        with self._as_owner():
            record_event(self.connection, kind, detail)

    @contextmanager
    def _as_owner(self) -> Iterator[None]:
        with self.connection.transaction():
            act_as(self.connection, self.project.owner)
            yield


class _LedgerJournal:
    """Writes the steps of one migration into the ledger, and tells of them."""

    def __init__(self, connection: Connection, guard: Connection, migration: Migration, tell: Report) -> None:
        self.connection, self.guard, self.migration, self.tell = connection, guard, migration, tell
        self.steps = len(migration.up)
        self.reports: list[StepReport] = []

    def before_group(self) -> None:
        require_lock(self.guard)

    def started(self, number: int, step: Step) -> None:
        record_step(self.connection, self.migration.name, number, step, seconds=None)

    def done(self, number: int, step: Step, seconds: float, attempts: int) -> None:
        record_step(self.connection, self.migration.name, number, step, seconds=seconds, attempts=attempts)
        self.reports.append(StepReport(number, _first_line(step), seconds, attempts))
        self.tell(StepDone(self.migration.name, number, self.steps, seconds, attempts))

    def retried(self, number: int, attempt: int, error: psycopg.Error) -> None:
        self.reports = [report for report in self.reports if report.number < number]
        self.tell(StepsRetried(self.migration.name, number, attempt, error.sqlstate or ""))

    def finished(self) -> None:
        if self.migration.backfill_sql is None:
            finish_migration(self.connection, self.migration.name)
