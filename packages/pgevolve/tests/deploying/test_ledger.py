"""The ledger: made once, owned by the owner, upgraded by the engine; events are only ever added."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import psycopg
import pytest

from pgevolve.connect import connect
from pgevolve.deploy import deploy
from pgevolve.ledger import (
    LedgerTooNewError,
    events,
    ledger_exists,
    ledger_migrations,
    prepare_ledger,
    record_event,
)
from pgevolve.status import read_status
from pgevolve.step import Step

Query = Callable[..., list[tuple[object, ...]]]


def test_a_database_without_a_ledger_has_no_migrations_and_no_events(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        assert not ledger_exists(connection)
        assert ledger_migrations(connection) == ()
        assert events(connection) == ()


def test_the_ledger_is_made_once(empty_database: str, query: Query) -> None:
    with connect(empty_database, purpose="test") as connection:
        prepare_ledger(connection, None)
        before = query("SELECT * FROM pgevolve.versions")
        prepare_ledger(connection, None)

    assert query("SELECT * FROM pgevolve.versions") == before
    assert [row[0] for row in before] == [1, 2, 3, 4, 5]


def test_a_ledger_of_a_newer_release_is_refused(empty_database: str) -> None:
    with connect(empty_database, purpose="test") as connection:
        prepare_ledger(connection, None)
        connection.execute("INSERT INTO pgevolve.versions VALUES (99, '9.9')")

        with pytest.raises(LedgerTooNewError) as caught:
            prepare_ledger(connection, None)

    assert str(caught.value) == "the ledger is of version 99, and this release knows 5"


def test_an_application_records_events_in_its_own_transaction(shop: Any, empty_database: str) -> None:
    shop.add("salons", "CREATE TABLE salons (id int)")
    deploy(shop.project, empty_database)

    with psycopg.connect(empty_database) as connection:
        record_event(connection, "shop.demo", {"اندازه": "tiny", "rows": 3})
        connection.rollback()
        assert events(connection, "shop.demo") == ()
        record_event(connection, "shop.demo", {"اندازه": "tiny", "rows": 3})

    with psycopg.connect(empty_database, row_factory=psycopg.rows.dict_row) as connection:
        (event,) = events(connection, "shop.demo")
        assert event.detail == {"اندازه": "tiny", "rows": 3}
        assert event.session_role == "postgres"
        assert [other.kind for other in events(connection)] == [
            "deploy.first",
            "migration.started",
            "migration.applied",
            "deploy.finished",
            "shop.demo",
        ]


@pytest.mark.parametrize(
    "change",
    ["UPDATE pgevolve.events SET kind = 'x'", "DELETE FROM pgevolve.events", "TRUNCATE pgevolve.events"],
)
def test_events_are_only_ever_added(empty_database: str, change: str) -> None:
    with connect(empty_database, purpose="test") as connection:
        prepare_ledger(connection, None)
        record_event(connection, "a", {})

        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(change.encode())

        assert len(events(connection)) == 1


def test_others_may_not_read_or_write_the_ledger(shop: Any, empty_database: str) -> None:
    shop.add("salons", "CREATE TABLE salons (id int)")
    deploy(shop.project, empty_database)

    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE ROLE stranger")
        connection.execute("SET ROLE stranger")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM pgevolve.events")
        connection.rollback()


def test_facts_of_every_migration_are_kept(shop: Any, empty_database: str, query: Query) -> None:
    first = shop.add("salons", "CREATE TABLE salons (id int)")
    second = shop.add("city", "ALTER TABLE salons ADD city text")

    deploy(shop.project, empty_database)

    rows = query(
        "SELECT name, position, phase, digest, digest_before, finished_at >= started_at, lsn IS NOT NULL,"
        " session_role, host <> '', tool_version <> '' FROM pgevolve.migrations ORDER BY position"
    )
    assert rows[1] == (
        second.name,
        2,
        "expand",
        second.digest,
        first.digest,
        *(True, True),
        "postgres",
        *(True, True),
    )
    assert query(
        "SELECT migration, number, seconds > 0, attempts FROM pgevolve.steps ORDER BY migration"
    ) == [
        (second.name, 1, True, 1),
        (first.name, 1, True, 1),
    ]


def _first_version(connection: Any) -> None:
    """Make the ledger as the first release did, with a migration that was applied and one cut off."""
    connection.execute("CREATE SCHEMA pgevolve")
    connection.execute(files("pgevolve.ledger").joinpath("sql", "001_first.sql").read_bytes())
    connection.execute("INSERT INTO pgevolve.versions VALUES (1, '0.1.0')")


def test_a_ledger_of_the_first_version_is_upgraded_with_its_rows(
    shop: Any, empty_database: str, query: Query
) -> None:
    first = shop.add("salons", "CREATE TABLE salons (id int)")
    second = shop.add(
        "city",
        "ALTER TABLE salons ADD city text",
        Step("CREATE INDEX CONCURRENTLY salons_idx ON public.salons (id)", transactional=False),
    )
    with psycopg.connect(empty_database) as connection:
        connection.execute("GRANT CREATE ON SCHEMA public TO shop_owner")
        connection.execute(f"GRANT CREATE ON DATABASE {connection.info.dbname} TO shop_owner".encode())
        connection.execute("SET ROLE shop_owner")
        _first_version(connection)
        connection.execute("CREATE TABLE salons (id int)")
        connection.execute("ALTER TABLE salons ADD city text")
        for position, (migration, state) in enumerate([(first, "applied"), (second, "applying")], 1):
            connection.execute(
                "INSERT INTO pgevolve.migrations"
                " (name, position, phase, checksum, digest, digest_before, state, host, tool_version)"
                " VALUES (%s, %s, 'expand', %s, %s, %s, %s, 'old', '0.1.0')",
                (migration.name, position, migration.checksum, migration.digest, first.digest, state),
            )
        steps = [(first.name, 1, "done"), (second.name, 1, "done"), (second.name, 2, "started")]
        for name, number, state in steps:
            connection.execute(
                "INSERT INTO pgevolve.steps (migration, number, checksum, state) VALUES (%s, %s, 'x', %s)",
                (name, number, state),
            )
    assert [entry.kind for entry in read_status(shop.project, empty_database).migrations] == [
        "applied",
        "unfinished",
    ]

    report = deploy(shop.project, empty_database)

    assert report.digest == second.digest
    assert query("SELECT version FROM pgevolve.versions ORDER BY 1") == [(1,), (2,), (3,), (4,), (5,)]
    assert query(
        "SELECT migration, direction, number, state, host = 'old' FROM pgevolve.steps"
        " ORDER BY migration DESC, number"
    ) == [
        (first.name, "up", 1, "done", True),
        (second.name, "up", 1, "done", True),
        (second.name, "up", 2, "done", False),
    ]


def test_facts_of_every_step_are_kept(shop: Any, empty_database: str, query: Query) -> None:
    shop.add("salons", "CREATE TABLE salons (id int)")
    deploy(shop.project, empty_database)
    shop.add("city", "ALTER TABLE salons ADD city text", "SELECT 1")
    deploy(shop.project, empty_database)

    rows = query(
        "SELECT statement, locked, locked_seconds > 0, lsn IS NOT NULL, session_role, host <> '',"
        " tool_version <> '', finished_at IS NOT NULL, waited_seconds FROM pgevolve.steps"
        " WHERE migration LIKE '%%city' ORDER BY number"
    )
    assert rows == [
        (
            "ALTER TABLE salons ADD city text",
            {"public.salons": "ACCESS EXCLUSIVE"},
            *(True, True, "postgres", True, True, True, 0.0),
        ),
        ("SELECT 1", {}, False, True, "postgres", True, True, True, 0.0),
    ]
