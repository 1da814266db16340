"""What a job is: a name, a queue, the role that it acts as, the work, and when it is run again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, LiteralString, Protocol, TypeAlias, TypeVar

from psycopg import Connection

from sevra_atlas.workers.backoff import DEFAULT, Retry
from sevra_atlas.workers.schedules import Schedule

T = TypeVar("T")

Queue: TypeAlias = Literal["sms", "media", "search", "seo", "maintenance", "default"]
Role: TypeAlias = Literal["app", "maintenance"]
QUEUES: tuple[Queue, ...] = ("sms", "media", "search", "seo", "maintenance", "default")


class Work(Protocol):
    """What a run is given: transactions of the job's role, the ids of its subject, and when to stop."""

    @property
    def ids(self) -> Mapping[str, int]:
        """The subject, as it was enqueued."""
        ...

    def transact(self, act: Callable[[Connection[Any]], T]) -> T:
        """Return what `act` returns, in a transaction that is committed after it.

        A deadlock, a serialization failure and a lock that does not come are tried again, at most three
        times in all: `act` may be called more than once and must have no effect outside of the database.
        """
        ...

    def count(self, metric: str, part: str, number: int = 1) -> None:
        """Add to a part of a metric of the job now; what a run did is told only if it succeeds."""
        ...

    def may_go_on(self) -> bool:
        """Return whether there is time for another batch: nobody asked to stop, and the limit lies ahead."""
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did, as numbers by name; `more` says that it stopped with work left.

    `parts` are numbers by the name of a metric and the value of its label, which must be of a closed set.
    """

    facts: Mapping[str, int] = field(default_factory=dict)
    more: bool = False
    parts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def did_something(self) -> bool:
        """Return whether the run is worth a line in the log."""
        return any(self.facts.values())


@dataclass(frozen=True, slots=True)
class Skipped:
    """There was nothing to do for this run: its subject is gone, or another one is at it."""

    reason: str


Outcome: TypeAlias = Done | Skipped


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work.

    `ids` are the names of the ids that say what it is about. With a `schedule` it runs once per period in the
    whole installation, one run at a time; `due` is then a query for one boolean, asked as the maintenance
    role: whether a run would find anything to do. `limit` is the time after which a statement is cancelled
    and no further batch is begun. `totals` and `gauges` say which metrics the facts of a run go to, `timings`
    those of facts in milliseconds. `parts` are the metrics of a run's parts with their label; they are added
    up where the name ends in `_total`.
    """

    name: str
    queue: Queue
    run: Callable[[Work], Outcome]
    role: Role = "maintenance"
    ids: tuple[str, ...] = ()
    retry: Retry = DEFAULT
    limit: timedelta = timedelta(minutes=5)
    schedule: Schedule | None = None
    due: LiteralString | None = None
    totals: Mapping[str, str] = field(default_factory=dict)
    gauges: Mapping[str, str] = field(default_factory=dict)
    timings: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.queue not in QUEUES:
            raise ValueError(f"there is no queue {self.queue!r}")
        if self.schedule is not None and self.ids:
            raise ValueError(f"{self.name} is periodic, so it has no subject")
        if self.due is not None and self.schedule is None:
            raise ValueError(f"{self.name} is asked whether it is due, and has no schedule")
