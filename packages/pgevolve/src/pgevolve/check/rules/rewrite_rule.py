"""A rule of the rewriter."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE509", "rewrite-rule", "note", "rule_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at CREATE RULE."""
    yield Complaint(
        f"rule {seen.node.rulename} rewrites statements on {seen.subject()}: volatile expressions run"
        " more than once,"
        " and row counts are wrong",
        "use a trigger, or INSTEAD OF triggers on a view",
    )
