"""`backup prune`: remove what retention no longer needs."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pgevolve.cli.backup.context import AsJson, BackupContext
from pgevolve.cli.backup.display import progress
from pgevolve.cli.console import ends_with_status, print_json, print_line


def add_to(app: typer.Typer, context: BackupContext) -> None:
    """Add the command."""

    @app.command("prune", epilog=context.example("prune --dry-run"))
    @ends_with_status
    def prune_command(
        damaged: Annotated[bool, typer.Option("--damaged", help="Remove damaged snapshots too.")] = False,  # noqa: FBT002 (Typer's way to a flag)
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,  # noqa: FBT002 (Typer's way to a flag)
        as_json: AsJson = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Keep the newest good snapshot of each day, week and month that the settings ask for.

        The others are removed. Whatever stands for a removed one is read and compared first. The last good
        one always stays. What interrupted work left is removed. Exit status 0.
        """
        from pgevolve.snapshot import prune_snapshots

        with progress(quiet=as_json) as report:
            done = prune_snapshots(
                context.storage(),
                context.options(),
                now=datetime.now(UTC),
                damaged=damaged,
                dry_run=dry_run,
                report=report,
            )
        if as_json:
            print_json(done)
            return
        verb = "would remove" if dry_run else "removed"
        for name in (*done.removed, *done.debris, *(done.damaged if damaged else ())):
            print_line(f"{verb} {name}")
        for name in () if damaged else done.damaged:
            print_line(f"damaged, and left: {name}")
        print_line(f"{len(done.kept)} kept")
