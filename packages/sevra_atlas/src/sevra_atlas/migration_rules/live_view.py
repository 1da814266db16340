"""A soft-deletable table that the application cannot see, or not whole."""

from collections.abc import Iterator

from pgevolve.check.facts import Name
from pgevolve.check.rule import END, Complaint, Seen, rule
from sevra_atlas.migration_rules.soft_tables import soft_tables


@rule("SA102", "live-view", "error", END)
def live_view(seen: Seen) -> Iterator[Complaint]:
    """Look for tables with deletion_id whose view in schema live is missing or lacks a column.

    The application reads schema live first. Without the view it reads the table itself, with the rows in the
    trash; without a column the mapped class fails on every query.
    """
    for table, statement in soft_tables(seen):
        if "deletion_id" not in table.columns:
            continue
        view = seen.state.views.get(Name("live", table.name.name))
        if view is None:
            yield Complaint(
                f"{table.name} has no view live.{table.name.name}: the application shows its deleted rows",
                f"create live.{table.name.name} over the rows with deleted_at IS NULL, with its triggers",
                statement=statement,
            )
            continue
        missing = [] if view.columns is None else sorted(set(table.columns) - set(view.columns))
        if missing:
            yield Complaint(
                f"live.{table.name.name} lacks {', '.join(missing)}: the mapped class fails on every query",
                "make the view again in the migration that adds the column",
                statement=view.created.statement if view.created is not None else statement,
            )
