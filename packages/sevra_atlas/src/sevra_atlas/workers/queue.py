"""The port of the job queue: enqueue in the caller's transaction, look at what is there, retry what failed.

Only SQL, on the caller's connection, which needs the queue's schema on its search path.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, LiteralString, TypeAlias

from psycopg import Connection
from psycopg.rows import class_row, tuple_row
from sqlalchemy.orm import Session

from sevra_atlas.workers.dead_letters import forget
from sevra_atlas.workers.errors import (
    JobMissingError,
    JobNotFailedError,
    QueueUnreachableError,
    SubjectError,
)
from sevra_atlas.workers.jobs import Job

State: TypeAlias = Literal["todo", "doing", "succeeded", "failed", "cancelled", "aborted"]
STATES: tuple[State, ...] = ("todo", "doing", "succeeded", "failed", "cancelled", "aborted")

_ENQUEUE: LiteralString = """
SELECT id FROM unnest(procrastinate_defer_jobs_v1(ARRAY[
  ROW(%(queue)s, %(name)s, 0, %(lock)s, NULL, %(ids)s::jsonb, %(at)s)::procrastinate_job_to_defer_v1
])) AS id
"""
_JOBS: LiteralString = """
SELECT j.id, j.task_name AS name, j.queue_name AS queue, j.status::text AS state, j.attempts AS runs,
       j.args AS ids, j.scheduled_at AS not_before,
       (SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'deferred')
         AS enqueued_at,
       (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type <> 'scheduled')
         AS changed_at,
       f.fault, f.said
  FROM procrastinate_jobs j
  LEFT JOIN public.job_failures f ON f.job_id = j.id AND j.status = 'failed'
"""
_LISTED: LiteralString = """
 WHERE (%(state)s::text IS NULL OR j.status = %(state)s::text::procrastinate_job_status)
   AND (%(name)s::text IS NULL OR j.task_name = %(name)s)
   AND (%(before)s::bigint IS NULL OR j.id < %(before)s)
 ORDER BY j.id DESC LIMIT %(limit)s
"""
_EVENTS: LiteralString = """
SELECT type::text AS what, at FROM procrastinate_events
 WHERE job_id = %(id)s AND type <> 'scheduled' ORDER BY id
"""
_FAILED: LiteralString = """
SELECT id FROM procrastinate_jobs
 WHERE status = 'failed' AND (%(name)s::text IS NULL OR task_name = %(name)s) ORDER BY id
"""
_STATE: LiteralString = "SELECT status::text FROM procrastinate_jobs WHERE id = %(id)s FOR UPDATE"
_AGAIN: LiteralString = "SELECT procrastinate_retry_job_v2(%(id)s, now(), NULL, NULL, NULL)"
# The policy counts the runs since somebody looked at it.
_AFRESH: LiteralString = "UPDATE procrastinate_jobs SET attempts = 0 WHERE id = %(id)s"


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """One job as the queue knows it; `runs` are those that have ended since it was last retried by hand.

    Of a dead letter `fault` is the class of the last error and `said` its first line; both are None where no
    run of it ended with an error, as of a job that its worker does not know.
    """

    id: int
    name: str
    queue: str
    state: State
    runs: int
    ids: dict[str, Any]
    not_before: datetime | None
    enqueued_at: datetime
    changed_at: datetime
    fault: str | None
    said: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job."""

    what: str
    at: datetime


def require_reachable(connection: Connection[Any]) -> None:
    """Raise `QueueUnreachableError` where the queue is not on the connection's search path."""
    row = _plain(connection).execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    if row is None or row[0] is None:
        raise QueueUnreachableError


def enqueue(
    transaction: Connection[Any] | Session, job: Job, *, at: datetime | None = None, **ids: int
) -> int:
    """Put a job into its queue and return its number; the caller commits, and without that there is no job.

    Jobs about the same subject run one after the other. Not before `at`, if it is given. The arguments are
    ids only: whoever reads the queue learns nothing else. Raises `SubjectError`.
    """
    if set(ids) != set(job.ids) or not all(type(value) is int for value in ids.values()):
        raise SubjectError(job.name, job.ids, ids)
    return _enqueue(_driver_connection(transaction), job, ids, at)


def queued(
    connection: Connection[Any],
    *,
    state: State | None = None,
    name: str | None = None,
    before: int | None = None,
    limit: int = 20,
) -> tuple[QueuedJob, ...]:
    """Return jobs, the newest first, those of one state, of one name, before one number."""
    asked = {"state": state, "name": name, "before": before, "limit": limit}
    with connection.cursor(row_factory=class_row(QueuedJob)) as cursor:
        return tuple(cursor.execute(_JOBS + _LISTED, asked).fetchall())


def get_queued(connection: Connection[Any], number: int) -> tuple[QueuedJob, tuple[Event, ...]]:
    """Return one job with what happened to it, in order. Raises `JobMissingError`."""
    with connection.cursor(row_factory=class_row(QueuedJob)) as cursor:
        found = cursor.execute(_JOBS + " WHERE j.id = %(id)s", {"id": number}).fetchone()
    if found is None:
        raise JobMissingError(number)
    with connection.cursor(row_factory=class_row(Event)) as cursor:
        return found, tuple(cursor.execute(_EVENTS, {"id": number}).fetchall())


def retry(connection: Connection[Any], numbers: Sequence[int]) -> None:
    """Let failed jobs run again, with all the runs that their policy gives; the caller commits.

    Raises `JobMissingError` or `JobNotFailedError`; then none of them is retried, if the caller rolls back.
    """
    for number in sorted(set(numbers)):
        row = _plain(connection).execute(_STATE, {"id": number}).fetchone()
        if row is None:
            raise JobMissingError(number)
        if row[0] != "failed":
            raise JobNotFailedError(number, row[0])
        connection.execute(_AGAIN, {"id": number})
        connection.execute(_AFRESH, {"id": number})
        forget(connection, number)


def failed(connection: Connection[Any], name: str | None = None) -> tuple[int, ...]:
    """Return the numbers of the dead letters, the oldest first."""
    return tuple(row[0] for row in _plain(connection).execute(_FAILED, {"name": name}))


def _enqueue(connection: Connection[Any], job: Job, ids: dict[str, int], at: datetime | None) -> int:
    lock = ":".join([job.name, *(str(ids[name]) for name in job.ids)]) if job.ids else None
    values = {"queue": job.queue, "name": job.name, "lock": lock, "ids": json.dumps(ids), "at": at}
    row = _plain(connection).execute(_ENQUEUE, values).fetchone()
    assert row is not None, "the function returns one number for each job"
    return int(row[0])


def _driver_connection(transaction: Connection[Any] | Session) -> Connection[Any]:
    """Return the driver's connection in whose transaction an ORM session works."""
    if isinstance(transaction, Connection):
        return transaction
    connection: Connection[Any] | None = transaction.connection().connection.driver_connection
    assert connection is not None, "a session in a transaction has a connection"
    return connection


def _plain(connection: Connection[Any]) -> Any:
    """Return a cursor that gives tuples, whatever the connection's rows look like."""
    return connection.cursor(row_factory=tuple_row)
