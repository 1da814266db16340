"""A small project with a history that tests write by hand, and databases to deploy it to."""

import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import MetaData

from pgevolve.connect import connect, make_predictable
from pgevolve.history import (
    EditedMigrationError,
    Migration,
    Phase,
    inspect_history,
    read_history,
    write_migration,
)
from pgevolve.local import LocalPostgres
from pgevolve.project import Project
from pgevolve.run import NoJournal, replay, run_steps
from pgevolve.scratch import scratch_database
from pgevolve.step import Step
from pgevolve.verify import schema_digest

_NOW = datetime(2026, 11, 22, 10, 15)  # noqa: DTZ001 (only its digits name a directory)
OWNER = "shop_owner"


class Shop:
    """A project whose migrations are written by hand; digests come from a scratch database of the server."""

    def __init__(self, server: LocalPostgres, folder: Path) -> None:
        self.server = server
        self.project = Project(MetaData(), folder / "migrations", owner=OWNER)

    def add(
        self,
        name: str,
        *steps: str | Step,
        leads_to: str | None = None,
        down: Sequence[str | Step] | None = None,
        backfill: str | None = None,
        phase: Phase = "expand",
    ) -> Migration:
        """Add a migration; `leads_to` is a digest to claim in place of the true one."""
        up, back = _steps(steps), None if down is None else _steps(down)
        found = leads_to or self._digest_after(up)
        reason = "by hand" if back is None else None
        return write_migration(
            self.project.migrations, name, _NOW, phase, up, back, reason, found, backfill_sql=backfill
        )

    def add_broken(
        self, name: str, *steps: str | Step, down: Sequence[str | Step] | None = None
    ) -> Migration:
        """Add a migration that cannot run, and so has no digest of its own."""
        return self.add(name, *steps, leads_to="0" * 64, down=down)

    def forget_last(self) -> None:
        """Take the last migration out of the history, as its author would before mending it."""
        root = self.project.migrations
        last = read_history(root).migrations[-1]
        text = (root / "history.toml").read_text()
        (root / "history.toml").write_text(text[: text.rindex("[[migration]]")])
        shutil.rmtree(last.directory)

    def accept(self, recorded: str) -> None:
        """Put the checksum that the files of an edited migration have now into the list."""
        (problem,) = inspect_history(self.project.migrations).problems
        assert isinstance(problem, EditedMigrationError)
        listed = self.project.migrations / "history.toml"
        listed.write_text(listed.read_text().replace(recorded, problem.found))

    def _digest_after(self, up: tuple[Step, ...]) -> str:
        with scratch_database(self.server.url()) as url:
            with connect(url, purpose="test") as connection:
                connection.execute(f"GRANT CREATE ON SCHEMA public TO {OWNER}".encode())
                connection.execute(f"GRANT CREATE ON DATABASE {connection.info.dbname} TO {OWNER}".encode())
                make_predictable(connection)
                replay(connection, read_history(self.project.migrations), OWNER)
                run_steps(connection, up, owner=OWNER, journal=NoJournal())
            return schema_digest(url, self.project)


def _steps(steps: Sequence[str | Step]) -> tuple[Step, ...]:
    return tuple(step if isinstance(step, Step) else Step(step) for step in steps)


@pytest.fixture
def shop(server: LocalPostgres, tmp_path: Path) -> Shop:
    """Return a project with an empty history."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone()
        if there is None:
            connection.execute(f"CREATE ROLE {OWNER}".encode())
    return Shop(server, tmp_path)


@pytest.fixture
def query(empty_database: str) -> Callable[..., list[tuple[object, ...]]]:
    """Return a function that asks the test's database, each time in a session of its own."""

    def ask(statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(empty_database) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    return ask


# Deploys a folder, the first argument, to an address, the second one; the third is the function to call.
DEPLOYER = """
import pathlib, sys
from sqlalchemy import MetaData
from pgevolve.cli.console import exit_status, print_error
from pgevolve.deploy import deploy, resume, rollback
from pgevolve.errors import PgevolveError
from pgevolve.project import Project
try:
    globals()[sys.argv[3]](Project(MetaData(), pathlib.Path(sys.argv[1]), owner="shop_owner"), sys.argv[2])
except PgevolveError as error:
    print_error(error)
    sys.exit(exit_status(error))
"""
_WAITS = (
    "SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN"
    " (SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'pgevolve deploy %')"
)
_AT_WORK = "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'pgevolve deploy %'"


@pytest.fixture
def signalled_deploy(shop: Shop, empty_database: str) -> Callable[..., tuple[int, str]]:
    """Run a deploy in a process of its own and signal it while it waits for a lock that is held meanwhile."""

    def run_and_signal(
        held: str,
        number: signal.Signals = signal.SIGKILL,
        call: str = "deploy",
        *,
        leave_at_work: bool = False,
    ) -> tuple[int, str]:
        with (
            psycopg.connect(empty_database, autocommit=True) as asking,
            psycopg.connect(empty_database) as gate,
        ):
            gate.execute(held.encode())
            process = subprocess.Popen(
                [sys.executable, "-c", DEPLOYER, str(shop.project.migrations), empty_database, call],
                stderr=subprocess.PIPE,
                text=True,
            )
            while not asking.execute(_WAITS.encode()).fetchone():
                assert process.poll() is None
            process.send_signal(number)
            _, said = process.communicate()
            while not leave_at_work and asking.execute(_AT_WORK.encode()).fetchone():
                pass
            return process.returncode, said

    return run_and_signal


@pytest.fixture
def pooled_database(server: LocalPostgres) -> Iterator[str]:
    """Return the address of a pooler: the client is told another process id than its session's."""
    with tempfile.TemporaryDirectory(prefix="pge-") as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/.s.PGSQL.5432")
        listener.listen()
        thread = threading.Thread(target=_pool_one, args=(listener, server))
        thread.start()
        yield f"postgresql://postgres@/postgres?host={quote(folder, safe='')}"
        thread.join()


def _pool_one(listener: socket.socket, server: LocalPostgres) -> None:
    """Pass on one client's messages both ways, with another process id in the BackendKeyData."""
    client, _ = listener.accept()
    with client, socket.socket(socket.AF_UNIX) as session:
        session.connect(str(server.socket_dir / f".s.PGSQL.{server.port}"))
        ends = {client: session, session: client}
        while True:
            for ready in select.select(list(ends), [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    return
                if ready is session:
                    data = _KEY_DATA.sub(lambda found: found[1] + b"\x7f\xff\xff\xff", data)
                ends[ready].sendall(data)


# The message K of the frontend/backend protocol: its length of 12, the process id, a secret.
_KEY_DATA = re.compile(rb"(K\x00\x00\x00\x0c)....(?=....Z\x00\x00\x00\x05I)", re.DOTALL)
