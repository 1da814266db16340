"""Disks that are full, programs that are killed, servers that go: nothing half-done is left behind."""

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pgevolve.connect import DatabaseUnreachableError
from pgevolve.local import LocalPostgres
from pgevolve.project import BackupOptions
from pgevolve.scratch import create_database, drop_database
from pgevolve.snapshot import (
    SnapshotProgress,
    create_snapshot,
    open_storage,
    restore_snapshot,
    verify_snapshot,
)
from pgevolve.snapshot.errors import ServerLostError, ToolFailedError

from .restoring import Place

pytestmark = pytest.mark.slow

# Large enough that the programs are still at work on it when a test hears of them.
_TABLES = "; ".join(
    f"CREATE TABLE t{number} AS SELECT n, md5(n::text) AS noise FROM generate_series(1, 30000) AS n"
    for number in range(4)
)
# What hears of it first is a session of the engine, a program, or who opens the next session.
LOST = (ServerLostError, ToolFailedError, DatabaseUnreachableError)
_SCENARIO = Path(__file__).with_name("full_disk.py")


def _children() -> dict[int, str]:
    """Return the programs that this process has started, with theirs."""
    found: dict[int, str] = {}
    waiting = [os.getpid()]
    while waiting:
        for listing in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            try:
                children = [int(child) for child in listing.read_text().split()]
                found |= {child: Path(f"/proc/{child}/comm").read_text().strip() for child in children}
            except (FileNotFoundError, ProcessLookupError):
                continue
            waiting += children
    return found


class Killer:
    """Kills a program of this process at the first event of a stage, and remembers that it did."""

    def __init__(self, stage: str, program: str, *, worker: bool = False) -> None:
        self._stage, self._program, self._worker = stage, program, worker
        self.killed = False

    def __call__(self, event: SnapshotProgress) -> None:
        if self.killed or event.stage != self._stage:
            return
        found = sorted(pid for pid, name in _children().items() if name == self._program)
        # The workers of a parallel dump or restore are children of the first one.
        wanted = found[1:] if self._worker else found[:1]
        for pid in wanted:
            os.kill(pid, signal.SIGKILL)
        self.killed = bool(wanted)


@pytest.fixture
def filled(server: LocalPostgres) -> Iterator[Place]:
    """Return a database with some tables, and drop all that is made of it."""
    place = Place(server, f"shop_{secrets.token_hex(4)}")
    create_database(server.url(), place.name)
    place.query(_TABLES)
    yield place
    for name in place.databases():
        drop_database(server.url(), place.name + name)


def _is_whole(destination: Path, url: str) -> bool:
    options = BackupOptions(str(destination))
    return verify_snapshot(open_storage(options.destination), create_snapshot(url, options)).rows == 120_000


@pytest.mark.fault("pg_dump is killed")
@pytest.mark.parametrize("worker", [False, True])
def test_killed_pg_dump_leaves_no_snapshot(filled: Place, tmp_path: Path, worker: bool) -> None:  # noqa: FBT001 (of the test's own list)
    killer = Killer("dump", "pg_dump", worker=worker)

    with pytest.raises(ToolFailedError) as caught:
        create_snapshot(filled.url(), BackupOptions(str(tmp_path)), report=killer)

    assert killer.killed
    assert worker or str(caught.value) == "pg_dump was ended by signal 9"
    assert worker or caught.value.hint == "run it again: nothing half-done is left"
    assert list(tmp_path.iterdir()) == []
    assert _is_whole(tmp_path, filled.url())


@pytest.mark.fault("pg_restore is killed")
@pytest.mark.parametrize("worker", [False, True])
def test_killed_pg_restore_leaves_the_old_database_and_nothing_else(
    filled: Place,
    tmp_path: Path,
    worker: bool,  # noqa: FBT001 (of the test's own list)
) -> None:
    options = BackupOptions(str(tmp_path))
    made = create_snapshot(filled.url(), options)
    storage = open_storage(options.destination)
    killer = Killer("restore", "pg_restore", worker=worker)

    with pytest.raises(ToolFailedError):
        restore_snapshot(filled.url(), storage, made, report=killer)

    assert killer.killed
    assert filled.databases() == [""]
    assert filled.query("SELECT count(*) FROM t0") == [(30_000,)]
    restored = restore_snapshot(filled.url(), storage, made)
    assert (restored.rows, len(filled.databases())) == (120_000, 2)


class OwnServer:
    """A server that a test may stop at once, and start again."""

    def __init__(self, home: Path, server: LocalPostgres) -> None:
        self._home, self._binaries = home, server.binaries
        self.start()

    def start(self) -> None:
        self.running = LocalPostgres(self._home, binaries=self._binaries, settings={"fsync": "off"})
        self.running.start()

    def quit(self) -> None:
        """Let the postmaster quit as after a power cut: it asks nobody and writes nothing."""
        pid = int((self.running.home / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        while self.running.is_running:
            os.sched_yield()


@pytest.fixture(scope="module")
def own(server: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    """Return a server of the same version for this module."""
    found = OwnServer(tmp_path_factory.mktemp("own"), server)
    yield found
    found.running.delete()


@pytest.fixture
def own_place(own: OwnServer) -> Iterator[Place]:
    """Return a database with some tables on that server."""
    place = Place(own.running, f"shop_{secrets.token_hex(4)}")
    create_database(own.running.url(), place.name)
    place.query(_TABLES)
    yield place
    for name in place.databases():
        drop_database(own.running.url(), place.name + name)


class Quitter:
    """Ends the whole server at an event."""

    def __init__(self, server: OwnServer, stage: str, done: int | None = None) -> None:
        self._server, self._stage, self._done = server, stage, done
        self.quit = False

    def __call__(self, event: SnapshotProgress) -> None:
        if not self.quit and event.stage == self._stage and self._done in {None, event.done}:
            self.quit = True
            self._server.quit()


@pytest.mark.fault("the server stops at once while a snapshot is made")
@pytest.mark.parametrize("stage", ["dump", "checksums"])
def test_server_that_goes_while_it_is_dumped_leaves_no_snapshot(
    own: OwnServer, own_place: Place, tmp_path: Path, stage: str
) -> None:
    quitter = Quitter(own, stage)

    with pytest.raises(LOST):
        create_snapshot(own_place.url(), BackupOptions(str(tmp_path)), report=quitter)
    own.start()

    assert quitter.quit
    assert list(tmp_path.iterdir()) == []
    assert _is_whole(tmp_path, own_place.url())


@pytest.mark.fault("the server stops at once while a snapshot is restored")
@pytest.mark.parametrize(
    ("stage", "done"),
    [("restore", 1), ("restore", 4), ("compare", 1), ("swap", 1), ("swap", 2), ("swap", 3), ("swap", 4)],
)
def test_server_that_goes_while_it_is_restored_is_gone_on_with(
    own: OwnServer, own_place: Place, tmp_path: Path, stage: str, done: int
) -> None:
    options = BackupOptions(str(tmp_path))
    made = create_snapshot(own_place.url(), options)
    storage = open_storage(options.destination)
    own_place.query("DELETE FROM t0")
    quitter = Quitter(own, stage, done)

    if stage == "swap" and done == 4:
        restore_snapshot(own_place.url(), storage, made, report=quitter)
    else:
        with pytest.raises(LOST):
            restore_snapshot(own_place.url(), storage, made, report=quitter)
    own.start()

    assert quitter.quit
    if stage in {"restore", "compare"}:
        assert own_place.query("SELECT count(*) FROM t0") == [(0,)]
    if not (stage == "swap" and done == 4):
        restore_snapshot(own_place.url(), storage, made)
    assert own_place.query("SELECT count(*) FROM t0") == [(30_000,)]
    assert own_place.sides(made) == []
    kept = [name for name in own_place.databases() if "_until_" in name]
    assert len(kept) == len(own_place.databases()) - 1 == 1
    assert own_place.query("SELECT count(*) FROM t0", database=own_place.name + kept[0]) == [(0,)]


if os.geteuid() == 0:
    # Only root may mount a file system; for others there is nothing to run here.

    @pytest.fixture
    def folder() -> Iterator[Path]:
        """Return a folder that the account of the server may enter."""
        with tempfile.TemporaryDirectory(prefix="pge-") as path:
            Path(path).chmod(0o755)
            yield Path(path)

    @pytest.fixture
    def happened(server: LocalPostgres, folder: Path) -> Callable[[str], dict[str, Any]]:
        """Return a function that runs a scenario where the disk may be small."""

        def run(scenario: str) -> dict[str, Any]:
            command = [sys.executable, str(_SCENARIO), scenario, str(server.major), str(folder)]
            done = subprocess.run(
                ["unshare", "--mount", *command], check=False, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            seen: dict[str, Any] = json.loads(done.stdout)
            return seen

        return run

    @pytest.mark.fault("the disk is full while a snapshot is made, read or restored")
    @pytest.mark.parametrize(
        ("scenario", "kind"),
        [("dump", "ToolFailedError"), ("encrypt", "NoSpaceError"), ("decrypt", "NoSpaceError")],
    )
    def test_full_disk_leaves_nothing_and_is_told(
        happened: Callable[[str], dict[str, Any]], scenario: str, kind: str
    ) -> None:
        seen = happened(scenario)

        for failure in (seen["failure"], seen.get("copying", seen["failure"])):
            assert failure["kind"] == kind
            assert "no space" in failure["said"].lower()
            assert failure["hint"].startswith("make room ")
        assert (seen["left"], seen["again"]) == ([], 6_000)

    @pytest.mark.fault("the disk is full while a snapshot is made, read or restored")
    def test_full_disk_of_the_server_leaves_the_old_database(
        happened: Callable[[str], dict[str, Any]],
    ) -> None:
        seen = happened("restore")

        assert seen["failure"]["kind"] == "ToolFailedError"
        assert "No space left on device" in seen["failure"]["said"]
        assert seen["failure"]["hint"].startswith("make room ")
        assert (seen["left"], seen["serves"], seen["again"]) == (["shop"], 24_000, 24_000)
