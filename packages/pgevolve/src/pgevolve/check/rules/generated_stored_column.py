"""A stored generated column on a table with rows."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE112", "generated-stored-column", "error", "AT_AddColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ADD COLUMN ... GENERATED ALWAYS AS (...) STORED."""
    subject = seen.altered()
    column = tree.definition(seen.command)
    if subject is None:
        return
    for part in column.constraints:
        node = part.constraint
        if tree.constraint_kind(node) != "CONSTR_GENERATED" or node.generated_kind == "v":
            continue
        virtual = " or make it VIRTUAL," if seen.target >= 18 else ""  # noqa: PLR2004 - the first with VIRTUAL
        yield Complaint(
            f"the stored column {subject}.{column.colname} is computed for every row: all of {subject}"
            " is written"
            f" anew while no other session can read or write it{subject.doubt}",
            f"add a plain column kept by a trigger and fill it in batches,{virtual} or compute it in a view",
            column.location,
        )
