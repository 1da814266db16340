"""`resume`: go on with a failed or interrupted migration."""

from typing import Annotated, Literal

import typer

from pgevolve.cli.console import ends_with_status, print_json
from pgevolve.cli.context import Context
from pgevolve.cli.waiting import Attempts, LockTimeout, Terminate, Wait, lock_policy

Answered = Annotated[
    Literal["done", "again"] | None,
    typer.Option(
        "--interrupted-step", help="Whether a step is done of which the catalogue does not tell: done, again."
    ),
]


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command("resume", epilog=context.example("resume"))
    @ends_with_status
    def resume_command(  # noqa: PLR0913, PLR0917 (options)
        interrupted_step: Answered = None,
        wait: Wait = 600,
        lock_timeout: LockTimeout = 0.5,
        attempts: Attempts = 20,
        terminate_blockers_after: Terminate = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Go on with a failed or interrupted migration at its first step that is not done, and with the rest.

        Mend the cause first: the failed step runs again. An invalid index that it left is dropped.
        Exit status as of `deploy`.
        """
        from pgevolve.cli.deploy import end_at_gate, print_report
        from pgevolve.cli.progress import progress
        from pgevolve.deploy import resume

        locks = lock_policy(lock_timeout, attempts, terminate_blockers_after)
        with progress(quiet=as_json) as report:
            done = resume(
                context.project(),
                context.deploy_url(),
                wait=wait,
                report=report,
                locks=locks,
                answer=interrupted_step,
            )
        if as_json:
            print_json(done)
        else:
            print_report(done)
        end_at_gate(done)
