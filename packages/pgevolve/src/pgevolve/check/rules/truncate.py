"""All rows of a table gone at once."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE306", "truncate", "error", "truncate_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at TRUNCATE of a table that others use."""
    names = [seen.subject(node.range_var) for node in seen.node.relations]
    busy = [str(name) for name in names if not name.new]
    if busy and seen.node.behavior != _CASCADE:
        yield Complaint(
            f"TRUNCATE removes every row of {', '.join(busy)} while no other session can read or write it",
            "delete in batches by key, or drop the table in a contract migration",
        )


_CASCADE = 2
