"""A primary key that still has to read every row."""

from collections.abc import Iterator

from pgevolve.check.constraints import proves_not_null
from pgevolve.check.facts import Table
from pgevolve.check.readers import AddedConstraint, added_constraints
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE404", "primary-key-over-nullable", "error", "AT_AddConstraint")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at PRIMARY KEY USING INDEX over columns that may be null."""
    for added in added_constraints(seen, "primary"):
        if not added.node.indexname:
            continue
        nullable = _nullable(seen, added)
        if nullable is None:
            yield Complaint(
                f"PRIMARY KEY USING INDEX {added.node.indexname}: the history does not say that its"
                " columns are NOT"
                f" NULL; if they are not, every row of {added.subject} is read while no other session"
                " can read or"
                " write it",
                "set the columns NOT NULL by a validated constraint first",
                added.at,
            )
        elif nullable:
            yield Complaint(
                f"PRIMARY KEY USING INDEX {added.node.indexname} sets {', '.join(nullable)} NOT NULL:"
                " every row of"
                f" {added.subject} is read while no other session can read or write it",
                "set the columns NOT NULL by a validated constraint first",
                added.at,
            )


def _nullable(seen: Seen, added: AddedConstraint) -> list[str] | None:
    """Return the columns that may be null, or None where that is not known."""
    table = added.subject.table
    index = seen.state.index(added.subject.name.schema, added.node.indexname)
    if table is None or index is None:
        return None
    known = {name: table.columns[name].not_null for name in index.columns if name in table.columns}
    names = [name for name in index.columns if name is not None]
    if len(known) < len(names) or any(known[name] is None for name in names):
        return None
    return [name for name in names if not known[name] and not _is_proved(table, name)]


def _is_proved(table: Table, name: str) -> bool:
    proof = proves_not_null(table, name)
    return proof is not None and proof.validated
