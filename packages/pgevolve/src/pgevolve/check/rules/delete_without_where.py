"""All rows deleted."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE304", "delete-without-where", "error", "delete_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DELETE without WHERE."""
    subject = seen.subject()
    if not subject.new and not seen.node.HasField("where_clause") and not seen.node.using_clause:
        yield Complaint(
            f"without WHERE this DELETE removes every row of {subject}",
            "say which rows in a WHERE, and delete them in batches by key",
        )
