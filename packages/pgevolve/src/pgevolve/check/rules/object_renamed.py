"""A type, function, view, sequence or schema under another name."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE215", "object-renamed", "error", "rename_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at RENAME of what clients name besides tables and columns.

    What goes on under the old name, by something made in the same transaction, is left alone, and so is a
    contract migration.
    """
    kind = tree.object_kind(seen.node.rename_type)
    if seen.contract or kind not in _KINDS or _old_name(seen) in seen.later_stand_ins():
        return
    if seen.node.HasField("relation"):
        name = seen.state.relation_name(seen.node.relation)
        view = seen.state.views.get(name)
        sequence = seen.state.sequences.get(name)
        made = view.created if view is not None else sequence.created if sequence is not None else None
        if seen.state.is_new(made):
            return
        old = str(name)
    else:
        old = seen.node.subname or ".".join(tree.strings(seen.node.object.list.items)) or "it"
    yield Complaint(
        f"renaming {kind.removeprefix('OBJECT_').lower()} {old} to {seen.node.newname}: running code"
        " that says the"
        " old name fails from the commit on",
        "create it a second time under the new name, and drop the old one in a contract migration",
    )


def _old_name(seen: Seen) -> str:
    if seen.node.HasField("relation"):
        return str(seen.node.relation.relname)
    if seen.node.subname:
        return str(seen.node.subname)
    node = seen.node.object
    kind = node.WhichOneof("node")
    if kind == "object_with_args":
        return tree.dotted(node.object_with_args.objname)[1]
    items = node.type_name.names if kind == "type_name" else node.list.items
    return tree.strings(items)[-1] if len(items) else ""


_KINDS = {
    "OBJECT_VIEW",
    "OBJECT_MATVIEW",
    "OBJECT_SEQUENCE",
    "OBJECT_FUNCTION",
    "OBJECT_PROCEDURE",
    "OBJECT_TYPE",
    "OBJECT_DOMAIN",
    "OBJECT_SCHEMA",
    "OBJECT_ROLE",
    "OBJECT_DATABASE",
    "OBJECT_ATTRIBUTE",
}
