"""The rows of a database as counts and sums of hashes, under the numbers that outlive a rename."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from pgevolve.connect import Connection
from pgevolve.quoting import name


@dataclass(frozen=True, slots=True)
class TableContents:
    """A table's rows, and for each column, by number, its name and the sum of the hashes of its values."""

    table: str
    rows: int
    columns: Mapping[int, tuple[str, int]]


def contents(connection: Connection) -> dict[int, TableContents]:
    """Return the contents of every table by its oid; a partition counts with its parent."""
    found = {}
    for oid, table, numbers, columns in connection.execute(_query()).fetchall():
        sums = "".join(
            f", coalesce(sum(hashtextextended({name(column)}::text, 0)), 0)::numeric" for column in columns
        )
        query = f"SELECT count(*){sums} FROM {table}"  # noqa: S608 (names of the catalogue)
        row = connection.execute(query.encode()).fetchone()
        assert row is not None
        rows, *hashes = row
        pairs = zip(columns, map(int, hashes), strict=True)
        found[oid] = TableContents(table, rows, dict(zip(numbers, pairs, strict=True)))
    return found


def losses(
    before: Mapping[int, TableContents], after: Mapping[int, TableContents], *, may_drop: bool
) -> list[str]:
    """Return what is gone or changed; with `may_drop` only in the tables and columns that are still there."""
    found: list[str] = []
    for oid, was in before.items():
        now = after.get(oid)
        if now is None:
            found += [] if may_drop or not was.rows else [f"{was.table} is gone with {was.rows} rows"]
        elif now.rows < was.rows:
            found.append(f"{was.table} had {was.rows} rows and has {now.rows}")
        elif now.rows == was.rows:
            found += _changed(was, now, may_drop=may_drop)
    return found


def _changed(was: TableContents, now: TableContents, *, may_drop: bool) -> list[str]:
    found = []
    for number, (column, hashes) in was.columns.items():
        there = now.columns.get(number)
        if there is None:
            found += [] if may_drop or not was.rows else [f"{was.table}.{column} is gone"]
        elif there[1] != hashes:
            found.append(f"{was.table}.{column} holds other values")
    return found


def _query() -> bytes:
    return files("pgevolve.testing").joinpath("sql", "columns.sql").read_bytes()
