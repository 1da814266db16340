"""A sequence with rights and an owner of its own."""

from collections.abc import Iterator

from pgevolve.check.readers import new_columns
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE503", "serial-column", "note", "create_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at serial columns of new tables."""
    for column, found in new_columns(seen):
        if found.serial:
            yield Complaint(
                f"{column.colname} is serial: its sequence needs grants of its own, and any INSERT may"
                " overrule it",
                "use bigint GENERATED ALWAYS AS IDENTITY",
                column.location,
            )
