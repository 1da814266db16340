"""A time that does not say where."""

from collections.abc import Iterator

from pgevolve.check.readers import new_columns
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE501", "timestamp-without-zone", "note", "create_stmt", "AT_AddColumn", "AT_AlterColumnType")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at columns of type timestamp or timetz."""
    for column, found in new_columns(seen):
        if found.schema is None and found.name in {"timestamp", "timetz"}:
            yield Complaint(
                f"{column.colname} is {found.name}: sessions with different time zones read different"
                " moments from"
                " it",
                "use timestamptz",
                column.location,
            )
