"""A table or index moved to other disks while everybody waits."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE114", "set-tablespace", "error", "AT_SetTableSpace", "alter_table_move_all_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at SET TABLESPACE."""
    if seen.statement.kind == "alter_table_move_all_stmt":
        yield Complaint(
            f"everything in tablespace {seen.node.orig_tablespacename} is copied, each while no other"
            " session can"
            " read or write it",
            "move the tables one by one, outside of busy hours",
        )
        return
    subject = seen.subject()
    if not subject.new:
        yield Complaint(
            f"SET TABLESPACE copies all of {subject} while no other session can read or write it",
            "create a new table or index there, copy in batches or build CONCURRENTLY, and swap the names",
        )
