"""A default that running code relies on."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE214", "default-dropped", "warning", "AT_ColumnDefault", "AT_DropIdentity")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DROP DEFAULT or DROP IDENTITY of a NOT NULL column."""
    subject = seen.altered()
    if subject is None or seen.contract or subject.table is None:
        return
    if seen.statement.kind == "AT_ColumnDefault" and getattr(seen.command, "def").WhichOneof("node"):
        return
    column = subject.table.columns.get(seen.command.name)
    if column is None or not column.not_null or seen.state.is_new(column.added):
        return
    if column.default is not None or column.identity or (column.type is not None and column.type.serial):
        yield Complaint(
            f"{subject}.{column.name} is NOT NULL and loses its default: running code that leaves it"
            " out can no"
            " longer insert",
            "release code that always gives it, then drop the default in a contract migration",
        )
