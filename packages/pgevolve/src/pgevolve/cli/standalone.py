"""The command `pgevolve`: the same application over `[tool.pgevolve]` of a pyproject.toml."""

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pgevolve.cli.configuration import Configuration, read_configuration
from pgevolve.cli.context import Checked
from pgevolve.project import BackupOptions, Project


class _Settings:
    """The configuration, read when a command first needs it, so that `--help` works anywhere."""

    def __init__(self) -> None:
        self.path: Path | None = None

    def configuration(self) -> Configuration:
        return read_configuration(self.path, Path.cwd())

    def project(self) -> Project:
        return self.configuration().project()

    def checked(self) -> Checked:
        found = self.configuration()
        return Checked(found.folder, found.check)

    def backup(self) -> BackupOptions:
        return self.configuration().backup_options()

    def url(self) -> str:
        return self.configuration().url(os.environ)

    def copies_url(self) -> str | None:
        return self.configuration().copies_url(os.environ)


def main() -> None:
    """Run the command line of a project that has its settings in pyproject.toml."""
    from pgevolve.cli import make_app, make_backup_app

    settings = _Settings()
    app = make_app(settings.project, settings.url, checked=settings.checked, copies_url=settings.copies_url)
    app.add_typer(make_backup_app(settings.backup, settings.url), name="backup")

    @app.callback()
    def options(
        config: Annotated[
            Path | None, typer.Option(help="A pyproject.toml; found upward from here without it.")
        ] = None,
    ) -> None:
        """Change the schema of a PostgreSQL database safely."""
        settings.path = config

    # What the imports made stays to the end: nothing looks for garbage in it, at the end neither.
    gc.freeze()
    try:
        sys.exit(app(prog_name="pgevolve"))
    finally:
        gc.freeze()
