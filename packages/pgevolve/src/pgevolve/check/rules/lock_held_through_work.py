"""A strong lock held through a long statement."""

from collections.abc import Iterator

from pgevolve.check.facts import Name
from pgevolve.check.readers import is_bounded
from pgevolve.check.rule import Complaint, Seen, Subject, rule


@rule(
    "PE125",
    "lock-held-through-work",
    "error",
    "AT_ValidateConstraint",
    "index_stmt",
    "update_stmt",
    "delete_stmt",
)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at a long statement in a transaction that already keeps everybody from another table."""
    if not seen.statement.shares:
        return
    subject = seen.subject()
    held = {
        name: statement
        for name, statement in seen.state.locked.get(seen.state.transaction, {}).items()
        if statement.node is not seen.statement.node and not _is_said_elsewhere(seen, name, subject)
    }
    if not held or subject.new or not _is_long(seen, subject):
        return
    first, statement = next(iter(held.items()))
    yield Complaint(
        f"{_VERBS[seen.statement.kind]} {subject} runs while this transaction keeps the lock on {first}"
        " that line"
        f" {statement.place()[0]} took: no other session can read or write {first} until it is done",
        "put it into a later migration, in a transaction of its own",
    )


_VERBS = {
    "AT_ValidateConstraint": "validating a constraint of",
    "index_stmt": "building an index on",
    "update_stmt": "the UPDATE of",
    "delete_stmt": "the DELETE from",
}


def _is_long(seen: Seen, subject: Subject) -> bool:
    if seen.statement.kind in {"update_stmt", "delete_stmt"}:
        return not is_bounded(subject, seen.node.where_clause, seen.node)
    return True


def _is_said_elsewhere(seen: Seen, name: Name, subject: Subject) -> bool:
    """Say whether PE305 speaks of the rows of the same table, or PE401 of the same constraint."""
    if seen.statement.kind == "AT_ValidateConstraint":
        found = seen.state.constraint(seen.node.relation, seen.command.name)
        return found is not None and seen.state.in_this_transaction(found.made)
    return seen.statement.kind in {"update_stmt", "delete_stmt"} and name == subject.name
