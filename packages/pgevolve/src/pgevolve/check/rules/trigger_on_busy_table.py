"""A trigger on a table that others write."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE123", "trigger-on-busy-table", "note", "create_trig_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at CREATE TRIGGER on a table that others use."""
    subject = seen.subject()
    if not subject.new and subject.name not in seen.state.views:
        yield Complaint(
            f"creating trigger {seen.node.trigname} waits for every writer of {subject}, and later"
            " writers wait"
            " behind it; from its commit every write runs it",
            f"keep it in a short transaction without other work on {subject}",
        )
