"""The commands of `sevra`, put together."""

from importlib.metadata import version
from typing import Annotated

import typer

from sevra_atlas.cli import (
    backup,
    db,
    demo,
    doctor,
    down,
    jobs,
    migrate,
    paths,
    retention,
    schema,
    search,
    seo,
    serve,
    sitemap,
    trash,
    up,
    work,
)

_HELP = "Sevra Atlas: the directory of salons and artists, its database and its migrations."


def build() -> typer.Typer:
    """Return the application; pgevolve's commands stand below `migrate` and `backup`."""
    app = typer.Typer(name="sevra", help=_HELP, no_args_is_help=True, add_completion=False)
    app.callback(epilog=up.EXAMPLE)(_root)
    for module, command in (
        (up, up.up),
        (down, down.down),
        (serve, serve.serve),
        (work, work.work),
        (doctor, doctor.doctor),
    ):
        app.command(epilog=module.EXAMPLE)(command)
    app.add_typer(migrate.app(), name="migrate", help="Change the schema (the commands of pgevolve).")
    app.add_typer(backup.app(), name="backup")
    app.add_typer(demo.app, name="demo")
    app.add_typer(db.app, name="db")
    app.add_typer(jobs.app, name="jobs")
    app.add_typer(paths.app, name="paths")
    app.add_typer(retention.app, name="retention")
    app.add_typer(schema.app, name="schema")
    app.add_typer(search.app, name="search")
    app.add_typer(seo.app, name="seo")
    app.add_typer(sitemap.app, name="sitemap")
    app.add_typer(trash.app, name="trash")
    return app


def _show_version(asked: bool) -> None:  # noqa: FBT001 - the form of a callback
    if asked:
        typer.echo(version("sevra-atlas"))
        raise typer.Exit


def _root(
    show_version: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    del show_version
