"""`janitor`: what interrupted changes left behind."""

from typing import TYPE_CHECKING, Annotated

import typer

from pgevolve.cli.console import end, ends_with_status, print_json, print_line
from pgevolve.cli.context import Context

if TYPE_CHECKING:
    from pgevolve.janitor import Debris

_FINDINGS = 1


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command("janitor", epilog=context.example("janitor --clear"))
    @ends_with_status
    def janitor(
        clear: Annotated[  # noqa: FBT002 (Typer's way to a flag)
            bool, typer.Option("--clear", help="Clear it; without this it is only shown.")
        ] = False,
        wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for another deploy.")] = 600,
        as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Find invalid indexes, unvalidated constraints, triggers, checks, columns and copies left behind.

        Shows the statements that clear them, and runs them with --clear. Exit status 0: nothing is left;
        1: something is; 5: a deploy is running.
        """
        from pgevolve.janitor import clear_debris, find_debris

        project, url = context.project(), context.url()
        if not clear:
            found = find_debris(project, url, copies_url=context.copies_url())
            if as_json:
                print_json({"debris": [_as_json(debris) for debris in found]})
            else:
                _print_found(found)
            end(_FINDINGS if found else 0)
        done = clear_debris(
            project,
            url,
            wait=wait,
            report=_say_nothing if as_json else _print_cleared,
            copies_url=context.copies_url(),
        )
        if as_json:
            print_json(done)
        for left in () if as_json else done.left:
            print_line(f"left: {left.debris}")
            print_line(f"  {left.reason}")
        if not as_json and not done.cleared and not done.left:
            print_line("nothing is left behind")
        end(_FINDINGS if done.left else 0)


def _print_found(found: "tuple[Debris, ...]") -> None:
    if not found:
        print_line("nothing is left behind")
    for debris in found:
        print_line(str(debris))
        for step in debris.steps:
            print_line(f"  {step.sql};")
        if debris.advice is not None:
            print_line(f"  {debris.advice}")
    if any(debris.steps for debris in found):
        print_line("`janitor --clear` runs these statements")


def _print_cleared(debris: "Debris") -> None:
    print_line(f"cleared: {debris}")


def _say_nothing(_debris: "Debris") -> None:
    """Report to nobody."""


def _as_json(debris: "Debris") -> dict[str, object]:
    return {
        "kind": debris.kind,
        "name": debris.name,
        "why": debris.why,
        "statements": [step.sql for step in debris.steps],
        "advice": debris.advice,
    }
