"""Rows of a month whose partition is gone: read from its segment, and put back where a restore looks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, LiteralString

import msgspec
from psycopg import Connection
from psycopg.rows import tuple_row

from sevra_atlas.domain.retention.exporting import Segment, segments
from sevra_atlas.domain.retention.segment_store import SegmentStore
from sevra_atlas.domain.retention.segments import Line

_CHUNK = 500

_STATES: LiteralString = """
SELECT id FROM public.deletion_batches
 WHERE state = 'ARCHIVED' AND date_trunc('month', archived_at AT TIME ZONE 'UTC')::date = %(month)s
"""
_INSERT: LiteralString = """
INSERT INTO archive.rows (batch_id, table_name, row_id, row, row_sha256, migration, archived_at)
SELECT l.batch, l."table", l.row_id, l.row::jsonb, decode(l.sha256, 'hex'), l.migration, %(at)s
  FROM jsonb_to_recordset(%(lines)s::jsonb)
    AS l (batch bigint, "table" name, row_id bigint, row text, sha256 text, migration text)
"""


def month_of(moment: datetime) -> date:
    """Return the first day of the month of the archive that a moment is in."""
    return moment.astimezone(UTC).date().replace(day=1)


def dropped(connection: Connection[Any], month: date | None = None) -> tuple[Segment, ...]:
    """Return the months, or the one, whose rows are in their segment only."""
    return tuple(
        each for each in segments(connection) if each.dropped_at is not None and month in {None, each.month}
    )


def fetch(connection: Connection[Any], store: SegmentStore, batch: int, archived_at: datetime) -> int:
    """Put the rows of a batch back into `archive.rows` if its month is dropped; return how many.

    In the caller's transaction, which holds the lock of the batch. The whole segment is read. Raises what
    `read_lines` raises; then nothing is put back once the caller rolls back.
    """
    count = 0
    for segment in dropped(connection, month_of(archived_at)):
        lines = (line for line in segment.lines(store) if line.batch == batch)
        for chunk in chunks(lines):
            values = {"lines": msgspec.json.encode(chunk).decode(), "at": archived_at}
            connection.execute(_INSERT, values)
            count += len(chunk)
    return count


def exported_rows(connection: Connection[Any], store: SegmentStore) -> Iterator[Line]:
    """Yield the lines of every dropped month whose batch is still in the archive."""
    for segment in dropped(connection):
        with connection.cursor(row_factory=tuple_row) as cursor:
            there = {row[0] for row in cursor.execute(_STATES, {"month": segment.month})}
        yield from (line for line in segment.lines(store) if line.batch in there)


def chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Yield lines a bounded number at a time."""
    while chunk := list(islice(lines, _CHUNK)):
        yield chunk
