"""Everything through which the platform shows rows: the routes of the web, the commands, the jobs."""

from collections.abc import Iterator
from typing import Any

import click
import typer
from litestar import Litestar

from sevra_atlas.cli.application import build
from sevra_atlas.workers.catalogue import JOBS


def web_surfaces(app: Litestar) -> set[str]:
    """Return the routes of the application by their path templates."""
    return {route.path for route in app.routes}


def command_surfaces() -> set[str]:
    """Return every command of `sevra` by its words."""
    return {" ".join(words) for words in _leaves(typer.main.get_command(build()), ())}


def job_surfaces() -> set[str]:
    """Return every job by its name."""
    return {job.name for job in JOBS}


def _leaves(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not isinstance(command, click.Group) and not hasattr(command, "commands"):
        yield words
        return
    for name, inner in command.commands.items():
        yield from _leaves(inner, (*words, name))
