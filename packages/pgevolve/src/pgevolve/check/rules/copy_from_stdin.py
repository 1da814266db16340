"""Rows that a file of statements cannot hold."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE005", "copy-from-stdin", "error", "copy_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at COPY ... FROM STDIN."""
    if seen.node.is_from and not seen.node.filename:
        yield Complaint(
            "COPY FROM STDIN: a step is one statement without data behind it", "write INSERT statements"
        )
