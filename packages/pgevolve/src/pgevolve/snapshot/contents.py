"""The rows of a database as counts and checksums, which are the same on every server that holds them."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from psycopg import sql

from pgevolve.connect import Connection

# What a value is as text depends on these. The rest is set by every connection of the engine.
_SETTINGS = {
    "search_path": "",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "xmlbinary": "base64",
    "lc_monetary": "C",
    "row_security": "off",
}


@dataclass(frozen=True, slots=True)
class TableToRead:
    """A table by its number in the catalogue, with the columns that count."""

    oid: int
    schema: str
    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowSum:
    """How many rows a table has, and the sum of their hashes: the same in whatever order they lie."""

    rows: int
    checksum: str


def tables_to_read(connection: Connection) -> tuple[TableToRead, ...]:
    """Return every table and partition that holds rows itself, in the caller's transaction."""
    rows = connection.execute(_query("tables")).fetchall()
    return tuple(TableToRead(oid, schema, name, tuple(columns)) for oid, schema, name, columns in rows)


def row_sum(connection: Connection, table: TableToRead) -> RowSum:
    """Read a whole table in the caller's transaction, for which `make_texts_comparable` was called."""
    columns = sql.SQL(", ").join(sql.Identifier("t", column) for column in table.columns)
    query = sql.SQL(
        'SELECT count(*), coalesce(sum(hashtextextended(ROW({})::text COLLATE "C", 0)), 0)::text'
        " FROM ONLY {} AS t"
    ).format(columns, sql.Identifier(table.schema, table.name))
    row = connection.execute(query).fetchone()
    assert row is not None
    return RowSum(*row)


def row_sums(connection: Connection, tables: tuple[TableToRead, ...]) -> Iterator[tuple[TableToRead, RowSum]]:
    """Yield the sums of table after table, in the caller's transaction."""
    make_texts_comparable(connection)
    for table in tables:
        yield table, row_sum(connection, table)


def make_texts_comparable(connection: Connection) -> None:
    """Set what the text of a value depends on, until the caller's transaction ends."""
    for name, value in _SETTINGS.items():
        connection.execute("SELECT pg_catalog.set_config(%s, %s, true)", (name, value))


def _query(name: str) -> bytes:
    return files("pgevolve.snapshot").joinpath("sql", f"{name}.sql").read_bytes()
