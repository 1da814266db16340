"""Archived batches whose days are over are destroyed, and their paths are gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import tuple_row

from sevra_atlas.domain.retention.due import ClaimedPurge
from sevra_atlas.domain.retention.errors import SegmentNeededError
from sevra_atlas.domain.retention.fetching import dropped, fetch, month_of
from sevra_atlas.domain.retention.segment_store import SegmentStore

# The hold's guard looks for held rows in the archive, so the batch is marked while they are still there.
_MARK: LiteralString = "UPDATE public.deletion_batches SET purged_at = now() WHERE id = %(batch)s"
_ENTITIES: LiteralString = """
UPDATE public.entities e SET state = 'purged'
  FROM archive.rows r JOIN public.entity_types t USING (table_name)
 WHERE r.batch_id = %(batch)s AND r.archived_at = %(archived_at)s
   AND (e.entity_type, e.entity_id) = (t.entity_type, r.row_id)
"""
_PATHS: LiteralString = """
UPDATE public.url_paths u SET kind = 'gone'
  FROM archive.rows r JOIN public.entity_types t USING (table_name)
 WHERE r.batch_id = %(batch)s AND r.archived_at = %(archived_at)s
   AND (u.entity_type, u.entity_id) = (t.entity_type, r.row_id) AND u.kind <> 'gone'
"""
_FILES: LiteralString = """
INSERT INTO public.file_removals (storage_key, media_id, why)
SELECT k.key, r.row_id, 'purged' FROM archive.rows r
 CROSS JOIN LATERAL (SELECT r.row ->> 'storage_key' AS key
                     UNION SELECT v.value ->> 'key' FROM jsonb_each(r.row -> 'variants') v) k
 WHERE r.batch_id = %(batch)s AND r.archived_at = %(archived_at)s AND r.table_name = 'media'
   AND k.key IS NOT NULL
    ON CONFLICT (storage_key) DO NOTHING
"""
_REMOVE: LiteralString = """
WITH gone AS (DELETE FROM archive.rows WHERE batch_id = %(batch)s AND archived_at = %(archived_at)s
              RETURNING table_name)
SELECT table_name::text, count(*) FROM gone GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Purged:
    """A batch that is nowhere any more, and how many rows of each table it had."""

    batch: int
    rows: Mapping[str, int]


def purge(connection: Connection[Any], claimed: ClaimedPurge, segments: SegmentStore | None = None) -> Purged:
    """Destroy the rows of a claimed batch, in the caller's transaction; the caller commits.

    Stored files that they name are noted in `file_removals`, and removed by whoever works on that.

    A batch that lies in a segment only is read from there; `rewrite_purged` then takes its lines out. Raises
    ObjectInUse of the driver when a hold was placed meanwhile, SegmentNeededError, and what reading raises.
    """
    values = {"batch": claimed.batch, "archived_at": claimed.archived_at}
    if segments is not None:
        fetch(connection, segments, {claimed.batch: claimed.archived_at})
    elif dropped(connection, [month_of(claimed.archived_at)]):
        raise SegmentNeededError(claimed.batch)
    for statement in (_MARK, _ENTITIES, _PATHS, _FILES):
        connection.execute(statement, values)
    with connection.cursor(row_factory=tuple_row) as cursor:
        return Purged(claimed.batch, dict(cursor.execute(_REMOVE, values).fetchall()))
