"""The law of conservation: of every row that ever was, the entity says so; it is in one place, or purged.

Counted per table in one statement, so that a move at the same time is seen as one that has happened or not.
The sum of the hashes of all ids tells a lost row from another that was counted twice.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, LiteralString

from psycopg import Connection, sql
from psycopg.rows import class_row, tuple_row

from sevra_atlas.domain.retention.fetching import chunks, exported_rows
from sevra_atlas.domain.retention.segment_store import SegmentStore
from sevra_atlas.schema.reference import KINDS

_COUNT = sql.SQL("""
WITH ever AS (
  SELECT count(*) AS rows, coalesce(sum(hashint8extended(entity_id, 0)), 0) AS digest,
         count(*) FILTER (WHERE state = 'purged') AS purged,
         coalesce(sum(hashint8extended(entity_id, 0)) FILTER (WHERE state = 'purged'), 0) AS purged_digest
    FROM public.entities WHERE entity_type = {kind}
), hot AS (
  SELECT count(*) FILTER (WHERE deletion_id IS NULL) AS live,
         count(*) FILTER (WHERE deletion_id IS NOT NULL) AS trashed,
         coalesce(sum(hashint8extended(id, 0)), 0) AS digest
    FROM public.{table}
), kept AS (
  SELECT count(*) AS rows, coalesce(sum(hashint8extended(row_id, 0)), 0) AS digest
    FROM archive.rows WHERE table_name = {name}
)
SELECT {name} AS table, ever.rows AS ever, live, trashed, kept.rows + %(rows)s AS archived, purged,
       ever.digest = hot.digest + kept.digest + purged_digest + %(digest)s AS same_ids
  FROM ever, hot, kept
""")
_DIGESTS: LiteralString = """
SELECT "table", count(*), sum(hashint8extended(id, 0)) FROM unnest(%(tables)s::text[], %(ids)s::bigint[])
    AS x ("table", id) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Balance:
    """The rows of one table: ever made, and where they are; `same_ids` compares the digests of their ids."""

    table: str
    ever: int
    live: int
    trashed: int
    archived: int
    purged: int
    same_ids: bool

    @property
    def gap(self) -> int:
        """How many rows are nowhere; below 0, how many are in two places. It must be 0."""
        return self.ever - self.live - self.trashed - self.archived - self.purged

    @property
    def is_kept(self) -> bool:
        """Whether the law holds of the table."""
        return self.gap == 0 and self.same_ids


def balances(connection: Connection[Any], segments: SegmentStore | None = None) -> tuple[Balance, ...]:
    """Return the balance of every soft-deletable table; reads all of them and locks nothing.

    Rows of months whose partition is dropped are counted in their segments, which are read to their ends.
    """
    exported = {} if segments is None else _exported(connection, segments)
    found = []
    with connection.cursor(row_factory=class_row(Balance)) as cursor:
        for table, kind in KINDS.items():
            query = _COUNT.format(
                kind=sql.Literal(kind.entity_type.value),
                table=sql.Identifier(table),
                name=sql.Literal(table),
            )
            rows, digest = exported.get(table, (0, Decimal()))
            balance = cursor.execute(query, {"rows": rows, "digest": digest}).fetchone()
            assert balance is not None, "counts give one row"
            found.append(balance)
    return tuple(found)


def _exported(connection: Connection[Any], segments: SegmentStore) -> dict[str, tuple[int, Decimal]]:
    """Return how many rows of each table lie in segments only, and the digest of their ids."""
    totals: dict[str, tuple[int, Decimal]] = {}
    lines = (line for line in exported_rows(connection, segments) if line.table in KINDS)
    for chunk in chunks(lines):
        values = {"tables": [line.table for line in chunk], "ids": [line.row_id for line in chunk]}
        with connection.cursor(row_factory=tuple_row) as cursor:
            for table, rows, digest in cursor.execute(_DIGESTS, values):
                before = totals.get(table, (0, Decimal()))
                totals[table] = (before[0] + rows, before[1] + digest)
    return totals
