"""An invalid index taken for the wanted one."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE405", "if-not-exists-hides-invalid-index", "error", "index_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at CREATE INDEX CONCURRENTLY IF NOT EXISTS."""
    subject = seen.subject()
    if seen.node.if_not_exists and not subject.new and seen.node.concurrent:
        yield Complaint(
            f"a broken build leaves an invalid {seen.node.idxname}, which IF NOT EXISTS takes for done:"
            f" {subject} is"
            " then left without the index, and unique ones do not hold",
            f"leave out IF NOT EXISTS; DROP INDEX CONCURRENTLY IF EXISTS {seen.node.idxname} in a step"
            " before it",
        )
