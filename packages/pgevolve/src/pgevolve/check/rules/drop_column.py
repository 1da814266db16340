"""A column that running code may still use."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE202", "drop-column", "error", "AT_DropColumn")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DROP COLUMN outside of a contract migration."""
    subject = seen.altered()
    if subject is None or seen.contract:
        return
    column = subject.table.columns.get(seen.command.name) if subject.table is not None else None
    if column is None or not seen.state.is_new(column.added):
        yield Complaint(
            f"DROP COLUMN {subject}.{seen.command.name}: running code that still names it fails, and"
            " its values are"
            " gone",
            "stop using it in a release, then drop it in a contract migration",
        )
