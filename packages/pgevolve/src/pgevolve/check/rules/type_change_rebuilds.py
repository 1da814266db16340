"""A change of type or collation that rebuilds indexes or checks rows again."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule
from pgevolve.check.types import TypeChange, type_change


@rule("PE109", "type-change-rebuilds", "error", "AT_AlterColumnType")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ALTER COLUMN TYPE that keeps the rows but not the indexes or checks over them."""
    subject = seen.altered()
    if subject is None or subject.table is None:
        return
    name = seen.command.name
    described = tree.definition(seen.command)
    cost = type_change(seen.state, subject.table.columns.get(name), described)
    if cost is TypeChange.INDEXES:
        indexes = [index for index in subject.table.indexes.values() if name in index.columns]
        if indexes:
            yield Complaint(
                f"another collation of {subject}.{name} rebuilds"
                f" {', '.join(str(i.name) for i in indexes)} while"
                f" no other session can read or write {subject}",
                "add a new column with the collation, fill it in batches, and index it CONCURRENTLY",
            )
    if cost in {TypeChange.INDEXES, TypeChange.CATALOGUE}:
        checks = [c for c in subject.table.constraints.values() if c.kind == "check" and name in c.columns]
        if checks:
            yield Complaint(
                f"the new type of {subject}.{name} makes {', '.join(c.name for c in checks)} read every"
                " row again"
                f" while no other session can read or write {subject}",
                "drop the check, change the type, add the check NOT VALID, and validate it in a later"
                " migration",
            )
