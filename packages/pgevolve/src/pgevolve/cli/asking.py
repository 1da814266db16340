"""Questions at a terminal: what was a rename, where the models do not say it."""

import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pgevolve.plan.answers import Ask
    from pgevolve.plan.questions import Question


def asking() -> "Ask | None":
    """Return what asks at the terminal, or None where nobody sits in front of one."""
    return _ask if sys.stdin.isatty() and sys.stderr.isatty() else None


def _ask(question: "Question") -> str | None:
    """Show the candidates with how much they are alike, and return the chosen one; None: it is new."""
    candidates = question.candidates
    typer.echo(f"{question}; what was it?", err=True)
    width = max(len(entry.name) for entry in candidates)
    for number, entry in enumerate(candidates, 1):
        typer.echo(f"  {number}  {entry.name:<{width}}  alike {entry.score:.0%}", err=True)
    typer.echo("  0  none of them: it is new, and what goes is lost", err=True)
    while True:
        chosen: int = typer.prompt("number", type=int, err=True)
        if 0 <= chosen <= len(candidates):
            return candidates[chosen - 1].name if chosen else None
