"""A type that clients read differently."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule
from pgevolve.check.types import TypeChange, type_change


@rule("PE206", "retype-column", "warning", "AT_AlterColumnType")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ALTER COLUMN TYPE that costs nothing and still hands clients another type."""
    subject = seen.altered()
    if subject is None or subject.table is None:
        return
    described = tree.definition(seen.command)
    column = subject.table.columns.get(seen.command.name)
    if type_change(seen.state, column, described) is not TypeChange.CATALOGUE or column is None:
        return
    before, after = (
        seen.state.base_type(column.type),
        seen.state.base_type(tree.type_name(described.type_name)),
    )
    pair = (before.name if before else "", after.name if after else "")
    if pair[0] != pair[1] and set(pair) != {"varchar", "text"}:
        yield Complaint(
            f"{subject}.{seen.command.name} becomes {pair[1]}: clients that read {pair[0]} get another"
            " type from the"
            " commit on, and prepared statements fail once",
            "release code that reads both first",
        )
