"""A table written anew by another access method."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE115", "set-access-method", "error", "AT_SetAccessMethod")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at SET ACCESS METHOD."""
    subject = seen.altered()
    if subject is not None and not (subject.table is not None and subject.table.partitioned):
        yield Complaint(
            f"SET ACCESS METHOD writes all of {subject} anew while no other session can read or write it",
            "create a new table with the method, copy the rows in batches, and swap the names",
        )
