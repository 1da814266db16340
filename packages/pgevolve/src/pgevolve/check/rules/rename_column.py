"""A column under another name."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE204", "rename-column", "error", "rename_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at RENAME COLUMN of a table or view that others use."""
    if tree.object_kind(seen.node.rename_type) != "OBJECT_COLUMN":
        return
    subject = seen.subject()
    view = seen.state.views.get(subject.name)
    column = subject.table.columns.get(seen.node.subname) if subject.table is not None else None
    fresh = subject.new or (view is not None and seen.state.is_new(view.created)) or _takes_a_place(seen)
    if not fresh and not (column is not None and seen.state.is_new(column.added)):
        yield Complaint(
            f"renaming {subject}.{seen.node.subname} to {seen.node.newname}: running code that says"
            f" {seen.node.subname} fails from the commit on",
            "add the new column, keep both in step by trigger, fill it in batches, and drop the old one"
            " in a contract"
            " migration",
        )


def _takes_a_place(seen: Seen) -> bool:
    """Say whether a contract gives the column the name of one that its transaction has dropped just before.

    So ends a change of type through a column beside the old one: code says the name, and not what is renamed.
    """
    if not seen.contract:
        return False
    statement, relation = seen.statement, seen.state.relation_name(seen.node.relation)
    before = (
        other
        for other in statement.source.statements
        if other.transaction == statement.transaction and other.begin < statement.begin
    )
    return any(
        tree.command_kind(node.alter_table_cmd) == "AT_DropColumn"
        and node.alter_table_cmd.name == seen.node.newname
        for other in before
        if other.kind == "alter_table_stmt" and seen.state.relation_name(other.node.relation) == relation
        for node in other.node.cmds
    )
