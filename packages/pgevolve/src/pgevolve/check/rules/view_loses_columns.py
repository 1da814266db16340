"""A view that no longer shows what clients read."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.apply_create import query_columns
from pgevolve.check.apply_remove import dropped_names
from pgevolve.check.facts import Name
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE208", "view-loses-columns", "error", "drop_stmt", "view_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at a view that is made again with fewer columns, or in another order by OR REPLACE."""
    if seen.statement.kind == "view_stmt":
        yield from _replaced(seen)
        return
    if seen.contract or tree.object_kind(seen.node.remove_type) != "OBJECT_VIEW":
        return
    for parts in dropped_names(seen.node):
        name = seen.state.full_name(parts[-2] if len(parts) > 1 else None, str(parts[-1]), seen.state.views)
        view, later = seen.state.views.get(name), seen.later_views().get(name)
        if view is not None and view.columns is not None and later is not None:
            missing = [column for column in view.columns if column not in later]
            if missing and not seen.state.is_new(view.created):
                yield _complaint(name, missing)


def _replaced(seen: Seen) -> Iterator[Complaint]:
    name = seen.state.relation_name(seen.node.view)
    view = seen.state.views.get(name)
    columns = tree.strings(seen.node.aliases) or query_columns(seen.node.query)
    if view is None or view.columns is None or columns is None or not seen.node.replace:
        return
    if columns[: len(view.columns)] != view.columns:
        yield Complaint(
            f"CREATE OR REPLACE VIEW {name} drops, renames or moves columns, which the server refuses",
            "keep the columns in their order and add new ones at the end, or drop and create the view in one"
            " transaction",
        )


def _complaint(name: Name, missing: list[str]) -> Complaint:
    return Complaint(
        f"the new view {name} lacks {', '.join(missing)}: running code that reads it fails from the"
        " commit on",
        "keep the columns, and remove them in a contract migration",
    )
