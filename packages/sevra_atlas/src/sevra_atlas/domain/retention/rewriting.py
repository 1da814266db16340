"""Lines are taken out of segments: of batches that were purged, and before a month leaves the database."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, LiteralString

from psycopg import Connection, errors
from psycopg.rows import tuple_row

from sevra_atlas.domain.retention.due import settle
from sevra_atlas.domain.retention.errors import SegmentDamagedError
from sevra_atlas.domain.retention.exporting import (
    Export,
    Segment,
    alone,
    rows_of_month,
    segments,
    write_segment,
)
from sevra_atlas.domain.retention.segment_store import SegmentStore
from sevra_atlas.domain.retention.segments import Line, Rewriting
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch

# Months whose segment may still have lines of batches that were purged, or came back, since it was written.
# What began before and ended after is found by the day more.
_STALE: LiteralString = """
SELECT s.month, array_agg(b.id) FROM archive.segments s
  JOIN public.deletion_batches b
    ON b.state IN ('PURGED', 'RESTORED')
   AND date_trunc('month', b.archived_at AT TIME ZONE 'UTC')::date = s.month
   AND coalesce(b.purged_at, b.restored_at) > coalesce(s.rewritten_at, s.exported_at) - interval '1 day'
 GROUP BY s.month ORDER BY s.month
"""
_DROP: LiteralString = "SELECT public.drop_archive_partition(%(month)s)"


def rewrite_purged(connection: Connection[Any], store: SegmentStore, watch: Watch | None = None) -> int:
    """Take the lines of purged batches out of every segment; return how many. A transaction a month.

    Those of batches that came back go too: their rows may be deleted again, and purged under another number.

    What an interruption leaves undone is found again by the next call. `sweep` then removes the old files.
    """
    taken = 0
    with connection.cursor(row_factory=tuple_row) as cursor:
        stale = {month: frozenset(batches) for month, batches in cursor.execute(_STALE)}
    for month, batches in stale.items():
        taken += rewrite_month(
            Export(connection, store, watch or Watch()), month, _not_of(batches), "purged or restored"
        )
    return taken


def _not_of(batches: frozenset[int]) -> Callable[[Line], Line | None]:
    return lambda line: None if line.batch in batches else line


def rewrite_month(export: Export, month: date, stays: Callable[[Line], Line | None], why: str) -> int:
    """Write a segment again with what `stays` makes of each line; return how many went or were changed.

    A segment in which nothing changes is left as it is. In a transaction of its own.
    """
    with export.connection.transaction():
        settle(export.connection)
        alone(export.connection)
        segment = _segment_of(export.connection, month)
        changed = sum(stays(line) != line for line in segment.lines(export.store))
        if changed:
            noted = Rewriting(datetime.now(UTC).isoformat(timespec="seconds"), why, changed)
            lines = (left for line in segment.lines(export.store) if (left := stays(line)) is not None)
            write_segment(export, month, lines, (segment, noted))
    return changed


def _segment_of(connection: Connection[Any], month: date) -> Segment:
    # Another writer may have written it again before the lock came.
    return next(each for each in segments(connection) if each.month == month)


def drop_month(
    connection: Connection[Any], store: SegmentStore, segment: Segment, watch: Watch | None = None
) -> bool:
    """Drop the partition of an exported month once every row of it stands in the segment; a transaction.

    The segment is read to its end first, and written again without the lines whose rows have left since.
    Returns whether there was a partition: a month from before the partitions has none. Raises
    SegmentDamagedError, with nothing dropped.
    """
    watch = watch or Watch()
    try:
        with connection.transaction():
            settle(connection)
            alone(connection)
            segment = _segment_of(connection, segment.month)
            left = _lines_without_row(connection, store, segment)
            if left:
                noted = Rewriting(datetime.now(UTC).isoformat(timespec="seconds"), "left the archive", left)
                export = Export(connection, store, watch)
                lines = rows_of_month(connection, segment.month)
                write_segment(export, segment.month, lines, (segment, noted))
            watch.at(ArchiveFault.DROP_PARTITION)
            connection.execute(_DROP, {"month": segment.month})
    except errors.NoDataFound:
        return False
    return True


def _lines_without_row(connection: Connection[Any], store: SegmentStore, segment: Segment) -> int:
    """Return how many lines have no row any more. Raises SegmentDamagedError for a row without its line."""
    surplus = 0
    lines: Iterator[Line] = iter(segment.lines(store))
    for row in rows_of_month(connection, segment.month):
        for line in lines:
            if line.id == row.id:
                break
            surplus += 1
        else:
            raise SegmentDamagedError(segment.key, f"row {row.id} of the archive is not in it")
        if line.sha256 != row.sha256:
            raise SegmentDamagedError(segment.key, f"row {row.id} of the archive differs from its line")
    return surplus + sum(1 for _ in lines)
