"""A deploy that dies, and the next one that goes on."""

import signal
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pgevolve.connect import connect
from pgevolve.deploy import deploy, resume
from pgevolve.failures import (
    ConnectionLostError,
    UnknownOutcomeError,
)
from pgevolve.lock import WorkRunningError, work_lock
from pgevolve.progress import (
    DeployEvent,
    MigrationStarted,
    StepSettled,
)
from pgevolve.status import read_status
from pgevolve.step import Step

Query = Callable[..., list[tuple[object, ...]]]

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"
_INDEX = Step("CREATE INDEX CONCURRENTLY salons_name_idx ON public.salons (name)", transactional=False)


def test_a_deploy_killed_in_a_transaction_goes_on_where_it_was(
    shop: Any, empty_database: str, query: Query, signalled_deploy: Callable[..., tuple[int, str]]
) -> None:
    migration = shop.add(
        "salons",
        _SALONS,
        _INDEX,
        "INSERT INTO salons VALUES (1, 'x')",
        "SELECT pg_advisory_xact_lock(7)",
        "ALTER TABLE salons ADD city text",
    )
    assert signalled_deploy("SELECT pg_advisory_xact_lock(7)")[0] == -signal.SIGKILL
    assert query("SELECT state FROM pgevolve.migrations") == [("applying",)]
    assert [entry.kind for entry in read_status(shop.project, empty_database).migrations] == ["unfinished"]
    told: list[DeployEvent] = []

    deploy(shop.project, empty_database, report=told.append)

    assert [event for event in told if isinstance(event, MigrationStarted)] == [
        MigrationStarted(migration.name, first=3, steps=5)
    ]
    assert query("SELECT id, name, city FROM salons") == [(1, "x", None)]
    assert query("SELECT number FROM pgevolve.steps WHERE state = 'done' ORDER BY 1") == [
        (number,) for number in range(1, 6)
    ]


def test_a_deploy_killed_outside_a_transaction_asks_what_became_of_the_step(
    shop: Any, empty_database: str, query: Query, signalled_deploy: Callable[..., tuple[int, str]]
) -> None:
    waits = "DO $$ BEGIN PERFORM pg_advisory_xact_lock(7); END $$"
    migration = shop.add("salons", _SALONS, Step(waits, transactional=False))
    assert signalled_deploy("SELECT pg_advisory_xact_lock(7)")[0] == -signal.SIGKILL

    with pytest.raises(UnknownOutcomeError) as caught:
        deploy(shop.project, empty_database)

    assert (caught.value.name, caught.value.step) == (migration.name, 2)
    assert query("SELECT number, state FROM pgevolve.steps ORDER BY number") == [(1, "done"), (2, "started")]
    resume(shop.project, empty_database, answer="done")
    assert query("SELECT number, state FROM pgevolve.steps ORDER BY number") == [(1, "done"), (2, "done")]


@pytest.mark.fault("the connection is lost")
def test_an_interrupted_step_of_a_lost_server_session_can_be_run_again(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS, "SELECT pg_advisory_xact_lock(7)")
    errors: list[BaseException] = []

    def run() -> None:
        try:
            deploy(shop.project, empty_database)
        except ConnectionLostError as error:
            errors.append(error)

    with psycopg.connect(empty_database, autocommit=True) as gate:
        gate.execute("SELECT pg_advisory_lock(7)")
        thread = threading.Thread(target=run)
        thread.start()
        while not gate.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks"
            " WHERE NOT granted AND locktype = 'advisory' AND objid = 7"
        ).fetchone():
            assert thread.is_alive()
        thread.join()

    assert len(errors) == 1
    assert len(deploy(shop.project, empty_database).migrations) == 1
    assert query("SELECT to_regclass('salons')::text") == [("salons",)]


def _settled(told: list[DeployEvent]) -> tuple[str, int]:
    """Return what was found of the interrupted step, and how many statements cleared it."""
    (event,) = [event for event in told if isinstance(event, StepSettled)]
    return event.verdict, len(event.cleared)


def test_an_index_whose_building_was_cut_off_is_dropped_and_built_anew(
    shop: Any, empty_database: str, query: Query, signalled_deploy: Callable[..., tuple[int, str]]
) -> None:
    shop.add("salons", _SALONS, "INSERT INTO salons VALUES (1, 'x')")
    deploy(shop.project, empty_database)
    migration = shop.add("index", _INDEX)
    # The building waits for a transaction that has written to the table, its entry being in the catalogue.
    assert signalled_deploy("UPDATE salons SET name = 'y'")[0] == -signal.SIGKILL
    told: list[DeployEvent] = []

    report = deploy(shop.project, empty_database, report=told.append)

    assert report.digest == migration.digest
    assert _settled(told) == ("run again", 1)
    assert query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'salons_name_idx'::regclass") == [
        (True,)
    ]


def test_an_index_that_the_server_finished_after_the_deployer_died_is_not_built_again(
    shop: Any, empty_database: str, query: Query, signalled_deploy: Callable[..., tuple[int, str]]
) -> None:
    shop.add("salons", _SALONS, "INSERT INTO salons VALUES (1, 'x')")
    deploy(shop.project, empty_database)
    migration = shop.add("index", _INDEX)
    signalled_deploy("UPDATE salons SET name = 'y'", leave_at_work=True)
    told: list[DeployEvent] = []

    report = deploy(shop.project, empty_database, report=told.append)

    assert report.digest == migration.digest
    assert _settled(told) == ("done", 0)
    assert query("SELECT state FROM pgevolve.steps WHERE migration = %s", migration.name) == [("done",)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.fault("SIGTERM and SIGINT")
def test_a_signal_cancels_the_running_step_and_says_how_to_go_on(
    shop: Any,
    empty_database: str,
    query: Query,
    signalled_deploy: Callable[..., tuple[int, str]],
    number: signal.Signals,
) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    migration = shop.add("city", "ALTER TABLE salons ADD city text")

    status, said = signalled_deploy("SELECT 1 FROM salons", number)

    assert status == 3
    assert said == (
        f"error: {number.name}: migration {migration.name!r} stopped before step 1 was done\n"
        "hint: run `deploy` to go on from there\n"
    )
    assert query("SELECT state FROM pgevolve.migrations WHERE name = %s", migration.name) == [("applying",)]
    assert query("SELECT detail ->> 'signal' FROM pgevolve.events WHERE kind = 'deploy.interrupted'") == [
        (number.name,)
    ]
    assert deploy(shop.project, empty_database).digest == migration.digest


@pytest.mark.fault("SIGTERM and SIGINT")
def test_a_signal_ends_the_building_of_an_index_too(
    shop: Any, empty_database: str, signalled_deploy: Callable[..., tuple[int, str]]
) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    migration = shop.add("index", _INDEX)

    assert signalled_deploy("LOCK TABLE salons IN ROW EXCLUSIVE MODE", signal.SIGTERM)[0] == 3

    assert deploy(shop.project, empty_database).digest == migration.digest


@pytest.mark.fault("the holder of the lock died and left its session at work")
def test_a_session_that_a_dead_deployer_left_at_work_is_waited_for(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)

    with (
        connect(empty_database, purpose="deploy") as left,
        work_lock(left, wait=0, waiting=lambda _: None),
        pytest.raises(WorkRunningError, match=f"still at work: pid {left.info.backend_pid}"),
    ):
        deploy(shop.project, empty_database, wait=0)
