"""`status`: the history against the ledger."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from pgevolve.cli.backfill import backfill_line
from pgevolve.cli.console import end, ends_with_status, exit_status, print_error, print_json, print_line
from pgevolve.cli.context import Context
from pgevolve.errors import PendingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgevolve.backfill.control import BackfillStatus
    from pgevolve.deploy.report import Waiting
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
        from pgevolve.backfill.control import read_backfills
        from pgevolve.deploy.gate import waiting_contract
        from pgevolve.status import read_status

        project, url = context.project(), context.url()
        found = read_status(project, url)
        waiting = waiting_contract(project, url) if found.pending and not found.problems else None
        filling = read_backfills(url, unfinished=True)
        if as_json:
            print_json(_as_json(found, waiting, filling))
        else:
            _print(found)
            for entry in filling:
                print_line(f"backfill {backfill_line(entry)}")
            if waiting is not None:
                print_line(f"{waiting.migration} waits: {'; '.join(waiting.conditions)}")
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


def _as_json(
    found: "Status", waiting: "Waiting | None", filling: "Sequence[BackfillStatus]"
) -> dict[str, object]:
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
        "backfills": [asdict(entry) for entry in filling],
        "waiting": None if waiting is None else asdict(waiting),
        "problems": [{"message": str(problem), "hint": problem.hint} for problem in found.problems],
    }
