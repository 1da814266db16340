"""A partition created in place."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE130", "partition-of-busy-table", "note", "create_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at CREATE TABLE ... PARTITION OF a table that others use."""
    if not seen.node.HasField("partbound"):
        return
    parent = seen.subject(seen.node.inh_relations[0].range_var)
    if not parent.new:
        yield Complaint(
            f"CREATE TABLE ... PARTITION OF waits for every query on {parent}, and later ones wait"
            " behind it; rows"
            " of a default partition are read meanwhile",
            "create the table with LIKE ... INCLUDING ALL, then ATTACH PARTITION, which lets readers"
            " and writers on",
        )
