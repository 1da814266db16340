"""The law of conservation: of every row that ever was, the entity says so; it is in one place, or purged.

Counted per table in one statement, so that a move at the same time is seen as one that has happened or not.
The sum of the hashes of all ids tells a lost row from another that was counted twice.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import class_row

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
SELECT {name} AS table, ever.rows AS ever, live, trashed, kept.rows AS archived, purged,
       ever.digest = hot.digest + kept.digest + purged_digest AS same_ids
  FROM ever, hot, kept
""")


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


def balances(connection: Connection[Any]) -> tuple[Balance, ...]:
    """Return the balance of every soft-deletable table; reads all of them and locks nothing."""
    found = []
    with connection.cursor(row_factory=class_row(Balance)) as cursor:
        for table, kind in KINDS.items():
            query = _COUNT.format(
                kind=sql.Literal(kind.entity_type.value),
                table=sql.Identifier(table),
                name=sql.Literal(table),
            )
            balance = cursor.execute(query).fetchone()
            assert balance is not None, "counts give one row"
            found.append(balance)
    return tuple(found)
