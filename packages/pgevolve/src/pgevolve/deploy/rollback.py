"""The last migration is undone by its down.sql, under the same lock, journal and discipline as a deploy."""

import time
from collections.abc import Sequence

from pgevolve.deploy.going_on import Answer, first_step_to_run
from pgevolve.deploy.report import MigrationReport, Report, StepReport, say_nothing
from pgevolve.deploy.session import Session, deploy_session
from pgevolve.deploy.steps import Way, run_work
from pgevolve.deploy.stop import stop_on_signal
from pgevolve.deploy.work import Work
from pgevolve.failures import (
    IrreversibleError,
    NotAppliedError,
    NothingToRollBackError,
    PartlyAppliedError,
    RollbackOrderError,
)
from pgevolve.history import EditedMigrationError, History, Migration, MissingMigrationError, inspect_history
from pgevolve.ledger import (
    LedgerMigration,
    ledger_migrations,
    mark_rolled_back,
    prepare_ledger,
    start_rollback,
)
from pgevolve.lock_policy import LockPolicy
from pgevolve.progress import MigrationRolledBack
from pgevolve.project import Project
from pgevolve.verify import require_digest


def rollback(  # noqa: PLR0913 (what it may be told)
    project: Project,
    url: str,
    name: str | None = None,
    *,
    wait: float = 600,
    report: Report | None = None,
    locks: LockPolicy | None = None,
    answer: Answer | None = None,
) -> MigrationReport:
    """Undo the last migration, which may be named to be sure, and check that the schema is the one before it.

    A rollback that failed or was interrupted goes on when it is called again. Of a failed migration nothing
    may be in place, or everything: down.sql undoes the whole. Raises NothingToRollBackError, NotAppliedError,
    RollbackOrderError, IrreversibleError, PartlyAppliedError, RollbackFailedError, DigestMismatchError,
    UnknownOutcomeError, DeployInterruptedError, DeployRunningError and the errors of the history.
    """
    tell = report or say_nothing
    history = inspect_history(project.migrations)
    with deploy_session(project, url, wait=wait, report=tell) as session, stop_on_signal() as stop:
        row = _target(ledger_migrations(session.connection), name)
        migration = _files(history, row)
        prepare_ledger(session.connection, project.owner)
        return _roll_back(session, migration, row, Way(locks or LockPolicy(), stop, answer, tell))


def _target(rows: Sequence[LedgerMigration], name: str | None) -> LedgerMigration:
    """Return the last migration that is here in whole or in part."""
    here = [row for row in rows if row.state != "rolled_back"]
    if not here:
        raise NothingToRollBackError
    if name is not None and name != here[-1].name:
        if all(row.name != name for row in here):
            raise NotAppliedError(name)
        raise RollbackOrderError(name, here[-1].name)
    return here[-1]


def _files(history: History, row: LedgerMigration) -> Migration:
    migration = next((entry for entry in history if entry.name == row.name), None)
    if migration is None:
        raise MissingMigrationError(row.name)
    if migration.checksum != row.checksum:
        raise EditedMigrationError(row.name, row.checksum, migration.checksum)
    return migration


def _roll_back(session: Session, migration: Migration, row: LedgerMigration, way: Way) -> MigrationReport:
    begun = time.monotonic()
    nothing_done = row.state in {"applying", "failed"} and _in_place(session, migration, way) == 0
    if not nothing_done and migration.down_sql is None:
        raise IrreversibleError(row.name, migration.irreversible)
    if row.state == "applied":
        require_digest(session.url, session.project, row.name, row.digest)
    reports = () if nothing_done else _undo(session, migration, way)
    require_digest(session.url, session.project, f"before {row.name}", row.digest_before)
    if nothing_done:
        with session.as_owner():
            mark_rolled_back(session.connection, row.name)
    seconds = time.monotonic() - begun
    way.tell(MigrationRolledBack(row.name, seconds))
    return MigrationReport(row.name, seconds, reports)


def _in_place(session: Session, migration: Migration, way: Way) -> int:
    """Return how many steps of a begun migration are in place, none or all. Raises PartlyAppliedError."""
    steps = len(migration.up)
    done = first_step_to_run(session, Work.up(migration), way.answer, way.tell) - 1
    if 0 < done < steps:
        raise PartlyAppliedError(migration.name, done, steps)
    return done


def _undo(session: Session, migration: Migration, way: Way) -> tuple[StepReport, ...]:
    with session.as_owner():
        start_rollback(session.connection, migration.name)
    reports, finished = run_work(session, Work.down(migration), way)
    if not finished:
        with session.as_owner():
            mark_rolled_back(session.connection, migration.name)
    return reports
