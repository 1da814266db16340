"""What the deployer writes into the ledger, always as the owner."""

import hashlib
import socket
from importlib.metadata import version
from importlib.resources import files

from psycopg.rows import scalar_row

from pgevolve.connect import Connection
from pgevolve.history import Migration
from pgevolve.ledger.rows import LedgerTooNewError, record_event
from pgevolve.roles import act_as
from pgevolve.step import Step

_MESSAGE_LIMIT = 10_000  # of characters kept from one statement or message


def prepare_ledger(connection: Connection, owner: str | None) -> None:
    """Make the ledger or bring it up to date, in one transaction of its own; the owner owns it.

    The connection is in autocommit mode and acts as a role that may set the owner's, who may create schemas.
    The caller holds the deploy lock. Raises LedgerTooNewError.
    """
    upgrades = _upgrades()
    found = _version(connection)
    if found > len(upgrades):
        raise LedgerTooNewError(found, len(upgrades))
    if found == len(upgrades):
        return
    with connection.transaction():
        act_as(connection, owner)
        if found == 0:
            connection.execute("CREATE SCHEMA IF NOT EXISTS pgevolve")
        for number, text in enumerate(upgrades[found:], found + 1):
            connection.execute(text)
            connection.execute(
                "INSERT INTO pgevolve.versions (version, tool_version) VALUES (%s, %s)",
                (number, version("pgevolve")),
            )


def start_migration(connection: Connection, migration: Migration, position: int, digest_before: str) -> None:
    """Record that a migration begins, or begins again after it was rolled back; all facts of a failure go."""
    connection.execute(
        "INSERT INTO pgevolve.migrations AS known"
        " (name, position, phase, checksum, digest, digest_before, state, host, tool_version)"
        " VALUES (%(name)s, %(position)s, %(phase)s, %(checksum)s, %(digest)s, %(before)s, 'applying',"
        " %(host)s, %(tool)s)"
        " ON CONFLICT (name) DO UPDATE SET position = excluded.position, phase = excluded.phase,"
        " checksum = excluded.checksum, digest = excluded.digest,"
        " digest_before = excluded.digest_before, state = 'applying',"
        " started_at = clock_timestamp(), finished_at = NULL, session_role = session_user,"
        " host = excluded.host, tool_version = excluded.tool_version, lsn = NULL,"
        " failed_step = NULL, sqlstate = NULL, message = NULL, statement = NULL",
        {
            "name": migration.name,
            "position": position,
            "phase": migration.phase,
            "checksum": migration.checksum,
            "digest": migration.digest,
            "before": digest_before,
            "host": socket.gethostname(),
            "tool": version("pgevolve"),
        },
    )
    record_event(connection, "migration.started", {"migration": migration.name})


def record_step(  # noqa: PLR0913 (a step has these facts)
    connection: Connection,
    migration: str,
    number: int,
    step: Step,
    *,
    seconds: float | None,
    attempts: int = 1,
) -> None:
    """Record a step as done, or with `seconds` None as started."""
    connection.execute(
        "INSERT INTO pgevolve.steps (migration, number, checksum, state, seconds, attempts)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (migration, number) DO UPDATE"
        " SET checksum = excluded.checksum, state = excluded.state, seconds = excluded.seconds,"
        " attempts = excluded.attempts",
        (
            migration,
            number,
            hashlib.sha256(step.sql.encode()).hexdigest(),
            "started" if seconds is None else "done",
            seconds,
            attempts,
        ),
    )


def finish_migration(connection: Connection, name: str) -> None:
    """Record that a migration is applied."""
    connection.execute(
        "UPDATE pgevolve.migrations SET state = 'applied', finished_at = clock_timestamp(),"
        " lsn = pg_current_wal_insert_lsn(), failed_step = NULL, sqlstate = NULL, message = NULL,"
        " statement = NULL WHERE name = %s",
        (name,),
    )
    record_event(connection, "migration.applied", {"migration": name})


def record_baseline(connection: Connection, migration: Migration, position: int, digest_before: str) -> None:
    """Record a migration as applied that was in place before the ledger was; it has no steps."""
    connection.execute(
        "INSERT INTO pgevolve.migrations"
        " (name, position, phase, checksum, digest, digest_before, host, tool_version,"
        " state, finished_at, lsn)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'applied', clock_timestamp(),"
        " pg_current_wal_insert_lsn())",
        (
            migration.name,
            position,
            migration.phase,
            migration.checksum,
            migration.digest,
            digest_before,
            socket.gethostname(),
            version("pgevolve"),
        ),
    )
    record_event(connection, "migration.baselined", {"migration": migration.name})


def mark_failed(  # noqa: PLR0913 (a failure has these facts)
    connection: Connection, name: str, *, step: int, statement: str, sqlstate: str | None, message: str
) -> None:
    """Record that a step failed and with what."""
    connection.execute(
        "UPDATE pgevolve.migrations SET state = 'failed', finished_at = clock_timestamp(),"
        " failed_step = %s, sqlstate = %s, message = %s, statement = %s WHERE name = %s",
        (step, sqlstate, message[:_MESSAGE_LIMIT], statement[:_MESSAGE_LIMIT], name),
    )
    record_event(
        connection,
        "migration.failed",
        {"migration": name, "step": step, "sqlstate": sqlstate, "message": message[:_MESSAGE_LIMIT]},
    )


def mark_rolled_back(connection: Connection, name: str) -> None:
    """Record that nothing of a migration is left, and forget its steps."""
    connection.execute("DELETE FROM pgevolve.steps WHERE migration = %s", (name,))
    connection.execute(
        "UPDATE pgevolve.migrations SET state = 'rolled_back', finished_at = clock_timestamp()"
        " WHERE name = %s",
        (name,),
    )
    record_event(connection, "migration.rolled_back", {"migration": name})


def _upgrades() -> tuple[bytes, ...]:
    """Return the scripts by version; the first one makes version 1."""
    scripts = (entry for entry in files("pgevolve.ledger").joinpath("sql").iterdir())
    named = sorted((entry for entry in scripts if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return tuple(entry.read_bytes() for entry in named)


def _version(connection: Connection) -> int:
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute("SELECT to_regclass('pgevolve.versions') IS NOT NULL")
        if not cursor.fetchone():
            return 0
        cursor.execute("SELECT max(version) FROM pgevolve.versions")
        return cursor.fetchone() or 0
