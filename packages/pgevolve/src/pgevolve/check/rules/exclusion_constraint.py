"""An exclusion constraint that builds its index while everybody waits."""

from collections.abc import Iterator

from pgevolve.check.readers import added_constraints
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE126", "exclusion-constraint", "error", "AT_AddConstraint")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at EXCLUDE on a table with rows."""
    for added in added_constraints(seen, "exclude"):
        yield Complaint(
            f"the exclusion constraint on {added.subject} ({added.columns}) builds an index and"
            " compares all rows"
            f" while no other session can read or write {added.subject}{added.subject.doubt}",
            "create a new table with the constraint, copy the rows in batches, and swap the names",
            added.at,
        )
