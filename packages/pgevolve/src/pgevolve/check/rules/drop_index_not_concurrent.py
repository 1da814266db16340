"""An index dropped while everybody waits."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.apply_remove import dropped_names
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE102", "drop-index-not-concurrent", "error", "drop_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at DROP INDEX without CONCURRENTLY."""
    if tree.object_kind(seen.node.remove_type) != "OBJECT_INDEX" or seen.node.concurrent:
        return
    for parts in dropped_names(seen.node):
        index = seen.state.index(parts[-2] if len(parts) > 1 else None, str(parts[-1]))
        if index is not None and (
            seen.state.is_new(index.made) or seen.state.is_new_table(seen.state.tables.get(index.table))
        ):
            continue
        table = str(index.table) if index is not None else "its table"
        yield Complaint(
            f"DROP INDEX {parts[-1]} waits for every query on {table}, and all later ones wait behind it",
            "use DROP INDEX CONCURRENTLY in a step of its own under `-- pgevolve: transaction=off`",
        )
