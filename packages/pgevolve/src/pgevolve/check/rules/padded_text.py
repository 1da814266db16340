"""Text padded with blanks."""

from collections.abc import Iterator

from pgevolve.check.readers import new_columns
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE505", "padded-text", "note", "create_stmt", "AT_AddColumn", "AT_AlterColumnType")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at columns of type char(n)."""
    for column, found in new_columns(seen):
        if found.schema is None and found.name == "bpchar" and found.modifiers:
            yield Complaint(
                f"{column.colname} is char({found.modifiers[0]}): short values are padded, and a longer"
                " limit means"
                " writing the table anew",
                "use text with a CHECK on its length",
                column.location,
            )
