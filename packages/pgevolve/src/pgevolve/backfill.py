"""Rows are filled in batches: each statement of `backfill.sql` runs over one range of blocks after another.

A statement is an UPDATE or DELETE of one table. It names its batch with `ctid >= $1 AND ctid < $2`, and its
condition passes over what is filled already, so that it can run again from the beginning at any time. A row
that is written meanwhile may go to where the batches have been: so the table is passed until a pass finds
nothing.

This runner keeps no cursor and one size of batches. Pausing, going on from a cursor and batches that adapt to
the load are not part of it.
"""

import postgast
from psycopg import RawCursor, errors

from pgevolve.connect import Connection
from pgevolve.errors import UsageError
from pgevolve.quoting import literal, qualified
from pgevolve.roles import act_as
from pgevolve.sqltext import parse_steps
from pgevolve.step import Step

_BLOCKS = 128
_ATTEMPTS = 5
_PASSES = 20
# With the tables that inherit from it: the blocks of a partitioned table are those of its partitions.
_SIZE = """
WITH RECURSIVE parts (oid) AS (
    SELECT $1::regclass::oid
    UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN parts p ON p.oid = i.inhparent
)
SELECT max(pg_catalog.pg_relation_size(oid)) / pg_catalog.current_setting('block_size')::bigint FROM parts
"""


class UnsettledBackfillError(UsageError):
    """Rows that were filled are found empty again and again."""

    hint = "look for a trigger or a client that empties the column, then deploy again"

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table

    def __str__(self) -> str:
        return f"{_PASSES} passes over {self.table} each found rows to fill"


def run_backfill(connection: Connection, backfill_sql: str, *, owner: str | None) -> int:
    """Fill the rows, as the owner, on a connection in autocommit mode; return how many were written.

    Each batch has a transaction of its own, which locks the rows of the batch and waits for theirs. After an
    interruption at any moment it may simply be called again. Raises SqlTextError,
    UnsettledBackfillError and what the server says.
    """
    steps = parse_steps(backfill_sql, "backfill.sql")
    return sum(_run_statement(connection, step, owner) for step in steps)


def as_block(statement: Step) -> str:
    """Return a DO block that fills the rows as `run_backfill` does, to be run outside a transaction."""
    size = _SIZE.strip().replace("$1", literal(_table(statement)))
    return f"""DO $backfill$
DECLARE
  first bigint;
  written bigint;
  found bigint;
BEGIN
  FOR pass IN 1 .. {_PASSES} LOOP
    found := 0;
    FOR first IN SELECT generate_series(0, ({size}), {_BLOCKS}) LOOP
      EXECUTE $statement${statement.sql}$statement$
        USING format('(%s,0)', first)::tid, format('(%s,0)', first + {_BLOCKS})::tid;
      GET DIAGNOSTICS written = ROW_COUNT;
      found := found + written;
      COMMIT;
    END LOOP;
    EXIT WHEN found = 0;
  END LOOP;
END
$backfill$"""


def _run_statement(connection: Connection, step: Step, owner: str | None) -> int:
    table = _table(step)
    filled = 0
    for _ in range(_PASSES):
        found = _pass(connection, step, table, owner)
        filled += found
        if not found:
            return filled
    raise UnsettledBackfillError(table)


def _pass(connection: Connection, step: Step, table: str, owner: str | None) -> int:
    with RawCursor(connection) as cursor:
        row = cursor.execute(_SIZE, (table,)).fetchone()
    blocks = int(row[0]) if row is not None else 0
    # An empty table is asked too: what the server refuses is refused before there are rows.
    return sum(_run_batch(connection, step, first, owner) for first in range(0, max(blocks, 1), _BLOCKS))


def _run_batch(connection: Connection, step: Step, first: int, owner: str | None) -> int:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with connection.transaction(), RawCursor(connection) as cursor:
                act_as(connection, owner)
                cursor.execute(step.sql.encode(), (f"({first},0)", f"({first + _BLOCKS},0)"))
                return cursor.rowcount
        except (errors.DeadlockDetected, errors.SerializationFailure):
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError


def _table(step: Step) -> str:
    """Return the table that a statement fills."""
    node = postgast.parse(step.sql).stmts[0].stmt
    relation = (node.delete_stmt if node.HasField("delete_stmt") else node.update_stmt).relation
    return qualified(relation.schemaname or "public", relation.relname)
