"""What a worker does with jobs, and what is left of it when it is killed: processes, real signals."""

import json
import signal
from collections.abc import Callable

import psycopg
import pytest
from databases import SevraDatabase
from worker_jobs import AFTER, BEFORE, DURING, NOTE, UNLUCKY, WRONG
from worker_place import (
    Worker,
    close_gate,
    notes,
    open_gate,
    wait_for_state,
    wait_for_waiters,
    wait_until,
)

from sevra_atlas.workers import queue
from sevra_atlas.workers.jobs import Job

Start = Callable[..., Worker]


def enqueued(admin: psycopg.Connection, job: Job, **ids: int) -> int:
    return queue.enqueue(admin, job, **ids)


def age_workers(admin: psycopg.Connection) -> None:
    """Let every worker look as if it had not shown itself for an hour."""
    admin.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")


def logged(worker: Worker, event: str) -> list[dict]:
    lines = [json.loads(line) for line in worker.said().splitlines()]
    return [line for line in lines if line["event"] == event]


def test_a_worker_runs_what_is_enqueued_and_ends_when_it_is_asked_to(
    admin: psycopg.Connection, start: Start
) -> None:
    before = enqueued(admin, NOTE, subject=1)
    worker = start()
    wait_for_state(admin, before, "succeeded")
    meanwhile = enqueued(admin, NOTE, subject=2)
    wait_for_state(admin, meanwhile, "succeeded")

    worker.ask_to_stop()
    (first, second) = logged(worker, "job done")

    assert worker.process.returncode == 0
    assert notes(admin) == [1, 2]
    assert (first["job"], first["number"], first["subject"]) == ("test.note", before, 1)
    assert (second["number"], second["did"]) == (meanwhile, {"notes": 1})
    assert admin.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (0,)


def test_no_job_is_run_by_two_workers(admin: psycopg.Connection, start: Start) -> None:
    start(), start()
    close_gate(admin)
    # Two take a job each and wait, so both of them are at work.
    for subject in (1, 2):
        enqueued(admin, BEFORE, subject=subject)
    wait_for_waiters(admin, 2)
    with admin.transaction():
        for subject in range(3, 103):
            enqueued(admin, NOTE, subject=subject)
    open_gate(admin)
    wait_until(admin, "NOT EXISTS (SELECT FROM procrastinate_jobs WHERE status <> 'succeeded')")

    assert notes(admin) == list(range(1, 103))


def test_jobs_about_one_subject_run_one_after_the_other(admin: psycopg.Connection, start: Start) -> None:
    start(concurrency=4)
    close_gate(admin)
    first = enqueued(admin, BEFORE, subject=1)
    wait_for_waiters(admin, 1)
    second, other = enqueued(admin, BEFORE, subject=1), enqueued(admin, BEFORE, subject=2)
    wait_for_waiters(admin, 2)

    states = dict(admin.execute("SELECT id, status::text FROM procrastinate_jobs").fetchall())

    assert states == {first: "doing", second: "todo", other: "doing"}
    open_gate(admin)
    wait_for_state(admin, second, "succeeded")


@pytest.mark.parametrize(
    "job",
    [
        pytest.param(BEFORE, id="before its transaction", marks=pytest.mark.slow),
        pytest.param(DURING, id="in its transaction", marks=pytest.mark.slow),
        pytest.param(AFTER, id="after its transaction"),
    ],
)
def test_a_job_of_a_killed_worker_is_run_again_and_has_its_effect_once(
    admin: psycopg.Connection, start: Start, job: Job
) -> None:
    close_gate(admin)
    number = enqueued(admin, job, subject=1)
    killed = start()
    wait_for_waiters(admin)
    killed.process.send_signal(signal.SIGKILL)
    killed.process.wait()
    age_workers(admin)
    open_gate(admin)

    start()
    # The sweep is a periodic job: it is due because there is something to sweep.
    wait_for_state(admin, number, "succeeded")

    assert notes(admin) == [1]
    events = [event.what for event in queue.get_queued(admin, number)[1]]
    assert events == ["deferred", "started", "deferred_for_retry", "started", "succeeded"]


def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_in_hand(
    admin: psycopg.Connection, start: Start
) -> None:
    close_gate(admin)
    worker = start()
    number = enqueued(admin, DURING, subject=1)
    wait_for_waiters(admin)
    worker.ask_to_stop()
    # It has ended its listening: it takes nothing further.
    wait_until(
        admin,
        "NOT EXISTS (SELECT FROM pg_stat_activity"
        " WHERE query LIKE 'LISTEN%' AND datname = current_database())",
    )
    left = enqueued(admin, NOTE, subject=2)
    open_gate(admin)

    assert worker.process.wait(30) == 0
    assert notes(admin) == [1]
    assert queue.get_queued(admin, number)[0].state == "succeeded"
    assert queue.get_queued(admin, left)[0].state == "todo"


def test_what_is_not_done_within_the_grace_goes_back_into_its_queue(
    admin: psycopg.Connection, start: Start
) -> None:
    close_gate(admin)
    worker = start(grace_seconds=0.1)
    number = enqueued(admin, DURING, subject=1)
    wait_for_waiters(admin)

    worker.ask_to_stop()

    assert worker.process.wait(30) == 0
    assert [line["number"] for line in logged(worker, "job released")] == [number]
    assert queue.get_queued(admin, number)[0].state == "todo"
    assert notes(admin) == []


def test_a_job_that_fails_is_run_again_until_it_is_a_dead_letter(
    admin: psycopg.Connection, start: Start
) -> None:
    worker = start()
    number = enqueued(admin, UNLUCKY, subject=1)
    wait_for_state(admin, number, "failed")
    dead, events = queue.get_queued(admin, number)

    assert dead.runs == 3
    assert notes(admin) == [1, 1, 1]
    assert [event.what for event in events] == [
        "deferred",
        *["started", "deferred_for_retry"] * 2,
        *["started", "failed"],
    ]
    worker.ask_to_stop()
    said = worker.said()
    assert [json.loads(line)["event"] for line in said.splitlines()][1:] == [
        *["job retried", "job retried", "job failed"],
    ]
    assert '"fault": "UnluckyError"' in said
    assert (dead.fault, dead.said) == ("UnluckyError", None)


def test_a_wrong_statement_is_not_tried_again(admin: psycopg.Connection, start: Start) -> None:
    worker = start(queues=["seo"])
    number, other = enqueued(admin, WRONG), enqueued(admin, NOTE, subject=1)
    wait_for_state(admin, number, "failed")
    worker.ask_to_stop()

    (line,) = logged(worker, "job failed")

    assert (line["run"], line["sqlstate"]) == (1, "42703")
    dead = queue.get_queued(admin, number)[0]
    assert (dead.fault, dead.said) == ("UndefinedColumn", line["said"])
    assert queue.get_queued(admin, other)[0].state == "todo", "of another queue"


def test_a_job_that_ends_its_worker_each_time_becomes_a_dead_letter(
    admin: psycopg.Connection, run: Callable[..., object], place: SevraDatabase
) -> None:
    from sevra_atlas.workers.catalogue.sweep_stalled import MOST_RUNS, SWEEP_STALLED

    number = enqueued(admin, NOTE, subject=1)
    outcomes = []
    for _ in range(MOST_RUNS):
        admin.execute("SELECT procrastinate_fetch_job_v2(NULL, (SELECT procrastinate_register_worker_v1()))")
        age_workers(admin)
        outcomes.append(run(SWEEP_STALLED).facts)

    assert outcomes == [{"rescued": 1, "given_up": 0}] * (MOST_RUNS - 1) + [{"rescued": 0, "given_up": 1}]
    assert queue.failed(admin) == (number,)
    dead = queue.get_queued(admin, number)[0]
    assert (dead.fault, dead.said) == ("WorkerDied", f"its worker died {MOST_RUNS} times")


def test_a_worker_whose_connections_were_ended_goes_on(admin: psycopg.Connection, start: Start) -> None:
    worker = start()
    before = enqueued(admin, NOTE, subject=1)
    wait_for_state(admin, before, "succeeded")
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    after = enqueued(admin, NOTE, subject=2)
    wait_for_state(admin, after, "succeeded")

    worker.ask_to_stop()
    worker.said()
    assert worker.process.returncode == 0
