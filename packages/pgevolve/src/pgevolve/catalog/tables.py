"""Whether there is anything yet."""

from pgevolve.connect import Connection

_TABLES = """
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_class AS c
   WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
     AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pgevolve'))
"""


def has_tables(connection: Connection) -> bool:
    """Say whether a database has a table beside those of the ledger."""
    row = connection.execute(_TABLES.encode()).fetchone()
    return bool(row and row[0])
