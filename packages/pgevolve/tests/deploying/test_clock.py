"""A clock that went back: order comes from the history and never from times, and no condition opens by it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgevolve.deploy import deploy, resume, rollback
from pgevolve.failures import MigrationFailedError
from pgevolve.project import BackupOptions, GateOptions
from pgevolve.status import read_status

pytestmark = pytest.mark.others_slow

Query = Callable[..., list[tuple[object, ...]]]
_SALONS = "CREATE TABLE salons (id bigint PRIMARY KEY, name text)"
_CITY = "ALTER TABLE salons ADD city text"
_NO_NAME = "ALTER TABLE salons DROP COLUMN name"
_TIMES = """
SELECT c.oid::regclass::text, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'pgevolve'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'timestamptz'::regtype
  AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2
"""


def _goes_back(url: str, span: timedelta) -> None:
    """Let all that the ledger has been told lie further ahead, as if the server's clock went back since."""
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # events are only ever added
        times = connection.execute(_TIMES).fetchall()
        assert times
        for table, column in times:
            connection.execute(f"UPDATE {table} SET {column} = {column} + %s".encode(), (span,))


@pytest.mark.fault("a clock that went back")
def test_a_deploy_goes_on_after_the_clock_went_back(shop: Any, empty_database: str, query: Query) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    _goes_back(empty_database, timedelta(days=1))
    city = shop.add("city", _CITY, down=["ALTER TABLE salons DROP COLUMN city"])

    report = deploy(shop.project, empty_database)

    assert [migration.name for migration in report.migrations] == [city.name]
    assert deploy(shop.project, empty_database).migrations == ()
    assert not read_status(shop.project, empty_database).problems
    _goes_back(empty_database, timedelta(days=1))
    assert rollback(shop.project, empty_database)[0].name == city.name
    assert query("SELECT state FROM pgevolve.migrations ORDER BY position") == [
        ("applied",),
        ("rolled_back",),
    ]


@pytest.mark.fault("a clock that went back")
def test_a_failed_migration_goes_on_after_the_clock_went_back(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS, "INSERT INTO salons VALUES (1, 'x')")
    deploy(shop.project, empty_database)
    shop.add("city", _CITY, "SELECT 1 / (SELECT count(*) FROM salons)")
    with psycopg.connect(empty_database) as connection:
        connection.execute("DELETE FROM salons")
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)
    _goes_back(empty_database, timedelta(days=1))
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO salons VALUES (2, 'y')")

    resume(shop.project, empty_database)

    assert query("SELECT state FROM pgevolve.migrations ORDER BY position") == [("applied",), ("applied",)]


@pytest.mark.fault("a clock that went back")
def test_a_clock_that_went_back_opens_no_gate_and_is_named(shop: Any, empty_database: str) -> None:
    gate = GateOptions(quiet=timedelta(0), minimum_age=timedelta(hours=2))
    project = replace(shop.project, gate=gate)
    shop.add("salons", _SALONS)
    deploy(project, empty_database)
    contract = shop.add("no_name", _NO_NAME, phase="contract")
    _goes_back(empty_database, timedelta(hours=3))

    waiting = deploy(project, empty_database).waiting

    assert waiting is not None
    assert waiting.conditions[0].endswith(
        "_salons was applied 3 h in the future, by a clock that went back since, and it waits for 2 h"
    )
    _goes_back(empty_database, timedelta(hours=-6))
    assert deploy(project, empty_database).digest == contract.digest


def test_the_gate_goes_by_the_clock_of_the_server(
    shop: Any, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine that deploys is a day ahead."""

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + timedelta(days=1)

    monkeypatch.setattr("pgevolve.deploy.gate.datetime", Ahead)
    project = replace(shop.project, gate=GateOptions(quiet=timedelta(0), minimum_age=timedelta(hours=2)))
    shop.add("salons", _SALONS)
    deploy(project, empty_database)
    shop.add("no_name", _NO_NAME, phase="contract")

    assert deploy(project, empty_database).waiting is not None


@pytest.mark.fault("a clock that went back")
def test_a_snapshot_from_the_future_does_not_count_as_recent(
    shop: Any, empty_database: str, tmp_path: Path, query: Query
) -> None:
    shop.add("salons", _SALONS)
    shop.project = replace(shop.project, backup=BackupOptions(str(tmp_path / "kept"), before_deploy=True))
    deploy(shop.project, empty_database)
    shop.add("city", _CITY)
    deploy(shop.project, empty_database)
    shop.add("street", "ALTER TABLE salons ADD street text")

    deploy(shop.project, empty_database, now=lambda: datetime.now(UTC) - timedelta(hours=1))

    assert query("SELECT kind FROM pgevolve.snapshots ORDER BY 1") == [("taken",), ("taken",)]
