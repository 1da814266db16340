"""Every archived row is hashed again and compared with the hash that was taken when it arrived."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import tuple_row

from sevra_atlas.domain.retention.errors import (
    SegmentDamagedError,
    SegmentFormatError,
    SegmentMissingError,
)
from sevra_atlas.domain.retention.exporting import segments
from sevra_atlas.domain.retention.segment_store import SegmentStore

_WINDOW = 10_000
_SHOWN = 100

_ENDS: LiteralString = "SELECT min(id), max(id) FROM archive.rows"
_HASH: LiteralString = """
SELECT count(*), coalesce(array_agg(id ORDER BY id) FILTER (
         WHERE row_sha256 <> sha256(convert_to(row::text, 'UTF8'))), '{}')
  FROM archive.rows WHERE id >= %(low)s AND id < %(high)s
"""
_DAMAGED: LiteralString = """
SELECT id, batch_id, table_name::text, row_id FROM archive.rows WHERE id = ANY (%(ids)s) ORDER BY id
"""
# Batches that say they are archived must have a row there, and those that do not must have none.
_MISPLACED: LiteralString = """
SELECT b.id FROM public.deletion_batches b
 WHERE (b.state = 'ARCHIVED' AND NOT EXISTS (SELECT FROM archive.rows r WHERE r.batch_id = b.id)
        AND NOT EXISTS (SELECT FROM archive.segments s WHERE s.dropped_at IS NOT NULL
                          AND s.month = date_trunc('month', b.archived_at AT TIME ZONE 'UTC')::date))
    OR (b.state <> 'ARCHIVED' AND EXISTS (SELECT FROM archive.rows r WHERE r.batch_id = b.id))
 ORDER BY b.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class DamagedRow:
    """An archived row whose columns are not those that were hashed; `row_id` is None for a composite key."""

    archive_id: int
    batch: int
    table: str
    row_id: int | None


@dataclass(frozen=True, slots=True)
class Verified:
    """How many rows were hashed, the first hundred that differ, and batches that are not where they say."""

    rows: int
    damaged: tuple[DamagedRow, ...]
    misplaced: tuple[int, ...]


def verify(connection: Connection[Any], progress: Callable[[int, int], None] | None = None) -> Verified:
    """Hash every archived row, a window of ids a statement; nothing is written or locked."""
    rows, damaged = 0, list[int]()
    with connection.cursor(row_factory=tuple_row) as cursor:
        ends = cursor.execute(_ENDS).fetchone()
        assert ends is not None, "an aggregate gives one row"
        low, high = ends
        for first in range(low, high + 1, _WINDOW) if low is not None else ():
            found = cursor.execute(_HASH, {"low": first, "high": first + _WINDOW}).fetchone()
            assert found is not None, "an aggregate gives one row"
            rows += found[0]
            damaged += found[1]
            if progress is not None:
                progress(min(first + _WINDOW, high + 1) - low, high + 1 - low)
        named = cursor.execute(_DAMAGED, {"ids": damaged[:_SHOWN]}).fetchall()
        misplaced = [row[0] for row in cursor.execute(_MISPLACED, {"most": _SHOWN})]
    return Verified(rows, tuple(DamagedRow(*row) for row in named), tuple(misplaced))


@dataclass(frozen=True, slots=True)
class VerifiedSegments:
    """How many exported months were read to their ends, their lines, and what is wrong with which."""

    months: int
    lines: int
    damaged: tuple[str, ...]


def verify_segments(connection: Connection[Any], store: SegmentStore) -> VerifiedSegments:
    """Read every exported month, hash each line and the whole; nothing is written or locked."""
    months, lines, damaged = 0, 0, list[str]()
    for segment in segments(connection):
        months, count = months + 1, 0
        try:
            for _ in segment.lines(store):
                count += 1
        except (SegmentDamagedError, SegmentFormatError, SegmentMissingError) as error:
            damaged.append(str(error))
        else:
            if count != segment.row_count:
                damaged.append(f"{segment.key!r} has {count} of {segment.row_count} lines")
        lines += count
    return VerifiedSegments(months, lines, tuple(damaged))
