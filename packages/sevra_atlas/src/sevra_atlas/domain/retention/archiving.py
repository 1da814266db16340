"""One batch moves from its tables to the archive, in one transaction, or stays where it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import tuple_row

from sevra_atlas.domain.retention.due import Claimed
from sevra_atlas.domain.retention.errors import MoveCountError
from sevra_atlas.domain.retention.needs import needs_of
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch
from sevra_atlas.domain.retention.tables import leaving
from sevra_atlas.schema.reference import KINDS

_HOLDS: LiteralString = "SELECT coalesce(rows, '{}') FROM public.trash WHERE batch_id = %(batch)s"
_MOVE: LiteralString = "SELECT gone, kept FROM public.move_to_archive(%(table)s, %(batch)s)"
_BLOCK: LiteralString = """
UPDATE public.deletion_batches SET blocked_at = coalesce(blocked_at, now()), blocked_by = %(by)s
 WHERE id = %(batch)s AND blocked_by IS DISTINCT FROM %(by)s
"""
_ARCHIVE: LiteralString = """
UPDATE public.deletion_batches SET archived_at = now(), blocked_at = NULL, blocked_by = NULL
 WHERE id = %(batch)s
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one batch: the rows that moved, by table, or the row that blocks it."""

    batch: int
    rows: Mapping[str, int]
    blocked_by: str | None = None


def archive(connection: Connection[Any], claimed: Claimed, watch: Watch) -> Moved:
    """Move a claimed batch, in the caller's transaction, which holds its lock; the caller commits.

    A batch that is needed from outside is marked as blocked and stays. Raises MoveCountError when not every
    row that left arrived, and ObjectInUse of the driver when a hold was placed meanwhile.
    """
    batch = {"batch": claimed.batch}
    held = _rows(connection, claimed.batch)
    watch.at(ArchiveFault.CHECK_REFERENCES)
    needs = needs_of(connection, claimed.batch, held)
    if needs:
        by = min(need.what for need in needs)
        connection.execute(_BLOCK, {**batch, "by": by})
        return Moved(claimed.batch, {}, by)
    gone: dict[str, int] = {}
    kept: dict[str, int] = {}
    tables = leaving(held)
    watch.at(ArchiveFault.MOVE_CHILDREN)
    for table in tables:
        if table == claimed.root_table:
            watch.at(ArchiveFault.MOVE_ROOT)
        gone[table], kept[table] = _move(connection, table, claimed.batch)
    watch.at(ArchiveFault.CHECK_COUNT)
    soft = {table: count for table, count in gone.items() if table in KINDS}
    if gone != kept or {**dict.fromkeys(soft, 0), **held} != soft or sum(soft.values()) != claimed.rows:
        raise MoveCountError(claimed.batch, claimed.rows, gone, kept)
    connection.execute(_ARCHIVE, batch)
    watch.at(ArchiveFault.COMMIT)
    return Moved(claimed.batch, {table: count for table, count in gone.items() if count})


def _rows(connection: Connection[Any], batch: int) -> dict[str, int]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_HOLDS, {"batch": batch}).fetchone()
    assert row is not None, "a claimed batch is in the trash"
    rows: dict[str, int] = row[0]
    return rows


def _move(connection: Connection[Any], table: str, batch: int) -> tuple[int, int]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_MOVE, {"table": table, "batch": batch}).fetchone()
    assert row is not None, "a function gives one row"
    return row[0], row[1]
