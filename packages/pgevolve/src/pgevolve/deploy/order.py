"""The order of a deploy: connect, lock, preflight, pre-checks, snapshot, steps, verify, report."""

import time
from collections.abc import Sequence

from pgevolve.connect import Connection, connect, require_suitable
from pgevolve.deploy.pending import is_unfinished, pending_migrations, require_no_drift
from pgevolve.deploy.prepare import prepare
from pgevolve.deploy.report import DeployReport, MigrationReport, Report, StepReport, first_line, say_nothing
from pgevolve.deploy.session import Session, deploy_session
from pgevolve.deploy.steps import apply_migration
from pgevolve.errors import FindingsError
from pgevolve.history import History, Migration, inspect_history
from pgevolve.ledger import LedgerMigration, ledger_migrations, ledger_steps
from pgevolve.prechecks import RowsReport, check_rows, require_rows
from pgevolve.preflight import PreflightReport, preflight, require_fit
from pgevolve.progress import DeployStarted, PreflightDone, RowsChecked, Verified
from pgevolve.project import Project
from pgevolve.verify import LeftoversError, leftovers, require_digest


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
    MigrationFailedError, ConnectionLostError, DigestMismatchError, LeftoversError, RowsViolateError,
    UnfitServerError, the errors of `connect`. What a dry run finds of rows and server stands in its report.
    """
    begun = time.monotonic()
    tell = report or say_nothing
    history = inspect_history(project.migrations)
    if dry_run:
        return _dry_run(project, url, history, begun)
    with deploy_session(project, url, wait=wait, report=tell) as session:
        return _deploy(session, history, tell, begun)


def _deploy(session: Session, history: History, tell: Report, begun: float) -> DeployReport:
    rows = ledger_migrations(session.connection)
    pending = pending_migrations(session.connection, history, rows)
    if not pending:
        return DeployReport((), time.monotonic() - begun)
    looked = _preflight(session, pending, rows, tell)
    checked = _prechecks(session, pending, rows, tell)
    prepare(session, pending)
    # The place of the snapshot: nothing of the schema has changed so far.
    before = leftovers(session.url, session.project)
    steps = sum(len(migration.up) for migration in pending)
    tell(DeployStarted(tuple(migration.name for migration in pending), steps))
    reports = tuple(
        apply_migration(session, migration, history, resumed=is_unfinished(migration, rows), tell=tell)
        for migration in pending
    )
    digest = _verify(session, pending[-1], before, tell)
    report = DeployReport(
        reports, time.monotonic() - begun, digest=digest, first=not rows, rows=checked, preflight=looked
    )
    session.record(
        "deploy.finished",
        {"migrations": {entry.name: entry.seconds for entry in reports}, "seconds": report.seconds},
    )
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
    if not is_unfinished(pending[0], rows):
        require_no_drift(session.project, session.url, rows)
    return looked


def _prechecks(
    session: Session, pending: Sequence[Migration], rows: Sequence[LedgerMigration], tell: Report
) -> RowsReport:
    """Look for rows that a pending step would refuse, before anything is changed or recorded."""
    checked = _checked(session.connection, session.project, pending, rows)
    if checked.asked or checked.unchecked:
        tell(RowsChecked(checked.asked, tuple(map(str, checked.unchecked)), checked.seconds))
    require_rows(checked)
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
        migration.name: len(ledger_steps(connection, migration.name))
        for migration in pending
        if is_unfinished(migration, rows)
    }


def _dry_run(project: Project, url: str, history: History, begun: float) -> DeployReport:
    with connect(url, purpose="dry run") as connection:
        require_suitable(connection)
        rows = ledger_migrations(connection)
        pending = pending_migrations(connection, history, rows)
        checked = _checked(connection, project, pending, rows)
        looked = preflight(connection, project, pending, done=_done(connection, pending, rows))
    if rows and pending and not is_unfinished(pending[0], rows):
        require_no_drift(project, url, rows)
    planned = tuple(
        MigrationReport(
            migration.name,
            0.0,
            tuple(
                StepReport(number, first_line(step), 0.0, 0) for number, step in enumerate(migration.up, 1)
            ),
        )
        for migration in pending
    )
    return DeployReport(
        planned, time.monotonic() - begun, dry_run=True, first=not rows, rows=checked, preflight=looked
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
