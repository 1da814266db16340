"""What there is to do: the migrations that the ledger lacks, if nothing stands in their way."""

from collections.abc import Sequence
from dataclasses import replace

from pgevolve.connect import Connection
from pgevolve.failures import BackfillPausedError
from pgevolve.history import History, Migration
from pgevolve.ledger import LedgerMigration, ledger_backfills
from pgevolve.project import Project
from pgevolve.status import compare
from pgevolve.verify import require_digest


def pending_migrations(
    history: History, rows: Sequence[LedgerMigration], *, resume: bool = False
) -> tuple[Migration, ...]:
    """Return what is to be applied, every file of it read; raises what makes a deploy impossible.

    With `resume` a failed migration goes on like one that was interrupted.
    """
    known = [replace(row, state="applying") if resume and row.state == "failed" else row for row in rows]
    status = compare(history, known)
    if status.problems:
        raise status.problems[0]
    pending = tuple(migration for migration in history if migration.name in status.pending)
    for migration in pending:
        _ = migration.statements
    return pending


def begun_state(migration: Migration, rows: Sequence[LedgerMigration]) -> str | None:
    """Return `applying` or `failed` for a migration that was begun and is not done, None for any other."""
    states = {row.name: row.state for row in rows if row.state in {"applying", "failed"}}
    return states.get(migration.name)


def require_no_drift(project: Project, url: str, rows: Sequence[LedgerMigration]) -> None:
    """Check that nothing but migrations changed the schema. Raises DigestMismatchError."""
    applied = [row for row in rows if row.state == "applied"]
    if applied:
        require_digest(url, project, applied[-1].name, applied[-1].digest)


def require_not_held(connection: Connection, pending: Sequence[Migration]) -> None:
    """Check that nobody asked the next backfill to pause. Raises BackfillPausedError."""
    for row in ledger_backfills(connection, pending[0].name):
        if row.held:
            raise BackfillPausedError(row.migration, row.relation, row.why or "")
