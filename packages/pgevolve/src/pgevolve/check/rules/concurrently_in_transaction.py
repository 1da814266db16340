"""A concurrent build that the server refuses."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule
from pgevolve.sqltext import only_outside_transaction


@rule(
    "PE403",
    "concurrently-in-transaction",
    "error",
    "index_stmt",
    "drop_stmt",
    "reindex_stmt",
    "alter_table_stmt",
    "vacuum_stmt",
    "createdb_stmt",
    "dropdb_stmt",
    "create_table_space_stmt",
    "drop_table_space_stmt",
    "alter_system_stmt",
)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at statements that run only outside of a transaction, inside one."""
    name = only_outside_transaction(seen.statement.kind, seen.node)
    if name is not None and seen.statement.shares:
        yield Complaint(
            f"{name} stands inside a transaction, where the server refuses it",
            "write `-- pgevolve: transaction=off` on a line of its own above it",
        )
