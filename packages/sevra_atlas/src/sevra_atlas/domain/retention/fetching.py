"""Rows of a month whose partition is gone: read from its segment, and put back where a restore looks."""

from collections.abc import Iterable, Iterator, Mapping
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
SELECT l.batch, l."table", l.row_id, l.row::jsonb, decode(l.sha256, 'hex'), l.migration, b.archived_at
  FROM jsonb_to_recordset(%(lines)s::jsonb)
    AS l (batch bigint, "table" name, row_id bigint, row text, sha256 text, migration text)
  JOIN public.deletion_batches b ON b.id = l.batch
"""


def month_of(moment: datetime) -> date:
    """Return the first day of the month of the archive that a moment is in."""
    return moment.astimezone(UTC).date().replace(day=1)


def dropped(connection: Connection[Any], months: Iterable[date] | None = None) -> tuple[Segment, ...]:
    """Return the months, of these or of all, whose rows are in their segment only."""
    wanted = None if months is None else frozenset(months)
    return tuple(
        each
        for each in segments(connection)
        if each.dropped_at is not None and (wanted is None or each.month in wanted)
    )


def fetch(connection: Connection[Any], store: SegmentStore, archived_at: Mapping[int, datetime]) -> int:
    """Put the rows of batches back into `archive.rows` whose month is dropped; return how many.

    Batches are given with the moment at which they were archived. In the caller's transaction, which holds
    their locks. Each segment is read whole, and once. Raises what `read_lines` raises; then nothing is put
    back once the caller rolls back.
    """
    count = 0
    for segment in dropped(connection, map(month_of, archived_at.values())):
        lines = (line for line in segment.lines(store) if line.batch in archived_at)
        for chunk in chunks(lines):
            connection.execute(_INSERT, {"lines": msgspec.json.encode(chunk).decode()})
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
