"""A foreign key that checks every row while both tables wait."""

from collections.abc import Iterator

from pgevolve.check.readers import added_constraints, has_default
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE103", "foreign-key-validated-at-once", "error", "AT_AddConstraint", "AT_AddColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at FOREIGN KEY without NOT VALID over rows that are there."""
    for added in added_constraints(seen, "foreign"):
        if not added.constraint.validated or not added.constraint.enforced:
            continue
        if added.column is not None and not has_default(added.column):
            continue
        yield Complaint(
            f"the foreign key on {added.subject} ({added.columns}) reads all of {added.subject} while"
            " no other"
            f" session can write to {added.subject} or {added.constraint.references}{added.subject.doubt}",
            "add it NOT VALID, and VALIDATE CONSTRAINT in a later migration",
            added.at,
        )
