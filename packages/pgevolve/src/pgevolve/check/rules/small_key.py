"""A key that runs out of numbers."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.readers import new_columns
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE502", "small-key", "note", "create_stmt", "AT_AddColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at numbered or primary key columns of four or two bytes."""
    for column, found in new_columns(seen):
        kinds = {tree.constraint_kind(part.constraint) for part in column.constraints}
        keyed = kinds & {"CONSTR_PRIMARY", "CONSTR_IDENTITY"} or found.serial
        if keyed and found.name in {"int4", "int2"}:
            yield Complaint(
                f"{column.colname} is {found.name}: its numbers end at {_ENDS[found.name]}, and a wider"
                " type means"
                " writing the table anew",
                "use bigint",
                column.location,
            )


_ENDS = {"int4": "2,147,483,647", "int2": "32,767"}
