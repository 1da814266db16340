"""`backup`: snapshots of the database, one file a command."""

from collections.abc import Callable

import typer

from pgevolve.cli.backup import create, drill, listing, prune, restore, verify
from pgevolve.cli.backup.context import BackupContext
from pgevolve.project import BackupOptions

__all__ = ["make_backup_app"]


def make_backup_app(
    options: Callable[[], BackupOptions], url: Callable[[], str], *, command: str = "pgevolve backup"
) -> typer.Typer:
    """Return the commands; the functions are called when a command needs them.

    `url` is of a login that may read everything, and for a restore make databases and rename this one.
    """
    app = typer.Typer(
        name="backup",
        help="Take snapshots of the database, prove them, and restore them.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    context = BackupContext(options, url, command)
    for module in (create, listing, verify, restore, prune, drill):
        module.add_to(app, context)
    return app
