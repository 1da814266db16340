"""Which batches are due, by the server's clock: the one place of the rule, for the plan and for the run."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection, sql
from psycopg.rows import class_row

from sevra_atlas.schema.reference import KINDS

# Batches in the trash with a row that an open hold names. There are few holds, so each is looked up.
HELD_IN_TRASH = sql.SQL(" UNION ALL ").join(
    sql.SQL(
        "SELECT t.deletion_id AS batch FROM public.legal_holds h JOIN public.{table} t ON t.id = h.entity_id"
        " WHERE h.entity_type = {kind} AND h.released_at IS NULL AND t.deletion_id IS NOT NULL"
    ).format(table=sql.Identifier(name), kind=sql.Literal(kind.entity_type.value))
    for name, kind in KINDS.items()
)
HELD_IN_ARCHIVE = sql.SQL("""
    SELECT r.batch_id AS batch FROM public.legal_holds h JOIN public.entity_types t USING (entity_type)
      JOIN archive.rows r ON r.table_name = t.table_name AND r.row_id = h.entity_id
     WHERE h.released_at IS NULL
""")

# Values are written as text: without these settings a connection could write fewer digits of a number.
# A wait for a lock is longer than any request and shorter than anybody's patience.
_SETTINGS = sql.SQL("""
SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
       set_config('IntervalStyle', 'postgres', true), set_config('extra_float_digits', '1', true),
       set_config('bytea_output', 'hex', true), set_config('search_path', 'public', true),
       set_config('lock_timeout', '5s', true)
""")
# What a return brings is for others in neither place until it is committed; the number is of this only.
_BESIDE_RETURNS: LiteralString = (
    "SELECT pg_advisory_xact_lock_shared('archive.rows'::regclass::oid::integer, 1)"
)
_WITHOUT_RETURNS: LiteralString = "SELECT pg_advisory_xact_lock('archive.rows'::regclass::oid::integer, 1)"
_CLAIM = sql.SQL("""
SELECT b.id AS batch, b.root_type::text AS kind, t.table_name::text AS root_table, b.root_id AS row_id,
       b.row_count AS rows, b.created_at AS deleted_at, b.blocked_by
  FROM public.deletion_batches b
  JOIN public.retention_policies p ON p.entity_type = b.root_type
  JOIN public.entity_types t ON t.entity_type = b.root_type
 WHERE b.restored_at IS NULL AND b.archived_at IS NULL
   AND b.created_at < now() - make_interval(days => (SELECT min(keep_days) FROM public.retention_policies))
   AND b.created_at < now() - make_interval(days => p.keep_days)
   AND (b.hold_until IS NULL OR b.hold_until <= now())
   AND NOT EXISTS (SELECT FROM ({held}) h WHERE h.batch = b.id)
   AND (b.created_at, b.id) > (%(deleted_at)s, %(batch)s)
 ORDER BY b.created_at, b.id LIMIT 1
   FOR UPDATE OF b SKIP LOCKED
""").format(held=HELD_IN_TRASH)
# What waited when a batch came back has been in the archive for as long as that batch was.
KEPT_SINCE = sql.SQL("""
coalesce((SELECT o.archived_at FROM public.deletion_batches o WHERE o.id = b.remainder_of_id), b.archived_at)
""")
# In seconds, for the longest waiting batch that the next run can move; it reads due batches only.
OLDEST_DUE_SECONDS = sql.SQL("""
SELECT coalesce(max(extract(epoch FROM now() - b.created_at - make_interval(days => p.keep_days))), 0)
  FROM public.deletion_batches b JOIN public.retention_policies p ON p.entity_type = b.root_type
 WHERE b.restored_at IS NULL AND b.archived_at IS NULL AND b.blocked_at IS NULL
   AND b.created_at < now() - make_interval(days => (SELECT min(keep_days) FROM public.retention_policies))
   AND b.created_at < now() - make_interval(days => p.keep_days)
   AND (b.hold_until IS NULL OR b.hold_until <= now())
   AND NOT EXISTS (SELECT FROM ({held}) h WHERE h.batch = b.id)
""").format(held=HELD_IN_TRASH)
_CLAIM_PURGE = sql.SQL("""
SELECT b.id AS batch, b.root_type::text AS kind, b.root_id AS row_id, b.archived_at
  FROM public.deletion_batches b JOIN public.retention_policies p ON p.entity_type = b.root_type
 WHERE b.state = 'ARCHIVED' AND {since} < now() - make_interval(days => p.archive_days)
   AND (b.hold_until IS NULL OR b.hold_until <= now())
   AND NOT EXISTS (SELECT FROM ({held}) h WHERE h.batch = b.id)
   AND b.id > %(batch)s
 ORDER BY b.id LIMIT 1
   FOR UPDATE OF b SKIP LOCKED
""").format(held=HELD_IN_ARCHIVE, since=KEPT_SINCE)
# What waits in a month that left the database is read whole, so it is tried only when a deletion came back
# lately, of somebody or something that it may wait for.
_CLAIM_REMAINDER = sql.SQL("""
SELECT b.id AS batch FROM public.deletion_batches b
 WHERE b.remainder_of_id IS NOT NULL AND b.state = 'ARCHIVED'
   AND (b.hold_until IS NULL OR b.hold_until <= now())
   AND NOT EXISTS (SELECT FROM ({held}) h WHERE h.batch = b.id)
   AND (NOT EXISTS (SELECT FROM archive.segments s WHERE s.dropped_at IS NOT NULL
                       AND s.month = date_trunc('month', b.archived_at AT TIME ZONE 'UTC')::date)
        OR EXISTS (SELECT FROM public.deletion_batches r
                    WHERE r.restored_at > greatest(b.archived_at, now() - interval '7 days')))
   AND b.id > %(batch)s
 ORDER BY b.id LIMIT 1
   FOR UPDATE OF b SKIP LOCKED
""").format(held=HELD_IN_ARCHIVE)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A batch that is due and locked; `root_table` is where its root lies."""

    batch: int
    kind: str
    root_table: str
    row_id: int
    rows: int
    deleted_at: datetime
    blocked_by: str | None


@dataclass(frozen=True, slots=True)
class ClaimedPurge:
    """An archived batch whose days in the archive are over, locked."""

    batch: int
    kind: str
    row_id: int
    archived_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedRemainder:
    """A batch that waits in the archive for somebody, locked."""

    batch: int


def settle(connection: Connection[Any]) -> None:
    """Give the transaction the settings that archiving needs, whatever the connection has."""
    connection.execute(_SETTINGS)


def beside_returns(connection: Connection[Any]) -> None:
    """Wait until no erasure is going on, and keep them out until the transaction ends; for a return."""
    connection.execute(_BESIDE_RETURNS)


def without_returns(connection: Connection[Any]) -> None:
    """Wait until nothing is being brought back, and keep that up until the transaction ends."""
    connection.execute(_WITHOUT_RETURNS)


def claim(connection: Connection[Any], after: Claimed | None) -> Claimed | None:
    """Lock and return the oldest due batch behind `after`; batches that others hold are passed over."""
    place: dict[str, object] = {"deleted_at": "-infinity", "batch": 0}
    if after is not None:
        place = {"deleted_at": after.deleted_at, "batch": after.batch}
    with connection.cursor(row_factory=class_row(Claimed)) as cursor:
        return cursor.execute(_CLAIM, place).fetchone()


def claim_purge(connection: Connection[Any], after: int) -> ClaimedPurge | None:
    """Lock and return the first archived batch behind number `after` that is to be purged."""
    with connection.cursor(row_factory=class_row(ClaimedPurge)) as cursor:
        return cursor.execute(_CLAIM_PURGE, {"batch": after}).fetchone()


def claim_remainder(connection: Connection[Any], after: int) -> ClaimedRemainder | None:
    """Lock and return the first batch behind number `after` that waits for somebody and is not held."""
    with connection.cursor(row_factory=class_row(ClaimedRemainder)) as cursor:
        return cursor.execute(_CLAIM_REMAINDER, {"batch": after}).fetchone()
