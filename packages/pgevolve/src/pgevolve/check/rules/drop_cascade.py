"""Objects dropped that the statement does not name."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE308", "drop-cascade", "error", "drop_stmt", "AT_DropColumn", "AT_DropConstraint", "drop_owned_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DROP ... CASCADE."""
    behavior = seen.command.behavior if seen.command is not None else seen.node.behavior
    if behavior != _CASCADE:
        return
    if seen.command is not None and seen.altered() is None:
        return
    yield Complaint(
        "CASCADE also drops views, constraints and functions that depend on this, without naming them",
        "drop each dependent object by name first",
    )


_CASCADE = 2
