"""`deploy`: bring the database to the head of the history."""

from typing import TYPE_CHECKING, Annotated

import typer

from pgevolve.cli.console import ends_with_status, print_json, print_line
from pgevolve.cli.context import Context
from pgevolve.cli.waiting import Attempts, LockTimeout, Terminate, Wait, lock_policy
from pgevolve.failures import GateClosedError

if TYPE_CHECKING:
    from pgevolve.deploy import DeployReport


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command("deploy", epilog=context.example("deploy --dry-run"))
    @ends_with_status
    def deploy_command(  # noqa: PLR0913, PLR0917 (options)
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,  # noqa: FBT002 (Typer's way to a flag)
        wait: Wait = 600,
        lock_timeout: LockTimeout = 0.5,
        attempts: Attempts = 20,
        terminate_blockers_after: Terminate = None,
        no_snapshot: Annotated[  # noqa: FBT002 (Typer's way to a flag)
            bool, typer.Option("--no-snapshot", help="Do without the snapshot of the settings.")
        ] = False,
        reason: Annotated[str, typer.Option(help="Why, for --no-snapshot; the ledger keeps it.")] = "",
        rehearse: Annotated[
            bool | None,
            typer.Option(
                "--rehearse/--no-rehearse",
                help="Run what is pending on the restored snapshot first; else the size decides.",
            ),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Apply all pending migrations, and check that the database is what the history says.

        Exit status 0: done or nothing to do; 1: rows stand in the way, or the rehearsal failed; 3: it was
        interrupted, or a contract migration waits; 4: a migration failed; 5: another deploy is running.
        """
        from pgevolve.cli.progress import progress
        from pgevolve.deploy import deploy
        from pgevolve.prechecks import require_rows
        from pgevolve.preflight import require_fit

        locks = lock_policy(lock_timeout, attempts, terminate_blockers_after)
        with progress(quiet=as_json) as report:
            done = deploy(
                context.project(),
                context.deploy_url(),
                wait=wait,
                dry_run=dry_run,
                report=report,
                locks=locks,
                without_snapshot=reason if no_snapshot else None,
                rehearse=rehearse,
                copies_url=context.copies_url(),
            )
        if as_json:
            print_json(done)
        else:
            print_report(done)
        if done.preflight is not None:
            require_fit(done.preflight)
        if done.rows is not None:
            require_rows(done.rows)
        end_at_gate(done)


def end_at_gate(done: "DeployReport") -> None:
    """End with the status of pending migrations when one waits."""
    if done.waiting is not None:
        raise GateClosedError(done.waiting.migration, done.waiting.conditions)


def print_report(done: "DeployReport") -> None:
    """Print what a deploy did, or with a dry run would do."""
    from pgevolve.cli.progress import print_fills, print_steps, rehearsal_lines

    if not done.migrations and done.waiting is None:
        print_line("nothing to do")
        return
    if done.dry_run:
        _print_dry_run(done)
        return
    for migration in done.migrations:
        print_steps(migration, done.rehearsal)
        print_fills(migration)
    for line in rehearsal_lines(done.rehearsal) if done.rehearsal is not None else ():
        print_line(line)
    if done.migrations:
        print_line(
            f"{len(done.migrations)} applied in {done.seconds:.1f} s; the schema is as the history says"
        )


def _print_dry_run(done: "DeployReport") -> None:
    from pgevolve.cli.progress import foreseen_lines, planned_rehearsal, preflight_lines

    for migration in done.migrations:
        print_line(f"would apply {migration.name}")
        for step in migration.steps:
            print_line(f"  {step.number:>4} {step.statement}")
            for line in foreseen_lines(step):
                print_line(f"       {line}")
    if done.rehearsing is not None:
        print_line(planned_rehearsal(done.rehearsing))
    for line in preflight_lines(done.preflight) if done.preflight is not None else ():
        print_line(line)
    if done.rows is not None and (done.rows.asked or done.rows.unchecked):
        for entry in done.rows.unchecked:
            print_line(str(entry))
        print_line(f"{done.rows.asked} questions about the rows answered in {done.rows.seconds:.1f} s")
