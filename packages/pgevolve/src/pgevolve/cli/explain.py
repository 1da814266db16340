"""`explain`: the page of a rule."""

from typing import Annotated

import typer

from pgevolve.cli.console import ends_with_status, print_line
from pgevolve.cli.context import Context


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command(epilog=context.example("explain PE101"))
    @ends_with_status
    def explain(
        rule: Annotated[str | None, typer.Argument(help="A rule, such as PE101.")] = None,
    ) -> None:
        """Print what a rule looks for, who waits, and the safe way; without a rule, the list of rules."""
        from pgevolve.check.registry import all_rules, page
        from pgevolve.check.source import FILE_RULES

        if rule is not None:
            print_line(page(rule).rstrip())
            return
        listed = dict(FILE_RULES)
        listed |= {found.id: (found.name, found.severity) for found in all_rules()}
        for identity, (name, severity) in sorted(listed.items()):
            print_line(f"{identity:<7} {severity:<8} {name}")
