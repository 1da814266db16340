"""The command line: one file a command, usable on its own and mounted into another application's."""

from collections.abc import Callable

import typer

from pgevolve.cli import (
    adopt,
    backfill,
    baseline,
    check,
    deploy,
    diff,
    explain,
    janitor,
    new,
    precheck,
    resolve,
    resume,
    rollback,
    status,
    trace,
    verify,
)
from pgevolve.cli.backup import make_backup_app
from pgevolve.cli.console import exit_status, print_error
from pgevolve.cli.context import Checked, Context
from pgevolve.cli.standalone import main
from pgevolve.project import Project

__all__ = ["Checked", "exit_status", "main", "make_app", "make_backup_app", "print_error"]


def make_app(  # noqa: PLR0913 (what differs between the two)
    project: Callable[[], Project],
    url: Callable[[], str],
    *,
    deploy_url: Callable[[], str] | None = None,
    copies_url: Callable[[], str | None] = lambda: None,
    checked: Callable[[], Checked] | None = None,
    command: str = "pgevolve",
) -> typer.Typer:
    """Return the commands for one project; the functions are called when a command needs them.

    `deploy` asks `deploy_url` where there is one: it may make what the other commands only look at.
    `copies_url` is that of a login which makes the copy of a rehearsal, where the deployer's may not.
    `check` asks `checked` for the history where there is one, so that the models need not be imported.
    `command` is what a user types before a command's name, for the examples in `--help`. Errors of the engine
    end a command with their exit status and a sentence on standard error; others pass through.
    """
    app = typer.Typer(
        name="migrate",
        help="Change the schema of a PostgreSQL database safely.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    def checked_of_project() -> Checked:
        found = project()
        return Checked(found.migrations, found.check)

    context = Context(project, url, deploy_url or url, command, checked or checked_of_project, copies_url)
    for module in (
        new,
        check,
        explain,
        trace,
        diff,
        status,
        precheck,
        deploy,
        resume,
        rollback,
        resolve,
        backfill,
        verify,
        baseline,
        adopt,
        janitor,
    ):
        module.add_to(app, context)
    return app
