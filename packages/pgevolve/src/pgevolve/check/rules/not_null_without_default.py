"""A new column that the rows there cannot fill."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.readers import has_default
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE301", "not-null-without-default", "error", "AT_AddColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ADD COLUMN ... NOT NULL without a default on a table that others use."""
    subject = seen.altered()
    column = tree.definition(seen.command)
    kinds = {tree.constraint_kind(part.constraint) for part in column.constraints}
    if subject is None or not kinds & {"CONSTR_NOTNULL", "CONSTR_PRIMARY"} or has_default(column):
        return
    yield Complaint(
        f"{subject}.{column.colname} is NOT NULL without a default: the statement fails if {subject}"
        " has a row, and"
        f" running code that does not know the column can no longer insert{subject.doubt}",
        "add it nullable or with a constant default; fill the rows in batches and set NOT NULL after a"
        " validated"
        " constraint",
        column.location,
    )
