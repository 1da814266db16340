"""A unique constraint that builds its index while everybody waits."""

from collections.abc import Iterator

from pgevolve.check.readers import added_constraints
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE106", "unique-builds-index", "error", "AT_AddConstraint", "AT_AddColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at UNIQUE without USING INDEX."""
    for added in added_constraints(seen, "unique"):
        if added.node.indexname:
            continue
        yield Complaint(
            f"UNIQUE on {added.subject} ({added.columns}) builds an index while no other session can read or"
            f" write {added.subject}, and fails if two rows agree{added.subject.doubt}",
            "create the unique index CONCURRENTLY, then ADD CONSTRAINT ... UNIQUE USING INDEX in a"
            " later step",
            added.at,
        )
