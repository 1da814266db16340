"""All rows changed in one transaction."""

from collections.abc import Iterator

from pgevolve.check.readers import is_bounded
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE302", "unbatched-update", "error", "update_stmt", "merge_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at UPDATE and MERGE over an unbounded number of rows of a table that others use."""
    subject = seen.subject()
    if subject.new or subject.name in seen.state.views:
        return
    where = seen.node.where_clause if seen.statement.kind == "update_stmt" else None
    if where is not None and is_bounded(subject, where, seen.node):
        return
    verb = "UPDATE" if where is not None else "MERGE"
    yield Complaint(
        f"this {verb} changes {subject} in one transaction: every writer of a changed row waits until"
        " it ends, and"
        f" the table grows by what it changes{subject.doubt}",
        "move it to backfill.sql, which runs in batches by key",
    )
