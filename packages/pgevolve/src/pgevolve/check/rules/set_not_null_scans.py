"""NOT NULL that reads the table while everybody waits."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.constraints import proves_not_null
from pgevolve.check.facts import Table
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE104", "set-not-null-scans", "error", "AT_SetNotNull", "AT_AddConstraint")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at SET NOT NULL and ADD NOT NULL without a validated check that proves it."""
    subject = seen.altered()
    if subject is None:
        return
    if seen.statement.kind == "AT_SetNotNull":
        columns: tuple[str, ...] = (seen.command.name,)
        verb = "SET NOT NULL"
    else:
        node = tree.definition(seen.command)
        if tree.constraint_kind(node) != "CONSTR_NOTNULL" or node.skip_validation:
            return
        columns, verb = tree.strings(node.keys), "NOT NULL"
    for name in columns:
        if _is_proved(subject.table, name):
            continue
        yield Complaint(
            f"{verb} on {subject}.{name} reads every row while no other session can read or write"
            f" {subject}{subject.doubt}",
            _fix(seen, name),
        )


def _is_proved(table: Table | None, name: str) -> bool:
    if table is None:
        return False
    column = table.columns.get(name)
    proof = proves_not_null(table, name)
    known = column is not None and column.not_null is True
    return known or (proof is not None and proof.validated and proof.kind == "check")


def _fix(seen: Seen, name: str) -> str:
    if seen.target >= 18:  # noqa: PLR2004 - the first with NOT NULL ... NOT VALID
        return f"add CONSTRAINT ... NOT NULL {name} NOT VALID, and VALIDATE CONSTRAINT in a later migration"
    return f"add CHECK ({name} IS NOT NULL) NOT VALID, validate it in a later migration, then set NOT NULL"
