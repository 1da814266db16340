"""The restored database takes the place of the old one: whole, or not at all, and killed at any point."""

import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from pgevolve.connect import connect
from pgevolve.local import LocalPostgres
from pgevolve.lock import DeployRunningError, deploy_lock
from pgevolve.project import BackupOptions
from pgevolve.scratch import create_database, drop_database, with_database
from pgevolve.snapshot import (
    SnapshotProgress,
    create_snapshot,
    open_storage,
    restore_snapshot,
)
from pgevolve.snapshot.errors import (
    RestoreRunningError,
    SwapBlockedError,
)
from pgevolve.snapshot.swap import swap

from .restoring import Place

pytestmark = pytest.mark.others_slow


def test_sessions_are_ended_at_the_swap_and_come_back_to_the_new_database(place: Place, small: Any) -> None:
    snapshot, storage = small
    with psycopg.connect(place.url(), autocommit=True) as session:
        restore_snapshot(place.url(), storage, snapshot)

        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
    assert place.query("SELECT count(*) FROM kept") == [(100,)]


def test_a_writer_sees_the_old_database_or_the_new_one_and_nothing_else(place: Place, small: Any) -> None:
    snapshot, storage = small
    seen: set[object] = set()
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                seen.add(place.query("SELECT to_regclass('old')::text, to_regclass('kept')::text")[0])
            except psycopg.OperationalError:
                continue

    thread = threading.Thread(target=ask)
    thread.start()
    restore_snapshot(place.url(), storage, snapshot)
    while ("old", "kept") not in seen:
        assert thread.is_alive()
    over.set()
    thread.join()

    assert seen == {("old", None), ("old", "kept")}


def test_a_prepared_transaction_blocks_the_swap_and_the_old_database_is_open_again(
    tmp_path: Path, prepared_place: Place
) -> None:
    place = prepared_place
    place.query("CREATE TABLE kept (id integer)")
    made = create_snapshot(place.url(), BackupOptions(str(tmp_path / "b")))
    storage = open_storage(str(tmp_path / "b"))
    with psycopg.connect(place.url()) as connection:
        connection.execute("INSERT INTO kept VALUES (1)")
        connection.execute("PREPARE TRANSACTION 'held'")

    with pytest.raises(SwapBlockedError) as caught:
        restore_snapshot(place.url(), storage, made)

    assert place.query("SELECT count(*) FROM kept") == [(0,)]
    place.query("ROLLBACK PREPARED 'held'")
    told: list[SnapshotProgress] = []
    assert restore_snapshot(place.url(), storage, made, report=told.append).kept is not None
    assert {event.stage for event in told} == {"swap"}
    assert str(caught.value) == "database 'shop' could not be swapped: it has a prepared transaction, 'held'"


@pytest.fixture
def prepared_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Return a database on a server that takes prepared transactions."""
    settings = {"max_prepared_transactions": "2", "fsync": "off"}
    server = LocalPostgres(tmp_path_factory.mktemp("prepared"), settings=settings)
    try:
        server.start()
        create_database(server.url(), "shop")
        yield Place(server, "shop")
    finally:
        server.delete()


def test_a_deploy_that_runs_is_not_disturbed(place: Place, small: Any) -> None:
    snapshot, storage = small
    with (
        connect(place.url(), purpose="test") as deployer,
        deploy_lock(deployer, wait=0, waiting=lambda _: None),
        pytest.raises(DeployRunningError),
    ):
        restore_snapshot(place.url(), storage, snapshot)

    assert place.sides(snapshot) == []


@pytest.mark.slow
def test_two_restores_of_one_database_do_not_run_together(place: Place, small: Any) -> None:
    snapshot, storage = small
    refused: list[bool] = []

    def try_another(_event: SnapshotProgress) -> None:
        if not refused:
            with pytest.raises(RestoreRunningError):
                restore_snapshot(place.url(), storage, snapshot)
            refused.append(True)

    restore_snapshot(place.url(), storage, snapshot, report=try_another)

    assert refused == [True]


_RESTORER = """
import os, signal, sys
from pgevolve.snapshot import find_snapshot, open_storage, restore_snapshot
left = int(sys.argv[4])
def report(event):
    global left
    left -= 1
    if left == 0:
        print(event.stage, event.done, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
storage = open_storage(sys.argv[2])
snapshot = find_snapshot(storage, "latest")
restore_snapshot(sys.argv[1], storage, snapshot, into=sys.argv[3] or None, report=report)
"""


def _killed_at(place: Place, destination: str, event: int, into: str = "") -> str | None:
    """Run a restore that is killed at an event; return the event, or None when it ended before."""
    process = subprocess.run(
        [sys.executable, "-c", _RESTORER, place.url(), destination, into, str(event)],
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode == 0:
        return None
    assert process.returncode == -signal.SIGKILL, process.stderr
    return process.stdout.strip()


def test_a_swap_that_is_killed_when_the_old_database_is_closed_is_finished_by_the_next_run(
    place: Place, small: Any
) -> None:
    snapshot, storage = small
    events = 1 + len(snapshot.manifest.files) + 2 * len(snapshot.manifest.tables)

    assert _killed_at(place, storage.destination, events) == "swap 1"

    with pytest.raises(psycopg.OperationalError):
        place.query("SELECT 1")
    told: list[SnapshotProgress] = []
    restored = restore_snapshot(place.url(), storage, snapshot, report=told.append)
    assert {event.stage for event in told} == {"swap"}
    assert restored.kept is not None
    assert place.query("SELECT count(*) FROM kept") == [(100,)]
    assert place.query("SELECT count(*) FROM old", database=restored.kept) == [(0,)]
    assert place.sides(snapshot) == []


@pytest.mark.slow
@pytest.mark.parametrize("into", [False, True])
def test_a_restore_that_is_killed_anywhere_is_finished_by_the_next_run(
    server: LocalPostgres,
    tmp_path: Path,
    into: bool,  # noqa: FBT001 (of the test's own list)
) -> None:
    seen = []
    for event in range(1, 100):
        place = Place(server, f"shop_{secrets.token_hex(4)}")
        create_database(server.url(), place.name)
        place.query("CREATE TABLE kept (id integer); INSERT INTO kept VALUES (1)")
        destination = str(tmp_path / str(event))
        made = create_snapshot(place.url(), BackupOptions(destination))
        place.query("INSERT INTO kept VALUES (2)")
        target = f"{place.name}_copy" if into else place.name

        killed = _killed_at(place, destination, event, f"{place.name}_copy" if into else "")
        if killed is not None:
            seen.append(killed)
            if not (into and target.removeprefix(place.name) in place.databases()):
                restore_snapshot(place.url(), open_storage(destination), made, into=target if into else None)

        assert place.query("SELECT count(*) FROM kept", database=target) == [(1,)]
        assert place.query(
            "SELECT datallowconn FROM pg_database WHERE datname LIKE %s",
            f"{place.name}%",
            database="postgres",
        ) == [(True,)] * len(place.databases())
        assert place.sides(made) == []
        kept = [name for name in place.databases() if "_until_" in name]
        assert into or place.query("SELECT count(*) FROM kept", database=place.name + kept[0]) == [(2,)]
        for name in place.databases():
            drop_database(server.url(), place.name + name)
        if killed is None:
            break
    stages = {event.split()[0] for event in seen}
    assert stages == {"read", "restore", "compare"} | (set() if into else {"swap"})
    assert into or {"swap 1", "swap 2", "swap 3", "swap 4"} <= set(seen)


def test_an_interrupted_restore_drops_what_it_made(place: Place, small: Any) -> None:
    snapshot, storage = small

    def interrupt(event: SnapshotProgress) -> None:
        if event.stage == "compare":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_snapshot(place.url(), storage, snapshot, report=interrupt)

    assert place.sides(snapshot) == []


def test_two_swaps_in_one_second_keep_both_databases(place: Place) -> None:
    with psycopg.connect(place.url("postgres"), autocommit=True) as connection:
        for number in (1, 2):
            create_database(place.server.url(), f"{place.name}_side")

            kept = swap(
                connection, place.name, f"{place.name}_side", None, datetime(2026, 11, 26, tzinfo=UTC), print
            )

            assert kept == f"{place.name}_until_20261126_000000" + ("_2" if number == 2 else "")


def test_an_error_at_the_swap_opens_the_old_database_again(place: Place, small: Any) -> None:
    snapshot, storage = small

    def interrupt(event: SnapshotProgress) -> None:
        if event.stage == "swap" and event.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_snapshot(place.url(), storage, snapshot, report=interrupt)

    assert place.query("SELECT count(*) FROM old") == [(0,)]
    assert len(place.sides(snapshot)) == 1
    assert restore_snapshot(place.url(), storage, snapshot).kept is not None


def test_a_login_that_may_not_make_databases_is_told_so_by_the_server(place: Place, small: Any) -> None:
    snapshot, storage = small
    role = f"r{secrets.token_hex(4)}"
    place.query(f"CREATE ROLE {role} LOGIN")
    try:
        address = with_database(place.server.url(user=role), place.name)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            restore_snapshot(address, storage, snapshot)
    finally:
        place.query(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)).as_string(None))
    assert place.sides(snapshot) == []
