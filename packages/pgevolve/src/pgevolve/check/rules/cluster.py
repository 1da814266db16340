"""A table sorted anew while everybody waits."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE116", "cluster", "error", "cluster_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at CLUSTER."""
    named = seen.node.HasField("relation")
    subject = seen.subject() if named else None
    if subject is None or not subject.new:
        yield Complaint(
            f"CLUSTER writes {'every clustered table' if subject is None else subject} anew while no"
            " other session"
            " can read or write it",
            "leave it out, or copy the rows in order into a new table in batches and swap the names",
        )
