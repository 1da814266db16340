"""A materialised view filled while its readers wait."""

from collections.abc import Iterator

from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE119", "refresh-not-concurrent", "error", "refresh_mat_view_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at REFRESH MATERIALIZED VIEW without CONCURRENTLY."""
    name = seen.state.relation_name(seen.node.relation)
    view = seen.state.views.get(name)
    empty = view is not None and (seen.state.is_new(view.created) or not view.populated)
    if not (seen.node.concurrent or empty):
        yield Complaint(
            f"REFRESH runs the whole query of {name} while no other session can read {name}",
            f"give {name} a unique index and use REFRESH MATERIALIZED VIEW CONCURRENTLY",
        )
