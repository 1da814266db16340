"""Writes in the shape that a contract migration removes are counted from one deploy to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import sql

from pgevolve.connect import Connection
from pgevolve.deploy.old_shape import OldShape, unwatching_steps, watching_steps
from pgevolve.deploy.session import Session
from pgevolve.lock_policy import LockPolicy
from pgevolve.quoting import literal
from pgevolve.run import NoJournal, run_steps
from pgevolve.step import Step

_REQUIRED = """
SELECT a.attname FROM pg_catalog.pg_attribute AS a
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
  AND NOT a.atthasdef AND a.attidentity = ''
"""
_DEFAULTED = """
SELECT a.attname FROM pg_catalog.pg_attribute AS a
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.atthasdef OR a.attidentity <> '')
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """What was counted: since when, how many writes, and when the last one was."""

    since: datetime
    writes: int
    last: datetime | None


def read_watch(connection: Connection, migration: str) -> Watched | None:
    """Return what was counted for a contract migration, None when nobody counts."""
    if not _is_there(connection, "pgevolve.watches"):
        return None
    found = connection.execute(
        "SELECT number, since FROM pgevolve.watches WHERE migration = %s", (migration,)
    ).fetchone()
    if found is None:
        return None
    number, since = found
    writes, seen = _value(connection, f"old_writes_{number}")
    last, _ = _value(connection, f"last_old_write_{number}")
    return Watched(since, writes if seen else 0, datetime.fromtimestamp(last, UTC) if seen else None)


def begin_watch(session: Session, migration: str, shapes: Sequence[OldShape], locks: LockPolicy) -> None:
    """Count from now on. Takes SHARE ROW EXCLUSIVE on the tables for a moment. Raises StepError.

    The triggers and the note of them are one transaction: an interruption leaves all or nothing.
    """
    row = session.connection.execute("SELECT coalesce(max(number), 0) + 1 FROM pgevolve.watches").fetchone()
    number = 1 if row is None else row[0]
    required, defaulted = (
        {
            shape.table: [found for (found,) in session.connection.execute(query, (shape.table,))]
            for shape in shapes
        }
        for query in (_REQUIRED, _DEFAULTED)
    )
    noted = f"INSERT INTO pgevolve.watches (migration, number) VALUES ({literal(migration)}, {number})"  # noqa: S608 (both are ours)
    _run(session, (*watching_steps(number, shapes, required, defaulted), Step(noted)), locks)


def end_watch(session: Session, migration: str, shapes: Sequence[OldShape], locks: LockPolicy) -> None:
    """Count no longer; nothing happens when nobody counts. Raises StepError."""
    row = session.connection.execute(
        "SELECT number FROM pgevolve.watches WHERE migration = %s", (migration,)
    ).fetchone()
    if row is not None:
        forgotten = f"DELETE FROM pgevolve.watches WHERE migration = {literal(migration)}"  # noqa: S608 (it is ours)
        _run(session, (*unwatching_steps(row[0], shapes), Step(forgotten)), locks)


def _run(session: Session, steps: Sequence[Step], locks: LockPolicy) -> None:
    run_steps(session.connection, steps, owner=session.project.owner, journal=NoJournal(), locks=locks)


def _value(connection: Connection, sequence: str) -> tuple[int, bool]:
    """Return the last value of a sequence, and whether it was ever asked for one."""
    query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier("pgevolve", sequence))
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0]), bool(row[1])


def _is_there(connection: Connection, relation: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (relation,)).fetchone()
    return bool(row and row[0])
