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
# One after the other, in the order that is given; each sees what the one before has done.
_MOVE: LiteralString = """
SELECT t.name, m.gone, m.kept FROM unnest(%(tables)s::text[]) WITH ORDINALITY AS t (name, place)
 CROSS JOIN LATERAL public.move_to_archive(t.name, %(batch)s) m ORDER BY t.place
"""
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
    tables = leaving(held)
    watch.at(ArchiveFault.MOVE_CHILDREN)
    counts = _move(connection, [table for table in tables if table != claimed.root_table], claimed.batch)
    watch.at(ArchiveFault.MOVE_ROOT)
    counts += _move(connection, [claimed.root_table], claimed.batch)
    gone = {table: left for table, left, _ in counts}
    kept = {table: arrived for table, _, arrived in counts}
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


def _move(connection: Connection[Any], tables: list[str], batch: int) -> list[tuple[str, int, int]]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(_MOVE, {"tables": tables, "batch": batch}).fetchall()
