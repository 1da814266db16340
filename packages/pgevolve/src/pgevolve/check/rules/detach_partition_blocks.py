"""A partition detached while everybody waits."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE121", "detach-partition-blocks", "error", "AT_DetachPartition")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DETACH PARTITION without CONCURRENTLY."""
    subject = seen.altered()
    command = tree.definition(seen.command)
    if subject is not None and not command.concurrent:
        partition = seen.subject(command.name)
        yield Complaint(
            f"detaching {partition} waits for every query on {subject}, and all later ones wait behind it",
            "use DETACH PARTITION ... CONCURRENTLY in a step of its own under `-- pgevolve: transaction=off`",
        )
