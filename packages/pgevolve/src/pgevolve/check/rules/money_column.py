"""Amounts that depend on a setting."""

from collections.abc import Iterator

from pgevolve.check.readers import new_columns
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE506", "money-column", "note", "create_stmt", "AT_AddColumn", "AT_AlterColumnType")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at columns of type money."""
    for column, found in new_columns(seen):
        if found.schema is None and found.name == "money":
            yield Complaint(
                f"{column.colname} is money: what it reads and prints depends on lc_monetary of the session",
                "use numeric, or bigint of the smallest unit, with the currency beside it",
                column.location,
            )
