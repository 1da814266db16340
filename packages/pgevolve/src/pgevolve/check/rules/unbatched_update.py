"""All rows changed in one transaction."""

from collections.abc import Iterator

from pgevolve.check.readers import is_bounded, reads_table
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE302", "unbatched-update", "error", "update_stmt", "merge_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at UPDATE and MERGE over an unbounded number of rows of a table that others use."""
    subject = seen.subject()
    if subject.new or subject.name in seen.state.views:
        return
    if seen.statement.kind == "update_stmt":
        verb, bounded = "UPDATE", is_bounded(subject, seen.node.where_clause, seen.node)
    else:
        verb, bounded = "MERGE", not reads_table(seen.node.source_relation)
    if bounded:
        return
    yield Complaint(
        f"this {verb} changes {subject} in one transaction: every writer of a changed row waits until"
        " it ends, and"
        f" the table grows by what it changes{subject.doubt}",
        "move it to backfill.sql, which runs in batches by key",
    )
