"""Legal holds: what is neither archived, purged nor erased, and why. A hold never stops a restore."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection, errors, sql
from psycopg.rows import class_row, tuple_row

from sevra_atlas.domain.errors import NotFoundError
from sevra_atlas.domain.retention.errors import (
    AlreadyHeldError,
    BatchNotFoundError,
    FinishedBatchError,
    NotHeldError,
)
from sevra_atlas.schema.enums import EntityType
from sevra_atlas.schema.reference import KINDS

_LOCK: LiteralString = "SELECT state::text FROM public.deletion_batches WHERE id = %(batch)s FOR UPDATE"
_HOLD_BATCH: LiteralString = """
UPDATE public.deletion_batches SET hold_until = %(until)s, hold_reason = %(reason)s WHERE id = %(batch)s
"""
_LIFT_BATCH: LiteralString = """
UPDATE public.deletion_batches SET hold_until = NULL, hold_reason = NULL
 WHERE id = %(batch)s AND hold_until IS NOT NULL
"""
_HOLD_ENTITY: LiteralString = """
INSERT INTO public.legal_holds (entity_type, entity_id, reason, placed_by_id)
VALUES (%(kind)s::public.entity_type, %(id)s, %(reason)s, %(actor)s)
"""
_LIFT_ENTITY: LiteralString = """
UPDATE public.legal_holds SET released_at = now(), released_by_id = %(actor)s
 WHERE entity_type = %(kind)s::public.entity_type AND entity_id = %(id)s AND released_at IS NULL
"""
_LIST: LiteralString = """
SELECT NULL::bigint AS batch, entity_type::text AS kind, entity_id AS row_id, reason,
       placed_at AS since, NULL::timestamptz AS until
  FROM public.legal_holds WHERE released_at IS NULL
UNION ALL
SELECT id, root_type::text, root_id, hold_reason, NULL, nullif(hold_until, 'infinity')
  FROM public.deletion_batches WHERE hold_until > now() AND state IN ('TRASHED', 'BLOCKED', 'ARCHIVED')
 ORDER BY batch NULLS FIRST, kind, row_id
"""


@dataclass(frozen=True, slots=True)
class Hold:
    """An open hold: of one row, or of a whole batch, whose root is then named; without `until` for ever."""

    batch: int | None
    kind: str
    row_id: int
    reason: str
    since: datetime | None
    until: datetime | None


def hold_batch(connection: Connection[Any], batch: int, reason: str, until: datetime | None = None) -> None:
    """Keep a batch in the trash or in the archive as it is, in the caller's transaction.

    Waits for a run that is moving the batch. A second hold replaces the first. Raises BatchNotFoundError,
    FinishedBatchError.
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_LOCK, {"batch": batch}).fetchone()
    if row is None:
        raise BatchNotFoundError(batch)
    if row[0] in {"RESTORED", "PURGED"}:
        raise FinishedBatchError(batch, row[0])
    connection.execute(_HOLD_BATCH, {"batch": batch, "reason": reason, "until": until or "infinity"})


def lift_batch(connection: Connection[Any], batch: int) -> None:
    """Release a batch, in the caller's transaction. Raises NotHeldError."""
    if connection.execute(_LIFT_BATCH, {"batch": batch}).rowcount == 0:
        raise NotHeldError(f"deletion batch {batch}")


def hold_entity(
    connection: Connection[Any], kind: EntityType, row_id: int, reason: str, actor: int | None = None
) -> None:
    """Keep a row and the batch it is in, now or later, in the caller's transaction.

    Waits for a run that is moving its batch. Raises NotFoundError for a row that never was, AlreadyHeldError.
    """
    # Behind this lock no run is under way that has already looked for holds.
    connection.execute(_BATCH_OF[kind], {"id": row_id})
    values = {"kind": kind.value, "id": row_id, "reason": reason, "actor": actor}
    try:
        with connection.transaction():
            connection.execute(_HOLD_ENTITY, values)
    except errors.UniqueViolation as error:
        raise AlreadyHeldError(kind.value, row_id) from error
    except errors.ForeignKeyViolation as error:
        raise NotFoundError(kind.value, row_id) from error


def lift_entity(connection: Connection[Any], kind: EntityType, row_id: int, actor: int | None = None) -> None:
    """Release a row, in the caller's transaction. Raises NotHeldError."""
    values = {"kind": kind.value, "id": row_id, "actor": actor}
    if connection.execute(_LIFT_ENTITY, values).rowcount == 0:
        raise NotHeldError(f"{kind.value} {row_id}")


def open_holds(connection: Connection[Any]) -> tuple[Hold, ...]:
    """Return every open hold: those of rows first, then those of batches."""
    with connection.cursor(row_factory=class_row(Hold)) as cursor:
        return tuple(cursor.execute(_LIST).fetchall())


_BATCH_OF = {
    kind.entity_type: sql.SQL(
        "SELECT b.id FROM public.deletion_batches b JOIN public.{table} t ON t.deletion_id = b.id"
        " WHERE t.id = %(id)s FOR UPDATE OF b"
    ).format(table=sql.Identifier(name))
    for name, kind in KINDS.items()
}
