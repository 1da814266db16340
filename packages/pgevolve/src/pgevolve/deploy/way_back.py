"""The snapshot of a deploy: what it can be undone with, looked after before anything changes."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pgevolve.deploy.gate import Clock, is_first_deploy, open_conditions
from pgevolve.deploy.pending import begun_state
from pgevolve.deploy.report import Report
from pgevolve.deploy.session import Session
from pgevolve.history import History, Migration
from pgevolve.ledger import LedgerMigration
from pgevolve.progress import SnapshotReady

if TYPE_CHECKING:
    from pgevolve.snapshot.reading import OpenSnapshot


def look_after_way_back(  # noqa: PLR0913 (what decides)
    session: Session,
    history: History,
    pending: Sequence[Migration],
    rows: Sequence[LedgerMigration],
    *,
    now: Clock,
    without: str | None,
    tell: Report,
    beside: Callable[["OpenSnapshot"], None] | None = None,
) -> None:
    """Take a snapshot, or find a recent one, as the pending migrations need; `without` is why to do without.

    `beside` gets one of this moment in plain text, and makes it needed.

    Nothing is done when the project asks for none, when a deploy that was interrupted goes on (it had its
    snapshot), and when nothing is going to run. Raises what `take_for_deploy` raises.
    """
    project = session.project
    if not (project.backup.before_deploy or beside) or begun_state(pending[0], rows) is not None:
        return
    runnable = _runnable(session, history, pending, rows, now)
    # Here, because most commands need neither a store nor a cipher.
    from pgevolve.snapshot import SnapshotPolicy, take_for_deploy

    record = take_for_deploy(project, session.url, runnable, SnapshotPolicy(without, now, beside))
    if record is not None:
        tell(SnapshotReady(record.kind, record.name, record.reason))


def _runnable(
    session: Session,
    history: History,
    pending: Sequence[Migration],
    rows: Sequence[LedgerMigration],
    now: Clock,
) -> tuple[Migration, ...]:
    """Return the pending migrations before the first contract whose gate is closed."""
    if is_first_deploy(session.connection, rows):
        return tuple(pending)
    runnable = []
    for migration in pending:
        if migration.phase == "contract" and open_conditions(
            session.connection, migration, history, rows, session.project.gate, now()
        ):
            break
        runnable.append(migration)
    return tuple(runnable)
