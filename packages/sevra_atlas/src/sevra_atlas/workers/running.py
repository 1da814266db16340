"""One run of a job: its connection, its turn, its time limit, and what is logged and counted of it."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, LiteralString, Self, TypeVar

import psycopg
import structlog
from psycopg import Connection, errors
from psycopg_pool import ConnectionPool, PoolTimeout
from sqlalchemy.exc import DBAPIError

from sevra_atlas.transactions import repeated
from sevra_atlas.workers.backoff import is_final
from sevra_atlas.workers.dead_letters import failure_of, keep
from sevra_atlas.workers.errors import ReleasedError
from sevra_atlas.workers.jobs import Done, Job, Outcome, Role, Skipped
from sevra_atlas.workers.metrics import JobMetrics

T = TypeVar("T")

APPLICATION_NAME = f"sevra/{version('sevra-atlas')}"
"""A contract migration waits for clients of an older release, which call themselves so."""

_PATIENCE_SECONDS = 10.0
_CANCEL_SECONDS = 5.0

# The journal names the job in the place of a request; nobody acts.
_PREPARE: LiteralString = """
SELECT set_config('statement_timeout', %(milliseconds)s, true), set_config('sevra.request_id', %(job)s, true),
       set_config('sevra.actor_id', '', true)
"""
_LAG: LiteralString = """
SELECT extract(epoch FROM clock_timestamp() - greatest(j.scheduled_at, (
         SELECT max(e.at) FROM procrastinate_events e
          WHERE e.job_id = j.id AND e.type IN ('deferred', 'deferred_for_retry', 'retried'))))
  FROM procrastinate_jobs j WHERE j.id = %(number)s
"""
_TAKE_TURN: LiteralString = "SELECT pg_try_advisory_lock(hashtextextended('sevra.job:' || %(job)s, 0))"
_GIVE_TURN: LiteralString = "SELECT pg_advisory_unlock(hashtextextended('sevra.job:' || %(job)s, 0))"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stopping:
    """Whether the worker was asked to stop: no further batch is begun; later running ones are cancelled."""

    asked: threading.Event = field(default_factory=threading.Event)
    forced: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One job as it was fetched: its number, the runs that failed before, its ids."""

    job: Job
    number: int
    failures: int
    ids: Mapping[str, int]


class Runner:
    """Runs jobs in the calling threads, each on a connection of its role; opened and closed as a context."""

    def __init__(self, urls: Mapping[Role, str], metrics: JobMetrics, stopping: Stopping, size: int) -> None:
        self._metrics, self._stopping = metrics, stopping
        self._pools = {role: _pool(url, role, size) for role, url in urls.items()}
        self._running: set[Connection[Any]] = set()
        self._guard = threading.Lock()

    def __enter__(self) -> Self:
        for pool in self._pools.values():
            pool.open()
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self._pools.values():
            pool.close()

    def run(self, ticket: Ticket) -> Outcome:
        """Run a job once and return what it did; log and count it, however it ends.

        Raises what the job raised, and `ReleasedError` when it was ended because the worker stops.
        """
        begun = time.monotonic()
        try:
            outcome = self._run(ticket)
        except Exception as error:
            ending = _ending(ticket, error)
            self._metrics.ended(ticket.job, ending, time.monotonic() - begun)
            self._metrics.refused(error)
            if ending == "failed":
                self._keep_reason(ticket, error)
            _log_failure(ticket, ending, error, time.monotonic() - begun)
            raise
        seconds = time.monotonic() - begun
        ending = "skipped" if isinstance(outcome, Skipped) else "succeeded"
        self._metrics.ended(ticket.job, ending, seconds)
        self._metrics.told(ticket.job, outcome)
        _log_outcome(ticket, outcome, seconds)
        return outcome

    def _keep_reason(self, ticket: Ticket, error: Exception) -> None:
        """Keep why a job becomes a dead letter; what fails about that is logged beside the error itself."""
        try:
            with self._pools["maintenance"].connection() as connection:
                keep(connection, ticket.number, failure_of(error))
        except (psycopg.Error, PoolTimeout) as lost:
            _log.warning("reason not kept", number=ticket.number, fault=type(lost).__name__)

    def force(self) -> None:
        """Cancel what runs: every job that is not at its end is released. Safe from any thread."""
        self._stopping.forced.set()
        with self._guard:
            running = tuple(self._running)
        for connection in running:
            connection.cancel_safe(timeout=_CANCEL_SECONDS)

    def _run(self, ticket: Ticket) -> Outcome:
        with self._pools[ticket.job.role].connection() as connection, self._known(connection):
            self._metrics.began(ticket.job, _lag_seconds(connection, ticket.number))
            work = _Run(ticket, connection, self._stopping, self._metrics)
            try:
                with _turn(connection, ticket.job) as mine:
                    return ticket.job.run(work) if mine else Skipped("another run is at it")
            except errors.QueryCanceled as error:
                if self._stopping.forced.is_set():
                    raise ReleasedError from error
                raise

    @contextmanager
    def _known(self, connection: Connection[Any]) -> Iterator[None]:
        with self._guard:
            self._running.add(connection)
        try:
            yield
        finally:
            with self._guard:
                self._running.discard(connection)


class _Run:
    """What a job is given."""

    def __init__(
        self, ticket: Ticket, connection: Connection[Any], stopping: Stopping, metrics: JobMetrics
    ) -> None:
        self.ids = ticket.ids
        self.count = metrics.counted
        self._job, self._connection, self._stopping = ticket.job, connection, stopping
        self._ends = time.monotonic() + ticket.job.limit.total_seconds()

    def transact(self, act: Callable[[Connection[Any]], T]) -> T:
        return repeated(lambda: self._transact(act), pause=self._stopping.asked.wait)

    def may_go_on(self) -> bool:
        return not self._stopping.asked.is_set() and time.monotonic() < self._ends

    def _transact(self, act: Callable[[Connection[Any]], T]) -> T:
        if self._stopping.forced.is_set():
            raise ReleasedError
        milliseconds = str(round(self._job.limit.total_seconds() * 1000))
        with self._connection.transaction():
            self._connection.execute(_PREPARE, {"milliseconds": milliseconds, "job": f"job:{self._job.name}"})
            return act(self._connection)


@contextmanager
def _turn(connection: Connection[Any], job: Job) -> Iterator[bool]:
    """Say whether this run of a periodic job is the only one; the lock ends with the session at the latest.

    A job with a subject needs none: the queue gives out one of the same subject at a time.
    """
    if job.schedule is None:
        yield True
        return
    row = connection.execute(_TAKE_TURN, {"job": job.name}).fetchone()
    assert row is not None, "a SELECT without FROM gives one row"
    if not row[0]:
        yield False
        return
    try:
        yield True
    finally:
        if not connection.closed:
            connection.execute(_GIVE_TURN, {"job": job.name})


def _lag_seconds(connection: Connection[Any], number: int) -> float:
    row = connection.execute(_LAG, {"number": number}).fetchone()
    return 0.0 if row is None else float(row[0])


def _pool(url: str, role: Role, size: int) -> "ConnectionPool[Connection[Any]]":
    return ConnectionPool(
        url,
        kwargs={"autocommit": True, "fallback_application_name": APPLICATION_NAME},
        min_size=0,
        max_size=size,
        timeout=_PATIENCE_SECONDS,
        open=False,
        check=ConnectionPool.check_connection,
        name=f"jobs as {role}",
    )


def _ending(ticket: Ticket, error: Exception) -> str:
    if isinstance(error, ReleasedError):
        return "released"
    last = is_final(error) or ticket.failures + 1 >= ticket.job.retry.attempts
    return "failed" if last else "retried"


def _log_outcome(ticket: Ticket, outcome: Outcome, seconds: float) -> None:
    facts: dict[str, Any] = {"job": ticket.job.name, "number": ticket.number, "seconds": round(seconds, 3)}
    if isinstance(outcome, Skipped):
        _log.info("job skipped", **facts, reason=outcome.reason, **ticket.ids)
    elif outcome.did_something or not isinstance(outcome, Done) or ticket.ids:
        # A pass that found nothing is no news.
        _log.info("job done", **facts, **ticket.ids, did=dict(outcome.facts), more=outcome.more)


def _log_failure(ticket: Ticket, ending: str, error: Exception, seconds: float) -> None:
    facts = {"job": ticket.job.name, "number": ticket.number, "seconds": round(seconds, 3), **ticket.ids}
    if ending == "released":
        _log.info("job released", **facts)
        return
    say = _log.error if ending == "failed" else _log.warning
    say(
        f"job {ending}",
        **facts,
        run=ticket.failures + 1,
        of=ticket.job.retry.attempts,
        **_described(error),
        exc_info=None if _is_of_the_database(error) else error,
    )


def _is_of_the_database(error: Exception) -> bool:
    return isinstance(error, psycopg.Error | DBAPIError)


def _described(error: Exception) -> dict[str, str | None]:
    """Return what may be told of an error: the server quotes rows in details and values in class 22."""
    described: dict[str, str | None] = {"fault": type(error).__name__}
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.Error):
        told = cause.diag
        described |= {"sqlstate": cause.sqlstate, "said": failure_of(error).said, "context": told.context}
        described |= {"table": told.table_name, "constraint": told.constraint_name}
        return {name: value for name, value in described.items() if value is not None}
    return described
