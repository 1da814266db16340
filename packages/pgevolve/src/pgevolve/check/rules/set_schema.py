"""An object moved to another schema."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE210", "set-schema", "error", "alter_object_schema_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at SET SCHEMA of a table, view, sequence, type or function."""
    if seen.node.HasField("relation"):
        subject = seen.subject()
        if subject.new:
            return
        name = str(subject)
    else:
        name = tree.object_kind(seen.node.object_type).removeprefix("OBJECT_").lower()
    yield Complaint(
        f"moving {name} to schema {seen.node.newschema}: running code that says its old name fails from"
        " the commit"
        " on",
        "create a view or wrapper under the old name in the same transaction, and drop it in a contract"
        " migration",
    )
