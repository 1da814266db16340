"""An enum label that running code still writes."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE209", "enum-label-renamed", "error", "alter_enum_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ALTER TYPE ... RENAME VALUE outside of a contract migration."""
    if seen.contract:
        return
    name = seen.state.full_name(*tree.dotted(seen.node.type_name), seen.state.enums)
    enum = seen.state.enums.get(name)
    if seen.node.old_val and not (enum is not None and seen.state.is_new(enum.created)):
        yield Complaint(
            f"renaming label {seen.node.old_val!r} of {name}: running code that writes or compares it"
            " fails from the"
            " commit on",
            "add the new label, release code that knows both, move the rows in batches, and stop using"
            " the old one",
        )
