"""What the deployer writes into the ledger, always as the owner."""

import hashlib
import socket
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Literal

from psycopg.rows import scalar_row
from psycopg.types.json import Jsonb

from pgevolve.connect import Connection
from pgevolve.history import Migration
from pgevolve.ledger.records import StepRecord
from pgevolve.ledger.rows import Direction, LedgerTooNewError, record_event
from pgevolve.roles import act_as

_MESSAGE_LIMIT = 10_000  # of characters kept from one statement or message


@cache
def _tool_version() -> str:
    """Return the version of the engine; it is read from the disk once, and not for every step again."""
    return version("pgevolve")


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
                (number, _tool_version()),
            )


def start_migration(
    connection: Connection,
    migration: Migration,
    position: int,
    digest_before: str,
    release: str | None = None,
) -> None:
    """Record that a migration begins, or begins again after it was rolled back; all facts of a failure go."""
    connection.execute(
        "INSERT INTO pgevolve.migrations AS known"
        " (name, position, phase, checksum, digest, digest_before, state, host, tool_version, release)"
        " VALUES (%(name)s, %(position)s, %(phase)s, %(checksum)s, %(digest)s, %(before)s, 'applying',"
        " %(host)s, %(tool)s, %(release)s)"
        " ON CONFLICT (name) DO UPDATE SET position = excluded.position, phase = excluded.phase,"
        " checksum = excluded.checksum, digest = excluded.digest,"
        " digest_before = excluded.digest_before, state = 'applying',"
        " started_at = clock_timestamp(), finished_at = NULL, session_role = session_user,"
        " host = excluded.host, tool_version = excluded.tool_version, lsn = NULL,"
        " failed_step = NULL, sqlstate = NULL, message = NULL, statement = NULL,"
        " blockers = NULL, backfill = 'none', release = excluded.release",
        {
            "name": migration.name,
            "position": position,
            "phase": migration.phase,
            "checksum": migration.checksum,
            "digest": migration.digest,
            "before": digest_before,
            "host": socket.gethostname(),
            "tool": _tool_version(),
            "release": release,
        },
    )
    record_event(connection, "migration.started", {"migration": migration.name})


def resume_migration(connection: Connection, name: str) -> None:
    """Record that a failed migration goes on; its failure stays in the events."""
    connection.execute(
        "UPDATE pgevolve.migrations SET state = 'applying', finished_at = NULL, failed_step = NULL,"
        " sqlstate = NULL, message = NULL, statement = NULL, blockers = NULL WHERE name = %s",
        (name,),
    )
    record_event(connection, "migration.resumed", {"migration": name})


def start_rollback(connection: Connection, name: str) -> None:
    """Record that a migration is being undone, or that this goes on."""
    connection.execute(
        "UPDATE pgevolve.migrations SET state = 'rolling_back', finished_at = NULL, failed_step = NULL,"
        " sqlstate = NULL, message = NULL, statement = NULL, blockers = NULL WHERE name = %s",
        (name,),
    )
    record_event(connection, "rollback.started", {"migration": name})


_RECORD = (
    "INSERT INTO pgevolve.steps (migration, direction, number, checksum, statement, state, seconds,"
    " waited_seconds, locked, locked_seconds, attempts, blockers, before, sqlstate, message, finished_at,"
    " lsn, session_role, host, tool_version)"
    " VALUES (%(migration)s, %(direction)s, %(number)s, %(checksum)s, %(statement)s, %(state)s, %(seconds)s,"
    " %(waited)s, %(locked)s, %(locked_seconds)s, %(attempts)s, %(blockers)s, %(before)s, %(sqlstate)s,"
    " %(message)s, CASE WHEN %(state)s <> 'started' THEN clock_timestamp() END,"
    " pg_current_wal_insert_lsn(), session_user, %(host)s, %(tool)s)"
    " ON CONFLICT (migration, direction, number) DO UPDATE SET checksum = excluded.checksum,"
    " statement = excluded.statement, state = excluded.state, seconds = excluded.seconds,"
    " waited_seconds = excluded.waited_seconds, locked = excluded.locked,"
    " locked_seconds = excluded.locked_seconds, attempts = excluded.attempts, blockers = excluded.blockers,"
    " before = coalesce(excluded.before, steps.before), sqlstate = excluded.sqlstate,"
    " message = excluded.message, finished_at = excluded.finished_at, lsn = excluded.lsn,"
    " session_role = excluded.session_role, host = excluded.host, tool_version = excluded.tool_version,"
    " started_at = CASE WHEN excluded.state = 'started' THEN excluded.started_at ELSE steps.started_at END"
)


def record_steps(
    connection: Connection, migration: str, direction: Direction, records: Iterable[StepRecord]
) -> None:
    """Record what is known of steps; what was written of the same step before is replaced."""
    with connection.cursor() as cursor:
        cursor.executemany(_RECORD, [_parameters(migration, direction, record) for record in records])


def _parameters(migration: str, direction: Direction, record: StepRecord) -> dict[str, Any]:
    return {
        "migration": migration,
        "direction": direction,
        "number": record.number,
        "checksum": hashlib.sha256(record.step.sql.encode()).hexdigest(),
        "statement": record.step.sql[:_MESSAGE_LIMIT],
        "state": record.state,
        "seconds": record.seconds,
        "waited": record.waited,
        "locked": Jsonb(dict(record.locked)),
        "locked_seconds": record.locked_seconds,
        "attempts": record.attempts,
        "blockers": Jsonb([dict(blocker) for blocker in record.blockers]),
        "before": None if record.before is None else Jsonb(dict(record.before)),
        "sqlstate": record.sqlstate,
        "message": None if record.message is None else record.message[:_MESSAGE_LIMIT],
        "host": socket.gethostname(),
        "tool": _tool_version(),
    }


def mark_backfill(connection: Connection, name: str, state: Literal["running", "done"]) -> None:
    """Record that the rows of a migration are being filled, or that they all are."""
    connection.execute("UPDATE pgevolve.migrations SET backfill = %s WHERE name = %s", (state, name))


def finish_migration(connection: Connection, name: str) -> None:
    """Record that a migration is applied."""
    connection.execute(
        "UPDATE pgevolve.migrations SET state = 'applied', finished_at = clock_timestamp(),"
        " lsn = pg_current_wal_insert_lsn(), failed_step = NULL, sqlstate = NULL, message = NULL,"
        " statement = NULL, blockers = NULL WHERE name = %s",
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
            _tool_version(),
        ),
    )
    record_event(connection, "migration.baselined", {"migration": migration.name})


def mark_failed(connection: Connection, name: str, direction: Direction, record: StepRecord) -> None:
    """Record that a step failed and with what; on the way back the migration stays in `rolling_back`."""
    state = "failed" if direction == "up" else "rolling_back"
    message = (record.message or "")[:_MESSAGE_LIMIT]
    connection.execute(
        "UPDATE pgevolve.migrations SET state = %s, finished_at = clock_timestamp(),"
        " failed_step = %s, sqlstate = %s, message = %s, statement = %s, blockers = %s WHERE name = %s",
        (
            state,
            record.number,
            record.sqlstate,
            message,
            record.step.sql[:_MESSAGE_LIMIT],
            Jsonb([dict(blocker) for blocker in record.blockers]),
            name,
        ),
    )
    record_steps(connection, name, direction, [record])
    record_event(
        connection,
        "migration.failed" if direction == "up" else "rollback.failed",
        {
            "migration": name,
            "step": record.number,
            "sqlstate": record.sqlstate,
            "message": message,
            "blockers": [dict(blocker) for blocker in record.blockers],
        },
    )


def mark_rolled_back(connection: Connection, name: str) -> None:
    """Record that nothing of a migration is left, and forget its steps and the cursors of its backfill."""
    connection.execute("DELETE FROM pgevolve.steps WHERE migration = %s", (name,))
    connection.execute("DELETE FROM pgevolve.backfills WHERE migration = %s", (name,))
    connection.execute(
        "UPDATE pgevolve.migrations SET state = 'rolled_back', finished_at = clock_timestamp(),"
        " backfill = 'none' WHERE name = %s",
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
