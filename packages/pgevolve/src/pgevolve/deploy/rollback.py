"""Migrations are undone by their down.sql, under the same lock, journal and discipline as a deploy."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from pgevolve.deploy.clients import clients_since
from pgevolve.deploy.going_on import Answer, first_step_to_run
from pgevolve.deploy.part import made_by, tolerant
from pgevolve.deploy.report import MigrationReport, Report, StepReport, say_nothing
from pgevolve.deploy.session import Session, deploy_session
from pgevolve.deploy.steps import Way, run_work
from pgevolve.deploy.stop import stop_on_signal
from pgevolve.deploy.watches import end_all_watches
from pgevolve.deploy.work import Work
from pgevolve.failures import (
    ClientsConnectedError,
    IrreversibleError,
    NotAppliedError,
    NothingToRollBackError,
    PartlyAppliedError,
    ReasonMissingError,
    RollbackFailedError,
    WatchError,
)
from pgevolve.history import EditedMigrationError, History, Migration, MissingMigrationError, inspect_history
from pgevolve.ledger import (
    LedgerMigration,
    ledger_migrations,
    ledger_steps,
    mark_rolled_back,
    prepare_ledger,
    start_rollback,
)
from pgevolve.lock_policy import LockPolicy
from pgevolve.progress import ClientsDisregarded, MigrationRolledBack
from pgevolve.project import Project
from pgevolve.run import NoJournal, StepError, one_line, run_steps
from pgevolve.step import Step
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
    force: bool = False,
    reason: str | None = None,
) -> tuple[MigrationReport, ...]:
    """Undo the last migration, or all from `name` on, the last first, and check each schema that comes back.

    A rollback that failed or was interrupted goes on when it is called again. A migration that is in place in
    part is undone as far as it is there. Nothing is undone when one of them has no way back, nor while one is
    used by clients of the release that brought it, or of a later one; with `force` the ledger keeps the
    `reason` and who it was. Returns a report for each, in the order in which they were undone. Raises
    NothingToRollBackError, NotAppliedError, IrreversibleError, PartlyAppliedError, ClientsConnectedError,
    ReasonMissingError, RollbackFailedError, DigestMismatchError, UnknownOutcomeError, DeployInterruptedError,
    DeployRunningError, WatchError and the errors of the history.
    """
    if force and not (reason or "").strip():
        raise ReasonMissingError("a rollback under clients that use what it undoes")
    tell = report or say_nothing
    history = inspect_history(project.migrations)
    with deploy_session(project, url, wait=wait, report=tell) as session, stop_on_signal() as stop:
        rows = _targets(ledger_migrations(session.connection), name)
        prepare_ledger(session.connection, project.owner)
        way = Way(locks or LockPolicy(), stop, answer, tell)
        parts = [_part(session, _files(history, row), row, way) for row in rows]
        for part in parts:
            part.require_way_back()
        _look_for_clients(session, parts, way, reason if force else None)
        _count_no_more(session, rows[0].name, way)
        return tuple(_roll_back(session, part, way) for part in parts)


def _targets(rows: Sequence[LedgerMigration], name: str | None) -> list[LedgerMigration]:
    """Return what is here in whole or in part, from the last one to the named one."""
    here = [row for row in reversed(rows) if row.state != "rolled_back"]
    if not here:
        raise NothingToRollBackError
    if name is None:
        return here[:1]
    names = [row.name for row in here]
    if name not in names:
        raise NotAppliedError(name)
    return here[: names.index(name) + 1]


def _files(history: History, row: LedgerMigration) -> Migration:
    migration = next((entry for entry in history if entry.name == row.name), None)
    if migration is None:
        raise MissingMigrationError(row.name)
    if migration.checksum != row.checksum:
        raise EditedMigrationError(row.name, row.checksum, migration.checksum)
    return migration


def _count_no_more(session: Session, name: str, way: Way) -> None:
    """End what a contract counts that waits for the migrations that are undone. Raises WatchError."""
    try:
        end_all_watches(session, way.locks)
    except StepError as failure:
        raise WatchError(name, one_line(failure.error)) from failure.error


@dataclass(frozen=True, slots=True)
class _Part:
    """A migration and how many of its steps are in place: all of them, unless the ledger says otherwise."""

    migration: Migration
    row: LedgerMigration
    done: int

    @property
    def is_partial(self) -> bool:
        return 0 < self.done < len(self.migration.up)

    def require_way_back(self) -> None:
        """Raise IrreversibleError, or PartlyAppliedError, unless it can be undone."""
        if self.done == 0 or self.migration.down_sql is not None:
            return
        if self.is_partial:
            raise PartlyAppliedError(self.row.name, self.done, len(self.migration.up))
        raise IrreversibleError(self.row.name, self.migration.irreversible)


def _part(session: Session, migration: Migration, row: LedgerMigration, way: Way) -> _Part:
    steps = len(migration.up)
    if row.state in {"applying", "failed"}:
        done = first_step_to_run(session, Work.up(migration), way.answer, way.tell) - 1
    elif row.state == "rolling_back" and (recorded := ledger_steps(session.connection, migration.name)):
        # The records of the steps stay until the migration is undone.
        done = sum(step.state == "done" for step in recorded)
    else:
        done = steps
    return _Part(migration, row, done)


def _look_for_clients(session: Session, parts: Sequence[_Part], way: Way, reason: str | None) -> None:
    """Raise ClientsConnectedError while one uses what is undone, unless there is a reason to disregard it.

    One that connects later is not seen.
    """
    undone = [part.migration for part in parts if part.done]
    found = tuple(clients_since(session.connection, undone, session.project.gate))
    if not found:
        return
    first = parts[-1].migration.name
    if reason is None:
        raise ClientsConnectedError(first, found)
    session.record("rollback.forced", {"migration": first, "reason": reason, "clients": list(found)})
    way.tell(ClientsDisregarded(first, found))


def _roll_back(session: Session, part: _Part, way: Way) -> MigrationReport:
    begun = time.monotonic()
    row = part.row
    if row.state == "applied":
        require_digest(session.url, session.project, row.name, row.digest)
    reports = _undo(session, part, way) if part.done else ()
    require_digest(session.url, session.project, f"before {row.name}", row.digest_before)
    if not part.done:
        with session.as_owner():
            mark_rolled_back(session.connection, row.name)
    seconds = time.monotonic() - begun
    way.tell(MigrationRolledBack(row.name, seconds))
    return MigrationReport(row.name, seconds, reports)


def _undo(session: Session, part: _Part, way: Way) -> tuple[StepReport, ...]:
    migration = part.migration
    with session.as_owner():
        start_rollback(session.connection, migration.name)
    work = Work.down(migration)
    if part.is_partial:
        work = tolerant(work)
        if not ledger_steps(session.connection, migration.name, "down"):
            _clear(session, migration, made_by(migration.up[: part.done]), way)
    reports, finished = run_work(session, work, way)
    if not finished:
        with session.as_owner():
            mark_rolled_back(session.connection, migration.name)
    return reports


def _clear(session: Session, migration: Migration, drops: Sequence[Step], way: Way) -> None:
    """Drop what the steps made that are in place; what an interruption leaves is dropped the next time.

    Raises RollbackFailedError.
    """
    try:
        run_steps(
            session.connection, drops, owner=session.project.owner, journal=NoJournal(), locks=way.locks
        )
    except StepError as failure:
        message = one_line(failure.error)
        raise RollbackFailedError(
            migration.name, 1, 1, failure.error.sqlstate, message, failure.step.sql
        ) from failure.error
