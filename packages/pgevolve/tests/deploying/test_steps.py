"""Steps that run: in order, as the owner, recorded with their effects, or undone."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pgevolve.cli.progress import foreseen_lines
from pgevolve.deploy import deploy
from pgevolve.errors import FailedMigrationError
from pgevolve.failures import (
    MigrationFailedError,
)
from pgevolve.local import LocalPostgres
from pgevolve.progress import (
    DeployEvent,
    DeployStarted,
    MigrationApplied,
    MigrationStarted,
    StepDone,
    Verified,
)
from pgevolve.status import EarlierFailureError
from pgevolve.step import Step

Query = Callable[..., list[tuple[object, ...]]]

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"
_INDEX = Step("CREATE INDEX CONCURRENTLY salons_name_idx ON public.salons (name)", transactional=False)


def test_pending_migrations_are_applied_in_order_and_recorded(
    shop: Any, empty_database: str, query: Query
) -> None:
    first = shop.add("salons", _SALONS, "INSERT INTO salons VALUES (1, 'رویا 50%')")
    second = shop.add("index", "ALTER TABLE salons ADD city text", _INDEX, "ALTER TABLE salons DROP city")
    told: list[DeployEvent] = []

    report = deploy(shop.project, empty_database, report=told.append)

    assert [migration.name for migration in report.migrations] == [first.name, second.name]
    assert report.first
    assert report.digest == second.digest
    assert [step.attempts for step in report.migrations[1].steps] == [1, 1, 1]
    assert query("SELECT name FROM salons") == [("رویا 50%",)]
    assert query("SELECT name, state, checksum, digest FROM pgevolve.migrations ORDER BY position") == [
        (migration.name, "applied", migration.checksum, migration.digest) for migration in (first, second)
    ]
    assert query("SELECT count(*) FROM pgevolve.steps WHERE state = 'done'") == [(5,)]
    kinds = [type(event) for event in told]
    assert kinds == [
        DeployStarted,
        *[MigrationStarted, StepDone, StepDone, MigrationApplied],
        *[MigrationStarted, StepDone, StepDone, StepDone, MigrationApplied],
        Verified,
    ]


def test_a_second_deploy_has_nothing_to_do(shop: Any, empty_database: str, query: Query) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    before = query("SELECT * FROM pgevolve.events")

    report = deploy(shop.project, empty_database)

    assert report.migrations == ()
    assert not report.first
    assert query("SELECT * FROM pgevolve.events") == before


def test_everything_belongs_to_the_owner(shop: Any, empty_database: str, query: Query) -> None:
    shop.add("salons", _SALONS, "CREATE SCHEMA live", _INDEX)

    deploy(shop.project, empty_database)

    owners = query(
        "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace::regnamespace::text"
        " IN ('public', 'pgevolve', 'live')"
    )
    assert owners == [("shop_owner",)]
    assert query(
        "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname IN ('live', 'pgevolve')"
    ) == [("shop_owner",), ("shop_owner",)]


def test_a_dry_run_shows_the_steps_and_changes_nothing(shop: Any, empty_database: str, query: Query) -> None:
    shop.add("salons", f"-- جدول\n{_SALONS}", _INDEX)

    report = deploy(shop.project, empty_database, dry_run=True)

    assert report.dry_run
    assert [step.statement for step in report.migrations[0].steps] == [_SALONS, _INDEX.sql]
    assert query("SELECT to_regclass('salons'), to_regnamespace('pgevolve')") == [(None, None)]


def test_a_dry_run_says_what_each_step_would_do_to_others(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS, "INSERT INTO salons SELECT n, n FROM generate_series(1, 300) AS n")
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("ANALYZE salons")
    shop.add(
        "more",
        "ALTER TABLE public.salons ADD city text",
        "ALTER TABLE public.salons ALTER COLUMN id TYPE numeric",
        _INDEX,
        "CREATE TABLE public.cities (id int)",
    )

    report = deploy(shop.project, empty_database, dry_run=True)

    assert [list(foreseen_lines(step)) for step in report.migrations[0].steps] == [
        ["public.salons (about 300 rows): locks it ACCESS EXCLUSIVE"],
        ["public.salons (about 300 rows): locks it ACCESS EXCLUSIVE, rewrites it"],
        ["public.salons (about 300 rows): locks it SHARE UPDATE EXCLUSIVE, reads all of it"],
        [],
    ]


def test_the_outcome_does_not_depend_on_the_settings_of_the_login(
    shop: Any, server: LocalPostgres, empty_database: str, query: Query
) -> None:
    shop.add("salons", "CREATE TABLE salons (id int, at date DEFAULT '2026-02-01')", "SELECT pg_sleep(0.3)")
    with psycopg.connect(empty_database) as connection:
        database = connection.info.dbname
    options = (
        "-c search_path=nowhere -c datestyle=German -c statement_timeout=200 -c role=shop_owner"
        " -c default_transaction_read_only=on"
    )

    deploy(shop.project, server.url(database, options=options))

    assert query("SELECT to_regclass('public.salons')::text") == [("salons",)]


def test_a_failing_step_is_undone_recorded_and_stops_later_deploys(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    broken = shop.add_broken("broken", "ALTER TABLE salons ADD city text", "-- why\nSELECT 1 / 0")

    with pytest.raises(MigrationFailedError) as caught:
        deploy(shop.project, empty_database)

    error = caught.value
    assert str(error) == (
        f"migration {broken.name!r} failed at step 2 (up.sql line 4): division by zero (SQLSTATE 22012)"
    )
    assert f"resolve --rolled-back {broken.name}" in str(error.hint)
    assert query("SELECT count(*) FROM information_schema.columns WHERE table_name = 'salons'") == [(2,)]
    assert query("SELECT state, failed_step, sqlstate, message, statement FROM pgevolve.migrations")[1] == (
        "failed",
        2,
        "22012",
        "division by zero",
        "-- why\nSELECT 1 / 0",
    )
    with pytest.raises(EarlierFailureError, match="division by zero") as refused:
        deploy(shop.project, empty_database)
    assert isinstance(refused.value, FailedMigrationError)


def test_what_stood_before_the_failing_transaction_stays(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add_broken("salons", _SALONS, _INDEX, "ALTER TABLE salons ADD city text", "SELECT 1 / 0")

    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)

    assert query("SELECT number, state FROM pgevolve.steps ORDER BY number") == [
        (1, "done"),
        (2, "done"),
        (4, "failed"),
    ]
    assert query("SELECT to_regclass('salons_name_idx')::text") == [("salons_name_idx",)]
    assert query("SELECT count(*) FROM information_schema.columns WHERE table_name = 'salons'") == [(2,)]


def test_a_deferred_constraint_speaks_at_commit(shop: Any, empty_database: str, query: Query) -> None:
    shop.add_broken(
        "salons",
        "CREATE TABLE salons (id int PRIMARY KEY, parent int)",
        "ALTER TABLE salons ADD FOREIGN KEY (parent) REFERENCES salons DEFERRABLE INITIALLY DEFERRED",
        "INSERT INTO salons VALUES (1, 2)",
    )

    with pytest.raises(MigrationFailedError) as caught:
        deploy(shop.project, empty_database)

    assert caught.value.sqlstate == "23503"
    assert query("SELECT to_regclass('salons')") == [(None,)]
