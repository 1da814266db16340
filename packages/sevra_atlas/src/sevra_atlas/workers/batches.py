"""Work in batches: each a transaction, one after the other while there is more and time for it."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from psycopg import Connection

from sevra_atlas.workers.jobs import Done, Work


class Batch(Protocol):
    """What a pass of the domain says of itself."""

    @property
    def more(self) -> bool:
        """Return whether another pass would find something."""
        ...


B = TypeVar("B", bound=Batch)


def drained(work: Work, once: Callable[[Connection[Any]], B], told: Callable[[B], Mapping[str, int]]) -> Done:
    """Run passes to the end, or until there is no time for another one; the facts of all are added up."""
    facts: Counter[str] = Counter()
    while True:
        batch = work.transact(once)
        facts.update(told(batch))
        if not batch.more or not work.may_go_on():
            return Done(dict(facts), more=batch.more)
