"""`deploy`: bring the database to the head of the history."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from pgevolve.cli.console import ends_with_status, print_json, print_line
from pgevolve.cli.context import Context
from pgevolve.progress import (
    DeployEvent,
    DeployStarted,
    LockAwaited,
    MigrationApplied,
    MigrationStarted,
    PreflightDone,
    RowsChecked,
    StepDone,
    StepsRetried,
    Verified,
)

if TYPE_CHECKING:
    from pgevolve.deploy import DeployReport


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command("deploy", epilog=context.example("deploy --dry-run"))
    @ends_with_status
    def deploy_command(
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,  # noqa: FBT002 (Typer's way to a flag)
        wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for another deploy.")] = 600,
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Apply all pending migrations, and check that the database is what the history says.

        Exit status 0: done or nothing to do; 1: rows stand in the way; 4: a migration failed;
        5: another deploy is running.
        """
        from pgevolve.deploy import deploy
        from pgevolve.prechecks import require_rows
        from pgevolve.preflight import require_fit

        with _progress(quiet=as_json) as report:
            done = deploy(context.project(), context.deploy_url(), wait=wait, dry_run=dry_run, report=report)
        if as_json:
            print_json(done)
        else:
            _print(done)
        if done.preflight is not None:
            require_fit(done.preflight)
        if done.rows is not None:
            require_rows(done.rows)


def _print(done: "DeployReport") -> None:
    if not done.migrations:
        print_line("nothing to do")
        return
    if done.dry_run:
        for migration in done.migrations:
            print_line(f"would apply {migration.name}")
            for step in migration.steps:
                print_line(f"  {step.number:>4} {step.statement}")
        _print_preflight(done)
        if done.rows is not None and (done.rows.asked or done.rows.unchecked):
            for entry in done.rows.unchecked:
                print_line(str(entry))
            print_line(f"{done.rows.asked} questions about the rows answered in {done.rows.seconds:.1f} s")
        return
    print_line(f"{len(done.migrations)} applied in {done.seconds:.1f} s; the schema is as the history says")


def _print_preflight(done: "DeployReport") -> None:
    if done.preflight is None:
        return
    for fact in done.preflight.facts:
        print_line(f"{'refused' if fact.severity == 'refuse' else 'warning'}: {fact}")
    space = done.preflight.space
    free = "not known" if space.free is None else f"{space.free >> 20} MB"
    print_line(f"disk space: about {space.needed >> 20} MB needed, free: {free}")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[DeployEvent], None] | None]:
    """Yield what draws events: a bar on a terminal, plain lines in a pipe, nothing beside JSON."""
    if quiet:
        yield None
    elif sys.stdout.isatty():
        with _bar() as draw:
            yield draw
    else:
        yield _print_event


def _print_event(event: DeployEvent) -> None:
    line = describe(event)
    if line is not None:
        print_line(line)


def describe(event: DeployEvent) -> str | None:  # noqa: PLR0911 (one a kind)
    """Return an event as one line, or None for those that only move a bar."""
    match event:
        case LockAwaited(holder):
            return f"waiting for another deploy: {holder}"
        case PreflightDone(warnings, _):
            return "\n".join(f"warning: {warning}" for warning in warnings)
        case RowsChecked(asked, unchecked, seconds):
            return "\n".join([*unchecked, f"{asked} questions about the rows answered in {seconds:.1f} s"])
        case DeployStarted(migrations, steps):
            return f"{len(migrations)} pending, {steps} steps"
        case MigrationStarted(name, first, _) if first > 1:
            return f"going on with {name} at step {first}"
        case StepsRetried(migration, number, attempt, sqlstate):
            return f"{migration} step {number}: no lock (SQLSTATE {sqlstate}), attempt {attempt + 1} follows"
        case MigrationApplied(name, seconds):
            return f"applied {name} in {seconds:.1f} s"
        case Verified(_, seconds):
            return f"verified in {seconds:.1f} s"
        case _:
            return None


@contextmanager
def _bar() -> Iterator[Callable[[DeployEvent], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("deploy", total=None)

        def draw(event: DeployEvent) -> None:
            match event:
                case DeployStarted(_, steps):
                    progress.update(task, total=steps)
                case MigrationStarted(name, _, _):
                    progress.update(task, description=name)
                case StepDone():
                    progress.advance(task)
                case _:
                    pass
            line = describe(event)
            if line is not None:
                progress.console.print(line, markup=False)

        yield draw
