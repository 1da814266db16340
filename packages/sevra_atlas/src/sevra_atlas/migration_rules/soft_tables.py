"""Which tables of a history are soft-deletable, as their columns say."""

from collections.abc import Iterator

from pgevolve.check.facts import Table
from pgevolve.check.rule import Seen
from pgevolve.check.statement import Statement


def soft_tables(seen: Seen) -> Iterator[tuple[Table, Statement]]:
    """Yield the tables with `deleted_at` that the history makes, with the statement that added the column."""
    for table in seen.state.tables.values():
        column = table.columns.get("deleted_at")
        if column is not None and column.added is not None and table.name.schema == "public":
            yield table, column.added.statement
