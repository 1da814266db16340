"""Writes in the shape that a contract migration removes are counted from one deploy to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import sql

from pgevolve.connect import Connection
from pgevolve.deploy.old_shape import OldShape, unwatching_steps, watching_steps
from pgevolve.deploy.session import Session
from pgevolve.lock_policy import LockPolicy
from pgevolve.plan.alter import is_evaluated_once
from pgevolve.quoting import literal
from pgevolve.run import NoJournal, run_steps
from pgevolve.step import Step

_REQUIRED = """
SELECT a.attname FROM pg_catalog.pg_attribute AS a
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
  AND NOT a.atthasdef AND a.attidentity = ''
"""
_DEFAULTED = """
SELECT a.attname, CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    format_type(a.atttypid, a.atttypmod)
FROM pg_catalog.pg_attribute AS a
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.atthasdef OR a.attidentity <> '')
"""
_COUNTING = """
SELECT format('DROP TRIGGER %I ON %I.%I', t.tgname, n.nspname, c.relname)
FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE t.tgfoid = to_regprocedure('pgevolve.count_old_write()') ORDER BY 1
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
    required = {
        shape.table: [found for (found,) in session.connection.execute(_REQUIRED, (shape.table,))]
        for shape in shapes
    }
    defaulted = {shape.table: _defaults(session.connection, shape.table) for shape in shapes}
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


def end_all_watches(session: Session, locks: LockPolicy) -> None:
    """Count nothing any longer: the contract that waited may never come. Raises StepError.

    A trigger that counts keeps its columns from being dropped.
    """
    if not _is_there(session.connection, "pgevolve.watches"):
        return
    numbers = [number for (number,) in session.connection.execute("SELECT number FROM pgevolve.watches")]
    drops = [Step(drop) for (drop,) in session.connection.execute(_COUNTING)]
    drops += [step for number in numbers for step in unwatching_steps(number, ())]
    if drops:
        _run(session, (*drops, Step("DELETE FROM pgevolve.watches")), locks)


def _run(session: Session, steps: Sequence[Step], locks: LockPolicy) -> None:
    run_steps(session.connection, steps, owner=session.project.owner, journal=NoJournal(), locks=locks)


def _defaults(connection: Connection, table: str) -> dict[str, str | None]:
    """Return the columns that hold something of themselves, with what that is where it is always the same."""
    return {
        column: f"({default})::{type_}" if default is not None and is_evaluated_once(default) else None
        for column, default, type_ in connection.execute(_DEFAULTED, (table,))
    }


def _value(connection: Connection, sequence: str) -> tuple[int, bool]:
    """Return the last value of a sequence, and whether it was ever asked for one."""
    query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier("pgevolve", sequence))
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0]), bool(row[1])


def _is_there(connection: Connection, relation: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (relation,)).fetchone()
    return bool(row and row[0])
