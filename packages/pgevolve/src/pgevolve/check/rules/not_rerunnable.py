"""A step that cannot be run a second time."""

from collections.abc import Iterator
from typing import Any

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE406", "not-rerunnable", "error", "insert_stmt", "update_stmt", "do_stmt", "call_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at changes of rows outside of a transaction that add up when they are run again."""
    statement = seen.statement
    if statement.shares or not statement.source.deployed or statement.within:
        return
    if statement.kind == "insert_stmt" and seen.node.HasField("on_conflict_clause"):
        return
    if statement.kind == "update_stmt" and not _adds_up(seen.node):
        return
    yield Complaint(
        "this step commits by itself: if the deploy is cut off behind it, resume runs it again and does"
        " its work"
        " twice",
        "leave out `transaction=off`, or write it so that a second run changes nothing (ON CONFLICT DO"
        " NOTHING)",
    )


def _adds_up(node: Any) -> bool:
    return any(
        target.res_target.name in tree.column_names(target.res_target.val) for target in node.target_list
    )
