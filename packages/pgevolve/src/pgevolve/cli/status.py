"""`status`: the history against the ledger."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pgevolve.cli.console import end, ends_with_status, exit_status, print_error, print_json, print_line
from pgevolve.cli.context import Context
from pgevolve.errors import PendingError

if TYPE_CHECKING:
    from pgevolve.status import Status


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command(epilog=context.example("status --json"))
    @ends_with_status
    def status(
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Show what is applied, pending, failed, edited, missing or unknown.

        Exit status 0: all applied; 3: some are pending; 4: one has failed; 2: the history is broken.
        """
        from pgevolve.status import read_status

        found = read_status(context.project(), context.url())
        if as_json:
            print_json(_as_json(found))
        else:
            _print(found)
        for problem in found.problems:
            print_error(problem)
        if found.problems:
            end(exit_status(found.problems[0]))
        if found.pending:
            end(exit_status(PendingError()))


def _print(found: "Status") -> None:
    if not found.migrations:
        print_line("no migrations")
    elif sys.stdout.isatty():
        _print_table(found)
    else:
        for entry in found.migrations:
            print_line(f"{entry.kind:<11} {entry.name}")


def _print_table(found: "Status") -> None:
    from rich.console import Console
    from rich.table import Table

    colours = {"applied": "green", "pending": "yellow", "rolled back": "yellow", "unfinished": "yellow"}
    table = Table("migration", "state")
    for entry in found.migrations:
        table.add_row(entry.name, f"[{colours.get(entry.kind, 'red')}]{entry.kind}[/]")
    Console().print(table)


def _as_json(found: "Status") -> dict[str, object]:
    return {
        "migrations": [
            {
                "name": entry.name,
                "state": entry.kind,
                "problem": None if entry.problem is None else str(entry.problem),
            }
            for entry in found.migrations
        ],
        "pending": list(found.pending),
        "problems": [{"message": str(problem), "hint": problem.hint} for problem in found.problems],
    }
