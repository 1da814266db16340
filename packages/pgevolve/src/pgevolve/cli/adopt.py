"""`adopt prisma` and `adopt alembic`: the history of another tool goes on in the ledger."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from pgevolve.cli.console import ends_with_status, print_json, print_line
from pgevolve.cli.context import Context

if TYPE_CHECKING:
    from pgevolve.adopt import Adoption

_UpTo: TypeAlias = Annotated[
    str | None, typer.Option("--to", help="The last migration that is in place; without one, the head.")
]
_Schema: TypeAlias = Annotated[str, typer.Option(help="The schema in which that tool keeps its table.")]
_Wait: TypeAlias = Annotated[float, typer.Option(min=0, help="Seconds to wait for another deploy.")]
_Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the commands."""
    tools = typer.Typer(
        help="Take over from another tool: what it applied is recorded, nothing is run.",
        no_args_is_help=True,
    )
    app.add_typer(tools, name="adopt")

    @tools.command("prisma", epilog=context.example("adopt prisma prisma/migrations"))
    @ends_with_status
    def prisma(
        folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of Prisma's migrations.")],
        name: _UpTo = None,
        schema: _Schema = "public",
        wait: _Wait = 600,
        as_json: _Json = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Take over from Prisma: its table and its directories must agree, and everything must be applied.

        Exit status 0: done; 1: something is wrong with that history, and what; 3: the schema differs.
        """
        from pgevolve.adopt import adopt_prisma

        project, url = context.project(), context.url()
        _print(adopt_prisma(project, url, folder, name, schema=schema, wait=wait), as_json=as_json)

    @tools.command("alembic", epilog=context.example("adopt alembic migrations/versions"))
    @ends_with_status
    def alembic(  # noqa: PLR0913, PLR0917 (a parameter an option)
        folder: Annotated[
            Path, typer.Argument(metavar="DIR", help="The folder of the revisions, or the one above it.")
        ] = Path("alembic"),
        name: _UpTo = None,
        schema: _Schema = "public",
        table: Annotated[str, typer.Option(help="The table of its heads.")] = "alembic_version",
        wait: _Wait = 600,
        as_json: _Json = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Take over from Alembic: the database must be at the only head; no file of it is run.

        Exit status 0: done; 1: something is wrong with that history, and what; 3: the schema differs.
        """
        from pgevolve.adopt import adopt_alembic

        project, url = context.project(), context.url()
        done = adopt_alembic(project, url, folder, name, schema=schema, table=table, wait=wait)
        _print(done, as_json=as_json)


def _print(done: "Adoption", *, as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    foreign = done.foreign
    for entry in foreign.migrations:
        print_line(f"taken over: {entry.name} ({entry.state})")
    for migration in done.baseline.migrations:
        print_line(f"recorded as applied: {migration}")
    print_line(f"nothing was run, and {foreign.table} stays as it is; {foreign.tool} is not asked any more")
