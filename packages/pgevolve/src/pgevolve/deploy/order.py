"""The order of a deploy: connect, lock, preflight, pre-checks, snapshot, steps, verify, report."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile

from pgevolve.connect import Connection, connect, require_suitable
from pgevolve.deploy.afterwards import analyze, require_answers
from pgevolve.deploy.foreseen import foreseen
from pgevolve.deploy.gate import DONE, FIRST_DEPLOY, Clock, Gate, is_first_deploy
from pgevolve.deploy.going_on import Answer
from pgevolve.deploy.pending import begun_state, pending_migrations, require_no_drift, require_not_held
from pgevolve.deploy.prepare import prepare
from pgevolve.deploy.report import (
    DeployReport,
    MigrationReport,
    Report,
    Waiting,
    ledger_form,
    say_nothing,
)
from pgevolve.deploy.session import Session, deploy_session
from pgevolve.deploy.steps import Way, apply_migration
from pgevolve.deploy.stop import stop_on_signal
from pgevolve.deploy.way_back import look_after_way_back
from pgevolve.errors import FindingsError
from pgevolve.history import History, Migration, inspect_history
from pgevolve.ledger import LedgerMigration, ledger_migrations, ledger_steps
from pgevolve.lock_policy import LockPolicy
from pgevolve.prechecks import RowsReport, check_rows, require_rows
from pgevolve.preflight import PreflightReport, preflight, require_fit
from pgevolve.progress import DeployStarted, PreflightDone, RowsChecked, Verified
from pgevolve.project import Project
from pgevolve.verify import LeftoversError, leftovers, require_digest


def deploy(  # noqa: PLR0913 (what a deploy may be told)
    project: Project,
    url: str,
    *,
    wait: float = 600,
    dry_run: bool = False,
    report: Report | None = None,
    locks: LockPolicy | None = None,
    now: Clock | None = None,
    without_snapshot: str | None = None,
) -> DeployReport:
    """Bring the database to the head of the history, and check that it got there.

    `url` is a direct connection of a login that may become the project's owner. Other deployers are waited
    for up to `wait` seconds. `report` is called with each event; those about blockers come from a thread of
    their own. A dry run only reads.

    Where the project asks for it there is a snapshot before anything changes; `without_snapshot` is why to do
    without, which the ledger keeps.

    It stops before the first contract migration whose gate is closed, and says in `waiting` what it waits
    for; `now` is the clock. The very first deploy of a database waits for nothing.

    Every migration is recorded before it begins. Its transactional steps commit together with their records,
    and what became of any other step is looked up in the catalogue, so that after a crash at any moment
    another deploy goes on exactly there. SIGINT and SIGTERM cancel the running step, when this is the main
    thread. Raises what `read_status` lists, SqlTextError, BackfillError, BackfillPausedError,
    UnknownOutcomeError, DeployRunningError, PreparationError, MigrationFailedError, DeployInterruptedError,
    ConnectionLostError, DigestMismatchError, LeftoversError, RowsViolateError, SmokeError, UnfitServerError,
    WatchError, the
    errors of `connect` and of `take_for_deploy`. What a dry run finds of rows and server is in its report.
    """
    begun = time.monotonic()
    tell = report or say_nothing
    if dry_run:
        return _dry_run(project, url, inspect_history(project.migrations), begun)
    order = _Order(wait, locks or LockPolicy(), tell, now or _now, without_snapshot=without_snapshot)
    return _run(project, url, order)


def resume(  # noqa: PLR0913 (what it may be told)
    project: Project,
    url: str,
    *,
    wait: float = 600,
    report: Report | None = None,
    locks: LockPolicy | None = None,
    answer: Answer | None = None,
    now: Clock | None = None,
) -> DeployReport:
    """Go on with a failed or interrupted migration, and with all that follows, as `deploy` does.

    The failed step runs again: mend the cause before. What an interrupted step left is looked up; `answer`
    says whether a step is done of which the catalogue does not tell. A backfill that somebody asked to pause
    goes on. Raises what `deploy` raises.
    """
    tell = report or say_nothing
    return _run(project, url, _Order(wait, locks or LockPolicy(), tell, now or _now, answer, resume=True))


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Order:
    """What was ordered."""

    wait: float
    locks: LockPolicy
    tell: Report
    now: Clock
    answer: Answer | None = None
    resume: bool = False
    without_snapshot: str | None = None


def _run(project: Project, url: str, order: _Order) -> DeployReport:
    begun = time.monotonic()
    history = inspect_history(project.migrations)
    with (
        deploy_session(project, url, wait=order.wait, report=order.tell) as session,
        stop_on_signal() as stop,
    ):
        way = Way(order.locks, stop, order.answer, order.tell, lifts_pause=order.resume)
        return _deploy(session, history, order, way, begun)


def _deploy(session: Session, history: History, order: _Order, way: Way, begun: float) -> DeployReport:
    rows = ledger_migrations(session.connection)
    pending = pending_migrations(history, rows, resume=order.resume)
    if not pending:
        return DeployReport((), time.monotonic() - begun)
    if not order.resume:
        require_not_held(session.connection, pending)
    looked = _preflight(session, pending, rows, way.tell)
    checked = _prechecks(session, _before_gates(pending, rows), rows, way.tell)
    require_rows(checked)
    prepare(session, pending)
    look_after_way_back(
        session, history, pending, rows, now=order.now, without=order.without_snapshot, tell=way.tell
    )
    before = leftovers(session.url, session.project)
    steps = sum(len(migration.up) for migration in pending)
    way.tell(DeployStarted(tuple(migration.name for migration in pending), steps))
    if not rows:
        session.record(FIRST_DEPLOY, {})
    gate = Gate(session, history, order.now, free=is_first_deploy(session.connection, rows))
    reports: list[MigrationReport] = []
    waiting = None
    for migration in pending:
        state = begun_state(migration, rows)
        waiting = gate.closed(migration, way) if state is None else None
        if waiting is None and state is None and migration.phase == "contract":
            waiting = _rows_in_the_way(session, migration, rows, way.tell, first=not reports)
        if waiting is not None:
            break
        reports.append(apply_migration(session, migration, history, way, begun=state))
    report = DeployReport(
        tuple(reports), 0.0, first=not rows, waiting=waiting, rows=checked, preflight=looked
    )
    if reports:
        applied = pending[len(reports) - 1]
        report = replace(report, digest=_verify(session, applied, before, way.tell))
        if rows:
            analyze(session, pending[: len(reports)], reports)
        require_answers(session)
    report = replace(report, seconds=time.monotonic() - begun)
    session.record(DONE, ledger_form(report))
    return report


def _preflight(
    session: Session, pending: Sequence[Migration], rows: Sequence[LedgerMigration], tell: Report
) -> PreflightReport:
    """Look at the server and the schema, which nothing has changed yet."""
    done = _done(session.connection, pending, rows)
    looked = preflight(session.connection, session.project, pending, done=done)
    if looked.warnings:
        tell(PreflightDone(tuple(map(str, looked.warnings)), looked.seconds))
    require_fit(looked)
    if begun_state(pending[0], rows) is None:
        require_no_drift(session.project, session.url, rows)
    return looked


def _before_gates(pending: Sequence[Migration], rows: Sequence[LedgerMigration]) -> tuple[Migration, ...]:
    """Return what will run for certain: the rows of a contract migration are asked when its gate is open."""
    return tuple(
        takewhile(
            lambda migration: migration.phase != "contract" or begun_state(migration, rows) is not None,
            pending,
        )
    )


def _rows_in_the_way(
    session: Session,
    migration: Migration,
    rows: Sequence[LedgerMigration],
    tell: Report,
    *,
    first: bool,
) -> Waiting | None:
    """Ask the rows of a contract migration. Raises RowsViolateError when nothing was applied before it."""
    checked = _prechecks(session, [migration], rows, tell)
    if first:
        require_rows(checked)
    if not checked.violations:
        return None
    return Waiting(migration.name, tuple(map(str, checked.violations)))


def _prechecks(
    session: Session, pending: Sequence[Migration], rows: Sequence[LedgerMigration], tell: Report
) -> RowsReport:
    """Look for rows that a pending step would refuse."""
    checked = _checked(session.connection, session.project, pending, rows)
    if checked.asked or checked.unchecked:
        tell(RowsChecked(checked.asked, tuple(map(str, checked.unchecked)), checked.seconds))
    return checked


def _checked(
    connection: Connection,
    project: Project,
    pending: Sequence[Migration],
    rows: Sequence[LedgerMigration],
) -> RowsReport:
    done = _done(connection, pending, rows)
    return check_rows(connection, pending, owner=project.owner, done=done)


def _done(
    connection: Connection, pending: Sequence[Migration], rows: Sequence[LedgerMigration]
) -> dict[str, int]:
    """Return how many steps of an interrupted migration have run."""
    return {
        migration.name: sum(step.state == "done" for step in ledger_steps(connection, migration.name))
        for migration in pending
        if begun_state(migration, rows) is not None
    }


def _dry_run(project: Project, url: str, history: History, begun: float) -> DeployReport:
    with connect(url, purpose="dry run") as connection:
        require_suitable(connection)
        rows = ledger_migrations(connection)
        pending = pending_migrations(history, rows)
        checked = _checked(connection, project, pending, rows)
        looked = preflight(connection, project, pending, done=_done(connection, pending, rows))
        steps_of = tuple(foreseen(connection, pending))
    if rows and pending and begun_state(pending[0], rows) is None:
        require_no_drift(project, url, rows)
    planned = tuple(MigrationReport(migration.name, 0.0, steps) for migration, steps in steps_of)
    return DeployReport(
        planned,
        time.monotonic() - begun,
        dry_run=True,
        first=not rows,
        rows=checked,
        preflight=looked,
    )


def _verify(session: Session, last: Migration, leftovers_before: frozenset[str], tell: Report) -> str:
    begun = time.monotonic()
    try:
        require_digest(session.url, session.project, last.name, last.digest)
        new = leftovers(session.url, session.project) - leftovers_before
        if new:
            raise LeftoversError(tuple(sorted(new)))
    except FindingsError as error:
        session.record("verify.failed", {"migration": last.name, "message": str(error)})
        raise
    tell(Verified(last.digest, time.monotonic() - begun))
    return last.digest
