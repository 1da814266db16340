"""The kept server: found again, mended, shared, and never in the way."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pgevolve.kept import kept_server
from pgevolve.kept.place import cache_directory
from pgevolve.local import LocalPostgres

_HOLDER = """
import sys
from pgevolve.kept import kept_server
with kept_server() as server:
    print(server.home, flush=True)
    sys.stdin.readline()
"""
_SECONDS = 30.0


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a cache directory of the test's own; what it keeps is removed with the servers."""
    folder = cache_directory() / "apart"
    monkeypatch.setenv("PGEVOLVE_CACHE_DIR", str(folder))
    yield folder
    for home in folder.glob("scratch-*"):
        if home.is_dir():
            LocalPostgres(home).delete()
    shutil.rmtree(folder, ignore_errors=True)


def _home(folder: Path) -> Path:
    (found,) = (path for path in folder.glob("scratch-*") if path.is_dir())
    return found


def _used_once() -> str:
    """Use the kept server and return what tells this cluster from another."""
    with kept_server() as server:
        assert server is not None
        with psycopg.connect(server.url()) as connection:
            row = connection.execute("SELECT system_identifier::text FROM pg_control_system()").fetchone()
            assert row is not None
            return str(row[0])


def _holder() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def test_the_same_cluster_serves_the_next_run_and_nothing_runs_in_between(cache: Path) -> None:
    first = _used_once()

    assert not LocalPostgres(_home(cache)).is_running
    assert _used_once() == first


def test_two_at_once_share_one_server_and_the_last_one_stops_it(cache: Path) -> None:
    other = _holder()
    try:
        first = _used_once()
        assert LocalPostgres(_home(cache)).is_running
    finally:
        other.communicate("\n", timeout=_SECONDS)

    assert not LocalPostgres(_home(cache)).is_running
    assert _used_once() == first


def test_after_a_killed_run_the_next_one_goes_on_and_stops_the_server(cache: Path) -> None:
    killed = _holder()
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=_SECONDS)
    assert LocalPostgres(_home(cache)).is_running

    _used_once()

    assert not LocalPostgres(_home(cache)).is_running


def test_a_killed_server_is_started_again_with_what_it_kept(cache: Path) -> None:
    first = _used_once()
    with kept_server() as server:
        assert server is not None
        with psycopg.connect(server.url()) as connection:
            row = connection.execute(
                "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"
            ).fetchone()
        assert row is not None
        os.kill(int(row[0]), signal.SIGKILL)
        _until(lambda: not server.is_running)

    assert _used_once() == first


@pytest.mark.parametrize("broken", ["data/PG_VERSION", "data/global/pg_control", "data/pg_wal"])
def test_a_damaged_cluster_is_made_anew(cache: Path, broken: str) -> None:
    first = _used_once()
    path = LocalPostgres(_home(cache)).home / broken
    shutil.rmtree(path) if path.is_dir() else path.unlink()

    assert _used_once() != first


def test_a_cluster_that_ran_when_the_machine_stopped_is_made_anew(cache: Path) -> None:
    first = _used_once()
    home = _home(cache)
    home.with_name(f"{home.name}.boot").write_text("another start of the machine")

    second = _used_once()

    assert second != first
    assert _used_once() == second


def test_what_older_versions_kept_goes_with_the_first_run_of_a_new_one(cache: Path) -> None:
    old = cache / "scratch-17.2-0.0.1"
    with LocalPostgres(old):
        pass

    _used_once()

    assert not old.exists()


@pytest.mark.parametrize("unwritable", ["/proc/pgevolve", "/dev/null/pgevolve"])
def test_where_nothing_can_be_written_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch, unwritable: str
) -> None:
    monkeypatch.setenv("PGEVOLVE_CACHE_DIR", unwritable)

    with kept_server() as server:
        assert server is None


def test_the_user_s_cache_directory_is_taken_unless_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGEVOLVE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_directory() == Path("/somewhere/pgevolve")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/a")
    assert cache_directory() == Path("/home/a/.cache/pgevolve")


def _until(condition: object) -> None:
    assert callable(condition)
    give_up = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < give_up
