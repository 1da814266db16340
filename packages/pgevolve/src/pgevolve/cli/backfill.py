"""`backfill`: how far rows are filled, pause it from another session, let it go on."""

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from pgevolve.cli.console import end, ends_with_status, exit_status, print_json, print_line
from pgevolve.cli.context import Context
from pgevolve.errors import PendingError

if TYPE_CHECKING:
    from pgevolve.backfill.control import BackfillStatus

_Migration: TypeAlias = Annotated[
    str | None, typer.Argument(help="The migration whose backfill is meant; any, without it.")
]


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the commands."""
    group = typer.Typer(
        name="backfill",
        help="Follow, pause and resume the filling of rows.",
        no_args_is_help=True,
        add_completion=False,
    )
    _add_status(group, context)
    _add_pause(group, context)
    _add_resume(group, context)
    app.add_typer(group)


def _add_status(group: typer.Typer, context: Context) -> None:
    @group.command("status", epilog=context.example("backfill status"))
    @ends_with_status
    def status(
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Show how far the backfills are, and why one waits or stands still.

        Exit status 0: all are done, or there is none; 3: one is not.
        """
        from pgevolve.backfill.control import read_backfills

        found = read_backfills(context.url())
        if as_json:
            print_json({"backfills": [asdict(entry) for entry in found]})
        elif not found:
            print_line("no backfill has run here")
        else:
            for entry in found:
                print_line(backfill_line(entry))
        if any(entry.kind != "done" for entry in found):
            end(exit_status(PendingError()))


def _add_pause(group: typer.Typer, context: Context) -> None:
    @group.command("pause", epilog=context.example("backfill pause --reason 'the sale begins'"))
    @ends_with_status
    def pause(
        migration: _Migration = None,
        reason: Annotated[
            str, typer.Option(help="Why; whoever deploys is told, and the ledger keeps it.")
        ] = "",
    ) -> None:
        """Stop a backfill after the batch that runs, and keep every deploy from going on with it.

        The deploy that runs ends with status 3. Exit status 2: there is nothing to pause.
        """
        from pgevolve.backfill.control import pause_backfills

        why = reason or f"asked for by {getpass.getuser()}"
        for name in pause_backfills(context.project(), context.url(), migration, why):
            print_line(f"paused the backfill of {name}")


def _add_resume(group: typer.Typer, context: Context) -> None:
    @group.command("resume", epilog=context.example("backfill resume"))
    @ends_with_status
    def resume(migration: _Migration = None) -> None:
        """Lift a pause: the next deploy goes on behind the last batch.

        Exit status 2: nothing is paused.
        """
        from pgevolve.backfill.control import lift_pauses

        for name in lift_pauses(context.project(), context.url(), migration):
            print_line(f"lifted the pause of {name}: the next deploy goes on")


def backfill_line(entry: "BackfillStatus") -> str:
    """Return how far a statement is, as one line."""
    head = f"{entry.kind:<11} {entry.migration} {entry.table}:"
    if entry.kind == "done":
        return f"{head} {entry.rows:,} rows"
    known = f" of about {entry.rows_estimated:,}" if entry.rows_estimated > entry.rows else ""
    rows = f"{entry.rows:,}{known} rows"
    why = "" if entry.why is None else f", {entry.why}"
    return f"{head} {entry.share:.0%} of pass {entry.turn}, {rows}{why}"
