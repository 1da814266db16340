"""A type into which not every value fits."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule
from pgevolve.check.types import narrows


@rule("PE205", "narrow-column", "error", "AT_AlterColumnType")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ALTER COLUMN TYPE to a type that holds less."""
    subject = seen.altered()
    if subject is None or subject.table is None:
        return
    old = subject.table.column_type(seen.command.name)
    new = tree.type_name(tree.definition(seen.command).type_name)
    if narrows(seen.state, old, new):
        yield Complaint(
            f"{subject}.{seen.command.name} becomes {new}, which holds less than {old}: values are refused or"
            " rounded, and running code that writes longer ones fails",
            "add a CHECK NOT VALID with the new limit, correct the rows, validate it, and leave the"
            " type as it is",
        )
