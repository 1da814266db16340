"""What a dead worker had in hand goes back into its queue."""

from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.workers.backoff import NEXT_RUN
from sevra_atlas.workers.dead_letters import Failure, keep
from sevra_atlas.workers.jobs import Done, Job, Work
from sevra_atlas.workers.schedules import Every
from sevra_atlas.workers.scheduling import STALLED_JOBS

MOST_RUNS = 5
"""A job whose worker died so often becomes a dead letter: it may be what kills them."""

_FOUND: LiteralString = (
    f"SELECT j.id, j.attempts + 1 {STALLED_JOBS} ORDER BY j.id FOR UPDATE OF j SKIP LOCKED"
)
_AGAIN: LiteralString = "SELECT procrastinate_retry_job_v2(%(id)s, now(), NULL, NULL, NULL)"
_GIVE_UP: LiteralString = "SELECT procrastinate_finish_job_v1(%(id)s, 'failed', false)"


def run(work: Work) -> Done:
    """Give every stalled job back, or give it up; all in one transaction, they are few."""
    return work.transact(_sweep)


def _sweep(connection: Connection[Any]) -> Done:
    facts = {"rescued": 0, "given_up": 0}
    for number, runs in connection.execute(_FOUND).fetchall():
        given_up = runs >= MOST_RUNS
        connection.execute(_GIVE_UP if given_up else _AGAIN, {"id": number})
        if given_up:
            keep(connection, number, Failure("WorkerDied", f"its worker died {runs} times"))
        facts["given_up" if given_up else "rescued"] += 1
    return Done(facts)


SWEEP_STALLED = Job(
    "jobs.sweep_stalled",
    "maintenance",
    run,
    retry=NEXT_RUN,
    schedule=Every(60),
    due=f"SELECT EXISTS (SELECT {STALLED_JOBS})",
    totals={"rescued": "sevra_jobs_rescued_total", "given_up": "sevra_jobs_given_up_total"},
)
