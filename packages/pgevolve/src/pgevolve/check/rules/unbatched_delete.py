"""Many rows deleted in one transaction."""

from collections.abc import Iterator

from pgevolve.check.readers import is_bounded
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE303", "unbatched-delete", "error", "delete_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DELETE with a condition that may meet any number of rows."""
    subject = seen.subject()
    if subject.new or subject.name in seen.state.views or not seen.node.HasField("where_clause"):
        return
    if not is_bounded(subject, seen.node.where_clause, seen.node):
        yield Complaint(
            f"this DELETE removes an unknown number of rows of {subject} in one transaction: every"
            " writer of such a"
            f" row waits until it ends{subject.doubt}",
            "delete in batches by key, outside of the migration",
        )
