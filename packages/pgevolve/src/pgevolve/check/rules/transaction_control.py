"""A transaction opened or ended by the file."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE002", "transaction-control", "error", "transaction_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at BEGIN, COMMIT and savepoints in a migration that the deployer runs."""
    if seen.statement.source.deployed:
        yield Complaint(
            "the migration begins, ends or divides a transaction, and the deployer owns it, with its"
            " ledger rows",
            "remove it; use `-- pgevolve: transaction=off` above a statement that must run outside",
        )
