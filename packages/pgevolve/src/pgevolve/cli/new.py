"""`new NAME`: write the migration that leads from the history to the models."""

from dataclasses import replace
from typing import Annotated

import typer

from pgevolve.cli.console import ends_with_status, print_json, print_line
from pgevolve.cli.context import Context


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command(epilog=context.example("new add_salon_phone"))
    @ends_with_status
    def new(
        name: Annotated[str, typer.Argument(help="What it does, in small letters and underscores.")],
        scratch_url: Annotated[
            str | None, typer.Option(help="A server for throw-away databases instead of an embedded one.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Write the migration that leads from the history to the models, proved on a scratch server."""
        from pgevolve.new import new_migration

        project = context.project()
        if scratch_url is not None:
            project = replace(project, scratch_url=scratch_url)
        written = new_migration(project, name)
        migrations = () if written is None else written.migrations
        if as_json:
            print_json({"migrations": [str(migration.directory) for migration in migrations]})
            return
        if not migrations:
            print_line("nothing to do: the history leads to the models")
        for migration in migrations:
            print_line(f"written: {migration.directory} ({migration.phase}, {len(migration.up)} steps)")
