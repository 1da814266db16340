"""A foreign key whose own side has no index."""

from collections.abc import Iterator

from pgevolve.check.facts import Constraint, Index, Table
from pgevolve.check.rule import END, Complaint, Seen, rule


@rule("PE408", "foreign-key-without-index", "error", END)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look, at the end of the history, for foreign keys that no index of their table begins with."""
    for table in seen.state.tables.values():
        if table.partition_of is not None:
            continue
        for found in table.constraints.values():
            if found.kind == "foreign" and found.made is not None and not _is_covered(table, found):
                columns = ", ".join(found.columns)
                yield Complaint(
                    f"the foreign key {found.name} of {table.name} ({columns}) has no index: every"
                    " DELETE or change"
                    f" of a key in {found.references} reads all of {table.name} while it holds its lock",
                    f"create an index on {table.name} ({columns}) before it, CONCURRENTLY if the table"
                    " has rows",
                    statement=found.made.statement,
                )


def _is_covered(table: Table, found: Constraint) -> bool:
    wanted = set(found.columns)
    return any(
        _begins_with(index, wanted) and _holds_all(index, found)
        for index in table.indexes.values()
        if index.method in {"btree", "hash"}
    )


def _begins_with(index: Index, wanted: set[str]) -> bool:
    """Say whether an index finds the rows: it begins with the columns, or is unique over some of them."""
    return set(index.columns[: len(wanted)]) == wanted or (index.unique and set(index.columns) <= wanted)


def _holds_all(index: Index, found: Constraint) -> bool:
    """Say whether an index holds every row that refers: whole, or all but those with NULL."""
    if index.predicate is None:
        return True
    said = index.predicate.lower()
    return any(f"{column} is not null" in said for column in found.columns) and " and " not in said
