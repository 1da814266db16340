"""A partition that comes, and the rows that are read to see whether it may."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.facts import Table
from pgevolve.check.rule import Complaint, Seen, Subject, rule


@rule("PE120", "attach-partition-scans", "error", "AT_AttachPartition", "create_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at partitions that are attached, or made in place, without a check that proves their bounds."""
    if seen.statement.kind == "create_stmt":
        if seen.node.HasField("partbound"):
            parent = seen.subject(seen.node.inh_relations[0].range_var)
            partition = seen.subject()
            yield from _default_partition(seen, parent, f"making {partition} a partition of {parent}")
        return
    if tree.object_kind(seen.node.objtype) == "OBJECT_INDEX":
        return
    parent = seen.subject()
    partition = seen.subject(tree.definition(seen.command).name)
    if not partition.new and not _is_proved(parent.table, partition.table):
        yield Complaint(
            f"attaching {partition} to {parent} reads every row of {partition} while no other session"
            " can read or"
            f" write {partition}{partition.doubt}",
            f"add a CHECK with the bounds and NOT NULL to {partition} as NOT VALID, validate it in a later"
            " migration, then attach",
        )
    yield from _default_partition(seen, parent, f"attaching {partition} to {parent}")


def _default_partition(seen: Seen, parent: Subject, what: str) -> Iterator[Complaint]:
    """Look at the default partition: none of its rows may belong into the one that comes."""
    name = parent.table.default_partition if parent.table is not None else None
    default = seen.state.tables.get(name) if name is not None else None
    if name is None or seen.state.is_new_table(default) or _is_proved(parent.table, default):
        return
    yield Complaint(
        f"{what} reads every row of its default partition {name} while no other session can read or write"
        f" {name}",
        f"give {name} a validated CHECK that excludes the bounds first",
    )


def _is_proved(parent: Table | None, table: Table | None) -> bool:
    """Say whether a validated check names the columns of the key.

    The bounds themselves are not compared: the server does that, and scans when they do not match.
    """
    key = set(parent.partition_key) if parent is not None and parent.partition_key else None
    checks = [] if table is None else [c for c in table.constraints.values() if c.kind == "check"]
    return any(
        check.validated and check.columns and (key is None or key <= set(check.columns)) for check in checks
    )
