"""Progress of work on a snapshot: bars on a terminal, a line a stage in a pipe, nothing beside JSON."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgevolve.cli.console import print_line

if TYPE_CHECKING:
    from rich.progress import TaskID

    from pgevolve.snapshot.progress import Report, SnapshotProgress

_IN_BYTES = frozenset({"encrypt", "store", "read"})
_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


@contextmanager
def progress(*, quiet: bool) -> Iterator["Report"]:
    """Yield what draws the progress."""
    if quiet:
        yield lambda _event: None
    elif sys.stdout.isatty():
        with _bars() as draw:
            yield draw
    else:
        yield _lines()


def size_in_words(size: int) -> str:
    """Return a number of bytes for people, such as `1.5 MB`."""
    for unit, factor in _UNITS:
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"


def _lines() -> "Report":
    said: set[str] = set()

    def say_when_done(event: "SnapshotProgress") -> None:
        if event.done >= event.total and event.stage not in said:
            said.add(event.stage)
            print_line(f"{event.stage}: {_amount(event)}")

    return say_when_done


def _amount(event: "SnapshotProgress") -> str:
    return size_in_words(event.total) if event.stage in _IN_BYTES else f"{event.total} tables"


@contextmanager
def _bars() -> Iterator["Report"]:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[amount]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns) as bars:
        tasks: dict[str, TaskID] = {}

        def draw(event: "SnapshotProgress") -> None:
            if event.stage not in tasks:
                tasks[event.stage] = bars.add_task(event.stage, total=event.total, amount="")
            bars.update(tasks[event.stage], total=event.total, completed=event.done, amount=_amount(event))

        yield draw
