"""Asks how things stand when somebody looks, on one connection, within bounds; keeps what was dear."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, LiteralString, Self, TypeAlias

import psycopg
import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolTimeout

from sevra_atlas.workers.standing import LAST_SUCCESS, QUESTIONS, Family, Question

Row: TypeAlias = tuple[str, list[str], float]

READ = Family("sevra_standing_read", "Whether the database answered a question, 1 or 0.", ("question",))

_PATIENCE_SECONDS = 2.0
_AFTER_FAULT = 30.0
"""What was not answered is not asked again at once."""

_BUDGET_SECONDS = 4.0
"""After that no further question is asked at this look; Prometheus waits for ten seconds by itself."""

_SETTINGS: LiteralString = "SET lock_timeout = '200ms'; SET default_transaction_read_only = on"
_LIMIT: LiteralString = "SELECT set_config('statement_timeout', %(milliseconds)s, false)"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    at: float
    rows: tuple[Row, ...] | None


class Standing(Collector):
    """The numbers of the questions; one connection, opened when it is first needed, for all who look.

    Every question is a transaction of its own that reads only; none is open between two of them. One that is
    not answered in time leaves its numbers out and says so; one for which there is no time any more keeps
    those of its last time. `patience` multiplies the bounds of all waits but those for locks. Opened and
    closed as a context.
    """

    def __init__(
        self,
        url: str,
        questions: Sequence[Question] = QUESTIONS,
        clock: Callable[[], float] = time.monotonic,
        patience: float = 1.0,
    ) -> None:
        self._questions, self._clock, self._patience = questions, clock, patience
        self._answers: dict[str, _Answer] = {}
        self._guard = threading.Lock()
        self._pool = ConnectionPool(
            url,
            kwargs={
                "autocommit": True,
                "fallback_application_name": f"sevra/{version('sevra-atlas')}",
                "connect_timeout": round(_PATIENCE_SECONDS * patience),
            },
            min_size=0,
            max_size=1,
            timeout=_PATIENCE_SECONDS * patience,
            open=False,
            configure=_configure,
            check=ConnectionPool.check_connection,
            name="standing",
        )

    def __enter__(self) -> Self:
        self._pool.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def collect(self) -> Iterable[Metric]:
        """Return the numbers as they stand now, those of a question with a pause as of its last time."""
        with self._guard:
            self._ask()
            answers = dict(self._answers)
        found = {family.name: _empty(family) for question in self._questions for family in question.families}
        read = _empty(READ)
        for name, answer in answers.items():
            read.add_metric([name], 0 if answer.rows is None else 1)
            for number, labels, value in answer.rows or ():
                found[number].add_metric(labels, value)
        return (*(family for family in found.values() if family.samples), read)

    def last_successes(self) -> dict[str, float]:
        """Return when each scheduled job last succeeded anywhere, as of the last look; asks nothing."""
        rows = (row for answer in tuple(self._answers.values()) for row in answer.rows or ())
        return {labels[0]: value for name, labels, value in rows if name == LAST_SUCCESS.name}

    def describe(self) -> Iterable[Metric]:
        """Return nothing: the library would otherwise ask for the numbers to learn the names."""
        return ()

    def _ask(self) -> None:
        now = self._clock()
        due = [each for each in self._questions if self._is_due(each, now)]
        try:
            with self._pool.connection() as connection:
                begun = time.monotonic()
                while due and time.monotonic() - begun < _BUDGET_SECONDS * self._patience:
                    limit = due[0].limit_seconds * self._patience
                    self._answers[due[0].name] = _Answer(now, _answered(connection, due[0], limit))
                    del due[0]
        except (psycopg.Error, PoolTimeout) as error:
            _log.warning("numbers of the database not read", fault=type(error).__name__)
            self._answers.update({each.name: _Answer(now, None) for each in due})

    def _is_due(self, question: Question, now: float) -> bool:
        last = self._answers.get(question.name)
        if last is None:
            return True
        pause = question.pause_seconds if last.rows is not None else max(question.pause_seconds, _AFTER_FAULT)
        return now - last.at >= pause


def _answered(
    connection: Connection[Any], question: Question, limit_seconds: float
) -> tuple[Row, ...] | None:
    try:
        connection.execute(_LIMIT, {"milliseconds": str(round(limit_seconds * 1000))})
        return tuple(connection.execute(question.statement).fetchall())
    except psycopg.Error as error:
        if connection.closed:
            raise
        _log.warning("question not answered", question=question.name, sqlstate=error.sqlstate)
        return None


def _configure(connection: Connection[Any]) -> None:
    connection.execute(_SETTINGS)


def _empty(family: Family) -> GaugeMetricFamily | CounterMetricFamily:
    make = GaugeMetricFamily if family.kind == "gauge" else CounterMetricFamily
    return make(family.name, family.text, labels=family.labels)
