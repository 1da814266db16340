"""A change of type that writes the table anew while everybody waits."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule
from pgevolve.check.types import TypeChange, type_change


@rule("PE108", "type-change-rewrites", "error", "AT_AlterColumnType")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ALTER COLUMN TYPE that is more than a change of the catalogue."""
    subject = seen.altered()
    if subject is None:
        return
    described = tree.definition(seen.command)
    column = subject.table.columns.get(seen.command.name) if subject.table is not None else None
    cost = type_change(seen.state, column, described)
    if cost not in {TypeChange.REWRITE, TypeChange.UNKNOWN}:
        return
    new = tree.type_name(described.type_name)
    if cost is TypeChange.UNKNOWN:
        old, doubt = "its type", f"; the history does not say what type {seen.command.name} has"
    else:
        old, doubt = str(column.type) if column is not None else "its type", ""
    yield Complaint(
        f"changing {subject}.{seen.command.name} from {old} to {new} writes {subject} and its indexes"
        " anew while"
        f" no other session can read or write it{doubt}",
        "add a new column, keep both in step by trigger, fill it in batches, and drop the old one in a"
        " contract"
        " migration",
        described.location,
    )
