"""`resolve`: say what became of a failed migration."""

from typing import Annotated

import typer

from pgevolve.cli.console import ends_with_status, print_line
from pgevolve.cli.context import Context
from pgevolve.errors import UsageError


class OneClaimError(UsageError):
    """Neither or both of the two claims were made."""

    hint = "give one of --rolled-back NAME and --applied NAME"

    def __str__(self) -> str:
        return "it takes one claim about one migration"


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command("resolve", epilog=context.example("resolve --rolled-back 20261122_1015_add_salon_phone"))
    @ends_with_status
    def resolve_command(
        rolled_back: Annotated[str | None, typer.Option(help="Nothing of this migration is left.")] = None,
        applied: Annotated[str | None, typer.Option(help="All of this migration is in place.")] = None,
        wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for another deploy.")] = 600,
    ) -> None:
        """Record what became of a failed migration after manual work; the schema must agree.

        Exit status 0: recorded; 1: the schema says otherwise; 2: no such failed migration.
        """
        from pgevolve.resolve import resolve

        if (rolled_back is None) == (applied is None):
            raise OneClaimError
        if rolled_back is not None:
            resolve(context.project(), context.url(), rolled_back, "rolled back", wait=wait)
            print_line(f"{rolled_back} is rolled back; the next deploy applies it again")
        elif applied is not None:
            resolve(context.project(), context.url(), applied, "applied", wait=wait)
            print_line(f"{applied} is applied")
