"""Deploys on real servers: what is applied and recorded, what is refused, and what a failure leaves."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData

from pgevolve.connect import (
    DatabaseUnreachableError,
    EncodingError,
    TransactionPoolerError,
    UnsupportedServerError,
    connect,
    require_suitable,
    require_supported,
)
from pgevolve.deploy import deploy
from pgevolve.errors import FailedMigrationError, LockNotObtainedError
from pgevolve.failures import (
    BackfillError,
    ConnectionLostError,
    MigrationFailedError,
    NotFailedError,
    PreparationError,
    ResolveRefusedError,
    UnknownOutcomeError,
)
from pgevolve.history import EditedMigrationError, inspect_history, write_migration
from pgevolve.ledger import events
from pgevolve.local import LocalPostgres
from pgevolve.lock import DeployRunningError, deploy_lock
from pgevolve.objects import Role, declare
from pgevolve.progress import (
    DeployEvent,
    DeployStarted,
    LockAwaited,
    MigrationApplied,
    MigrationStarted,
    StepDone,
    StepsRetried,
    Verified,
)
from pgevolve.project import Project
from pgevolve.resolve import Claim, resolve
from pgevolve.sqltext import TransactionControlError
from pgevolve.status import EarlierFailureError, OvertakenMigrationError, UnknownMigrationError, read_status
from pgevolve.step import Step
from pgevolve.verify import DigestMismatchError, LeftoversError, verify

Query = Callable[..., list[tuple[object, ...]]]

_NOW = datetime(2026, 11, 22, 10, 15)  # noqa: DTZ001 (only its digits name a directory)
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

    assert query("SELECT number, state FROM pgevolve.steps ORDER BY number") == [(1, "done"), (2, "done")]
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


def test_a_failed_migration_that_left_nothing_may_be_resolved_mended_and_deployed(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    broken = shop.add_broken("city", "ALTER TABLE salons ADD city text", "SELECT 1 / 0")
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)

    resolve(shop.project, empty_database, broken.name, "rolled back")

    entries = read_status(shop.project, empty_database).migrations
    assert [entry.kind for entry in entries] == ["applied", "rolled back"]
    _forget_last(shop)
    shop.add("city", "ALTER TABLE salons ADD city text")
    assert len(deploy(shop.project, empty_database).migrations) == 1
    assert query("SELECT state FROM pgevolve.migrations ORDER BY position") == [("applied",), ("applied",)]


def _forget_last(shop: Any) -> None:
    """Take the last migration out of the history, as its author would before mending it."""
    root: Path = shop.project.migrations
    text = (root / "history.toml").read_text()
    (root / "history.toml").write_text(text[: text.rindex("[[migration]]")])
    last = max(path for path in root.iterdir() if path.name.endswith("_city"))
    for file in last.iterdir():
        file.unlink()
    last.rmdir()


def test_a_false_claim_about_a_failed_migration_is_refused(
    shop: Any, empty_database: str, query: Query
) -> None:
    broken = shop.add_broken("salons", _SALONS, _INDEX, "SELECT 1 / 0")
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)

    claims: tuple[Claim, ...] = ("rolled back", "applied")
    for claim in claims:
        with pytest.raises(ResolveRefusedError, match=f"is not {claim}"):
            resolve(shop.project, empty_database, broken.name, claim)

    assert query("SELECT state FROM pgevolve.migrations") == [("failed",)]
    with psycopg.connect(empty_database) as connection:
        connection.execute("DROP TABLE salons")
    resolve(shop.project, empty_database, broken.name, "rolled back")
    assert query("SELECT state FROM pgevolve.migrations") == [("rolled_back",)]
    assert query("SELECT count(*) FROM pgevolve.steps") == [(0,)]


def test_a_migration_finished_by_hand_is_recorded_as_applied(shop: Any, empty_database: str) -> None:
    migration = shop.add("salons", _SALONS, _INDEX)
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE SCHEMA blocked AUTHORIZATION shop_owner")
    _fail_in_the_index(shop, empty_database)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA blocked")
        connection.execute("SET ROLE shop_owner")
        connection.execute("DROP TABLE salons")
        connection.execute(_SALONS.encode())
        connection.execute("CREATE INDEX salons_name_idx ON salons (name)")

    resolve(shop.project, empty_database, migration.name, "applied")

    assert verify(shop.project, empty_database).digest == migration.digest


def _fail_in_the_index(shop: Any, url: str) -> None:
    """Let the index step fail: an index of its name comes between."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE other AS SELECT 'x'::text AS name")
        connection.execute("CREATE INDEX salons_name_idx ON other (name)")
    with pytest.raises(MigrationFailedError) as caught:
        deploy(shop.project, url)
    assert caught.value.sqlstate == "42P07"
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE other")


def test_only_a_failed_migration_can_be_resolved(shop: Any, empty_database: str) -> None:
    migration = shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)

    for name in (migration.name, "nothing"):
        with pytest.raises(NotFailedError):
            resolve(shop.project, empty_database, name, "applied")


def test_an_edited_migration_is_refused_before_anything_runs(
    shop: Any, empty_database: str, query: Query
) -> None:
    migration = shop.add("salons", _SALONS)
    (migration.directory / "up.sql").write_text("SELECT 1;\n")

    with pytest.raises(EditedMigrationError):
        deploy(shop.project, empty_database)

    assert query("SELECT to_regnamespace('pgevolve')") == [(None,)]


def test_a_history_rewritten_after_it_was_applied_is_refused(shop: Any, empty_database: str) -> None:
    migration = shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    (migration.directory / "up.sql").write_text("SELECT 1;\n")
    listed = shop.project.migrations / "history.toml"
    with pytest.raises(EditedMigrationError) as edited:
        deploy(shop.project, empty_database)
    listed.write_text(listed.read_text().replace(migration.checksum, edited.value.found))

    with pytest.raises(EditedMigrationError) as caught:
        deploy(shop.project, empty_database)

    assert (caught.value.recorded, caught.value.found) == (migration.checksum, edited.value.found)


def test_an_applied_migration_that_the_history_lacks_is_refused(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    shop.add("city", "ALTER TABLE salons ADD city text")
    deploy(shop.project, empty_database)
    _forget_last(shop)

    with pytest.raises(UnknownMigrationError, match="city"):
        deploy(shop.project, empty_database)


def test_a_migration_put_before_an_applied_one_is_refused(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    city = shop.add("city", "ALTER TABLE salons ADD city text")
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("DELETE FROM pgevolve.migrations WHERE name <> %s", (city.name,))

    with pytest.raises(OvertakenMigrationError, match=city.name):
        deploy(shop.project, empty_database)


def test_transaction_control_in_a_file_is_refused_before_anything_runs(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    migration = shop.add_broken("city", "SELECT 1")
    (migration.directory / "up.sql").write_text("SELECT 1;\nCOMMIT;\n")
    _accept(shop, migration.checksum)

    with pytest.raises(TransactionControlError, match=r"up\.sql:2 COMMIT"):
        deploy(shop.project, empty_database)

    assert query("SELECT to_regclass('salons')") == [(None,)]


_FILL = "UPDATE public.salons SET name = 'none' WHERE ctid >= $1 AND ctid < $2 AND name IS NULL;"


def _with_backfill(shop: Any, backfill: str) -> str:
    migration = shop.add("salons", _SALONS, "INSERT INTO salons SELECT generate_series(1, 500)")
    (migration.directory / "backfill.sql").write_text(backfill)
    _accept(shop, migration.checksum)
    return str(migration.name)


def test_a_backfill_fills_the_rows_after_the_steps(shop: Any, empty_database: str, query: Any) -> None:
    _with_backfill(shop, _FILL)

    deploy(shop.project, empty_database)

    assert query("SELECT count(*) FROM salons WHERE name = 'none'") == [(500,)]
    assert query("SELECT state FROM pgevolve.migrations") == [("applied",)]


def test_a_backfill_that_fails_goes_on_with_the_next_deploy(
    shop: Any, empty_database: str, query: Any
) -> None:
    shop.add("divisor", "CREATE TABLE public.divisor AS SELECT 0 AS n")
    name = _with_backfill(shop, _FILL.replace("'none'", "1 / (SELECT n FROM public.divisor)"))

    with pytest.raises(BackfillError, match=rf"{name}' failed: division by zero \(SQLSTATE 22012\)"):
        deploy(shop.project, empty_database)
    assert query("SELECT state FROM pgevolve.migrations ORDER BY 1") == [("applied",), ("applying",)]

    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("UPDATE divisor SET n = 1")
    deploy(shop.project, empty_database)

    assert query("SELECT DISTINCT state FROM pgevolve.migrations") == [("applied",)]
    assert query("SELECT count(*) FROM salons WHERE name = '1'") == [(500,)]


def _accept(shop: Any, recorded: str) -> None:
    """Put the checksum that the files have now into the list."""
    (problem,) = inspect_history(shop.project.migrations).problems
    assert isinstance(problem, EditedMigrationError)
    listed = shop.project.migrations / "history.toml"
    listed.write_text(listed.read_text().replace(recorded, problem.found))


def test_a_changed_database_is_noticed_before_the_next_migration(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    shop.add("city", "ALTER TABLE salons ADD city text")
    with psycopg.connect(empty_database) as connection:
        connection.execute("ALTER TABLE salons ADD sneaked_in int")

    with pytest.raises(DigestMismatchError):
        deploy(shop.project, empty_database)
    with pytest.raises(DigestMismatchError):
        verify(shop.project, empty_database)

    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]


def test_a_migration_that_leads_elsewhere_than_it_says_is_reported(shop: Any, empty_database: str) -> None:
    migration = shop.add("salons", _SALONS, leads_to="1" * 64)

    with pytest.raises(DigestMismatchError) as caught:
        deploy(shop.project, empty_database)

    assert caught.value.migration == migration.name
    with psycopg.connect(empty_database) as connection:
        (event,) = events(connection, "verify.failed")
    assert event.detail["migration"] == migration.name


def test_a_constraint_left_unvalidated_is_reported(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS, "ALTER TABLE salons ADD CHECK (name <> '') NOT VALID")

    with pytest.raises(LeftoversError, match="unvalidated constraint salons_name_check on salons"):
        deploy(shop.project, empty_database)


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


def test_a_deploy_waits_for_another_one_and_then_gives_up(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    told: list[DeployEvent] = []

    with (
        connect(empty_database, purpose="deploy lock") as other,
        deploy_lock(other, wait=0, waiting=lambda _: None),
    ):
        pid = other.info.backend_pid
        with pytest.raises(DeployRunningError) as caught:
            deploy(shop.project, empty_database, wait=0.2, report=told.append)

    holder = caught.value.holder
    assert holder is not None
    assert holder.pid == pid
    assert (holder.user, holder.since is None) == ("postgres", False)
    assert f"pid {holder.pid}, user postgres, host this host, since 2" in str(caught.value)
    assert isinstance(caught.value, LockNotObtainedError)
    assert told == [LockAwaited(holder)]


def test_of_several_deployers_at_once_one_applies_and_the_others_find_nothing_to_do(
    shop: Any, empty_database: str
) -> None:
    shop.add("salons", _SALONS, _INDEX)
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(len(deploy(shop.project, empty_database).migrations)))
        for _ in range(6)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [0, 0, 0, 0, 0, 1]


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


def test_a_database_of_another_encoding_is_refused(
    shop: Any, server: LocalPostgres, empty_database: str
) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        try:
            with pytest.raises(EncodingError) as caught:
                deploy(shop.project, server.url("latin"))
        finally:
            connection.execute("DROP DATABASE latin")

    assert str(caught.value) == "database 'latin' is encoded in LATIN1, not in UTF8"


def test_a_server_older_than_fifteen_is_refused() -> None:
    with pytest.raises(UnsupportedServerError) as caught:
        require_supported(140_012)

    assert "PostgreSQL 14.12" in str(caught.value)
    require_supported(150_000)


def test_a_session_that_is_not_the_clients_own_is_refused(pooled_database: str) -> None:
    with connect(pooled_database, purpose="test") as connection, pytest.raises(TransactionPoolerError):
        require_suitable(connection)


def test_an_unreachable_database_is_one_sentence(shop: Any, tmp_path: Path) -> None:
    shop.add("salons", _SALONS)

    with pytest.raises(DatabaseUnreachableError) as caught:
        deploy(shop.project, f"postgresql://postgres@/x?host={tmp_path}")

    assert "\n" not in str(caught.value)


def test_a_login_without_the_right_to_make_schemas_learns_what_to_run(
    shop: Any, server: LocalPostgres, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        database = connection.info.dbname
        connection.execute("CREATE ROLE weak LOGIN IN ROLE shop_owner")
        try:
            with pytest.raises(PreparationError) as caught:
                deploy(shop.project, server.url(database, "weak"))
        finally:
            connection.execute("DROP ROLE weak")

    assert f"GRANT CREATE ON DATABASE {database} TO shop_owner" in str(caught.value.hint)
    assert query("SELECT to_regnamespace('pgevolve')") == [(None,)]


def test_missing_roles_are_made_and_the_owner_is_equipped(
    server: LocalPostgres, empty_database: str, query: Query, tmp_path: Path
) -> None:
    metadata = MetaData()
    declare(metadata, Role("deploy_test_reader"))
    project = Project(metadata, tmp_path / "migrations", owner="deploy_test_owner")
    try:
        write_migration(
            project.migrations, "first", _NOW, "expand", [Step(_SALONS)], None, "by hand", "1" * 64
        )
        with pytest.raises(DigestMismatchError):
            deploy(project, empty_database)

        assert query("SELECT tableowner FROM pg_tables WHERE tablename = 'salons'") == [
            ("deploy_test_owner",)
        ]
        assert query("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'deploy_test_reader'") == [(False,)]
    finally:
        with psycopg.connect(empty_database) as connection:
            connection.execute("DROP OWNED BY deploy_test_owner CASCADE")
            connection.execute("DROP ROLE deploy_test_owner, deploy_test_reader")


def test_a_role_that_only_an_old_migration_names_is_made(
    shop: Any, empty_database: str, query: Query
) -> None:
    with psycopg.connect(empty_database, autocommit=True) as admin:
        admin.execute("CREATE ROLE deploy_test_former")
        shop.add("salons", _SALONS, "GRANT SELECT ON public.salons TO deploy_test_former")
        shop.add("former", "REVOKE ALL ON public.salons FROM deploy_test_former")
        admin.execute("DROP ROLE deploy_test_former")
        try:
            deploy(shop.project, empty_database)

            assert query("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'deploy_test_former'") == [
                (False,)
            ]
        finally:
            admin.execute("DROP ROLE IF EXISTS deploy_test_former")
