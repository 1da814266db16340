"""How often the archive had to begin a transaction again, by the step at which the one before broke off."""

from collections.abc import Callable
from typing import Any, TypeVar

from psycopg import Connection

from sevra_atlas.domain.retention.steps import ArchiveFault, Watch
from sevra_atlas.workers.jobs import Work

RETRIES = "sevra_archive_retries_total"

T = TypeVar("T")


class Steps:
    """The transactions and the watch of a run of the archive, which begins each attempt at a first step.

    The wait for a lock before anything else belongs to that step.
    """

    def __init__(self, work: Work, first: ArchiveFault) -> None:
        self._work, self._first, self._step = work, first, first
        self.watch = Watch(at=self._at, is_stopping=lambda: not work.may_go_on())
        # A series that is there before its first event shows the first one as an increase.
        for step in ArchiveFault:
            work.count(RETRIES, step.value, 0)

    def transact(self, act: Callable[[Connection[Any]], T]) -> T:
        """Return what `act` returns, as `Work.transact` does, and count every attempt but the first."""
        is_again = False

        def once(connection: Connection[Any]) -> T:
            nonlocal is_again
            if is_again:
                self._work.count(RETRIES, self._step.value)
            is_again, self._step = True, self._first
            return act(connection)

        return self._work.transact(once)

    def _at(self, step: ArchiveFault) -> None:
        self._step = step
