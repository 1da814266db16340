"""Some archived batches are brought back and taken away again: whether they could come back is known."""

from dataclasses import dataclass, field
from typing import Any, LiteralString

from psycopg import Connection, Rollback
from psycopg.rows import tuple_row

from sevra_atlas.domain.errors import DomainError, RestoreConflictError
from sevra_atlas.domain.retention.errors import StillWaitingError
from sevra_atlas.domain.retention.returning import restore
from sevra_atlas.domain.retention.run import Failure

BATCHES = 20

_SOME: LiteralString = """
SELECT id FROM public.deletion_batches b WHERE state = 'ARCHIVED'
   AND EXISTS (SELECT FROM archive.rows r WHERE r.batch_id = b.id AND r.archived_at = b.archived_at)
 ORDER BY random() LIMIT %(batches)s
"""


@dataclass(slots=True)
class Drilled:
    """How many batches could come back; a conflict with a live row is none of the archive's faults."""

    batches: int = 0
    conflicts: int = 0
    failed: list[Failure] = field(default_factory=list)


def drill(connection: Connection[Any], *, batches: int = BATCHES) -> Drilled:
    """Bring random archived batches back, each behind a savepoint that is rolled back."""
    drilled = Drilled()
    with connection.cursor(row_factory=tuple_row) as cursor:
        chosen = [row[0] for row in cursor.execute(_SOME, {"batches": batches})]
    for batch in chosen:
        try:
            with connection.transaction() as returning:
                restore(connection, batch)
                raise Rollback(returning)
        except (RestoreConflictError, StillWaitingError):
            drilled.conflicts += 1
        except DomainError as error:
            drilled.failed.append(Failure(batch, str(error)))
        else:
            drilled.batches += 1
    return drilled
