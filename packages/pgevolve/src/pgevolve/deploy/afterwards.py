"""What is done when the schema is right: statistics of what changed, and the application's own questions."""

from collections.abc import Iterable, Sequence

import psycopg

from pgevolve.backfill import fills
from pgevolve.deploy.facts import target_of
from pgevolve.deploy.report import MigrationReport
from pgevolve.deploy.session import Session
from pgevolve.errors import FindingsError
from pgevolve.history import Migration
from pgevolve.sqltext import commits_by_itself

_PATIENCE = "2s"


class SmokeError(FindingsError):
    """The application does not work with the schema as it is now; the migrations are applied."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__(findings)
        self.findings = findings
        self.hint = "mend the application or its rights, or run `rollback` where the migration has a way back"

    def __str__(self) -> str:
        return f"the application does not work: {'; '.join(self.findings)}"


def analyze(
    session: Session, migrations: Sequence[Migration], reports: Sequence[MigrationReport]
) -> tuple[str, ...]:
    """Gather statistics of the tables that were there before and were changed; return those that were.

    Each has a transaction of its own and takes SHARE UPDATE EXCLUSIVE. One that is locked is passed over:
    autovacuum comes to it.
    """
    done = []
    for table in _changed(migrations, reports):
        try:
            with session.as_owner():
                there = session.connection.execute("SELECT to_regclass(%s) IS NOT NULL", (table,)).fetchone()
                if there is None or not there[0]:
                    continue
                session.connection.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'".encode())
                session.connection.execute(f"ANALYZE {table}".encode())
        except (psycopg.errors.LockNotAvailable, psycopg.errors.InsufficientPrivilege):
            continue
        done.append(table)
    return tuple(done)


def require_answers(session: Session) -> None:
    """Let the application ask what it needs of the schema. Raises SmokeError."""
    findings = tuple(finding for ask in session.project.smoke for finding in ask(session.url))
    if findings:
        raise SmokeError(findings)


def _changed(migrations: Sequence[Migration], reports: Sequence[MigrationReport]) -> Iterable[str]:
    """Return the tables that steps locked, on which they built, and which were filled, each once."""
    tables: dict[str, None] = {}
    for report in reports:
        for ran in report.steps:
            tables |= dict.fromkeys(ran.locked)
    for migration in migrations:
        for step in migration.up:
            table = target_of(step.sql).table if commits_by_itself(step.sql) else None
            if table is not None:
                tables[table] = None
        tables |= dict.fromkeys(fill.table for fill in fills(migration.backfill_sql or ""))
    return tables
