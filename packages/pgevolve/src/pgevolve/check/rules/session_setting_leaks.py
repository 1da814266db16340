"""A setting that outlives its migration."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE415", "session-setting-leaks", "error", "variable_set_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at SET without LOCAL of what decides names and rights, in a migration that the deployer runs."""
    leaks = seen.node.name in {"search_path", "role", "session_authorization", "check_function_bodies"}
    if seen.statement.source.deployed and leaks and not seen.node.is_local and seen.node.args:
        yield Complaint(
            f"SET {seen.node.name} outlives this transaction, and the migrations after it run with it",
            f"use SET LOCAL {seen.node.name}",
        )
