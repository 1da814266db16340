"""A deploy that changes something has a snapshot to go back to, or says in the ledger why it has none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgevolve.connect import connect
from pgevolve.deploy import deploy, resume
from pgevolve.failures import MigrationFailedError
from pgevolve.ledger.snapshots import ledger_snapshots
from pgevolve.progress import DeployEvent, DeployStarted, SnapshotReady
from pgevolve.project import BackupOptions, GateOptions, RehearsalOptions
from pgevolve.snapshot import find_snapshot, open_storage, restore_snapshot
from pgevolve.snapshot.errors import EncryptionRequiredError, ReasonMissingError

pytestmark = pytest.mark.others_slow

Query = Callable[..., list[tuple[object, ...]]]
_SALONS = "CREATE TABLE salons (id bigint PRIMARY KEY, name text)"
_ROW = "INSERT INTO salons VALUES (1, 'x')"


@pytest.fixture
def kept(shop: Any, empty_database: str, tmp_path: Path) -> Any:
    """Return the project with one migration deployed, and a place for snapshots that it asks for."""
    shop.add("salons", _SALONS, _ROW)
    options = BackupOptions(str(tmp_path / "kept"), before_deploy=True)
    shop.project = replace(shop.project, backup=options, rehearsal=RehearsalOptions(below=0))
    deploy(shop.project, empty_database)
    return shop


def _told(shop: Any, url: str, **options: Any) -> list[SnapshotReady]:
    told: list[DeployEvent] = []
    deploy(shop.project, url, report=told.append, **options)
    ready = [event for event in told if isinstance(event, SnapshotReady)]
    if ready:
        assert told.index(ready[0]) < [type(event) for event in told].index(DeployStarted)
    return ready


def _names(shop: Any) -> tuple[str, ...]:
    names: tuple[str, ...] = open_storage(shop.project.backup.destination).names()
    return names


def test_the_first_deploy_of_an_empty_database_takes_none(kept: Any, query: Query) -> None:
    assert not Path(kept.project.backup.destination).exists()
    assert query("SELECT count(*) FROM pgevolve.snapshots") == [(0,)]


def test_rows_that_a_deploy_changes_can_be_restored(kept: Any, empty_database: str, query: Query) -> None:
    migration = kept.add("changed", "UPDATE salons SET name = 'lost'")

    (ready,) = _told(kept, empty_database)

    assert ready.kind == "taken"
    assert ready.reason == f"{migration.name} has a statement that is no addition: step 1"
    with connect(empty_database, purpose="test") as connection:
        (row,) = ledger_snapshots(connection)
        database = connection.info.dbname
    assert (row.kind, row.name, list(row.migrations)) == ("taken", ready.name, [migration.name])
    storage = open_storage(kept.project.backup.destination)
    restored = restore_snapshot(empty_database, storage, find_snapshot(storage, ready.name or ""))
    assert restored.database == database
    assert query("SELECT name FROM salons") == [("x",)]
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]
    assert deploy(kept.project, empty_database).migrations[0].name == migration.name
    with psycopg.connect(kept.server.url(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {restored.kept}".encode())


def test_additions_use_the_one_that_is_there(kept: Any, empty_database: str) -> None:
    kept.add("first", "ALTER TABLE salons ADD city text")
    (first,) = _told(kept, empty_database)
    kept.add("second", "ALTER TABLE salons ADD street text")
    (second,) = _told(kept, empty_database)

    assert (first.kind, second.kind) == ("taken", "found")
    assert first.name == second.name
    assert _names(kept) == (first.name,)


def test_a_contract_that_waits_asks_for_none(kept: Any, empty_database: str) -> None:
    kept.project = replace(kept.project, gate=GateOptions(minimum_age=timedelta(days=1)))
    kept.add("gone", "ALTER TABLE salons DROP COLUMN name", phase="contract")

    assert _told(kept, empty_database) == []
    assert not Path(kept.project.backup.destination).exists()


def test_a_contract_that_runs_has_its_own(kept: Any, empty_database: str) -> None:
    kept.project = replace(kept.project, gate=GateOptions(quiet=timedelta(0)))
    migration = kept.add("gone", "ALTER TABLE salons DROP COLUMN name", phase="contract")

    (ready,) = _told(kept, empty_database)

    assert (ready.kind, ready.reason) == ("taken", f"{migration.name} is a contract")


def test_a_deploy_that_goes_on_keeps_the_one_from_before(
    kept: Any, empty_database: str, query: Query
) -> None:
    kept.add("changed", "UPDATE salons SET name = 'y'", leads_to=None)
    kept.add_broken("broken", "SELECT 1 / (SELECT count(*) - 1 FROM salons)")
    with pytest.raises(MigrationFailedError):
        deploy(kept.project, empty_database)
    before = _names(kept)
    query_rows = query("SELECT count(*) FROM pgevolve.snapshots")

    with pytest.raises(MigrationFailedError):
        resume(kept.project, empty_database)

    assert len(before) == 1
    assert _names(kept) == before
    assert query("SELECT count(*) FROM pgevolve.snapshots") == query_rows == [(1,)]


def test_doing_without_takes_a_reason_which_the_ledger_keeps(
    kept: Any, empty_database: str, query: Query
) -> None:
    kept.add("changed", "UPDATE salons SET name = 'y'")
    with pytest.raises(ReasonMissingError):
        deploy(kept.project, empty_database, without_snapshot="")
    assert query("SELECT name FROM salons") == [("x",)]

    (ready,) = _told(kept, empty_database, without_snapshot="taken by the provider")

    assert ready == SnapshotReady("declined", None, "taken by the provider")
    assert query("SELECT kind, reason FROM pgevolve.snapshots") == [("declined", "taken by the provider")]
    assert not Path(kept.project.backup.destination).exists()


def test_a_snapshot_that_cannot_be_taken_stops_the_deploy_before_it_changes_anything(
    kept: Any, empty_database: str, query: Query
) -> None:
    kept.project = replace(kept.project, backup=replace(kept.project.backup, require_encryption=True))
    kept.add("changed", "UPDATE salons SET name = 'y'")

    with pytest.raises(EncryptionRequiredError):
        deploy(kept.project, empty_database)

    assert query("SELECT name FROM salons") == [("x",)]
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]
