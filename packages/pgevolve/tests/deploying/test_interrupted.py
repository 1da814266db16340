"""A deploy that dies, and the next one that goes on."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pgevolve.deploy import deploy
from pgevolve.failures import (
    ConnectionLostError,
    UnknownOutcomeError,
)
from pgevolve.progress import (
    DeployEvent,
    MigrationStarted,
)
from pgevolve.status import read_status
from pgevolve.step import Step

Query = Callable[..., list[tuple[object, ...]]]

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"
_INDEX = Step("CREATE INDEX CONCURRENTLY salons_name_idx ON public.salons (name)", transactional=False)


# Deploys, and is killed by the database's own step: the first argument is the folder, the second the address.
_DEPLOYER = """
import pathlib, sys
from sqlalchemy import MetaData
from pgevolve.deploy import deploy
from pgevolve.project import Project
deploy(Project(MetaData(), pathlib.Path(sys.argv[1]), owner="shop_owner"), sys.argv[2])
"""


@pytest.fixture
def killed_deploy(shop: Any, empty_database: str) -> Callable[[str], None]:
    """Run a deploy in a process of its own and kill it while it waits in a step for the lock `key`."""

    def run_and_kill(waiting_for: str) -> None:
        with psycopg.connect(empty_database, autocommit=True) as gate:
            gate.execute(waiting_for.encode())
            process = subprocess.Popen(
                [sys.executable, "-c", _DEPLOYER, str(shop.project.migrations), empty_database]
            )
            while not gate.execute(
                "SELECT 1 FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)"
                " WHERE l.locktype = 'advisory' AND l.objid = 7 AND NOT l.granted"
            ).fetchone():
                assert process.poll() is None
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
            gate.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE application_name LIKE 'pgevolve%' AND datname = current_database()"
            )

    return run_and_kill


def test_a_deploy_killed_in_a_transaction_goes_on_where_it_was(
    shop: Any, empty_database: str, query: Query, killed_deploy: Callable[[str], None]
) -> None:
    migration = shop.add(
        "salons",
        _SALONS,
        _INDEX,
        "INSERT INTO salons VALUES (1, 'x')",
        "SELECT pg_advisory_xact_lock(7)",
        "ALTER TABLE salons ADD city text",
    )
    killed_deploy("SELECT pg_advisory_lock(7)")
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
    shop: Any, empty_database: str, query: Query, killed_deploy: Callable[[str], None]
) -> None:
    waits = "DO $$ BEGIN PERFORM pg_advisory_lock(7); END $$"
    migration = shop.add_broken("salons", _SALONS, Step(waits, transactional=False))
    killed_deploy("SELECT pg_advisory_lock(7)")

    with pytest.raises(UnknownOutcomeError) as caught:
        deploy(shop.project, empty_database)

    assert (caught.value.name, caught.value.step) == (migration.name, 2)
    assert query("SELECT number, state FROM pgevolve.steps ORDER BY number") == [(1, "done"), (2, "started")]


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
