"""`sevra backup`: pgevolve's snapshots of this platform's database."""

from contextlib import ExitStack

import typer

from pgevolve.cli import make_backup_app
from sevra_atlas.cli.database import opened, role_url
from sevra_atlas.settings import backup_options

_open = ExitStack()


def app() -> typer.Typer:
    """Return the commands; a database is opened only by one that asks for it."""
    return make_backup_app(backup_options, _url, command="sevra backup")


def close() -> None:
    """Close what a command opened. `main` calls it when the command is over."""
    _open.close()


def _url() -> str:
    """Return an administrator's address where there is one: a restore makes and renames databases."""
    source = _open.enter_context(opened())
    return source.admin_url or role_url(source.urls(), "owner")
