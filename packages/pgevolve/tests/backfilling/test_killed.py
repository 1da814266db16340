"""A deploy is killed with SIGKILL in its batches and between them; each row is written once all the same."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from disturbed import Bench, Children, Result, shown
from filling import FILL, ROWS, SALONS
from wire import Message, Moment

from pgevolve.local import LocalPostgres
from pgevolve.step import Step


class FillingBench(Bench):
    """The faults' bench over a history of which the second migration fills rows."""

    def __init__(self, server: LocalPostgres, folder: Path) -> None:
        super().__init__(server, folder)
        in_fill = [number for number, message in enumerate(self.messages) if _moves_or_fills(message)]
        self.first, self.last = in_fill[0], in_fill[-1] + 2  # with what precedes the first batch, and its end

    def _write_history(self) -> None:
        super()._write_history()

    def _histories(self) -> Sequence[tuple[str, Sequence[Step], str | None]]:
        first = tuple(Step(statement) for statement in (*SALONS, ROWS.format(500)))
        return (("first", first, None), ("fill", (Step("SELECT 1"),), FILL))


def _moves_or_fills(message: Message) -> bool:
    return "pgevolve.backfills" in message.sql or "ctid >= $1" in message.sql
