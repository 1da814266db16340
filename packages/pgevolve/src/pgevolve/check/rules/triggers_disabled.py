"""Foreign keys and rules that are not checked."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE310", "triggers-disabled", "error", "AT_DisableTrigAll", "AT_DisableTrigUser", "AT_DisableTrig")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DISABLE TRIGGER."""
    subject = seen.altered()
    if subject is not None:
        what = "every trigger" if seen.statement.kind != "AT_DisableTrig" else f"trigger {seen.command.name}"
        yield Complaint(
            f"{what} of {subject} is off: writes of all sessions go unchecked until it is on again, and"
            " what they"
            " leave is never checked",
            "write the rows so that the triggers accept them",
        )
