"""`verify`: compare the database with what the history says."""

from typing import Annotated

import typer

from pgevolve.cli.console import ends_with_status, print_json, print_line
from pgevolve.cli.context import Context


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command("verify", epilog=context.example("verify"))
    @ends_with_status
    def verify_command(
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Compare the database's schema with what its last applied migration leads to; it is only read.

        Exit status 0: equal, and nothing half-done in it; 1: something differs.
        """
        from pgevolve.verify import verify

        found = verify(context.project(), context.url())
        if as_json:
            print_json(found)
        elif found.migration is None:
            print_line("no migration is applied")
        else:
            print_line(f"the schema is what {found.migration} leads to")
