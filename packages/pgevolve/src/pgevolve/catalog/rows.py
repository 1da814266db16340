"""Reference rows: which columns of which tables are compared, and what stands in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, text

from pgevolve.build import reference_table
from pgevolve.catalog.model import RowsObject
from pgevolve.objects import ReferenceRows, declared
from pgevolve.quoting import name, qualified


@dataclass(frozen=True, slots=True)
class ReferenceTable:
    """A table whose rows code depends on: what identifies a row, which columns count, which rows."""

    schema: str
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    where: str | None = None


def reference_tables(metadata: MetaData) -> tuple[ReferenceTable, ...]:
    """Return what the declared reference rows ask to compare: the key and every column a row gives."""
    return tuple(
        _reference_table(metadata, entry) for entry in declared(metadata) if isinstance(entry, ReferenceRows)
    )


def _reference_table(metadata: MetaData, entry: ReferenceRows) -> ReferenceTable:
    table = reference_table(metadata, entry)
    given = dict.fromkeys([*entry.key, *(column for row in entry.rows for column in row)])
    return ReferenceTable(table.schema or "public", table.name, entry.key, tuple(given), entry.where)


def read_rows(connection: Connection, tables: Sequence[ReferenceTable]) -> Iterator[RowsObject]:
    """Read the reference rows of the tables that exist, ordered by key, without columns that do not exist.

    Values are the server's text for them, so the session's formats of dates and numbers must be fixed.
    """
    for table in tables:
        there = _existing_columns(connection, table)
        if not set(table.key) <= there:
            continue
        columns = tuple(column for column in table.columns if column in there)
        yield RowsObject(table.schema, table.table, table.key, columns, _rows(connection, table, columns))


def _existing_columns(connection: Connection, table: ReferenceTable) -> set[str]:
    query = text(
        "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = :schema AND c.relname = :table AND a.attnum > 0 AND NOT a.attisdropped"
    )
    return set(connection.scalars(query, {"schema": table.schema, "table": table.table}))


def _rows(
    connection: Connection, table: ReferenceTable, columns: tuple[str, ...]
) -> tuple[tuple[str | None, ...], ...]:
    texts = ", ".join(f"{name(column)}::text" for column in columns)
    where = f" WHERE {table.where}" if table.where else ""
    keys = ", ".join(f'{name(column)}::text COLLATE "C"' for column in table.key)
    query = f"SELECT {texts} FROM {qualified(table.schema, table.table)}{where} ORDER BY {keys}"  # noqa: S608 - names are quoted; the condition is the project's own declaration
    found = connection.exec_driver_sql(query, execution_options={"no_parameters": True})
    return tuple(tuple(row) for row in found)
