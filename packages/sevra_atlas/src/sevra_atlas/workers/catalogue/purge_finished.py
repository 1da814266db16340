"""The queue forgets what ended: successes after a week, dead letters after 30 days."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.batches import drained
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Calendar

BATCH = 1_000

_PURGE: LiteralString = """
WITH ended AS (
  SELECT j.id FROM procrastinate_jobs j
   WHERE j.status = ANY (ARRAY['succeeded', 'failed', 'cancelled', 'aborted']::procrastinate_job_status[])
     AND NOT EXISTS (SELECT FROM procrastinate_events e
                      WHERE e.job_id = j.id
                        AND e.at > now() - CASE j.status WHEN 'failed' THEN interval '30 days'
                                                         ELSE interval '7 days' END)
   ORDER BY j.id LIMIT %(batch)s
), reasons AS (
  DELETE FROM public.job_failures WHERE job_id IN (SELECT id FROM ended)
)
DELETE FROM procrastinate_jobs WHERE id IN (SELECT id FROM ended)
"""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many jobs one pass removed."""

    jobs: int
    more: bool


def purge_once(connection: Connection[Any], *, batch: int = BATCH) -> Purged:
    """Remove at most `batch` jobs with their events and why they failed; the caller commits."""
    removed = connection.execute(_PURGE, {"batch": batch}).rowcount
    return Purged(removed, more=removed == batch)


def run(work: Work) -> Done:
    """Remove them a batch a transaction."""
    return drained(work, purge_once, lambda batch: {"jobs": batch.jobs})


PURGE_FINISHED = Job(
    "jobs.purge_finished", "maintenance", run, retry=NEXT_RUN, schedule=Calendar("50 2 * * *")
)
