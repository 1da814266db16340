"""A session in which nothing is checked."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE311", "replication-role", "error", "variable_set_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at SET session_replication_role = replica."""
    values = {tree.constant(argument) for argument in seen.node.args}
    if seen.node.name == "session_replication_role" and values - {"origin"}:
        yield Complaint(
            "session_replication_role switches off foreign keys and triggers: what this session writes"
            " is never"
            " checked",
            "write the rows so that the triggers accept them",
        )
