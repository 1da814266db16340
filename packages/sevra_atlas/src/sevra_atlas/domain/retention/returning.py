"""A batch comes back from the archive: whole, under its ids, to what became of its neighbours meanwhile.

Rows are inserted table by table, parents first, a bounded number at a time. A returned row is treated as if
it had been there all along: what hangs by CASCADE on a row that is gone goes, a reference that would have
been set NULL is NULL, one that must not break is a conflict.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, LiteralString

from psycopg import Connection, errors
from psycopg.rows import tuple_row

from sevra_atlas.domain.errors import RestoreConflictError
from sevra_atlas.domain.retention.due import settle
from sevra_atlas.domain.retention.errors import (
    BatchNotFoundError,
    DamagedBatchError,
    NotArchivedError,
    PurgedError,
)
from sevra_atlas.domain.retention.fetching import fetch
from sevra_atlas.domain.retention.fitting import Fitting
from sevra_atlas.domain.retention.segment_store import SegmentStore
from sevra_atlas.domain.retention.tables import MOVED, named_column
from sevra_atlas.domain.retention.upconverting import Upconverters, upconverters
from sevra_atlas.schema.reference import KINDS

_CHUNK = 500

_LOCK: LiteralString = """
SELECT state::text, archived_at, row_count FROM public.deletion_batches WHERE id = %(batch)s FOR UPDATE
"""
# The triggers take these rows for what they are: no edit by hand, and no new references but old ones.
_RETURNING: LiteralString = "SELECT set_config('sevra.returning', 'on', true)"
_DAMAGED: LiteralString = """
SELECT table_name::text, row_id FROM archive.rows
 WHERE batch_id = %(batch)s AND archived_at = %(at)s AND row_sha256 <> sha256(convert_to(row::text, 'UTF8'))
 LIMIT 1
"""
_TABLES: LiteralString = """
SELECT table_name::text, count(*) FROM archive.rows
 WHERE batch_id = %(batch)s AND archived_at = %(at)s GROUP BY 1
"""
# Parents of the same table have lower ids; decisions come in the order in which they were taken.
_ROWS: LiteralString = """
SELECT (row - '_referrers')::text, migration FROM archive.rows
 WHERE batch_id = %(batch)s AND archived_at = %(at)s AND table_name = %(table)s
 ORDER BY row ->> 'decided_at', row_id, id
"""
_COLUMNS: LiteralString = """
SELECT attname::text FROM pg_attribute
 WHERE attrelid = format('public.%%I', %(table)s::text)::regclass AND attnum > 0 AND NOT attisdropped
   AND attgenerated = ''
 ORDER BY attnum
"""
_REFERRERS: LiteralString = """
SELECT table_name::text, row, x.key, x.value FROM archive.rows, jsonb_each(row -> '_referrers') x
 WHERE batch_id = %(batch)s AND archived_at = %(at)s ORDER BY id
"""
_RETURN_REFERENCE: LiteralString = "SELECT public.return_reference(%(table)s, %(column)s, %(value)s, %(ids)s)"
_EMPTY: LiteralString = "DELETE FROM archive.rows WHERE batch_id = %(batch)s AND archived_at = %(at)s"
_RESTORED: LiteralString = "UPDATE public.deletion_batches SET restored_at = now() WHERE id = %(batch)s"


@dataclass(slots=True)
class Returned:
    """What came back, by table, and references to it; `gone` counts rows whose other owner is gone."""

    batch: int
    rows: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    references: int = 0


def restore(
    connection: Connection[Any],
    batch: int,
    *,
    phone: str | None = None,
    segments: SegmentStore | None = None,
    converters: Upconverters | None = None,
) -> Returned:
    """Bring a batch back from the archive, in the caller's transaction: all of it or nothing.

    Acts as the maintenance role. A batch whose month was dropped is read from its segment. Waits for a run
    that is archiving or purging the batch. A person comes back suspended, and as before only with a `phone`,
    which is then unverified. A hold does not stop it. Raises BatchNotFoundError, NotArchivedError,
    PurgedError, DamagedBatchError, UnknownMigrationError, UnfitRowError, RestoreConflictError, and what
    `read_lines` raises.
    """
    converters = converters or upconverters()
    try:
        with connection.transaction():
            settle(connection)
            connection.execute(_RETURNING)
            place = _locked(connection, batch)
            if segments is not None:
                fetch(connection, segments, batch, place["at"])
            returned = Returned(batch)
            for table in _tables(connection, batch, place):
                fitting = Fitting(table, _columns(connection, table), phone, converters)
                _return_table(connection, place, fitting, returned)
            _return_references(connection, place, returned)
            connection.execute(_EMPTY, place)
            connection.execute(_RESTORED, place)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            connection.execute("SELECT set_config('sevra.returning', '', true)")
    except errors.IntegrityError as error:
        constraint = error.diag.constraint_name or ""
        raise RestoreConflictError(batch, constraint, error.diag.message_primary or str(error)) from error
    return returned


def _locked(connection: Connection[Any], batch: int) -> dict[str, Any]:
    """Lock the batch and return where its rows lie."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_LOCK, {"batch": batch}).fetchone()
    if row is None:
        raise BatchNotFoundError(batch)
    state, archived_at, count = row
    if state == "PURGED":
        raise PurgedError(batch)
    if state != "ARCHIVED":
        raise NotArchivedError(batch, state)
    return {"batch": batch, "at": archived_at, "count": count}


def _tables(connection: Connection[Any], batch: int, place: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tables to fill, parents first. Raises DamagedBatchError unless every row is there, whole."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        damaged = cursor.execute(_DAMAGED, place).fetchone()
        counts: dict[str, int] = dict(cursor.execute(_TABLES, place).fetchall())
    if damaged is not None:
        raise DamagedBatchError(batch, f"a row of {damaged[0]} is not what was archived")
    there = sum(count for table, count in counts.items() if table in KINDS)
    if there != place["count"]:
        raise DamagedBatchError(batch, f"{there} of {place['count']} rows are in the archive")
    return tuple(table for table in reversed(MOVED) if table in counts)


def _return_table(
    connection: Connection[Any], place: Mapping[str, Any], fitting: Fitting, returned: Returned
) -> None:
    insert, there = fitting.insert(), 0
    for chunk in _chunks(connection, fitting.table, place):
        rows = [fitting.fitted(text, migration) for text, migration in chunk]
        there += len(rows)
        returned.rows[fitting.table] += connection.execute(insert, {"rows": f"[{','.join(rows)}]"}).rowcount
    if there > returned.rows[fitting.table]:
        returned.gone[fitting.table] = there - returned.rows[fitting.table]


def _columns(connection: Connection[Any], table: str) -> tuple[str, ...]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return tuple(row[0] for row in cursor.execute(_COLUMNS, {"table": table}))


def _chunks(
    connection: Connection[Any], table: str, place: Mapping[str, Any]
) -> Iterator[list[tuple[str, str]]]:
    with connection.cursor("returning", row_factory=tuple_row) as cursor:
        cursor.execute(_ROWS, {**place, "table": table})
        while chunk := cursor.fetchmany(_CHUNK):
            yield chunk


def _return_references(connection: Connection[Any], place: Mapping[str, Any], returned: Returned) -> None:
    """Set what was set NULL when the rows left, where it is NULL still."""
    with connection.cursor("referrers", row_factory=tuple_row) as cursor:
        cursor.execute(_REFERRERS, place)
        for table, row, reference, ids in cursor:
            referrer, column = reference.split(".")
            values = {
                "table": referrer,
                "column": column,
                "value": row[named_column(referrer, column, table)],
                "ids": ids,
            }
            with connection.cursor(row_factory=tuple_row) as setting:
                done = setting.execute(_RETURN_REFERENCE, values).fetchone()
            assert done is not None, "a function gives one row"
            returned.references += done[0]
