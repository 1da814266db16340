"""A table written anew to be logged, or no longer to be."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE113", "set-logged-or-unlogged", "error", "AT_SetUnLogged", "AT_SetLogged")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at SET LOGGED and SET UNLOGGED."""
    subject = seen.altered()
    if subject is None:
        return
    unlogged = seen.statement.kind == "AT_SetUnLogged"
    known = subject.table.persistence if subject.table is not None and subject.table.created else None
    if known == ("u" if unlogged else "p"):
        return
    loss = ", and its rows are lost after a crash" if unlogged else ""
    yield Complaint(
        f"SET {'UNLOGGED' if unlogged else 'LOGGED'} writes all of {subject} anew while no other"
        " session can read"
        f" or write it{loss}{subject.doubt}",
        "create a new table of the wanted kind, copy the rows in batches, and swap the names",
    )
