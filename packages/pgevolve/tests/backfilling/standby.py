"""A primary of its own with a standby, made by the server's own tools; both over Unix sockets."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from pgevolve.local import Binaries, LocalPostgres
from pgevolve.local.account import account_for, run_as

_PRIMARY: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "checkpoint_timeout": "1h",
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "100ms",
}
SLOT = "east"


class Pair:
    """A primary, and a standby called `east` that reads a slot of the same name."""

    def __init__(self, primary: LocalPostgres, folder: Path) -> None:
        self.primary = primary
        account = account_for(primary.home / "data")
        home = folder / "standby"
        home.mkdir(mode=0o700)
        if account is not None:
            account.owns(folder, home)
        address = f"host={primary.socket_dir} port={primary.port} user=postgres application_name={SLOT}"
        command = [primary.binaries.tool("pg_basebackup"), "-D", str(home / "data"), "-d", address]
        done = run_as(account, [*command, "-R", "-C", "-S", SLOT, "-c", "fast", "--no-sync"])
        assert done.returncode == 0, done.stdout.decode()
        self.standby = LocalPostgres(home, binaries=primary.binaries, settings=_PRIMARY)
        self.standby.start()
        self.catch_up()

    def ask(self, statement: str, *, database: str = "postgres", of_standby: bool = False) -> list[Any]:
        """Run a statement on one of the two."""
        server = self.standby if of_standby else self.primary
        with psycopg.connect(server.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def catch_up(self) -> None:
        """Wait until the standby has replayed what the primary has written so far."""
        # A record of its own: at the start of a file the insert position lies behind all records, and an idle
        # primary writes the next one after 15 s.
        ((written,),) = self.ask("SELECT pg_create_restore_point('in step')")
        self.ask("SELECT pg_switch_wal()")
        with psycopg.connect(self.standby.url(), autocommit=True) as connection:
            query = f"SELECT 1 WHERE pg_last_wal_replay_lsn() >= '{written}'"
            while not connection.execute(query.encode()).fetchone():
                pass

    def set_on_standby(self, name: str, value: str) -> None:
        """Change a setting of the standby while it runs, and wait until it holds."""
        with psycopg.connect(self.standby.url(), autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
            connection.execute("SELECT pg_reload_conf()")
            query = f"SELECT 1 WHERE current_setting('{name}') = '{value}'"
            while not connection.execute(query.encode()).fetchone():
                pass


@contextmanager
def pair(binaries: Binaries) -> Iterator[Pair]:
    """Run both, and remove them afterwards."""
    with tempfile.TemporaryDirectory(prefix="pge-") as folder:
        primary = LocalPostgres(Path(folder, "primary"), binaries=binaries, settings=_PRIMARY)
        os.chmod(folder, 0o755)  # noqa: PTH101 (the servers' own account must enter)
        made = None
        try:
            primary.start()
            made = Pair(primary, Path(folder))
            yield made
        finally:
            if made is not None:
                made.standby.stop(force=True)
            primary.delete()
