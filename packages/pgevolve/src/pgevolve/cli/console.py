"""Output and exit statuses: the one place that knows both."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import typer

from pgevolve.errors import (
    FailedMigrationError,
    FindingsError,
    LockNotObtainedError,
    PendingError,
    PgevolveError,
    UsageError,
)

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_STATUSES: tuple[tuple[type[PgevolveError], int], ...] = (
    (FindingsError, 1),
    (UsageError, 2),
    (PendingError, 3),
    (FailedMigrationError, 4),
    (LockNotObtainedError, 5),
)
_INTERRUPTED = 130


def exit_status(error: PgevolveError) -> int:
    """Return the exit status of a class of errors; an unknown kind counts as broken input."""
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 2)


def print_error(error: PgevolveError) -> None:
    """Write the sentence and the remedy to standard error, a line each."""
    sys.stderr.write(f"error: {error}\n")
    if error.hint is not None:
        sys.stderr.write(f"hint: {error.hint}\n")


def ends_with_status(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Make a command end with the status of an error of the engine or of the server, without a traceback."""

    @wraps(function)
    def command(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        with _errors_ending():
            return function(*args, **kwargs)

    return command


@contextmanager
def _errors_ending() -> Iterator[None]:
    try:
        yield
    except PgevolveError as error:
        print_error(error)
        raise typer.Exit(exit_status(error)) from error
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what was not committed is undone\n")
        raise typer.Exit(_INTERRUPTED) from None
    except _server_errors() as error:
        cause = getattr(error, "orig", None) or error
        sys.stderr.write(f"error: the server refused: {str(cause).splitlines()[0]}\n")
        raise typer.Exit(2) from error


def _server_errors() -> tuple[type[Exception], ...]:
    """Return what the drivers raise for a server; imported here, so that `check` starts without them."""
    import psycopg
    from sqlalchemy.exc import DBAPIError

    return psycopg.Error, DBAPIError


def print_json(value: Any) -> None:
    """Write a value, dataclasses included, as one JSON document."""
    content = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    print_line(json.dumps(content, ensure_ascii=False, indent=2, default=str))


def print_line(text: str) -> None:
    """Write one line to standard output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def end(status: int) -> NoReturn:
    """End the command with an exit status."""
    raise typer.Exit(status)
