"""`sevra up`: from nothing to an open site, again in seconds, and nothing left when it ends."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from cli_places import Sevra, Started, listens, status_of, text_of

from pgevolve.local import LocalPostgres
from sevra_atlas.provision import Credentials, provision


@contextmanager
def running(sevra: Sevra, *arguments: str, **variables: str) -> Iterator[Started]:
    """Run `sevra up` for the block, whatever becomes of it."""
    started = sevra.start("up", *arguments, SEVRA_DEMO_SIZE="tiny", **variables)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.end()
        started.process.stdout.close()


def server_of(sevra: Sevra) -> LocalPostgres:
    return LocalPostgres(sevra.place / ".data" / "postgres")


def child_of(pid: int) -> int:
    children = [file.read_text().split() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    return int(next(child for group in children for child in group))


def worker_of(pid: int) -> int:
    """Return the worker among the processes that a process has started."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().split(b"\0")
            parent = int(Path(file.parent, "stat").read_text().rpartition(") ")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"sevra_atlas.cli.worker_process" in words and parent == pid:
            return int(file.parent.name)
    raise AssertionError("no worker runs")


def wait_until(connection: psycopg.Connection, question: str) -> None:
    """Return once a query for one boolean is true; a minute in vain is a failure."""
    connection.execute("SET statement_timeout = '60s'")
    connection.execute(f"DO $$ BEGIN WHILE NOT ({question}) LOOP PERFORM pg_sleep(0.05); END LOOP; END $$")


def count_of_salons(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM live.salons").fetchone()[0]


def test_the_site_opens_and_nothing_is_left_when_it_ends(sevra, free_port) -> None:
    with running(sevra, PORT=str(free_port)) as up:
        addresses = up.wait_until_open()

        assert addresses.keys() == {"home", "a city", "a salon", "API", "OpenAPI"}
        assert {status_of(url) for url in addresses.values()} == {200}
        assert any(line.startswith("worker       ready") for line in up.lines)
        with psycopg.connect(sevra.run("db", "url").stdout.strip(), autocommit=True) as connection:
            connection.execute("UPDATE salons SET name = 'زمردین' WHERE id = (SELECT min(id) FROM salons)")
            wait_until(connection, "EXISTS (SELECT FROM search_documents WHERE title = 'زمردین')")
            # The numbers of the cities of the demo data are the worker's as well.
            wait_until(
                connection,
                "(SELECT sum(salon_count) FROM city_stats) = (SELECT count(*) FROM salons"
                " WHERE status = 'ACTIVE' AND city_id IS NOT NULL)",
            )
        found = text_of(f"{addresses['home']}search?q={quote('زمردین')}")
        # The port is that of the instance, which nobody tells the command.
        lint = sevra.run("seo", "lint", "--sample", "20", "--metrics", "seo.prom")
        assert up.end(signal.SIGINT) == 0

    assert "زمردین" in found
    assert (lint.returncode, lint.stderr) == (0, ""), lint.stdout
    assert ", 0 findings" in lint.stdout
    assert 'sevra_seo_findings{code="SM11"} 0.0' in (sevra.place / "seo.prom").read_text()
    assert not listens(free_port)
    assert not server_of(sevra).is_running
    assert "\x1b" not in "\n".join(up.lines)


@pytest.mark.slow
def test_the_second_run_loads_nothing_and_keeps_what_people_wrote(sevra, free_port) -> None:
    with running(sevra, PORT=str(free_port)) as first:
        first.wait_until_open()
        url = sevra.run("db", "url", "--role", "owner").stdout.strip()
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE salons SET name = 'نام تازه' WHERE id = (SELECT min(id) FROM salons)")
        before = count_of_salons(url)

    with running(sevra, PORT=str(free_port)) as second:
        second.wait_until_open()

        assert "demo data    present" in "\n".join(second.lines)
        assert "up to date" in "\n".join(second.lines)
        assert count_of_salons(sevra.run("db", "url").stdout.strip()) == before
        names = sevra.run("db", "psql", "--", "-Atc", "SELECT count(*) FROM salons WHERE name = 'نام تازه'")
        assert names.stdout.strip() == "1"


def test_an_ordinary_user_needs_nothing_else(ordinary_sevra, free_port) -> None:
    ordinary_sevra.place.chmod(0o700)

    with running(ordinary_sevra, "--no-demo", PORT=str(free_port)) as up:
        assert status_of(up.wait_until_open()["home"]) == 200
        assert up.end() == 0

    assert not listens(free_port)


@pytest.mark.slow
def test_a_killed_load_of_the_demo_data_is_done_by_the_next_run(sevra, free_port) -> None:
    with running(sevra, PORT=str(free_port)) as killed:
        killed.wait_for("migrations")
        os.kill(killed.process.pid, signal.SIGKILL)
        killed.process.wait()

    with running(sevra, PORT=str(free_port)) as again:
        again.wait_until_open()

        assert "60 salons" in "\n".join(again.lines)


def test_the_web_process_does_not_outlive_a_killed_run(sevra, free_port) -> None:
    with running(sevra, "--no-demo", PORT=str(free_port)) as killed:
        killed.wait_until_open()
        os.kill(killed.process.pid, signal.SIGKILL)
        # The pipe of its output is closed when the last of its processes has ended.
        killed.process.stdout.read()

    assert not listens(free_port)
    down = sevra.run("down")
    assert down.stdout == "ended the embedded database server\n"
    assert not server_of(sevra).is_running


@pytest.mark.slow
def test_a_database_server_that_was_killed_is_started_again(sevra, free_port) -> None:
    with running(sevra, "--no-demo", PORT=str(free_port)) as up:
        up.wait_until_open()
        pid = int((server_of(sevra).home / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        up.end(signal.SIGKILL)

    with running(sevra, PORT=str(free_port)) as again:
        assert status_of(again.wait_until_open()["home"]) == 200


def test_a_second_run_says_where_the_first_one_is(sevra, free_port) -> None:
    with running(sevra, "--no-demo", PORT=str(free_port)) as up:
        up.wait_until_open()

        same = sevra.run("up", PORT=str(free_port))
        elsewhere = sevra.run("up", "--port", "1")
        other_folder = sevra.run("up", PORT=str(free_port), SEVRA_DATA_DIR=str(sevra.place / "other"))

    assert same.returncode == 0
    assert same.stdout.startswith(f"Sevra Atlas already runs at http://127.0.0.1:{free_port}")
    assert elsewhere.returncode == 2
    assert f"already runs at http://127.0.0.1:{free_port}, not at http://127.0.0.1:1" in elsewhere.stderr
    assert other_folder.returncode == 2
    assert f"port {free_port} of 127.0.0.1 is in use by another Sevra Atlas" in other_folder.stderr


@pytest.mark.slow
def test_of_two_runs_at_once_one_serves_and_the_other_says_where(sevra, free_port) -> None:
    start = partial(running, sevra, "--no-demo", PORT=str(free_port))
    with start() as one, start() as other:
        both = [one.lines_until_open_or_end(), other.lines_until_open_or_end()]

    served = [lines for lines in both if any("Sevra Atlas is open" in line for line in lines)]
    (told,) = [lines for lines in both if lines not in served]
    assert len(served) == 1
    assert len(told) == 1
    assert re.match(rf"Sevra Atlas (is already starting|already runs) at .*:{free_port};", told[0])


@pytest.mark.slow
def test_in_the_background_until_down(sevra, free_port) -> None:
    up = sevra.run("up", "--detach", "--no-demo", PORT=str(free_port))
    try:
        assert up.returncode == 0, up.stderr
        assert up.stdout.rstrip().endswith("`sevra down` ends it")
        assert status_of(f"http://127.0.0.1:{free_port}/") == 200
        assert sevra.run("doctor", PORT=str(free_port)).returncode == 0
    finally:
        down = sevra.run("down")

    assert down.stdout == f"ended Sevra Atlas at http://127.0.0.1:{free_port}\n"
    assert not listens(free_port)
    assert not server_of(sevra).is_running
    assert sevra.run("down").stdout == f"nothing runs in {sevra.place}/.data\n"


@pytest.mark.slow
def test_a_declined_demo_is_not_loaded_later(sevra, free_port) -> None:
    with running(sevra, "--no-demo", PORT=str(free_port)) as up:
        assert "a city" not in up.wait_until_open()

    with running(sevra, PORT=str(free_port)) as later:
        assert "a city" not in later.wait_until_open()


@pytest.mark.slow
@pytest.mark.parametrize("attributes", ["SUPERUSER", "CREATEROLE"])
def test_a_database_of_ones_own(sevra, database, free_port, attributes) -> None:
    url = database.user(f"{database.name}_joe", attributes, owner=True)

    with running(sevra, PORT=str(free_port), DATABASE_URL=url) as up:
        addresses = up.wait_until_open()

        assert status_of(addresses["a salon"]) == 200
        assert not (sevra.place / ".data" / "postgres").exists()
        doctor = sevra.run("doctor", PORT=str(free_port), DATABASE_URL=url)
        assert doctor.returncode == 0, doctor.stdout
        assert up.end() == 0


@pytest.mark.slow
def test_stated_logins_are_used_and_none_is_made(sevra, database, tmp_path, free_port) -> None:
    urls = provision(database.admin_url, Credentials(tmp_path / "c.toml")).urls
    roles = database.cluster.roles()

    stated = {"SEVRA_DATABASE_URL": urls.app, "SEVRA_OWNER_URL": urls.owner}

    with running(sevra, PORT=str(free_port), SEVRA_ADMIN_URL=database.admin_url, **stated) as up:
        assert status_of(up.wait_until_open()["API"]) == 200
        for variables in _variables_of_children(up.process.pid):
            # Whoever breaks into the site finds neither who migrates nor who makes databases.
            assert b"SEVRA_DATABASE_URL=" in variables
            assert b"SEVRA_OWNER_URL=" not in variables
            assert b"SEVRA_ADMIN_URL=" not in variables

    assert database.cluster.roles() == roles
    assert not (sevra.place / ".data" / "credentials.toml").exists()


def _variables_of_children(process: int) -> list[bytes]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    children = [child for task in tasks for child in task.read_text().split()]
    return [Path(f"/proc/{child}/environ").read_bytes() for child in children]


@pytest.mark.slow
def test_a_database_that_somebody_else_deployed_gets_no_demo_data(sevra, database, free_port) -> None:
    deployed = sevra.run("migrate", "deploy", DATABASE_URL=database.admin_url)
    assert deployed.returncode == 0, deployed.stderr

    with running(sevra, PORT=str(free_port), DATABASE_URL=database.admin_url) as up:
        assert "a city" not in up.wait_until_open()

    assert "demo data    not loaded" in "\n".join(up.lines)


@pytest.mark.slow
def test_a_path_longer_than_a_socket_allows(sevra, free_port) -> None:
    deep = sevra.place / ("d" * 60) / ("e" * 60)

    with running(sevra, "--no-demo", PORT=str(free_port), SEVRA_DATA_DIR=str(deep)) as up:
        assert status_of(up.wait_until_open()["home"]) == 200
    LocalPostgres(deep / "postgres").delete()


@pytest.mark.slow
def test_a_folder_that_the_account_of_the_server_may_not_enter(sevra, free_port) -> None:
    sevra.place.chmod(0o700)

    with running(sevra, "--no-demo", PORT=str(free_port)) as up:
        assert status_of(up.wait_until_open()["home"]) == 200
        assert up.end() == 0

    assert sevra.place.stat().st_mode & 0o777 == 0o700


@pytest.mark.slow
def test_the_end_of_the_terminal_ends_it(sevra, free_port) -> None:
    with running(sevra, "--no-demo", PORT=str(free_port)) as up:
        up.wait_until_open()

        assert up.end(signal.SIGHUP) == 0

    assert not listens(free_port)
    assert not server_of(sevra).is_running


def test_an_interrupted_start_leaves_nothing_running(sevra, free_port) -> None:
    with running(sevra, PORT=str(free_port)) as up:
        up.wait_for("database")

        assert up.end(signal.SIGTERM) == 128 + signal.SIGTERM

    assert "error: interrupted by SIGTERM" in up.lines
    assert not server_of(sevra).is_running


@pytest.mark.slow
def test_a_web_process_that_ends_by_itself_is_a_failure(sevra, free_port) -> None:
    with running(sevra, "--no-demo", PORT=str(free_port)) as up:
        up.wait_until_open()
        os.kill(child_of(up.process.pid), signal.SIGKILL)

        up.wait_for("the web process ended")
        assert up.process.wait(60) == 1

    assert not server_of(sevra).is_running


@pytest.mark.slow
def test_a_worker_that_was_killed_is_started_again(sevra, free_port) -> None:
    with running(sevra, "--no-demo", PORT=str(free_port)) as up:
        addresses = up.wait_until_open()
        os.kill(worker_of(up.process.pid), signal.SIGKILL)

        assert up.wait_for("the worker ended") == "the worker ended with status -9; another one starts"
        with psycopg.connect(sevra.run("db", "url").stdout.strip(), autocommit=True) as connection:
            connection.execute("INSERT INTO salons (name, slug) VALUES ('زمردین', 'zomorrodin')")
            wait_until(connection, "EXISTS (SELECT FROM search_documents)")
        assert status_of(addresses["home"]) == 200
        assert up.end() == 0


@pytest.mark.slow
def test_a_web_worker_that_is_stuck_does_not_keep_the_port(sevra, free_port) -> None:
    with running(sevra, "--no-demo", PORT=str(free_port)) as up:
        up.wait_until_open()
        os.kill(child_of(child_of(up.process.pid)), signal.SIGSTOP)

        assert up.end() == 0

    assert not listens(free_port)
