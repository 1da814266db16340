"""What cannot come back with its deletion stays in the archive as one of its own, to come back later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row, tuple_row

from sevra_atlas.domain.retention.errors import DamagedBatchError
from sevra_atlas.schema.reference import KINDS

_OPEN: LiteralString = """
SELECT public.open_remainder(%(batch)s, count(*)::integer) FROM archive.rows r
 WHERE r.batch_id = %(batch)s AND r.archived_at = %(at)s AND r.id = ANY (%(numbers)s)
   AND r.table_name = ANY (%(soft)s)
"""
# Hash and text stay; the month is that in which they are put aside, so that an exported one need not change.
_MOVE: LiteralString = """
WITH gone AS (DELETE FROM archive.rows WHERE batch_id = %(batch)s AND archived_at = %(at)s
                 AND id = ANY (%(numbers)s) RETURNING *)
INSERT INTO archive.rows (batch_id, table_name, row_id, row, row_sha256, migration, archived_at)
SELECT %(remainder)s, table_name, row_id, row, row_sha256, migration, now() FROM gone ORDER BY id
"""
_WAITING: LiteralString = """
SELECT id AS batch, remainder_of_id AS remainder_of, root_type::text AS kind, root_id AS row_id,
       row_count AS rows, created_at AS deleted_at
  FROM public.deletion_batches WHERE remainder_of_id IS NOT NULL AND state = 'ARCHIVED' ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Remainder:
    """A batch of rows that could not come back with the deletion `remainder_of`, of this root."""

    batch: int
    remainder_of: int
    kind: str
    row_id: int
    rows: int
    deleted_at: datetime


def set_aside(connection: Connection[Any], batch: int, archived_at: datetime, numbers: Sequence[int]) -> int:
    """Move archived rows, by their numbers, to a batch of their own and return it.

    In the caller's transaction, which holds the lock of the batch. Raises DamagedBatchError unless every one
    is moved.
    """
    values: dict[str, object] = {
        "batch": batch,
        "at": archived_at,
        "numbers": list(numbers),
        "soft": list(KINDS),
    }
    with connection.cursor(row_factory=tuple_row) as cursor:
        ((remainder,),) = cursor.execute(_OPEN, values).fetchall()
        moved = cursor.execute(_MOVE, {**values, "remainder": remainder}).rowcount
    if moved != len(numbers):
        raise DamagedBatchError(batch, f"{moved} of {len(numbers)} rows could be put aside")
    return int(remainder)


def remainders(connection: Connection[Any]) -> tuple[Remainder, ...]:
    """Return the batches that wait in the archive for somebody who was away, the oldest return first."""
    with connection.cursor(row_factory=class_row(Remainder)) as cursor:
        return tuple(cursor.execute(_WAITING).fetchall())
