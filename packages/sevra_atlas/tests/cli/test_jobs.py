"""`sevra jobs`: the queue is listed, dead letters are shown and run again."""

import json

import psycopg
import pytest

from sevra_atlas.workers.catalogue import PURGE_FINISHED, VERIFY_SEARCH
from sevra_atlas.workers.dead_letters import Failure, keep
from sevra_atlas.workers.queue import enqueue


@pytest.fixture
def dead(deployed) -> tuple[int, int]:
    """Leave two dead letters and a waiting job; return the dead ones, the older first."""
    url = deployed.run("db", "url", "--role", "maintenance").stdout.strip()
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
        numbers = enqueue(connection, VERIFY_SEARCH), enqueue(connection, PURGE_FINISHED)
        for number in numbers:
            connection.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [number])
        keep(connection, numbers[0], Failure("PurgedError", "deletion batch 7 was purged"))
        enqueue(connection, VERIFY_SEARCH)
        return numbers


def test_dead_letters_are_listed_shown_and_run_again(deployed, dead) -> None:
    older, newer = dead
    listed = deployed.run("jobs", "dead")
    page = json.loads(deployed.run("jobs", "list", "--limit", "2", "--json").stdout)
    rest = json.loads(
        deployed.run("jobs", "list", "--before", str(page[-1]["id"]), "--state", "failed", "--json").stdout
    )
    shown = deployed.run("jobs", "show", str(older))
    retried = deployed.run("jobs", "retry", str(older))
    waiting = json.loads(deployed.run("jobs", "show", str(older), "--json").stdout)
    again = deployed.run("jobs", "retry", str(older))
    all_left = json.loads(deployed.run("jobs", "retry", "--all", "--json").stdout)
    none_left = deployed.run("jobs", "dead")

    assert listed.stdout.index("jobs.purge_finished") < listed.stdout.index("search.verify")
    assert [(job["name"], job["state"]) for job in page] == [
        ("search.verify", "todo"),
        ("jobs.purge_finished", "failed"),
    ]
    assert [job["id"] for job in rest] == [older]
    assert "PurgedError: deletion batch 7 was purged" in listed.stdout
    assert "not known: the worker's log has it" in listed.stdout
    assert (rest[0]["fault"], rest[0]["said"]) == ("PurgedError", "deletion batch 7 was purged")
    assert (page[1]["fault"], page[1]["said"]) == (None, None)
    assert "why:        PurgedError: deletion batch 7 was purged\n" in shown.stdout
    assert waiting["fault"] is None
    assert f"job:        {older} search.verify\n" in shown.stdout
    assert "state:      failed\nended runs: 0\n" in shown.stdout
    assert shown.stdout.splitlines()[-1].endswith("  cancelled")
    assert retried.stdout == "1 job waits again\n"
    assert again.returncode == 2
    assert again.stderr == f"error: job {older} is todo, not failed\nhint: wait for it to end\n"
    assert all_left == {"retried": [newer]}
    assert none_left.stdout == "there is no dead letter\n"


def test_of_several_dead_letters_all_run_again_or_none(deployed, dead) -> None:
    older, _ = dead
    refused = deployed.run("jobs", "retry", str(older), "999999")

    assert refused.returncode == 2
    assert "error: the queue holds no job 999999" in refused.stderr
    assert str(older) in deployed.run("jobs", "dead").stdout
    assert deployed.run("jobs", "retry").returncode == 2
    assert deployed.run("jobs", "retry", "1", "--all").returncode == 2


def test_a_periodic_job_is_enqueued_by_hand(deployed) -> None:
    catalogue = deployed.run("jobs", "catalogue")
    told = json.loads(deployed.run("jobs", "catalogue", "--json").stdout)
    run = json.loads(deployed.run("jobs", "run", "stats.check_counters", "--json").stdout)
    waiting = json.loads(deployed.run("jobs", "show", str(run["number"]), "--json").stdout)
    unknown = deployed.run("jobs", "run", "stats.check")

    assert "every 2 s, if something is to do" in catalogue.stdout
    assert {"name": "search.verify", "queue": "search", "schedule": "0 4 * * fri"}.items() <= next(
        job for job in told if job["name"] == "search.verify"
    ).items()
    assert (waiting["name"], waiting["state"]) == ("stats.check_counters", "todo")
    assert [event["what"] for event in waiting["events"]] == ["deferred"]
    assert unknown.stderr.startswith("error: there is no job 'stats.check'\n")
