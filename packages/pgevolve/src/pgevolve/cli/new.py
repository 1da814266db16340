"""`new NAME`: write the migration that leads from the history to the models."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pgevolve.cli.asking import asking
from pgevolve.cli.console import ends_with_status, print_json, print_line
from pgevolve.cli.context import Context
from pgevolve.errors import UsageError
from pgevolve.history import Migration, Phase
from pgevolve.project import Project
from pgevolve.reviewed import REVIEW


class NotUtf8Error(UsageError):
    """A file of statements is not UTF-8."""

    hint = "store the file as UTF-8"

    def __init__(self, path: Path, byte: int) -> None:
        super().__init__(path, byte)
        self.path, self.byte = path, byte

    def __str__(self) -> str:
        return f"{str(self.path)!r} is not UTF-8 at byte {self.byte}"


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command(epilog=context.example("new add_salon_phone"))
    @ends_with_status
    def new(  # noqa: PLR0913, PLR0917 (a parameter an option)
        name: Annotated[str, typer.Argument(help="What it does, in small letters and underscores.")],
        scratch_url: Annotated[
            str | None, typer.Option(help="A server for throw-away databases instead of an embedded one.")
        ] = None,
        sql: Annotated[
            Path | None,
            typer.Option(
                help="Statements of your own, for a change that is refused; tried out first.",
                exists=True,
                dir_okay=False,
            ),
        ] = None,
        contract: Annotated[  # noqa: FBT002 (Typer's way to a flag)
            bool, typer.Option("--contract", help="With --sql: they remove what running code may use.")
        ] = False,
        trace: Annotated[  # noqa: FBT002 (Typer's way to a flag)
            bool, typer.Option(help="Write REVIEW.md beside each: its locks, its findings, who waits.")
        ] = True,
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Write the migration that leads from the history to the models, proved on a scratch server."""
        from pgevolve.kept import kept_server
        from pgevolve.new import given_migration, new_migration

        project = context.project()
        if scratch_url is not None:
            project = replace(project, scratch_url=scratch_url)
        # One start of the scratch server serves the plan and the pages.
        with kept_server() if project.scratch_url is None else nullcontext():
            if sql is None:
                written = new_migration(project, name, ask=None if as_json else asking())
            else:
                phase: Phase = "contract" if contract else "expand"
                written = given_migration(project, name, _text_of(sql), phase=phase)
            migrations = () if written is None else written.migrations
            left_out = _reviewed(project, migrations) if trace else ()
        if as_json:
            print_json({"migrations": [str(migration.directory) for migration in migrations]})
            return
        if not migrations:
            print_line("nothing to do: the history leads to the models")
        for migration in migrations:
            print_line(f"written: {migration.directory} ({migration.phase}, {len(migration.up)} steps)")
        for sentence in left_out:
            print_line(sentence)
        if sql is not None and written is not None:
            for change in written.changes:
                print_line(f"left to do for the models: {change}")


def _reviewed(project: Project, migrations: Sequence[Migration]) -> list[str]:
    """Write the pages, and return a sentence for each migration that has none."""
    from pgevolve.trace.pages import write_reviews

    today = datetime.now().astimezone().date()
    return [
        f"no {REVIEW} for {outcome[0].name}: {outcome[1]}"
        for outcome in write_reviews(project, migrations, today)
        if isinstance(outcome, tuple)
    ]


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8Error(path, error.start) from error
