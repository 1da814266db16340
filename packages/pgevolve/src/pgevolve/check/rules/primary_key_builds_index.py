"""A primary key that builds its index while everybody waits."""

from collections.abc import Iterator

from pgevolve.check.readers import added_constraints
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE107", "primary-key-builds-index", "error", "AT_AddConstraint", "AT_AddColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at PRIMARY KEY without USING INDEX."""
    for added in added_constraints(seen, "primary"):
        if added.node.indexname:
            continue
        yield Complaint(
            f"PRIMARY KEY on {added.subject} ({added.columns}) builds an index while no other session"
            " can read"
            f" or write {added.subject}{added.subject.doubt}",
            "create a unique index CONCURRENTLY over NOT NULL columns, then ADD PRIMARY KEY USING INDEX",
            added.at,
        )
