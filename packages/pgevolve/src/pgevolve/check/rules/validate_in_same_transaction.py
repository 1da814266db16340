"""NOT VALID and VALIDATE together."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE401", "validate-in-same-transaction", "error", "AT_ValidateConstraint")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at VALIDATE CONSTRAINT in the transaction that added the constraint."""
    subject = seen.altered()
    found = seen.state.constraint(seen.node.relation, seen.command.name)
    if subject is None or found is None or not seen.state.in_this_transaction(found.made):
        return
    yield Complaint(
        f"{found.name} is added and validated in one transaction: the strong lock on {subject} is held"
        " while every"
        " row is read, as if NOT VALID were not there",
        "validate it in a later migration",
    )
