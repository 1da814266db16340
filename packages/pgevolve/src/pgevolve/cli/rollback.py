"""`rollback`: undo the last migration, or the last ones."""

from typing import Annotated

import typer

from pgevolve.cli.console import ends_with_status, print_json
from pgevolve.cli.context import Context
from pgevolve.cli.resume import Answered
from pgevolve.cli.waiting import Attempts, LockTimeout, Terminate, Wait, lock_policy


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command("rollback", epilog=context.example("rollback 20261122_1015_add_salon_phone"))
    @ends_with_status
    def rollback_command(  # noqa: PLR0913, PLR0917 (options)
        name: Annotated[
            str | None, typer.Argument(help="The first migration to undo; those after it go before it.")
        ] = None,
        interrupted_step: Answered = None,
        wait: Wait = 600,
        lock_timeout: LockTimeout = 0.5,
        attempts: Attempts = 20,
        terminate_blockers_after: Terminate = None,
        force: Annotated[  # noqa: FBT002 (Typer's way to a flag)
            bool, typer.Option("--force", help="Undo it although clients are connected that use it.")
        ] = False,
        reason: Annotated[str | None, typer.Option(help="Why, for --force; the ledger keeps it.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Undo the last migration, or all from NAME on, with down.sql, and check each schema that comes back.

        Called again it goes on where a rollback stopped. Exit status 0: undone; 1: the schema is another one;
        2: it cannot be undone; 3: it was interrupted, or clients are connected that use it; 4: a step failed;
        5: another deploy is running.
        """
        from pgevolve.cli.progress import progress
        from pgevolve.deploy import rollback

        locks = lock_policy(lock_timeout, attempts, terminate_blockers_after)
        with progress(quiet=as_json) as report:
            done = rollback(
                context.project(),
                context.deploy_url(),
                name,
                wait=wait,
                report=report,
                locks=locks,
                answer=interrupted_step,
                force=force,
                reason=reason,
            )
        if as_json:
            print_json(done)
