"""`sevra db`: a way into the database, as any of the roles."""

import code
import json
import os
import shutil
import signal
import subprocess
from contextlib import ExitStack
from typing import Annotated

import typer
from psycopg.conninfo import conninfo_to_dict

from pgevolve.local import LocalPostgresError, find_binaries
from sevra_atlas.cli.database import ROLES, opened, role_url
from sevra_atlas.cli.errors import ProgramMissingError

app = typer.Typer(no_args_is_help=True, help="A way into the database.")

# What libpq reads from the environment: a password among the arguments would be seen by every user.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


def _known_role(name: str) -> str:
    if name not in ROLES:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(ROLES)}")
    return name


RoleName = Annotated[str, typer.Option("--role", help=f"One of {', '.join(ROLES)}.", callback=_known_role)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the URLs of all roles as JSON.")]


@app.command(epilog='Example: [bold]psql "$(sevra db url --role readonly)"[/bold]')
def url(role: RoleName = "app", as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Print a role's connection URL, password included.

    One of the embedded server works while that server runs: during `sevra up`.
    """
    with opened() as source:
        urls = source.urls()
    if as_json:
        typer.echo(json.dumps({name: getattr(urls, name) for name in ROLES}))
    else:
        typer.echo(role_url(urls, role))


@app.command(
    epilog="Example: [bold]sevra db psql --role readonly -- -c 'SELECT count(*) FROM salons'[/bold]",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def psql(context: typer.Context, role: RoleName = "app") -> None:
    """Open psql as a role; what follows `--` goes to psql."""
    with opened() as source:
        environment = {**os.environ, **_libpq_environment(role_url(source.urls(), role))}
        with _interrupts_left_to_the_child():
            status = subprocess.run(  # noqa: S603 - a program of PostgreSQL, arguments of the user's own
                [_program("psql"), *context.args], env=environment, check=False
            ).returncode
    raise typer.Exit(status)


@app.command(epilog="Example: [bold]sevra db shell[/bold], then [bold]session.get(Salon, 1).name[/bold]")
def shell(role: RoleName = "app") -> None:
    """Open a Python prompt with a session of a role, the models and SQLAlchemy's functions."""
    import sqlalchemy
    from sqlalchemy.orm import Session

    from sevra_atlas import schema

    with opened() as source, ExitStack() as stack:
        address = role_url(source.urls(), role).replace("postgresql://", "postgresql+psycopg://", 1)
        engine = sqlalchemy.create_engine(address)
        stack.callback(engine.dispose)
        session = stack.enter_context(Session(engine))
        names = {
            name: getattr(sqlalchemy, name)
            for name in ("select", "func", "text", "insert", "update", "delete")
        }
        models = {mapper.class_.__name__: mapper.class_ for mapper in schema.Base.registry.mappers}
        code.interact(
            banner=f"session is open as {role}; nothing is kept without session.commit()",
            local={**names, **models, "session": session, "engine": engine},
            exitmsg="",
        )


def _libpq_environment(address: str) -> dict[str, str]:
    parameters = conninfo_to_dict(address)
    return {_VARIABLES[name]: str(value) for name, value in parameters.items() if name in _VARIABLES}


def _program(name: str) -> str:
    """Return the path of a client program: of this machine, or the one that came with the embedded server."""
    found = shutil.which(name)
    if found:
        return found
    try:
        directory = find_binaries().directory
    except LocalPostgresError as error:
        raise ProgramMissingError(name) from error
    if not (directory / name).is_file():
        raise ProgramMissingError(name)
    return str(directory / name)


def _interrupts_left_to_the_child() -> ExitStack:
    """Let Ctrl-C cancel a query in psql instead of ending this process around it."""
    stack = ExitStack()
    # A handler, not "ignore": that would be inherited by psql.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    stack.callback(signal.signal, signal.SIGINT, before)
    return stack
