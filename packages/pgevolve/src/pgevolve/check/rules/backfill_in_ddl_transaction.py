"""Rows changed in the transaction that changes the table."""

from collections.abc import Iterator

from pgevolve.check.readers import is_bounded, reads_table
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE305", "backfill-in-ddl-transaction", "error", "update_stmt", "delete_stmt", "insert_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at an unbounded change of rows in a transaction that holds ACCESS EXCLUSIVE on the same table."""
    subject = seen.subject()
    held = seen.state.locked.get(seen.state.transaction, {})
    if subject.new or subject.name not in held or not seen.statement.shares:
        return
    if seen.statement.kind == "insert_stmt":
        if not reads_table(seen.node.select_stmt):
            return
    elif is_bounded(subject, seen.node.where_clause, seen.node):
        return
    yield Complaint(
        f"rows of {subject} are changed while this transaction holds the lock that line"
        f" {held[subject.name].place()[0]} took: no other session can read or write {subject} until all"
        " are done",
        "change the table in this migration, and the rows in backfill.sql",
    )
