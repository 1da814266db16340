"""An index that a longer one contains."""

from collections.abc import Iterator

from pgevolve.check.facts import Index
from pgevolve.check.rule import END, Complaint, Seen, rule


@rule("PE411", "redundant-index", "note", END)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look, at the end of the history, for an index whose columns another one begins with."""
    for table in seen.state.tables.values():
        for index in table.indexes.values():
            if index.unique or index.constraint is not None or index.method != "btree" or index.made is None:
                continue
            longer = next((other for other in table.indexes.values() if _begins(other, index)), None)
            if longer is not None:
                yield Complaint(
                    f"index {index.name.name} on {table.name} is the beginning of {longer.name.name}:"
                    " most queries"
                    " can use that one, and every write keeps both",
                    f"leave out {index.name.name} unless it is much smaller",
                    statement=index.made.statement,
                )


def _begins(longer: Index, shorter: Index) -> bool:
    count = len(shorter.key)
    return (
        longer is not shorter
        and longer.method == "btree"
        and len(longer.key) > count
        and longer.key[:count] == shorter.key
        and longer.predicate == shorter.predicate
        and not shorter.include
    )
