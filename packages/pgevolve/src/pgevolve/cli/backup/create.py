"""`backup create`: take a snapshot."""

import typer

from pgevolve.cli.backup.context import AsJson, BackupContext
from pgevolve.cli.backup.display import progress, size_in_words
from pgevolve.cli.console import ends_with_status, print_json, print_line


def add_to(app: typer.Typer, context: BackupContext) -> None:
    """Add the command."""

    @app.command("create", epilog=context.example("create"))
    @ends_with_status
    def create_command(as_json: AsJson = False) -> None:  # noqa: FBT002 (Typer's way to a flag)
        """Dump the database, with row counts and checksums of the same moment.

        Nothing is kept of a dump that fails. Exit status 0: the snapshot is there; 2: it is not.
        """
        from pgevolve.snapshot import create_snapshot

        with progress(quiet=as_json) as report:
            made = create_snapshot(context.url(), context.options(), report=report)
        if as_json:
            print_json(
                {
                    "name": made.name,
                    "bytes": made.manifest.size,
                    "tables": len(made.manifest.tables),
                    "rows": sum(table.rows for table in made.manifest.tables),
                    "encrypted": bool(made.manifest.recipients),
                }
            )
        else:
            sealed = "encrypted" if made.manifest.recipients else "not encrypted"
            print_line(f"made {made.name}: {size_in_words(made.manifest.size)}, {sealed}")
