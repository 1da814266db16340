"""Indexes rebuilt while writers wait."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE118", "reindex-not-concurrent", "error", "reindex_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at REINDEX without CONCURRENTLY."""
    if tree.has_option(seen.node.params, "concurrently"):
        return
    what = seen.node.name or "the database"
    if seen.node.HasField("relation"):
        subject = seen.subject()
        index = seen.state.indexes.get(subject.name)
        if subject.new or (index is not None and seen.state.is_new(index.made)):
            return
        what = str(subject)
    yield Complaint(
        f"REINDEX of {what} rebuilds indexes while no other session can write to the table or read"
        " through them",
        "use REINDEX ... CONCURRENTLY in a step of its own under `-- pgevolve: transaction=off`",
    )
