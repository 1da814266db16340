"""A table under another name."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE203", "rename-table", "error", "rename_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at ALTER TABLE ... RENAME TO without a view under the old name in the same transaction."""
    if tree.object_kind(seen.node.rename_type) != "OBJECT_TABLE" or seen.subject().new:
        return
    name = seen.subject().name
    if name not in seen.state.views and not any(relation == name for relation in seen.later_views()):
        yield Complaint(
            f"renaming {name} to {seen.node.newname}: running code that says {name} fails from the commit on",
            f"create an updatable view {name} over {seen.node.newname} in the same transaction, and"
            " drop it in a"
            " contract migration",
        )
