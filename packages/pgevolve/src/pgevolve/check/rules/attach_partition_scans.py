"""A partition whose rows are checked while it is attached."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.facts import Table
from pgevolve.check.rule import Complaint, Seen, Subject, rule


@rule("PE120", "attach-partition-scans", "error", "AT_AttachPartition")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ATTACH PARTITION of a table with rows and no check that proves its bounds."""
    if tree.object_kind(seen.node.objtype) == "OBJECT_INDEX":
        return
    parent = seen.subject()
    partition = seen.subject(tree.definition(seen.command).name)
    if not _is_proved(parent.table, partition):
        yield Complaint(
            f"attaching {partition} to {parent} reads every row of {partition} while no other session"
            " can read or"
            f" write {partition}{partition.doubt}",
            f"add a CHECK with the bounds and NOT NULL to {partition} as NOT VALID, validate it in a later"
            " migration, then attach",
        )
    default = parent.table.default_partition if parent.table is not None else None
    if default is not None and not seen.state.is_new_table(seen.state.tables.get(default)):
        yield Complaint(
            f"attaching {partition} to {parent} reads every row of its default partition {default}"
            " while no other"
            f" session can read or write {default}",
            f"give {default} a validated CHECK that excludes the bounds first",
        )


def _is_proved(parent: Table | None, partition: Subject) -> bool:
    """Say whether a validated check names the columns of the key, or the table is new.

    The bounds themselves are not compared: the server does that, and scans when they do not match.
    """
    table = partition.table
    if partition.new:
        return True
    key = set(parent.partition_key) if parent is not None and parent.partition_key else None
    checks = [] if table is None else [c for c in table.constraints.values() if c.kind == "check"]
    return any(
        check.validated and check.columns and (key is None or key <= set(check.columns)) for check in checks
    )
