"""Rows gone in tables that the statement does not name."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE307", "truncate-cascade", "error", "truncate_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at TRUNCATE ... CASCADE."""
    if seen.node.behavior != _CASCADE:
        return
    names = [seen.subject(node.range_var) for node in seen.node.relations]
    if all(name.new for name in names):
        return
    referring = sorted({str(table.name) for name in names for table, _ in seen.state.referencing(name.name)})
    also = f" ({', '.join(referring)})" if referring else ""
    yield Complaint(
        f"TRUNCATE ... CASCADE removes every row of {', '.join(map(str, names))} and of every table"
        " that refers to"
        f" it{also}",
        "name each table, and delete in batches by key",
    )


_CASCADE = 2
