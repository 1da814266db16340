"""One table of the bulk: its columns and its rows as lines of COPY's text format.

Lines are made with f-strings instead of the driver's adapters: at millions of rows that is the difference
between a generator that waits for the server and a server that waits for the generator. No value holds a
tab, a line end or a backslash.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sevra_atlas.demo.moments import EPOCH, OPENED

NULL = r"\N"
SPAN = int((EPOCH - OPENED).total_seconds())
# Coprime to the span: moments look unordered, and each id has its own.
_STRIDE = 7_919_317


@dataclass(frozen=True, slots=True)
class Bulk:
    """Rows of one table.

    `kept` are the last columns of a line: numbers that triggers would keep, and that the maker of the rows
    knows beforehand. A loader that leaves the triggers on leaves them out.
    """

    table: str
    columns: tuple[str, ...]
    count: int
    lines: Callable[[], Iterator[str]]
    kept: tuple[str, ...] = ()


def opened_at(number: int) -> int:
    """Return the second after the opening at which the row with this number was made."""
    return number * _STRIDE % SPAN


def later(second: int, number: int) -> int:
    """Return a second after the given one and before the end, another for each number."""
    return second + number * _STRIDE % max(1, SPAN - second)


def moment(second: int) -> str:
    """Return a second after the opening as a time stamp."""
    return (OPENED + timedelta(seconds=second)).isoformat()


def day(second: int) -> str:
    """Return the day of a second after the opening."""
    return (OPENED + timedelta(seconds=second)).date().isoformat()
