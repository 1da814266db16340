"""A key that statements of running code rely on."""

from collections.abc import Iterator

from pgevolve.check.facts import Constraint
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE219", "drop-key-constraint", "error", "AT_DropConstraint")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DROP CONSTRAINT of a primary key or unique constraint, or of one of unknown kind."""
    subject = seen.altered()
    if subject is None or seen.contract:
        return
    table = subject.table
    found = table.constraints.get(seen.command.name) if table is not None else None
    if found is None and (table is None or not table.complete):
        yield Complaint(
            f"the history does not say what {seen.command.name} of {subject} is; if it is a key, ON"
            " CONFLICT of"
            " running code fails and duplicates come in",
            "drop it in a contract migration, or let the history make it first",
        )
    elif found is not None and _is_last_key(seen, found):
        yield Complaint(
            f"dropping {found.name}: ON CONFLICT ({', '.join(found.columns)}) of running code fails, and"
            f" {subject} takes duplicates",
            "drop it in a contract migration, or give the columns another unique index before",
        )


def _is_last_key(seen: Seen, found: Constraint) -> bool:
    """Say whether a key was there before and no other index keeps its columns unique."""
    if found.kind not in {"primary", "unique"} or seen.state.is_new(found.made):
        return False
    table = seen.subject().table
    # Once for the constraint itself, once for its own index.
    return table is None or table.unique_sets().count(found.columns) <= _OWN


_OWN = 2
