"""A new enum label used before it is committed."""

from collections.abc import Iterator

from pgevolve.check.readers import mentions_label
from pgevolve.check.rule import Complaint, Seen, rule


@rule(
    "PE402",
    "enum-label-too-early",
    "error",
    "AT_ColumnDefault",
    "AT_AddColumn",
    "AT_AddConstraint",
    "insert_stmt",
    "update_stmt",
    "create_stmt",
    "index_stmt",
    "view_stmt",
    "select_stmt",
    "delete_stmt",
    "create_function_stmt",
)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at constants that spell a label which this transaction added to an enum that was there."""
    if not seen.statement.shares:
        return
    root = seen.command if seen.command is not None else seen.node
    for enum, label, location in mentions_label(seen.state, root):
        yield Complaint(
            f"label {label!r} of {enum} is used in the transaction that adds it, which the server refuses",
            "add the label in a migration of its own, or under `-- pgevolve: transaction=off`",
            location,
        )
