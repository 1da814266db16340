"""The steps of one migration, written into the ledger."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg

from pgevolve.blockers import Blocker
from pgevolve.deploy.facts import read_step_facts, target_of
from pgevolve.deploy.held import HeldLocks
from pgevolve.deploy.report import Report, StepReport, first_line
from pgevolve.deploy.session import Session
from pgevolve.deploy.stop import Stop
from pgevolve.deploy.watch import Watch
from pgevolve.deploy.work import Work
from pgevolve.failures import DeployInterruptedError
from pgevolve.ledger import StepRecord, finish_migration, mark_rolled_back, record_steps
from pgevolve.lock import require_lock
from pgevolve.lock_policy import LockPolicy
from pgevolve.lock_waits import RETRIED
from pgevolve.progress import BlockerTerminated, StepBlocked, StepDone, StepsRetried
from pgevolve.step import Step


class LedgerJournal:
    """Writes the steps of one migration into the ledger, watches what they wait for, and tells of them."""

    def __init__(self, session: Session, work: Work, locks: LockPolicy, stop: Stop, tell: Report) -> None:
        self.session, self.work, self.stop, self.tell = session, work, stop, tell
        self.connection = session.connection
        self.reports: list[StepReport] = []
        self.number = 0
        self.watch = Watch(
            session.guard,
            session.connection,
            session.project.owner,
            stop,
            locks.terminate_blockers_after,
            self._blocked,
        )
        self._count = len(work.steps)
        self._again = self._outside = False
        self._held: HeldLocks | None = None
        self._group: list[tuple[StepRecord, float]] = []

    @property
    def command(self) -> str:
        """What goes on after an interruption."""
        return "deploy" if self.work.direction == "up" else f"rollback {self.work.name}"

    def before_group(self) -> None:
        """Make sure that no other deployer can have begun, and that nobody asked to end."""
        self._group, self._held = [], None
        self._again = self._outside = False
        require_lock(self.session.guard)

    def started(self, number: int, step: Step) -> None:
        """Record a step before it runs, with what the catalogue says of its objects."""
        self._require_no_signal(number)
        self._outside = True
        before = read_step_facts(self.connection, target_of(step.sql))
        record_steps(
            self.connection,
            self.work.name,
            self.work.direction,
            [StepRecord(number, step, "started", before=before)],
        )

    @contextmanager
    def running(self, number: int) -> Iterator[None]:
        """Watch a step. Raises DeployInterruptedError before it begins when the process is asked to end."""
        self._require_no_signal(number)
        self.number = number
        if not self._outside and self._held is None:
            self._held = HeldLocks(self.connection)
        with self.watch.step(again=self._again):
            yield

    def ran(self, number: int, step: Step, seconds: float, attempts: int) -> None:
        """Note a step that ran."""
        waited = min(self.watch.waited, seconds)
        locked = {} if self._held is None else self._held.added()
        blockers = [blocker.facts for blocker in self.watch.blockers.values()]
        record = StepRecord(
            number, step, "done", seconds, waited, locked, attempts=attempts, blockers=blockers
        )
        # Its locks came when it had waited, and go with the transaction.
        self._group.append((record, time.monotonic() - seconds + waited))
        self.tell(StepDone(self.work.name, number, self._count, seconds, attempts))

    def record(self, *, last: bool) -> None:
        """Record the group, and with its last step what became of the migration."""
        now = time.monotonic()
        records = [
            replace(record, locked_seconds=now - since) if record.locked else record
            for record, since in self._group
        ]
        record_steps(self.connection, self.work.name, self.work.direction, records)
        self.reports += [
            StepReport(
                record.number,
                first_line(record.step),
                record.seconds or 0.0,
                record.attempts,
                record.waited,
                record.locked,
                record.locked_seconds,
            )
            for record in records
        ]
        if not last:
            return
        if self.work.direction == "down":
            mark_rolled_back(self.connection, self.work.name)
        elif self.work.migration.backfill_sql is None:
            finish_migration(self.connection, self.work.name)

    def may_retry(self, error: psycopg.Error) -> bool:
        """Allow it for errors of waiting: no lock, a deadlock, a lost race, a wait that was cancelled."""
        if self.stop.signal is not None:
            return False
        cancelled_wait = isinstance(error, psycopg.errors.QueryCanceled) and self.watch.is_waiting
        return isinstance(error, RETRIED) or cancelled_wait

    def retried(self, number: int, attempt: int, error: psycopg.Error, pause: float) -> None:
        """Forget what was undone, and wait."""
        self.reports = [report for report in self.reports if report.number < number]
        self._group, self._again, self._held = [], True, None
        blockers = tuple(self.watch.blockers.values())
        self.tell(StepsRetried(self.work.name, number, attempt, error.sqlstate or "", blockers))
        self.stop.sleep(pause)
        self._require_no_signal(number)

    def _require_no_signal(self, number: int) -> None:
        if self.stop.signal is not None:
            raise DeployInterruptedError(self.work.name, number, self.stop.signal.name, self.command)

    def _blocked(self, blockers: tuple[Blocker, ...], ended: Blocker | None) -> None:
        if ended is None:
            self.tell(StepBlocked(self.work.name, self.number, blockers))
        else:
            self.tell(BlockerTerminated(self.work.name, self.number, ended))
