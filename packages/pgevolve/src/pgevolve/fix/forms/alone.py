"""Statements that are safe as they are, in a transaction that they share with nobody."""

from pgevolve.check.readers import mentions_label
from pgevolve.fix.model import Left, Outcome, Part, Rewritten, Site

_SAID = "in a step of its own"


def by_itself(site: Site) -> Outcome:
    """Take it out of the transaction of its neighbours."""
    if site.alteration is None:
        return Rewritten((Part(site.sql, alone=True),), _SAID)
    return Rewritten((site.altering(site.command, alone=True),), _SAID)


def validation(site: Site) -> Outcome:
    """Take a VALIDATE out of the transaction that keeps a lock; what else works there is for other forms."""
    if site.seen.statement.kind == "AT_ValidateConstraint":
        return by_itself(site)
    return Left(f"what takes long there has no form: {site.complaint.fix}")


def label(site: Site) -> Outcome:
    """Take the ADD VALUE out of the transaction that uses the label."""
    seen = site.seen
    root = seen.command if seen.command is not None else seen.node
    for enum, added, _ in mentions_label(seen.state, root):
        for known in seen.state.enums.values():
            moment = known.labels.get(added)
            if str(known.name) == enum and moment is not None:
                said = f"the label {added!r} is added in a step of its own"
                return Rewritten((), said, other=moment.statement.begin)
    return Left(f"the statement that adds the label is not found: {site.complaint.fix}")
