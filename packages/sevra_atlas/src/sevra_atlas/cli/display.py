"""Progress of the steps: a live display on a terminal, plain lines everywhere else."""

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_LINE_EVERY_SECONDS = 10.0
_NAME_WIDTH = 12


class Step(Protocol):
    """One step that is under way."""

    def progress(self, what: str, done: int, total: int) -> None:
        """Say what is being done and how far it is."""

    def result(self, text: str) -> None:
        """Say what the step did; shown when it ends."""


class Display(Protocol):
    """Where the steps show themselves."""

    def step(self, name: str) -> AbstractContextManager[Step]:
        """Show a step until the block ends; an error leaves it as it is."""


class _PlainStep:
    def __init__(self, name: str) -> None:
        self._name = name
        self._started = self._spoke = time.monotonic()
        self._result = "done"

    def progress(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._spoke >= _LINE_EVERY_SECONDS:
            self._spoke = now
            self._say(f"{what} {done} of {total}")

    def result(self, text: str) -> None:
        self._result = text

    def end(self) -> None:
        self._say(f"{self._result} ({time.monotonic() - self._started:.1f} s)")

    def _say(self, text: str) -> None:
        # Flushed at once: a pipe would otherwise hold it back for minutes.
        sys.stdout.write(f"{self._name:<{_NAME_WIDTH}} {text}\n")
        sys.stdout.flush()


class PlainDisplay:
    """One line a step when it ends, and one every ten seconds while it lasts."""

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Print the step's line when the block ends without an error."""
        step = _PlainStep(name)
        yield step
        step.end()


class _QuietStep:
    def progress(self, what: str, done: int, total: int) -> None:
        pass

    def result(self, text: str) -> None:
        pass


class QuietDisplay:
    """Shows nothing."""

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Run the block."""
        del name
        yield _QuietStep()


class _LiveStep:
    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._task: TaskID = progress.add_task(f"{name:<{_NAME_WIDTH}}", total=None, what="")

    def progress(self, what: str, done: int, total: int) -> None:
        self._progress.update(self._task, what=what, completed=done, total=total)

    def result(self, text: str) -> None:
        self._progress.update(self._task, what=text)

    def end(self) -> None:
        self._progress.update(self._task, completed=1, total=1)


class LiveDisplay:
    """Spinner, bar and time of each step, redrawn in place."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show the step while the block runs, and its result afterwards."""
        columns = (
            SpinnerColumn(finished_text="[green]✓[/green]"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("{task.fields[what]}", markup=False),
        )
        with Progress(*columns, console=self._console) as progress:
            step = _LiveStep(progress, name)
            yield step
            step.end()


def display_for(console: Console, *, quiet: bool = False) -> Display:
    """Return the live display on a terminal that can redraw, and plain lines in a pipe or a file.

    With `quiet`, for output that a program reads, nothing but the live display is shown.
    """
    if console.is_terminal and not console.is_dumb_terminal:
        return LiveDisplay(console)
    return QuietDisplay() if quiet else PlainDisplay()
