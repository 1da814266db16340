"""A form that the server refuses."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE412", "refused-by-server", "error", "drop_stmt", "index_stmt", "AT_AddConstraint")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at combinations that no supported server runs."""
    node = seen.node
    if seen.statement.kind == "drop_stmt":
        if node.concurrent and (len(node.objects) > 1 or node.behavior == _CASCADE):
            yield Complaint(
                "DROP INDEX CONCURRENTLY takes one index and no CASCADE, and the server refuses this",
                "write one statement an index",
            )
        return
    subject = seen.subject()
    partitioned = subject.table is not None and subject.table.partitioned
    if seen.statement.kind == "index_stmt":
        if node.concurrent and partitioned:
            yield Complaint(
                f"{subject} is partitioned, and the server builds no index on it CONCURRENTLY",
                f"create it ON ONLY {subject}, build one CONCURRENTLY on each partition, and attach those",
            )
        return
    described = tree.definition(seen.command)
    not_valid = described.skip_validation and tree.constraint_kind(described) == "CONSTR_FOREIGN"
    if not_valid and partitioned and seen.target < 18:  # noqa: PLR2004 - 18 takes it
        yield Complaint(
            f"{subject} is partitioned, and PostgreSQL {seen.target} refuses a foreign key on it that"
            " is NOT VALID",
            "add it NOT VALID to each partition and validate it there, then add it to the parent",
        )


_CASCADE = 2
