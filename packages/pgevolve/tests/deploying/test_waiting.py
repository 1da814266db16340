"""Steps that wait for locks: for a moment, again and again, with the names of those in the way."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pgevolve.deploy import deploy
from pgevolve.failures import MigrationFailedError
from pgevolve.lock_policy import LockPolicy
from pgevolve.progress import BlockerTerminated, DeployEvent, StepBlocked, StepsRetried
from pgevolve.verify import SchemaLockedError, schema_digest

Query = Callable[..., list[tuple[object, ...]]]

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"
_CITY = "ALTER TABLE salons ADD city text"


@pytest.mark.fault("an idle transaction on the table")
def test_a_lock_that_does_not_come_is_asked_for_again(shop: Any, empty_database: str, query: Query) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    shop.add("city", "SELECT 1", "ALTER TABLE salons ADD city text")
    told: list[DeployEvent] = []

    with psycopg.connect(empty_database) as reader:
        reader.execute("SELECT * FROM salons")

        def tell(event: DeployEvent) -> None:
            told.append(event)
            if isinstance(event, StepsRetried):
                reader.rollback()

        report = deploy(shop.project, empty_database, report=tell)

    (retried,) = [event for event in told if isinstance(event, StepsRetried)]
    assert (retried.number, retried.attempt, retried.sqlstate) == (1, 1, "55P03")
    assert [step.attempts for step in report.migrations[0].steps] == [2, 2]
    assert query("SELECT max(attempts) FROM pgevolve.steps") == [(2,)]


def test_waits_grow_a_little_and_are_bounded() -> None:
    waits = list(LockPolicy(lock_timeout=0.5, attempts=20).timeouts())

    assert len(waits) == 20
    assert waits[0] == 0.5
    assert waits == sorted(waits)
    assert waits[-1] == 2.0
    assert all(0.25 <= LockPolicy.pause(attempt) <= 3.75 for attempt in range(1, 20))


@pytest.mark.fault("an idle transaction on the table")
def test_who_is_in_the_way_is_named_while_waiting_and_when_it_fails(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    migration = shop.add("city", _CITY)
    told: list[DeployEvent] = []

    with psycopg.connect(empty_database, application_name="shop 1.2") as reader:
        reader.execute("SELECT *\n  FROM salons")
        pid = reader.info.backend_pid
        with pytest.raises(MigrationFailedError) as caught:
            deploy(
                shop.project,
                empty_database,
                report=told.append,
                locks=LockPolicy(lock_timeout=0.4, attempts=2),
            )

    (blocked,) = [event for event in told if isinstance(event, StepBlocked)]
    (blocker,) = blocked.blockers
    assert (blocked.migration, blocked.number, blocker.pid) == (migration.name, 1, pid)
    assert str(blocker).startswith(f"pid {pid} (shop 1.2, idle in transaction since 2")
    assert str(blocker).endswith(" UTC): SELECT * FROM salons")
    assert f"(SQLSTATE 55P03); in the way: pid {pid} (shop 1.2" in str(caught.value)
    for table in ("migrations", "steps"):
        assert query(f"SELECT blockers -> 0 ->> 'pid' FROM pgevolve.{table} WHERE sqlstate IS NOT NULL") == [
            (str(pid),)
        ]
    assert query("SELECT waited_seconds > 0.2 FROM pgevolve.steps WHERE sqlstate IS NOT NULL") == [(True,)]


def test_what_a_step_waited_is_told_apart_from_what_it_ran(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    shop.add("city", _CITY)

    with psycopg.connect(empty_database) as reader:
        reader.execute("SELECT * FROM salons")

        def tell(event: DeployEvent) -> None:
            if isinstance(event, StepBlocked):
                reader.rollback()

        report = deploy(shop.project, empty_database, report=tell, locks=LockPolicy(lock_timeout=20))

    (step,) = report.migrations[0].steps
    assert step.attempts == 1
    assert 0 < step.waited <= step.seconds
    assert step.locked == {"public.salons": "ACCESS EXCLUSIVE"}


@pytest.mark.fault("a cancelled wait for a lock")
def test_a_wait_that_somebody_cancels_is_tried_again(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    migration = shop.add("city", _CITY)
    told: list[DeployEvent] = []

    with (
        psycopg.connect(empty_database) as reader,
        psycopg.connect(empty_database, autocommit=True) as canceller,
    ):
        reader.execute("SELECT * FROM salons")

        def tell(event: DeployEvent) -> None:
            told.append(event)
            if isinstance(event, StepBlocked):
                canceller.execute(
                    "SELECT pg_cancel_backend(pid) FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
                )
            if isinstance(event, StepsRetried):
                reader.rollback()

        report = deploy(shop.project, empty_database, report=tell, locks=LockPolicy(lock_timeout=20))

    assert report.digest == migration.digest
    assert [event.sqlstate for event in told if isinstance(event, StepsRetried)] == ["57014"]


@pytest.mark.fault("a statement timeout")
def test_a_statement_that_is_cancelled_at_work_is_not_tried_again(shop: Any, empty_database: str) -> None:
    shop.add_broken("slow", "SELECT pg_sleep(60)")
    errors: list[MigrationFailedError] = []

    def run() -> None:
        try:
            deploy(shop.project, empty_database)
        except MigrationFailedError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    with psycopg.connect(empty_database, autocommit=True) as canceller:
        while not canceller.execute(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
            " WHERE query = 'SELECT pg_sleep(60)' AND state = 'active' AND datname = current_database()"
        ).fetchone():
            assert thread.is_alive()
    thread.join()

    assert [error.sqlstate for error in errors] == ["57014"]


@pytest.mark.fault("a deadlock with a writer")
def test_a_deadlock_is_tried_again(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS, "CREATE TABLE public.cities (id int)")
    deploy(shop.project, empty_database)
    migration = shop.add("both", _CITY, "ALTER TABLE cities ADD name text")
    told: list[DeployEvent] = []

    with psycopg.connect(empty_database) as writer:
        writer.execute("SET deadlock_timeout = '10min'")  # the deploy is to find it
        writer.execute("LOCK TABLE cities IN ACCESS SHARE MODE")
        crossing = threading.Thread(target=lambda: writer.execute("LOCK TABLE salons IN ACCESS SHARE MODE"))

        def tell(event: DeployEvent) -> None:
            told.append(event)
            if isinstance(event, StepBlocked) and not crossing.is_alive() and crossing.ident is None:
                crossing.start()
            if isinstance(event, StepsRetried):
                crossing.join()
                writer.rollback()

        report = deploy(shop.project, empty_database, report=tell, locks=LockPolicy(lock_timeout=30))

    assert report.digest == migration.digest
    assert [event.sqlstate for event in told if isinstance(event, StepsRetried)] == ["40P01"]


@pytest.mark.fault("an idle transaction on the table")
def test_blockers_are_ended_only_when_asked(shop: Any, empty_database: str, query: Query) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    migration = shop.add("city", _CITY)
    told: list[DeployEvent] = []

    with psycopg.connect(empty_database) as reader:
        reader.execute("SELECT * FROM salons")
        pid = reader.info.backend_pid
        locks = LockPolicy(lock_timeout=20, terminate_blockers_after=0.3)
        report = deploy(shop.project, empty_database, report=told.append, locks=locks)
        with pytest.raises(psycopg.OperationalError):
            reader.execute("SELECT 1")

    assert report.digest == migration.digest
    (ended,) = [event.blocker for event in told if isinstance(event, BlockerTerminated)]
    assert ended.pid == pid
    assert query("SELECT detail ->> 'pid' FROM pgevolve.events WHERE kind = 'blocker.terminated'") == [
        (str(pid),)
    ]


def test_reading_the_schema_does_not_wait_for_ever(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS, "CREATE VIEW public.named AS SELECT name FROM salons WHERE name <> ''")
    deploy(shop.project, empty_database)

    with psycopg.connect(empty_database) as other:
        other.execute("LOCK TABLE named IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(SchemaLockedError) as caught:
            schema_digest(empty_database, shop.project, lock_seconds=0.1)

    assert str(caught.value) == "the schema cannot be read: a table was locked for 0.1 s"
