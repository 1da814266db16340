"""The steps of one migration, written into the ledger."""

import psycopg

from pgevolve.deploy.report import Report, StepReport, first_line
from pgevolve.deploy.session import Session
from pgevolve.history import Migration
from pgevolve.ledger import finish_migration, record_step
from pgevolve.lock import require_lock
from pgevolve.progress import StepDone, StepsRetried
from pgevolve.step import Step


class LedgerJournal:
    """Writes the steps of one migration into the ledger, and tells of them."""

    def __init__(self, session: Session, migration: Migration, tell: Report) -> None:
        self.session, self.migration, self.tell = session, migration, tell
        self.connection = session.connection
        self.steps = len(migration.up)
        self.reports: list[StepReport] = []

    def before_group(self) -> None:
        """Make sure that no other deployer can have begun."""
        require_lock(self.session.guard)

    def started(self, number: int, step: Step) -> None:
        """Record a step before it runs."""
        record_step(self.connection, self.migration.name, number, step, seconds=None)

    def done(self, number: int, step: Step, seconds: float, attempts: int) -> None:
        """Record a step that ran."""
        record_step(self.connection, self.migration.name, number, step, seconds=seconds, attempts=attempts)
        self.reports.append(StepReport(number, first_line(step), seconds, attempts))
        self.tell(StepDone(self.migration.name, number, self.steps, seconds, attempts))

    def retried(self, number: int, attempt: int, error: psycopg.Error) -> None:
        """Forget what was undone."""
        self.reports = [report for report in self.reports if report.number < number]
        self.tell(StepsRetried(self.migration.name, number, attempt, error.sqlstate or ""))

    def finished(self) -> None:
        """Record the migration as applied, unless rows are still to be filled."""
        if self.migration.backfill_sql is None:
            finish_migration(self.connection, self.migration.name)
