"""Two indexes that are the same."""

from collections.abc import Iterator

from pgevolve.check.facts import Index
from pgevolve.check.rule import END, Complaint, Seen, rule


@rule("PE410", "duplicate-index", "error", END)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look, at the end of the history, for an index that another one of its table equals."""
    for table in seen.state.tables.values():
        indexes = list(table.indexes.values())
        for place, index in enumerate(indexes):
            other = next((before for before in indexes[:place] if _same(before, index)), None)
            if other is not None and index.made is not None:
                yield Complaint(
                    f"index {index.name.name} on {table.name} is the same as {other.name.name}: every"
                    " write keeps"
                    " both",
                    "leave one out",
                    statement=index.made.statement,
                )


def _same(one: Index, other: Index) -> bool:
    keys = [_plain(index) for index in (one, other)]
    return (
        keys[0] == keys[1]
        and (one.method, one.predicate, one.include) == (other.method, other.predicate, other.include)
        and (one.unique or not other.unique)
    )


def _plain(index: Index) -> tuple[str, ...]:
    return tuple(part.removesuffix(" 0").removesuffix(" 1") for part in index.key)
