"""A table below another by inheritance."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE510", "inheritance", "note", "create_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at INHERITS."""
    if seen.node.inh_relations and not seen.node.HasField("partbound"):
        yield Complaint(
            f"{seen.subject()} inherits: keys, foreign keys and unique constraints do not reach across"
            " the tables",
            "use partitions, or a table with a reference",
        )
