"""The local server: started, joined, shared, killed, found again; and every directory that it cannot use."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from pgevolve.local import (
    BinariesNotFoundError,
    DataDirectoryDamagedError,
    DataDirectoryVersionError,
    HomeNotUsableError,
    LocalPostgres,
    NotListeningError,
    ServerStartError,
    SocketDirectoryError,
    find_binaries,
)

# A user of a server in a process of its own: says when it was started, and leaves at the end of its input.
_USER = """
import pathlib, signal, sys, psycopg
from pgevolve.local import LocalPostgres
# A shell that runs the tests in the background has them ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
with LocalPostgres(pathlib.Path(sys.argv[1])) as postgres, psycopg.connect(postgres.url()) as connection:
    print(connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0], flush=True)
    connection.close()
    sys.stdin.read()
"""

Start = Callable[..., LocalPostgres]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short directory that every account may enter; the folders of pytest are neither, for root."""
    path = Path(tempfile.mkdtemp(prefix="pge-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def server_in(folder: Path) -> Iterator[Start]:
    """Make servers that are deleted after the test, however it ends."""
    with ExitStack() as stack:

        def make(home: Path = folder / "home", **keywords: object) -> LocalPostgres:
            server = LocalPostgres(home, **({"settings": {"fsync": "off"}} | keywords))  # type: ignore[arg-type]
            stack.callback(server.delete)
            return server

        yield make


@pytest.fixture
def user_of(folder: Path) -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start processes that use a server until their input ends."""
    with ExitStack() as stack:

        def start(home: Path, **environment: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-c", _USER, str(home)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | environment,
            )
            stack.callback(_leave, process)
            return process

        yield start


def _leave(process: subprocess.Popen[str]) -> None:
    process.communicate()


def _value(server: LocalPostgres, query: str) -> object:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def _started(server: LocalPostgres) -> str:
    return str(_value(server, "SELECT pg_postmaster_start_time()"))


def _postmaster(server: LocalPostgres) -> int:
    return int((server.home / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_a_new_server_stores_utf8_and_sorts_by_code_point(server: LocalPostgres) -> None:
    facts = _value(
        server,
        "SELECT row(pg_encoding_to_char(encoding), datcollate,"
        " current_setting('server_version_num')::int / 10000)::text"
        " FROM pg_database WHERE datname = current_database()",
    )

    assert facts == f"(UTF8,C.UTF-8,{server.major})"
    assert _value(server, "SELECT 'Z' < 'a' AND 'ب' < 'پ'") is True
    assert server.version.startswith(str(server.major))


def test_sqlalchemy_takes_the_url_of_any_path(folder: Path, server_in: Start) -> None:
    server = server_in(folder / "با فاصله + 'quote' \"double\" $HOME `x` \\ %41")
    server.start()
    engine = create_engine(server.url().replace("postgresql:", "postgresql+psycopg:"))

    with engine.connect() as connection:
        found = connection.scalar(text("SELECT 1"))
    engine.dispose()

    assert found == 1
    assert server.socket_dir.parent == server.home


def test_url_carries_user_database_and_options(server_in: Start) -> None:
    server = server_in()
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute('CREATE ROLE "a/b" LOGIN')
        connection.execute('CREATE DATABASE "ت?&"')

    url = server.url("ت?&", "a/b", options="-c search_path=live,public")

    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT current_user, current_database(), current_setting('search_path')"
        ).fetchone()
    assert row == ("a/b", "ت?&", "live,public")


def test_start_again_does_nothing_and_restart_keeps_the_data(server_in: Start) -> None:
    server = server_in()
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    begun = _started(server)

    server.start()

    assert _started(server) == begun
    assert server.stop() is True
    assert not server.is_running
    server.start()
    assert _started(server) != begun
    assert _value(server, "SELECT count(*) FROM kept") == 0


def test_the_last_holder_stops_the_server(folder: Path, server_in: Start) -> None:
    first, second = server_in(), server_in()
    first.start()
    second.start()

    assert _started(first) == _started(second)
    assert first.stop() is False
    assert second.is_running
    assert second.stop() is True
    assert not first.is_running


def test_stop_by_force_does_not_ask_other_holders(server_in: Start) -> None:
    holder, other = server_in(), server_in()
    holder.start()

    assert other.stop() is False
    assert other.stop(force=True) is True
    assert not holder.is_running


def test_a_home_that_does_not_exist_is_not_running_and_not_made(folder: Path, server_in: Start) -> None:
    server = server_in(folder / "nothing")

    assert not server.is_running
    assert server.stop() is True
    assert not (folder / "nothing").exists()


def test_settings_are_those_of_the_last_real_start(server_in: Start) -> None:
    with server_in(settings={"work_mem": "7MB", "application_name": "it's \\ here"}) as server:
        assert _value(server, "SHOW work_mem") == "7MB"
        assert (
            _value(server, "SELECT reset_val FROM pg_settings WHERE name = 'application_name'")
            == "it's \\ here"
        )

    with server_in() as server:
        assert _value(server, "SHOW work_mem") == "4MB"


def test_tcp_asks_for_the_password(server_in: Start) -> None:
    server = server_in(tcp=True)
    server.start()

    with psycopg.connect(server.tcp_url()) as connection:
        assert connection.info.host == "127.0.0.1"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://postgres:wrong@127.0.0.1:{server.port}/postgres")


def test_no_tcp_address_without_tcp(server_in: Start) -> None:
    server = server_in()
    server.start()

    with pytest.raises(NotListeningError) as caught:
        server.tcp_url()

    assert caught.value.hint == "start it with tcp=True"
    assert _value(server, "SHOW listen_addresses") == ""


def test_a_killed_server_recovers_at_the_next_start(server_in: Start) -> None:
    server = server_in()
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")

    os.kill(_postmaster(server), signal.SIGKILL)
    next_one = server_in()
    next_one.start()

    assert _value(next_one, "SELECT n FROM kept") == 7


def test_a_killed_process_leaves_the_server_to_the_next_one(
    folder: Path, server_in: Start, user_of: Callable[[Path], subprocess.Popen[str]]
) -> None:
    process = user_of(folder / "home")
    assert process.stdout is not None
    begun = process.stdout.readline().strip()
    process.send_signal(signal.SIGKILL)
    process.wait()
    server = server_in()

    assert server.is_running
    server.start()
    assert _started(server) == begun
    assert server.stop() is True


def test_of_five_starters_at_once_one_starts_and_the_last_one_stops(
    folder: Path, server_in: Start, user_of: Callable[[Path], subprocess.Popen[str]]
) -> None:
    processes = [user_of(folder / "home") for _ in range(5)]

    begun = {process.stdout.readline().strip() for process in processes if process.stdout}

    assert len(begun) == 1
    for process in processes:
        assert server_in().is_running
        process.communicate()
        assert process.returncode == 0
    assert not server_in().is_running


def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(server_in: Start) -> None:
    server = server_in()
    server.start()
    pid_file = server.home / "data" / "postmaster.pid"
    content = pid_file.read_text().splitlines()
    owner = pid_file.stat().st_uid
    server.stop()
    stranger = subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None)
    pid_file.write_text("\n".join([str(stranger.pid), *content[1:]]) + "\n")

    server.start()

    assert _postmaster(server) != stranger.pid
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_path_too_long_for_a_socket_gets_a_short_private_directory(
    folder: Path, server_in: Start, user_of: Callable[..., subprocess.Popen[str]]
) -> None:
    home = folder / ("م" * 60) / "home"
    server = server_in(home)
    if os.geteuid() == 0:
        home.parent.mkdir()
        home.parent.chmod(0o711)
    server.start()

    assert len(os.fsencode(server.socket_dir / ".s.PGSQL.5432")) <= 107
    assert server.socket_dir.stat().st_mode & 0o777 == 0o700
    process = user_of(home, TMPDIR=str(folder))
    assert process.stdout is not None
    assert process.stdout.readline().strip() == _started(server)


def test_a_socket_directory_of_somebody_else_is_not_used(folder: Path, server_in: Start) -> None:
    server = server_in(folder / ("x" * 100))
    server.socket_dir.mkdir()
    server.socket_dir.chmod(0o755)

    with pytest.raises(SocketDirectoryError) as caught:
        server.start()

    assert str(server.socket_dir) in str(caught.value)
    assert not server.is_running


def test_data_of_another_major_version_is_refused_and_kept(server_in: Start) -> None:
    server = server_in()
    server.start()
    server.stop()
    version = server.home / "data" / "PG_VERSION"
    version.write_text("14\n")

    with pytest.raises(DataDirectoryVersionError) as caught:
        server.start()

    assert str(caught.value).endswith(f"is of PostgreSQL 14, and the server programs are of {server.major}")
    assert "PostgreSQL 14" in str(caught.value.hint)
    assert not server.is_running
    version.write_text(f"{server.major}\n")
    server.start()


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control"])
def test_a_data_directory_with_a_hole_is_named(server_in: Start, missing: str) -> None:
    server = server_in()
    server.start()
    server.stop()
    (server.home / "data" / missing).unlink()

    with pytest.raises(DataDirectoryDamagedError) as caught:
        server.start()

    assert str(caught.value).endswith(f"is damaged: {missing} is missing")


def test_a_server_that_ends_at_once_is_reported_with_its_last_words(server_in: Start) -> None:
    server = server_in()
    server.start()
    server.stop()
    control = server.home / "data" / "global" / "pg_control"
    control.write_bytes(bytes(control.stat().st_size))

    with pytest.raises(ServerStartError) as caught:
        server.start()

    assert "FATAL:" in str(caught.value) or "PANIC:" in str(caught.value)
    assert caught.value.log_tail
    assert str(caught.value.log) in str(caught.value.hint)
    assert not server.is_running


def test_a_refused_setting_is_reported_and_the_next_start_is_free(server_in: Start) -> None:
    with pytest.raises(ServerStartError) as caught:
        server_in(settings={"no_such_setting": "1"}).start()

    assert any("no_such_setting" in line for line in caught.value.log_tail)
    server = server_in()
    server.start()

    assert server.is_running


def test_a_half_made_data_directory_is_made_anew(folder: Path, server_in: Start) -> None:
    server = server_in()
    server.start()
    server.stop()
    data = server.home / "data"
    data.rename(data.with_name("data.new"))
    (data.with_name("data.new") / "PG_VERSION").unlink()

    server.start()

    assert _value(server, "SELECT 1") == 1
    assert not data.with_name("data.new").exists()


def test_a_starter_killed_in_the_middle_of_initdb_leaves_room_for_the_next(
    folder: Path, server_in: Start, user_of: Callable[[Path], subprocess.Popen[str]]
) -> None:
    process = user_of(folder / "home")
    while not (folder / "home" / "data.new" / "global").exists():
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (folder / "home" / "data").exists()

    server = server_in()
    server.start()

    assert _value(server, "SELECT count(*) > 0 FROM pg_class") is True
    assert not (folder / "home" / "data.new").exists()


def test_an_interrupted_starter_leaves_no_server_behind(
    folder: Path, server_in: Start, user_of: Callable[[Path], subprocess.Popen[str]]
) -> None:
    process = user_of(folder / "home")
    while not (folder / "home" / "data" / "postmaster.pid").exists():
        assert process.poll() is None

    process.send_signal(signal.SIGINT)
    process.wait()

    assert process.returncode == -signal.SIGINT
    assert not server_in().is_running


def test_a_file_in_the_place_of_the_home_is_named(folder: Path) -> None:
    (folder / "file").write_text("x")

    for home in (folder / "file", folder / "file" / "home"):
        with pytest.raises(HomeNotUsableError) as caught:
            LocalPostgres(home).start()

        assert str(home) in str(caught.value)


def test_missing_programs_are_named_with_the_package_to_install() -> None:
    with pytest.raises(BinariesNotFoundError) as caught:
        find_binaries(9)

    assert str(caught.value) == "no server programs of PostgreSQL 9 were found"
    assert caught.value.hint == "install postgresql-9"


def test_delete_leaves_nothing(folder: Path) -> None:
    server = LocalPostgres(folder / ("d" * 100))
    server.start()
    socket_dir = server.socket_dir

    server.delete()

    assert not socket_dir.exists()
    assert list(folder.iterdir()) == []
