"""Does the schema answer what the application asks? Each mapped table and each live view is read once."""

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from pgevolve.connect import Connection, connect
from sevra_atlas.schema import metadata
from sevra_atlas.schema.access import LIVE

_PATIENCE = "5s"


def unanswered(url: str) -> Iterator[str]:
    """Yield a sentence for each mapped table or live view that a query fails on, or that is not there.

    Each query has a transaction of its own that only reads, and five seconds for its locks and its work.
    """
    with connect(url, purpose="smoke") as connection:
        views = connection.execute(
            "SELECT viewname FROM pg_catalog.pg_views WHERE schemaname = %s", (LIVE.name,)
        )
        asked = [(LIVE.name, name, ["*"]) for (name,) in views.fetchall()]
        asked += [
            (table.schema or "public", table.name, [column.name for column in table.columns])
            for table in metadata.sorted_tables
        ]
        for schema, name, columns in asked:
            try:
                _read(connection, schema, name, columns)
            except psycopg.Error as error:
                yield f"{schema}.{name} does not answer: {error.diag.message_primary or error}"


def _read(connection: Connection, schema: str, name: str, columns: Sequence[str]) -> None:
    listed = sql.SQL(", ").join(
        sql.SQL("*") if column == "*" else sql.Identifier(column) for column in columns
    )
    query = sql.SQL("SELECT {} FROM {} LIMIT 1").format(listed, sql.Identifier(schema, name))
    with connection.transaction():
        connection.execute("SET TRANSACTION READ ONLY")
        for setting in ("lock_timeout", "statement_timeout"):
            connection.execute("SELECT pg_catalog.set_config(%s, %s, true)", (setting, _PATIENCE))
        connection.execute(query)
