"""An index that cannot enforce the constraint."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE413", "using-unfit-index", "error", "AT_AddConstraint")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at UNIQUE or PRIMARY KEY USING INDEX of an index that the server does not accept."""
    described = tree.definition(seen.command)
    if not described.indexname:
        return
    index = seen.state.index(seen.state.relation_name(seen.node.relation).schema, described.indexname)
    if index is None:
        return
    reasons = {
        "is not unique": not index.unique,
        "has a WHERE clause": index.predicate is not None,
        "is over an expression": None in index.columns,
        "may be invalid, for it was made IF NOT EXISTS": index.valid is None,
    }
    said = [reason for reason, true in reasons.items() if true]
    if said:
        yield Complaint(
            f"index {index.name.name} {' and '.join(said)}, so the server refuses it for a constraint",
            "create a plain unique index CONCURRENTLY over the columns",
            described.location,
        )
