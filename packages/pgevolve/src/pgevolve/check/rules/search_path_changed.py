"""A search path that changes under running clients."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE211", "search-path-changed", "error", "alter_role_set_stmt", "alter_database_set_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ALTER ROLE or DATABASE ... SET search_path or role."""
    setting = seen.node.setstmt.name
    if setting in {"search_path", "role", "default_transaction_read_only"}:
        yield Complaint(
            f"new connections get another {setting} while old ones keep theirs: the same statement"
            " means two things"
            " until the last old connection is gone",
            "set it in the connection options of a release, and qualify names meanwhile",
        )
