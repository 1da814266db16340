"""A check constraint that reads the table while everybody waits."""

from collections.abc import Iterator

from pgevolve.check.readers import added_constraints
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE105", "check-validated-at-once", "error", "AT_AddConstraint", "AT_AddColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at CHECK without NOT VALID over rows that are there."""
    for added in added_constraints(seen, "check"):
        if not added.constraint.validated or not added.constraint.enforced:
            continue
        yield Complaint(
            f"the check on {added.subject} ({added.columns}) reads every row while no other session can"
            " read or"
            f" write {added.subject}{added.subject.doubt}",
            "add it NOT VALID in a command of its own, and VALIDATE CONSTRAINT in a later migration",
            added.at,
        )
