"""A new numbering column on a table with rows."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE111", "serial-or-identity-column", "error", "AT_AddColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ADD COLUMN that numbers the rows that are there."""
    subject = seen.altered()
    column = tree.definition(seen.command)
    if subject is None:
        return
    kinds = {tree.constraint_kind(part.constraint) for part in column.constraints}
    serial = tree.type_name(column.type_name).serial
    if not serial and "CONSTR_IDENTITY" not in kinds:
        return
    yield Complaint(
        f"the {'serial' if serial else 'identity'} column {subject}.{column.colname} numbers every row:"
        " all of"
        f" {subject} is written anew while no other session can read or write it{subject.doubt}",
        "add a nullable bigint, set its default to nextval() of a new sequence, and fill the rows in batches",
        column.location,
    )
