"""`sevra retention export`: closed months of the archive are written to files, and may leave the database."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pgevolve.connect import Connection
from sevra_atlas.cli.database import maintenance
from sevra_atlas.cli.display import display_for
from sevra_atlas.settings import archive_destination, drops_after_export

if TYPE_CHECKING:
    from sevra_atlas.domain.retention.segment_store import SegmentStore

EXAMPLE = "Example: [bold]sevra retention export[/bold]"

DryRun = Annotated[bool, typer.Option("--dry-run", help="Name the months, and write nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


def export(dry_run: DryRun = False, as_json: AsJson = False) -> None:  # noqa: FBT002 - flags
    """Write months that ended a day ago or more to files, and read them back."""
    from sevra_atlas.domain.retention.exporting import export_month, open_months, segments, sweep
    from sevra_atlas.domain.retention.rewriting import drop_month, rewrite_purged
    from sevra_atlas.domain.retention.segment_store import open_segments

    drops = drops_after_export()
    with maintenance("retention") as connection:
        months = open_months(connection)
        written, taken, dropped = [], 0, []
        if not dry_run:
            store = open_segments(archive_destination())
            display = display_for(Console(stderr=as_json), quiet=as_json)
            for month in months:
                with display.step(f"{month:%Y-%m}") as step:
                    segment = export_month(connection, store, month)
                    step.result(f"{segment.row_count} rows written and read back")
                    written.append(segment)
            taken = rewrite_purged(connection, store)
            kept = [each for each in segments(connection) if each.dropped_at is None]
            dropped = [each for each in kept if drops and drop_month(connection, store, each)]
            sweep(connection, store)
    if as_json:
        document = {
            "open": [f"{month:%Y-%m}" for month in months],
            "written": [{"month": f"{each.month:%Y-%m}", "rows": each.row_count} for each in written],
            "lines_taken_out": taken,
            "dropped": [f"{each.month:%Y-%m}" for each in dropped],
        }
        typer.echo(json.dumps(document))
        return
    if dry_run:
        typer.echo("\n".join(f"{month:%Y-%m}" for month in months) or "every closed month is exported")
    elif not months:
        typer.echo("every closed month is exported")
    for each in dropped:
        typer.echo(f"{each.month:%Y-%m} lies in its file only")


def used(connection: Connection) -> "SegmentStore | None":
    """Return where exported months lie, if there are any. Raises SegmentStoreError."""
    from sevra_atlas.domain.retention.exporting import used_store

    return used_store(connection, archive_destination())
