"""`trace [NAME]`: run a migration on a scratch server and see what it does to everybody else."""

from typing import Annotated

import typer

from pgevolve.cli.console import ends_with_status, print_json, print_line
from pgevolve.cli.context import Context


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command(epilog=context.example("trace 20261122_1300_add_salon_phone"))
    @ends_with_status
    def trace(
        name: Annotated[
            str | None, typer.Argument(help="A migration of the history; the newest without one.")
        ] = None,
        rows: Annotated[
            list[int] | None,
            typer.Option(help="Rows a table; twice for two sizes.", min=1, show_default="1000 and 20000"),
        ] = None,
        write: Annotated[bool, typer.Option(help="Write REVIEW.md beside the migration.")] = True,  # noqa: FBT002 (Typer's way to a flag)
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Run a migration on a scratch server: its locks, rewrites, scans, and who waits for them.

        Your own databases are not touched. The scratch server's user must be a superuser.
        """
        from datetime import datetime

        from pgevolve.history import read_history
        from pgevolve.reviewed import REVIEW
        from pgevolve.trace.migration import SIZES, trace_migration
        from pgevolve.trace.pages import findings_of
        from pgevolve.trace.review import review

        project = context.project()
        seen = trace_migration(project, name, tuple(rows) if rows else SIZES)
        if seen is None:
            print_line("nothing to trace: the history is empty")
            return
        migration = next(entry for entry in read_history(project.migrations) if entry.name == seen.name)
        today = datetime.now().astimezone().date()
        page = review(migration, seen, findings_of(project, migration, today))
        if write:
            (migration.directory / REVIEW).write_text(page, encoding="utf-8")
        if as_json:
            print_json(seen)
        else:
            print_line(page)
            if write:
                print_line(f"written: {migration.directory / REVIEW}")
