"""A table locked by hand."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE122", "lock-table", "error", "lock_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at LOCK TABLE in a mode that makes readers or writers wait."""
    mode = _MODES.get(seen.node.mode, "ACCESS EXCLUSIVE")
    names = [seen.subject(node.range_var) for node in seen.node.relations]
    busy = [str(name) for name in names if not name.new]
    if busy and seen.node.mode >= _FIRST_AGAINST_WRITERS:
        who = "read or write" if mode == "ACCESS EXCLUSIVE" else "write to"
        yield Complaint(
            f"LOCK in {mode} mode: no other session can {who} {', '.join(busy)} until the transaction ends",
            "leave it out: each statement takes the lock it needs, and the deployer sets lock_timeout",
        )


_FIRST_AGAINST_WRITERS = 5
_MODES = {5: "SHARE", 6: "SHARE ROW EXCLUSIVE", 7: "EXCLUSIVE", 8: "ACCESS EXCLUSIVE"}
