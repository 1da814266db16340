"""Periodic jobs: put into their queue once per period in the whole installation, by whoever comes first.

Every worker process asks once a second. The clock is the database's, and one of them asks at a time, so that
a period is never entered twice and never after a later one. A period that passed while nobody worked is made
up for by one run.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString

import psycopg
import structlog
from psycopg import Connection, sql

from sevra_atlas.workers.jobs import Job
from sevra_atlas.workers.running import APPLICATION_NAME

TICK_SECONDS = 1.0
HEARTBEAT_SECONDS = 10.0
STALLED_AFTER_SECONDS = 30.0
"""A worker that has not shown itself for so long is taken for dead."""

STALLED_JOBS: LiteralString = """
  FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
 WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '30 seconds')
"""
_WHO: LiteralString = """
SELECT pg_try_advisory_xact_lock(hashtextextended('sevra.scheduler', 0)), clock_timestamp()
"""
# Also a job that waits to be run again after a failure is at it; one whose worker died is not.
_AT_IT: LiteralString = """
SELECT j.task_name FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
 WHERE j.status = ANY (ARRAY['todo', 'doing']::procrastinate_job_status[]) AND j.task_name = ANY(%(names)s)
   AND (j.status = 'todo' OR w.last_heartbeat > now() - make_interval(secs => %(seconds)s))
"""
_ENTERED: LiteralString = """
SELECT task_name, max(defer_timestamp) FROM procrastinate_periodic_defers
 WHERE task_name = ANY(%(names)s) GROUP BY 1
"""
_ENTER: LiteralString = """
SELECT procrastinate_defer_periodic_job_v2(%(queue)s, NULL, NULL, %(name)s, 0, '', %(period)s, '{}')
"""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Scheduler:
    """Enters periodic jobs. `entered` is what this process has seen entered: it need not ask again."""

    jobs: Sequence[Job]
    entered: dict[str, int] = field(default_factory=dict)

    def tick(self, connection: Connection[Any]) -> tuple[str, ...]:
        """Enter what is due and return the names, in a transaction of its own; `connection` is in autocommit.

        Nothing is entered while another process is at it.
        """
        with connection.transaction():
            row = connection.execute(_WHO).fetchone()
            assert row is not None, "a SELECT without FROM gives one row"
            first, now = row
            periods = self._unseen(connection, now) if first else {}
            due = _due(connection, tuple(job for job in self.jobs if job.name in periods))
            for job in due:
                entry = {"queue": job.queue, "name": job.name, "period": periods[job.name]}
                connection.execute(_ENTER, entry)
        self.entered.update({job.name: periods[job.name] for job in due})
        return tuple(job.name for job in due)

    def _unseen(self, connection: Connection[Any], now: datetime) -> dict[str, int]:
        """Return the periods that nobody has entered, by the name of the job."""
        if unseen := self._not_seen(now):
            self.entered.update(connection.execute(_ENTERED, {"names": list(unseen)}).fetchall())
        return self._not_seen(now)

    def _not_seen(self, now: datetime) -> dict[str, int]:
        latest = {job.name: job.schedule.latest(now) for job in self.jobs if job.schedule is not None}
        periods = {name: int(moment.timestamp()) for name, moment in latest.items()}
        return {name: period for name, period in periods.items() if self.entered.get(name, -1) < period}


def keep_scheduling(url: str, jobs: Iterable[Job], asked_to_stop: threading.Event) -> None:
    """Tick once a second until asked to stop; a database that is away is tried again at each tick."""
    scheduler, away = Scheduler(tuple(job for job in jobs if job.schedule is not None)), False
    while not asked_to_stop.is_set():
        try:
            with psycopg.connect(
                url, autocommit=True, fallback_application_name=APPLICATION_NAME
            ) as connection:
                away = False
                while not asked_to_stop.wait(TICK_SECONDS):
                    scheduler.tick(connection)
        except psycopg.Error as error:
            if not away:
                _log.error("scheduler waits for the database", fault=type(error).__name__)
            away = True
            asked_to_stop.wait(TICK_SECONDS)


def _due(connection: Connection[Any], jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Return the jobs that nobody is at and that would find something to do."""
    if not jobs:
        return ()
    asked = {"names": [job.name for job in jobs], "seconds": STALLED_AFTER_SECONDS}
    busy = {name for (name,) in connection.execute(_AT_IT, asked)}
    idle = [job for job in jobs if job.name not in busy]
    questions = sql.SQL(", ").join(sql.SQL(f"({job.due or 'SELECT true'})") for job in idle)
    row = connection.execute(sql.SQL("SELECT {}").format(questions)).fetchone() if idle else ()
    return tuple(job for job, answer in zip(idle, row or (), strict=True) if answer)
