"""`precheck`: ask the database's rows what the pending migrations will ask."""

from typing import Annotated

import typer

from pgevolve.cli.console import ends_with_status, print_json, print_line
from pgevolve.cli.context import Context


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command(epilog=context.example("precheck --budget 300"))
    @ends_with_status
    def precheck(
        budget: Annotated[float, typer.Option(min=0, help="Seconds for all questions together.")] = 60,
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Say which rows the pending migrations would be refused for; the database is only read.

        Exit status 0: none found; 1: rows stand in the way. What could not be checked is listed.
        """
        from pgevolve.prechecks import require_rows
        from pgevolve.prechecks.pending_rows import check_pending_rows

        report = check_pending_rows(context.project(), context.url(), budget_seconds=budget)
        if as_json:
            print_json(report)
        else:
            for entry in report.unchecked:
                print_line(str(entry))
            print_line(f"{report.asked} questions answered in {report.seconds:.1f} s")
        require_rows(report)
