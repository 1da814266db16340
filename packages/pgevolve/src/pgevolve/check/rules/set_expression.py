"""A generated column computed anew."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE128", "set-expression", "error", "AT_SetExpression")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at SET EXPRESSION of a stored generated column."""
    subject = seen.altered()
    column = subject.table.columns.get(seen.command.name) if subject is not None and subject.table else None
    if subject is not None and (column is None or column.generated != "v"):
        yield Complaint(
            f"SET EXPRESSION computes {subject}.{seen.command.name} for every row: all of {subject} is"
            " written anew"
            f" while no other session can read or write it{subject.doubt}",
            "add a new column, fill it in batches, and drop the old one in a contract migration",
        )
