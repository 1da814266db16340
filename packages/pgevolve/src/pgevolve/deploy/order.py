"""The order of a deploy: connect, lock, preflight, pre-checks, snapshot, rehearsal, steps, verify, report."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from pgevolve.connect import Connection, connect, require_suitable
from pgevolve.deploy.carry_out import carry_out
from pgevolve.deploy.foreseen import foreseen
from pgevolve.deploy.gate import DONE, Clock, server_clock
from pgevolve.deploy.going_on import Answer
from pgevolve.deploy.pending import begun_state, pending_migrations, require_no_drift, require_not_held
from pgevolve.deploy.prepare import prepare
from pgevolve.deploy.questions import ask_rows, before_gates, rows_report, steps_done
from pgevolve.deploy.rehearsal_plan import if_there_is_room, plan_rehearsal
from pgevolve.deploy.rehearse import secure
from pgevolve.deploy.report import (
    DeployReport,
    MigrationReport,
    RehearsalPlan,
    Report,
    ledger_form,
    say_nothing,
)
from pgevolve.deploy.session import Session, deploy_session
from pgevolve.deploy.steps import Way
from pgevolve.deploy.stop import stop_on_signal
from pgevolve.history import History, Migration, inspect_history
from pgevolve.ledger import LedgerMigration, ledger_migrations
from pgevolve.lock_policy import LockPolicy
from pgevolve.prechecks import require_rows
from pgevolve.preflight import PreflightReport, preflight, require_fit
from pgevolve.progress import PreflightDone
from pgevolve.project import Project


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
    rehearse: bool | None = None,
    copies_url: str | None = None,
) -> DeployReport:
    """Bring the database to the head of the history, and check that it got there.

    `url` is a direct connection of a login that may become the project's owner. Other deployers are waited
    for up to `wait` seconds. `report` is called with each event; those about blockers come from a thread of
    their own. A dry run only reads.

    Where the project asks for it there is a snapshot before anything changes; `without_snapshot` is why to do
    without, which the ledger keeps. With `rehearse` what is pending runs on that snapshot first, restored
    beside the target, and what fails there stops the deploy; None leaves it to the project and the size.
    `copies_url` names the same database for a login that makes and fills the copy, where that of `url` may
    not make databases.

    It stops before the first contract migration whose gate is closed, and says in `waiting` what it waits
    for; `now` is the clock, the server's unless given. The very first deploy of a database waits for nothing.

    Every migration is recorded before it begins. Its transactional steps commit together with their records,
    and what became of any other step is looked up in the catalogue, so that after a crash at any moment
    another deploy goes on exactly there. SIGINT and SIGTERM cancel the running step, when this is the main
    thread. Raises what `read_status` lists, SqlTextError, BackfillError, BackfillPausedError,
    UnknownOutcomeError, DeployRunningError, PreparationError, MigrationFailedError, DeployInterruptedError,
    ConnectionLostError, DigestMismatchError, LeftoversError, RowsViolateError, SmokeError, UnfitServerError,
    WatchError, the errors of `connect`, of `take_for_deploy` and of `secure`. What a dry run finds of rows
    and server is in its report.
    """
    order = _Order(
        wait,
        locks or LockPolicy(),
        report or say_nothing,
        now,
        without_snapshot=without_snapshot,
        rehearse=rehearse,
        copies_url=copies_url,
    )
    return _dry_run(project, url, order) if dry_run else _run(project, url, order)


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
    return _run(project, url, _Order(wait, locks or LockPolicy(), tell, now, answer, resume=True))


@dataclass(frozen=True, slots=True)
class _Order:
    """What was ordered."""

    wait: float
    locks: LockPolicy
    tell: Report
    now: Clock | None
    answer: Answer | None = None
    resume: bool = False
    without_snapshot: str | None = None
    rehearse: bool | None = None
    copies_url: str | None = field(default=None, repr=False)


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
    clock = order.now or server_clock(session.connection)
    plan = plan_rehearsal(
        session.connection,
        session.project,
        pending,
        rows,
        wanted=order.rehearse,
        without_snapshot=order.without_snapshot is not None,
        copies_url=order.copies_url,
    )
    looked = _preflight(session, pending, rows, plan, order)
    plan = if_there_is_room(plan, looked.space)
    checked = ask_rows(session, before_gates(pending, rows), rows, way.tell)
    require_rows(checked)
    prepare(session, pending)
    plan, rehearsal = secure(
        session,
        history,
        pending,
        rows,
        way,
        plan,
        now=clock,
        without=order.without_snapshot,
        copies_url=order.copies_url,
    )
    done = carry_out(session, history, pending, rows, way, now=clock)
    report = DeployReport(
        done.migrations,
        time.monotonic() - begun,
        digest=done.digest,
        first=not rows,
        waiting=done.waiting,
        rows=checked,
        preflight=looked,
        rehearsing=plan,
        rehearsal=rehearsal,
    )
    session.record(DONE, ledger_form(report))
    return report


def _preflight(
    session: Session,
    pending: Sequence[Migration],
    rows: Sequence[LedgerMigration],
    plan: RehearsalPlan,
    order: _Order,
) -> PreflightReport:
    """Look at the server and the schema, which nothing has changed yet."""
    looked = _looked(session.connection, session.project, pending, rows, plan, wanted=order.rehearse)
    if looked.warnings:
        order.tell(PreflightDone(tuple(map(str, looked.warnings)), looked.seconds))
    require_fit(looked)
    if begun_state(pending[0], rows) is None:
        require_no_drift(session.project, session.url, rows)
    return looked


def _looked(  # noqa: PLR0913 (what it looks at)
    connection: Connection,
    project: Project,
    pending: Sequence[Migration],
    rows: Sequence[LedgerMigration],
    plan: RehearsalPlan,
    *,
    wanted: bool | None,
) -> PreflightReport:
    copied = plan.size if plan.reason is None else None
    done = steps_done(connection, pending, rows)
    return preflight(connection, project, pending, done=done, copied=copied, rehearsed=bool(wanted))


def _dry_run(project: Project, url: str, order: _Order) -> DeployReport:
    begun = time.monotonic()
    history = inspect_history(project.migrations)
    with connect(url, purpose="dry run") as connection:
        require_suitable(connection)
        rows = ledger_migrations(connection)
        pending = pending_migrations(history, rows)
        if not pending:
            return DeployReport((), time.monotonic() - begun, dry_run=True)
        checked = rows_report(connection, project, pending, rows)
        plan = plan_rehearsal(
            connection,
            project,
            pending,
            rows,
            wanted=order.rehearse,
            without_snapshot=order.without_snapshot is not None,
            copies_url=order.copies_url,
        )
        looked = _looked(connection, project, pending, rows, plan, wanted=order.rehearse)
        steps_of = tuple(foreseen(connection, pending))
    if rows and begun_state(pending[0], rows) is None:
        require_no_drift(project, url, rows)
    planned = tuple(MigrationReport(migration.name, 0.0, steps) for migration, steps in steps_of)
    return DeployReport(
        planned,
        time.monotonic() - begun,
        dry_run=True,
        first=not rows,
        rows=checked,
        preflight=looked,
        rehearsing=if_there_is_room(plan, looked.space),
    )
