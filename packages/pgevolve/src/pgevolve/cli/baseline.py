"""`baseline`: an existing database comes under the engine."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from pgevolve.cli.console import ends_with_status, print_json, print_line
from pgevolve.cli.context import Context
from pgevolve.errors import UsageError
from pgevolve.project import Project

if TYPE_CHECKING:
    from pgevolve.new import NewMigration


class WriteOrRecordError(UsageError):
    """A migration to record and one to write were named at once."""

    hint = "write the first migration with --write NAME, then record it with `baseline`"

    def __str__(self) -> str:
        return "it either writes the first migration or records the history"


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command("baseline", epilog=context.example("baseline"))
    @ends_with_status
    def baseline_command(
        name: Annotated[
            str | None, typer.Argument(help="The last migration that is in place; without one, the head.")
        ] = None,
        write: Annotated[
            str | None,
            typer.Option(metavar="NAME", help="Write the first migration from the database; record nothing."),
        ] = None,
        wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for another deploy.")] = 600,
        scratch_url: Annotated[
            str | None, typer.Option(help="A server for throw-away databases instead of an embedded one.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Record migrations as applied in a database that has their schema already; none of them is run.

        Exit status 0: done; 3: the schema differs, and how; 2: migrations are recorded here already, or there
        is no history; 5: a deploy is running.
        """
        from pgevolve.adopt import baseline, first_migration

        if write is not None and name is not None:
            raise WriteOrRecordError
        project = _with_scratch(context.project(), scratch_url)
        if write is not None:
            _print_written(first_migration(project, context.url(), write), as_json=as_json)
            return
        done = baseline(project, context.url(), name, wait=wait)
        if as_json:
            print_json(done)
            return
        for migration in done.migrations:
            print_line(f"recorded as applied: {migration}")
        print_line("nothing was run: the schema is what the last one leads to")


def _with_scratch(project: Project, scratch_url: str | None) -> Project:
    return project if scratch_url is None else replace(project, scratch_url=scratch_url)


def _print_written(written: "NewMigration", *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "migrations": [str(migration.directory) for migration in written.migrations],
                "left": [str(change) for change in written.changes],
            }
        )
        return
    for migration in written.migrations:
        print_line(f"written: {migration.directory} ({migration.phase}, {len(migration.up)} steps)")
    for change in written.changes:
        print_line(f"left to do for the models: {change}")
