"""A backfill for psql, which knows neither the ledger nor batches."""

from pgevolve.backfill.cursor import EXTENT, PASSES, WHOLE
from pgevolve.backfill.statement import table_of
from pgevolve.quoting import literal
from pgevolve.step import Step

_BLOCKS = 128


def as_block(statement: Step) -> str:
    """Return a DO block that fills the rows as `run_backfill` does, to be run outside a transaction."""
    extent = EXTENT.strip().replace("%s", literal(table_of(statement)))
    return f"""DO $backfill$
DECLARE
  first bigint;
  written bigint;
  found bigint;
BEGIN
  FOR pass IN 1 .. {PASSES} LOOP
    found := 0;
    FOR first IN SELECT generate_series(0, (SELECT blocks FROM ({extent}) AS extent), {_BLOCKS}) LOOP
      EXECUTE $statement${statement.sql}$statement$
        USING format('(%s,0)', first)::tid, format('(%s,0)', first + {_BLOCKS})::tid;
      GET DIAGNOSTICS written = ROW_COUNT;
      found := found + written;
      COMMIT;
    END LOOP;
    EXIT WHEN found = 0;
  END LOOP;
  EXECUTE $statement${statement.sql}$statement$
    USING '({WHOLE[0]},0)'::tid, '({WHOLE[1]},0)'::tid;
  COMMIT;
END
$backfill$"""  # noqa: S608 (a migration's own statement, and a constant)
