"""Where a backfill stands. Pure values; the ledger keeps one a statement."""

from dataclasses import dataclass, replace
from typing import Self

from pgevolve.connect import Connection

PASSES = 20
"""How often a table is passed before somebody must look why rows are found again and again."""
WHOLE = (0, (1 << 32) - 1)
"""The range of every block that a table can have."""
_ENOUGH, _FEW = 5, 0.01

# With the tables that inherit from it: the blocks of a partitioned table are those of its partitions.
EXTENT = """
WITH RECURSIVE parts (oid) AS (
    SELECT %s::regclass::oid
    UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i JOIN parts AS p ON p.oid = i.inhparent
)
SELECT max(pg_catalog.pg_relation_size(oid)) / pg_catalog.current_setting('block_size')::bigint AS blocks,
       md5(coalesce(string_agg(pg_catalog.pg_relation_filenode(oid)::text, ',' ORDER BY oid), '')) AS files,
       coalesce(sum(c.reltuples) FILTER (WHERE c.reltuples > 0 AND c.relkind <> 'p'), 0)::bigint AS rows
FROM parts JOIN pg_catalog.pg_class AS c USING (oid)
"""
# The planner's own: BEFORE UPDATE, for each row, enabled.
_TRIGGER = """
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal
    AND tgenabled IN ('O', 'A') AND tgtype & 19 = 19 AND starts_with(tgname, 'zz_fill')
)
"""


@dataclass(frozen=True, slots=True)
class Extent:
    """The blocks of a table's largest part, the files of all parts, and the rows that are estimated."""

    blocks: int
    files: str
    rows: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """The next block of a pass over `end` blocks, the rows that this pass found, and those of all passes.

    `files` are the table's when the pass began: a table that is written anew has its rows elsewhere.
    """

    turn: int
    block: int
    end: int
    found: int
    rows: int
    files: str

    @classmethod
    def at_first(cls, extent: Extent) -> Self:
        """Return the beginning of the first pass."""
        return cls(1, 0, extent.blocks, 0, 0, extent.files)

    @property
    def is_at_end(self) -> bool:
        """Whether the pass is over. An empty table is asked once: the server may refuse the statement."""
        return self.block >= max(self.end, 1)

    @property
    def share(self) -> float:
        """How much of the pass is over, from 0 to 1."""
        return self.block / max(self.end, 1)

    def batch(self, blocks: int) -> tuple[int, int]:
        """Return the next range of at most so many blocks, the end not included."""
        return self.block, min(self.block + blocks, max(self.end, 1))

    def after(self, end: int, written: int) -> Self:
        """Return the cursor behind a batch that wrote so many rows."""
        return replace(self, block=end, found=self.found + written, rows=self.rows + written)

    def swept(self, written: int) -> Self:
        """Return the cursor after one batch over the whole table."""
        return replace(self, rows=self.rows + written)

    def is_settled(self, extent: Extent) -> bool:
        """Say at the end of a pass whether it proves that every row is filled."""
        return self.found == 0 and self.files == extent.files

    def is_kept_busy(self) -> bool:
        """Say at the end of a pass whether further ones would only follow what others write.

        They would when some passes each found a few of all rows: clients insert rows without the value into a
        table without a trigger, and one pass more would find the next ones.
        """
        return self.turn >= _ENOUGH and self.found <= self.rows * _FEW

    def next_pass(self, extent: Extent) -> Self:
        """Return the beginning of the next pass."""
        return type(self)(self.turn + 1, 0, extent.blocks, 0, self.rows, extent.files)


def read_extent(connection: Connection, table: str) -> Extent:
    """Return how large a table is now; takes no lock that anybody would notice."""
    row = connection.execute(EXTENT, (table,)).fetchone()
    assert row is not None
    return Extent(int(row[0]), row[1], row[2])


def has_filling_trigger(connection: Connection, table: str) -> bool:
    """Say whether a trigger of the planner fills each row that is written."""
    row = connection.execute(_TRIGGER, (table,)).fetchone()
    return bool(row and row[0])
