"""A batch comes back from the archive, under its ids, to what became of its neighbours meanwhile.

Rows are inserted table by table, parents first, a bounded number at a time. A returned row is treated as if
it had been there all along: a reference that would have been set NULL is NULL. A row that needs somebody who
is away stays in the archive, with what hangs on it, as a batch of its own that comes back later. The root
comes back, or nothing does.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString, NamedTuple

from psycopg import Connection, errors
from psycopg.rows import tuple_row

from sevra_atlas.domain.errors import RestoreConflictError
from sevra_atlas.domain.retention.due import beside_returns, settle
from sevra_atlas.domain.retention.errors import (
    BatchNotFoundError,
    DamagedBatchError,
    NotArchivedError,
    PurgedError,
    StillWaitingError,
)
from sevra_atlas.domain.retention.fetching import fetch
from sevra_atlas.domain.retention.fitting import Fitting
from sevra_atlas.domain.retention.remainders import set_aside
from sevra_atlas.domain.retention.segment_store import SegmentStore
from sevra_atlas.domain.retention.standing import Kept, stand
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch
from sevra_atlas.domain.retention.tables import MOVED, named_column
from sevra_atlas.domain.retention.upconverting import Upconverters, upconverters
from sevra_atlas.schema.reference import KINDS

_CHUNK = 500

_LOCK: LiteralString = """
SELECT b.state::text, b.archived_at, b.row_count, t.table_name::text, b.root_id
  FROM public.deletion_batches b JOIN public.entity_types t ON t.entity_type = b.root_type
 WHERE b.id = %(batch)s FOR UPDATE OF b
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
SELECT id, row_id, (row - '_referrers')::text, migration FROM archive.rows
 WHERE batch_id = %(batch)s AND archived_at = %(at)s AND table_name = %(table)s
   AND (table_name, row_id) IS DISTINCT FROM (%(root_table)s::name, %(root)s::bigint)
 ORDER BY row ->> 'decided_at', row_id, id
"""
_ROOT: LiteralString = """
SELECT (row - '_referrers')::text, migration FROM archive.rows
 WHERE batch_id = %(batch)s AND archived_at = %(at)s AND (table_name, row_id) = (%(root_table)s, %(root)s)
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
    """What came back, by table, and references to it; what did not is `waiting`, in the batch `remainder`.

    `absent` counts the rows that wait by whom they wait for, as `table id`, or by the constraint that they
    break; what waits with a row that waits is not in it.
    """

    batch: int
    rows: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    references: int = 0
    remainder: int | None = None


class Waiting(NamedTuple):
    """A row that stays in the archive: its number there, its name, and whom it waits for."""

    number: int
    name: str
    waits_for: str


def restore(  # noqa: PLR0913 - whatever of it is not stated is what everybody wants
    connection: Connection[Any],
    batch: int,
    *,
    phone: str | None = None,
    segments: SegmentStore | None = None,
    converters: Upconverters | None = None,
    watch: Watch | None = None,
) -> Returned:
    """Bring a batch back from the archive, in the caller's transaction: all that can stand, or nothing.

    Acts as the maintenance role. A batch whose month was dropped is read from its segment. Waits for a run
    that is archiving or purging the batch, and for an erasure. A person comes back suspended, and as before
    only with a `phone`, which is then unverified. A hold does not stop it. Raises BatchNotFoundError,
    NotArchivedError, PurgedError, DamagedBatchError, UnknownMigrationError, UnfitRowError,
    RestoreConflictError when the root cannot come back, StillWaitingError when no row of a remainder can,
    and what `read_lines` raises.
    """
    converters, watch = converters or upconverters(), watch or Watch()
    try:
        with connection.transaction():
            settle(connection)
            connection.execute(_RETURNING)
            beside_returns(connection)
            place = _locked(connection, batch)
            if segments is not None:
                fetch(connection, segments, {batch: place["at"]})
            returned, left = Returned(batch), list[Waiting]()
            tables = _tables(connection, batch, place)
            watch.at(ArchiveFault.RETURN_ROWS)
            for table in tables:
                fitting = Fitting(table, _columns(connection, table), phone, converters)
                left += _return_table(connection, place, fitting, returned)
            watch.at(ArchiveFault.RETURN_REMAINDER)
            _put_aside(connection, place, left, returned)
            watch.at(ArchiveFault.RETURN_REFERENCES)
            _return_references(connection, place, returned)
            connection.execute(_EMPTY, place)
            connection.execute(_RESTORED, place)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            connection.execute("SELECT set_config('sevra.returning', '', true)")
            watch.at(ArchiveFault.RETURN_COMMIT)
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
    state, archived_at, count, root_table, root = row
    if state == "PURGED":
        raise PurgedError(batch)
    if state != "ARCHIVED":
        raise NotArchivedError(batch, state)
    return {"batch": batch, "at": archived_at, "count": count, "root_table": root_table, "root": root}


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
) -> list[Waiting]:
    """Insert what can stand of a table, and return the rest with what each row waits for."""
    left = list[Waiting]()
    if fitting.table == place["root_table"]:
        returned.rows[fitting.table] += _return_root(connection, place, fitting)
    for chunk in _chunks(connection, fitting.table, place):
        refused = stand(connection, fitting, chunk)
        left += [
            Waiting(row.number, f"{fitting.table} {row.row_id}", refused[row.number])
            for row in chunk
            if row.number in refused
        ]
        returned.rows[fitting.table] += len(chunk) - len(refused)
    returned.waiting[fitting.table] = len(left)
    return left


def _return_root(connection: Connection[Any], place: Mapping[str, Any], fitting: Fitting) -> int:
    """Insert the root, unless it came back before; what it needs is asked of the constraints."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(_ROOT, place).fetchone()
    if found is None:
        return 0
    connection.execute(fitting.insert(is_root=True), {"rows": f"[{fitting.fitted(*found)}]"})
    return 1


def _put_aside(
    connection: Connection[Any], place: Mapping[str, Any], left: Sequence[Waiting], returned: Returned
) -> None:
    """Leave what cannot stand in the archive, in a batch of its own."""
    returned.rows, returned.waiting = +returned.rows, +returned.waiting
    if not left:
        return
    waiting = {row.name for row in left}
    returned.absent = Counter(row.waits_for for row in left if row.waits_for not in waiting)
    if not returned.rows:
        raise StillWaitingError(returned.batch, returned.absent)
    numbers = [row.number for row in left]
    returned.remainder = set_aside(connection, returned.batch, place["at"], numbers)


def _columns(connection: Connection[Any], table: str) -> tuple[str, ...]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return tuple(row[0] for row in cursor.execute(_COLUMNS, {"table": table}))


def _chunks(connection: Connection[Any], table: str, place: Mapping[str, Any]) -> Iterator[list[Kept]]:
    with connection.cursor("returning", row_factory=tuple_row) as cursor:
        cursor.execute(_ROWS, {**place, "table": table})
        while chunk := cursor.fetchmany(_CHUNK):
            yield [Kept(number, row_id, *rest) for number, row_id, *rest in chunk]


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
