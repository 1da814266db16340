"""What the rows are asked before steps run that they could refuse."""

from collections.abc import Sequence
from itertools import takewhile

from pgevolve.connect import Connection
from pgevolve.deploy.pending import begun_state
from pgevolve.deploy.report import Report, Waiting
from pgevolve.deploy.session import Session
from pgevolve.history import Migration
from pgevolve.ledger import LedgerMigration, ledger_steps
from pgevolve.prechecks import RowsReport, check_rows, require_rows
from pgevolve.progress import RowsChecked
from pgevolve.project import Project


def before_gates(pending: Sequence[Migration], rows: Sequence[LedgerMigration]) -> tuple[Migration, ...]:
    """Return what will run for certain: the rows of a contract migration are asked when its gate is open."""
    return tuple(
        takewhile(
            lambda migration: migration.phase != "contract" or begun_state(migration, rows) is not None,
            pending,
        )
    )


def rows_in_the_way(
    session: Session,
    migration: Migration,
    rows: Sequence[LedgerMigration],
    tell: Report,
    *,
    first: bool,
) -> Waiting | None:
    """Ask the rows of a contract migration. Raises RowsViolateError when nothing was applied before it."""
    checked = ask_rows(session, [migration], rows, tell)
    if first:
        require_rows(checked)
    if not checked.violations:
        return None
    return Waiting(migration.name, tuple(map(str, checked.violations)))


def ask_rows(
    session: Session, pending: Sequence[Migration], rows: Sequence[LedgerMigration], tell: Report
) -> RowsReport:
    """Look for rows that a pending step would refuse, and tell how many questions that took."""
    checked = rows_report(session.connection, session.project, pending, rows)
    if checked.asked or checked.unchecked:
        tell(RowsChecked(checked.asked, tuple(map(str, checked.unchecked)), checked.seconds))
    return checked


def rows_report(
    connection: Connection,
    project: Project,
    pending: Sequence[Migration],
    rows: Sequence[LedgerMigration],
) -> RowsReport:
    """Look for rows that a pending step would refuse; only reads."""
    return check_rows(connection, pending, owner=project.owner, done=steps_done(connection, pending, rows))


def steps_done(
    connection: Connection, pending: Sequence[Migration], rows: Sequence[LedgerMigration]
) -> dict[str, int]:
    """Return how many steps of an interrupted migration have run."""
    return {
        migration.name: sum(step.state == "done" for step in ledger_steps(connection, migration.name))
        for migration in pending
        if begun_state(migration, rows) is not None
    }
