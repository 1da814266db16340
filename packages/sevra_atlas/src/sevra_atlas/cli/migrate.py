"""`sevra migrate`: pgevolve's commands over this package's models and the owner's connection."""

from contextlib import ExitStack

import typer

from pgevolve.cli import make_app
from pgevolve.project import Project
from sevra_atlas.cli.database import opened, role_url
from sevra_atlas.settings import backup_options

_open = ExitStack()


def app() -> typer.Typer:
    """Return the commands; a database is opened only by one that asks for it, and made only by `deploy`."""
    return make_app(
        _project,
        _owner_url,
        deploy_url=_made_owner_url,
        copies_url=_admin_url,
        command="sevra migrate",
    )


def close() -> None:
    """Close what a command opened. `main` calls it when the command is over."""
    _open.close()


def _project() -> Project:
    # Here, so that `--help` does not wait for the models.
    from sevra_atlas.migrate import project

    return project(backup=backup_options())


def _owner_url() -> str:
    source = _open.enter_context(opened())
    return role_url(source.urls(), "owner")


def _made_owner_url() -> str:
    source = _open.enter_context(opened(make=True))
    return role_url(source.provisioned().urls, "owner")


def _admin_url() -> str | None:
    """Return the address of who makes the copy of a rehearsal: the owner's login may make no database."""
    return _open.enter_context(opened()).admin_url
