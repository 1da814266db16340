"""A soft-deletable table without the batch that a restore needs."""

from collections.abc import Iterator

from pgevolve.check.facts import Table
from pgevolve.check.rule import END, Complaint, Seen, rule
from sevra_atlas.migration_rules.soft_tables import soft_tables


@rule("SA101", "batch-column", "error", END)
def batch_column(seen: Seen) -> Iterator[Complaint]:
    """Look for tables with deleted_at but without deletion_id, or without the index that finds a batch.

    A deletion takes rows of several tables as one batch, and a restore brings exactly those back. Without the
    column they cannot be told from rows deleted before; without the index a restore reads the whole table.
    """
    for table, statement in soft_tables(seen):
        if "deletion_id" not in table.columns:
            yield Complaint(
                f"{table.name} has deleted_at and no deletion_id: a restore cannot tell its rows from others",
                "add deletion_id bigint with a CHECK that both are null or neither is",
                statement=statement,
            )
        elif not _finds_batches(table):
            yield Complaint(
                f"{table.name} has no index on deletion_id: every restore and purge reads all of it",
                f"create an index on {table.name} (deletion_id) WHERE deletion_id IS NOT NULL",
                statement=statement,
            )


def _finds_batches(table: Table) -> bool:
    return any(index.columns[:1] == ("deletion_id",) for index in table.indexes.values())
