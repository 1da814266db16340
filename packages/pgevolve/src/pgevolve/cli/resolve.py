"""`resolve`: say what became of a failed migration."""

from typing import Annotated, Literal

import typer

from pgevolve.cli.console import ends_with_status, print_line
from pgevolve.cli.context import Context
from pgevolve.cli.waiting import Wait
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
        wait: Wait = 600,
        force: Annotated[bool, typer.Option("--force", help="Insist against the catalogue.")] = False,  # noqa: FBT002 (Typer's way to a flag)
        reason: Annotated[str | None, typer.Option(help="Why; kept in the ledger.")] = None,
    ) -> None:
        """Record what became of a failed migration after manual work; the catalogue must agree.

        Exit status 0: recorded; 1: the schema says otherwise; 2: no such failed migration.
        """
        from pgevolve.resolve import resolve

        if (rolled_back is None) == (applied is None):
            raise OneClaimError

        claim: Literal["rolled back", "applied"] = "applied" if rolled_back is None else "rolled back"
        done = resolve(
            context.project(),
            context.url(),
            applied or rolled_back or "",
            claim,
            wait=wait,
            force=force,
            reason=reason,
        )
        if done.doubt is not None:
            print_line(f"recorded against the catalogue: {done.doubt}")
        then = "; the next deploy applies it again" if claim == "rolled back" else ""
        print_line(f"{done.name} is {claim}{then}")
