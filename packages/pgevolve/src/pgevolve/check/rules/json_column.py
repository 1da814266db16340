"""JSON kept as text."""

from collections.abc import Iterator

from pgevolve.check.readers import new_columns
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE504", "json-column", "note", "create_stmt", "AT_AddColumn", "AT_AlterColumnType")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at columns of type json."""
    for column, found in new_columns(seen):
        if found.schema is None and found.name == "json":
            yield Complaint(
                f"{column.colname} is json: it has no equality, so SELECT DISTINCT and GROUP BY fail,"
                " and no index",
                "use jsonb",
                column.location,
            )
