"""The one place where an error becomes a sentence on standard error and an exit status."""

import sys

import typer
from rich.console import Console
from rich.text import Text

from pgevolve.cli import exit_status
from pgevolve.errors import PgevolveError
from sevra_atlas.cli.errors import (
    InstanceDidNotEndError,
    InterruptedCommandError,
    NoAnswerError,
    NotReadyError,
    WebEndedError,
    WorkerEndedError,
)
from sevra_atlas.settings import SetupError
from sevra_atlas.workers.errors import DatabaseLostError

_STATUSES: tuple[tuple[type[BaseException], int], ...] = (
    (SetupError, 2),
    (WebEndedError, 1),
    (NoAnswerError, 1),
    (WorkerEndedError, 1),
    (DatabaseLostError, 1),
    (NotReadyError, 1),
    (InstanceDidNotEndError, 1),
)


def say_and_status(error: BaseException) -> int:
    """Print one sentence and the remedy; return the status. What nobody foresaw is raised again."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, InterruptedCommandError):
        _say(str(error), error.hint, None)
        return 128 + error.number
    show = getattr(error, "show", None)
    if callable(show):
        # An error of the command line library: wrong options, an unknown command.
        show()
        return int(getattr(error, "exit_code", 2))
    if isinstance(error, PgevolveError):
        _say(str(error), error.hint, None)
        return exit_status(error)
    for kind, status in (*_STATUSES, *_of_the_domain()):
        if isinstance(error, kind):
            _say(str(error), getattr(error, "hint", None), getattr(error, "script", None))
            return status
    raise error


def _of_the_domain() -> tuple[tuple[type[BaseException], int], ...]:
    """Return the status of what the rules of use refuse, if this process got as far as to load them."""
    loaded = sys.modules.get("sevra_atlas.domain.errors")
    return () if loaded is None else ((loaded.DomainError, 2),)


def _say(sentence: str, hint: str | None, script: str | None) -> None:
    if not sys.stderr.isatty():
        lines = [f"error: {sentence}", *([f"hint: {hint}"] if hint else []), *([script] if script else [])]
        sys.stderr.write("\n".join(lines) + "\n")
        return
    console = Console(stderr=True, highlight=False)
    console.print(Text("error: ", "bold red") + Text(sentence), soft_wrap=True)
    if hint:
        console.print(Text("hint: ", "bold") + Text(hint), soft_wrap=True)
    if script:
        console.print(Text(script), soft_wrap=True)
