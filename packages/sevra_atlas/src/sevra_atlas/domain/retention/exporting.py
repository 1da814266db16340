"""Closed months of the archive are written to segments, read back, and only then may lose their partition."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString

import msgspec
from psycopg import Connection
from psycopg.rows import class_row, tuple_row

from sevra_atlas.domain.retention.due import settle
from sevra_atlas.domain.retention.errors import SegmentDamagedError
from sevra_atlas.domain.retention.segment_store import SegmentStore, open_segments
from sevra_atlas.domain.retention.segments import (
    FORMAT,
    Line,
    Manifest,
    Rewriting,
    Written,
    edition_of,
    is_segment,
    manifest_key,
    read_lines,
    segment_key,
    write_lines,
    written,
)
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch

_FETCHED = 500
# One exporter at a time; the number is of this purpose only.
_ALONE: LiteralString = "SELECT pg_advisory_xact_lock('archive.segments'::regclass::oid::integer, 1)"
_OPEN_MONTHS: LiteralString = """
SELECT DISTINCT date_trunc('month', b.archived_at AT TIME ZONE 'UTC')::date
  FROM public.deletion_batches b
 WHERE b.state = 'ARCHIVED'
   AND date_trunc('month', b.archived_at AT TIME ZONE 'UTC') + interval '1 month 1 day'
       <= now() AT TIME ZONE 'UTC'
   AND NOT EXISTS (SELECT FROM archive.segments s
                    WHERE s.month = date_trunc('month', b.archived_at AT TIME ZONE 'UTC')::date)
 ORDER BY 1
"""
_ROWS: LiteralString = """
SELECT id, batch_id AS batch, table_name::text AS table, row_id, migration,
       to_char(archived_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS archived_at,
       encode(row_sha256, 'hex') AS sha256, row::text AS row
  FROM archive.rows
 WHERE archived_at >= %(month)s::date::timestamp AT TIME ZONE 'UTC'
   AND archived_at < (%(month)s::date + interval '1 month') AT TIME ZONE 'UTC'
 ORDER BY id
"""
_RECORD: LiteralString = """
INSERT INTO archive.segments (month, storage_key, sha256, row_count, byte_size, format_version, verified_at)
VALUES (%(month)s, %(key)s, %(sha256)s, %(rows)s, %(bytes)s, %(format)s, now())
"""
# A file never changes: until the commit the database names the old one, which is whole, and then the new one.
_RECORD_AGAIN: LiteralString = """
WITH earlier AS (DELETE FROM archive.segments WHERE month = %(month)s RETURNING exported_at, dropped_at)
INSERT INTO archive.segments (month, storage_key, sha256, row_count, byte_size, format_version, exported_at,
                              verified_at, rewritten_at, dropped_at)
SELECT %(month)s, %(key)s, %(sha256)s, %(rows)s, %(bytes)s, %(format)s, exported_at, now(), now(), dropped_at
  FROM earlier
"""
_SEGMENTS: LiteralString = """
SELECT month, storage_key AS key, sha256, row_count, format_version, dropped_at
  FROM archive.segments ORDER BY month, part
"""


@dataclass(frozen=True, slots=True)
class Segment:
    """An exported month; `dropped_at` says that its rows are in the segment only."""

    month: date
    key: str
    sha256: bytes
    row_count: int
    format_version: int
    dropped_at: datetime | None

    def lines(self, store: SegmentStore) -> Iterator[Line]:
        """Yield the lines, each hashed again. Raises what `read_lines` raises."""
        return read_lines(store, self.key, self.sha256, self.format_version)


@dataclass(frozen=True, slots=True)
class Export:
    """What an export works with: a connection in a transaction, the place of the files, a watch."""

    connection: Connection[Any]
    store: SegmentStore
    watch: Watch


def alone(connection: Connection[Any]) -> None:
    """Wait until no other transaction writes segments, and keep them out until this one ends."""
    connection.execute(_ALONE)


def segments(connection: Connection[Any]) -> tuple[Segment, ...]:
    """Return every exported month, oldest first."""
    with connection.cursor(row_factory=class_row(Segment)) as cursor:
        return tuple(cursor.execute(_SEGMENTS).fetchall())


def used_store(connection: Connection[Any], destination: str) -> SegmentStore | None:
    """Return the store at a destination if a month was exported. Raises SegmentStoreError."""
    return open_segments(destination) if segments(connection) else None


def open_months(connection: Connection[Any]) -> tuple[date, ...]:
    """Return the months that ended a day ago or more and are not exported, oldest first."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return tuple(row[0] for row in cursor.execute(_OPEN_MONTHS))


def export_month(
    connection: Connection[Any], store: SegmentStore, month: date, watch: Watch | None = None
) -> Segment:
    """Write a month to its segment, read it back, and record it, in a transaction of its own.

    Memory does not grow with the rows. Another exporter is waited for. An interruption leaves a draft, or a
    file that nothing refers to; the next run replaces it, or `sweep` removes it. Raises SegmentDamagedError
    when what was read back is not what was written, and SegmentStoreError.
    """
    with connection.transaction():
        settle(connection)
        alone(connection)
        export = Export(connection, store, watch or Watch())
        write_segment(export, month, rows_of_month(connection, month))
    return next(each for each in segments(connection) if each.month == month)


def write_segment(
    export: Export, month: date, lines: Iterable[Line], again: tuple[Segment, Rewriting] | None = None
) -> None:
    """Write lines to a new file of a month, read it back and record it, in the caller's transaction.

    With `again` it takes the place of a segment, whose file `sweep` removes once that is committed.
    """
    key = segment_key(month, 1 if again is None else edition_of(again[0].key) + 1)
    tables: Counter[str] = Counter()
    batches: Counter[str] = Counter()
    hashes = hashlib.sha256()

    def counted() -> Iterator[Line]:
        for line in lines:
            tables[line.table] += 1
            batches[str(line.batch)] += 1
            hashes.update(bytes.fromhex(line.sha256))
            yield line

    with export.store.draft(key) as draft, export.store.draft(manifest_key(key)) as about:
        export.watch.at(ArchiveFault.EXPORT_WRITE)
        with draft.open("wb") as file:
            count = write_lines(counted(), file)
            export.watch.at(ArchiveFault.EXPORT_FSYNC)
            file.flush()
            os.fsync(file.fileno())
        made = written(draft, count)
        manifest = Manifest(
            FORMAT,
            f"{month:%Y-%m}",
            made.sha256.hex(),
            made.byte_size,
            count,
            dict(tables),
            dict(batches),
            hashes.hexdigest(),
            [] if again is None else [*_earlier(export.store, again[0].key), again[1]],
        )
        with about.open("wb") as file:
            file.write(msgspec.json.encode(manifest))
            file.flush()
            os.fsync(file.fileno())
        export.watch.at(ArchiveFault.EXPORT_RENAME)
        export.store.put(draft, key)
        export.store.put(about, manifest_key(key))
    export.watch.at(ArchiveFault.EXPORT_VERIFY)
    _read_back(export.store, key, made, hashes.hexdigest())
    export.connection.execute(
        _RECORD if again is None else _RECORD_AGAIN,
        {
            "month": month,
            "key": key,
            "sha256": made.sha256,
            "rows": made.row_count,
            "bytes": made.byte_size,
            "format": FORMAT,
        },
    )


def sweep(connection: Connection[Any], store: SegmentStore) -> int:
    """Remove files that no segment is in any more, drafts too; return how many.

    In a transaction of its own: what was written again must have been committed.
    """
    with connection.transaction():
        settle(connection)
        alone(connection)
        kept = {name for each in segments(connection) for name in (each.key, manifest_key(each.key))}
        left = sorted(key for key in store.names() if is_segment(key) and key not in kept)
        for key in left:
            store.remove(key)
    return len(left)


def _read_back(store: SegmentStore, key: str, made: Written, expected: str) -> None:
    hashes, count = hashlib.sha256(), 0
    for line in read_lines(store, key, made.sha256):
        hashes.update(bytes.fromhex(line.sha256))
        count += 1
    if (count, hashes.hexdigest()) != (made.row_count, expected):
        raise SegmentDamagedError(key, "its rows are not those that were written")


def _earlier(store: SegmentStore, key: str) -> list[Rewriting]:
    return msgspec.json.decode(b"".join(store.read(manifest_key(key))), type=Manifest).rewritten


def rows_of_month(connection: Connection[Any], month: date) -> Iterator[Line]:
    """Yield what lies in the database of a month, in the order of its segment."""
    with connection.cursor("month", row_factory=class_row(Line)) as cursor:
        cursor.itersize = _FETCHED
        yield from cursor.execute(_ROWS, {"month": month})
