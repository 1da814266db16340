"""What there is to do: the migrations that the ledger lacks, if nothing stands in their way."""

from collections.abc import Sequence

from pgevolve.connect import Connection
from pgevolve.failures import UnknownOutcomeError
from pgevolve.history import History, Migration
from pgevolve.ledger import LedgerMigration, ledger_steps
from pgevolve.project import Project
from pgevolve.status import compare
from pgevolve.verify import require_digest


def pending_migrations(
    connection: Connection, history: History, rows: Sequence[LedgerMigration]
) -> tuple[Migration, ...]:
    """Return what is to be applied, every file of it read; raises what makes a deploy impossible."""
    status = compare(history, rows)
    if status.problems:
        raise status.problems[0]
    pending = tuple(migration for migration in history if migration.name in status.pending)
    for migration in pending:
        _ = migration.statements
        if is_unfinished(migration, rows):
            for step in ledger_steps(connection, migration.name):
                if step.state == "started":
                    raise UnknownOutcomeError(migration.name, step.number)
    return pending


def is_unfinished(migration: Migration, rows: Sequence[LedgerMigration]) -> bool:
    """Say whether a migration was begun and interrupted."""
    return any(row.name == migration.name and row.state == "applying" for row in rows)


def require_no_drift(project: Project, url: str, rows: Sequence[LedgerMigration]) -> None:
    """Check that nothing but migrations changed the schema. Raises DigestMismatchError."""
    applied = [row for row in rows if row.state == "applied"]
    if applied:
        require_digest(url, project, applied[-1].name, applied[-1].digest)
