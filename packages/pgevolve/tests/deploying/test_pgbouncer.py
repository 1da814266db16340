"""PgBouncer in between: the deployer would get no session of its own, so it refuses before it writes."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from pgevolve.connect import TransactionPoolerError
from pgevolve.deploy import deploy
from pgevolve.local import LocalPostgres
from pgevolve.local.config import free_tcp_port

pytestmark = pytest.mark.pgbouncer

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY)"
_PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
_CONFIG = """[databases]
{database} = host={host} port={port} user=postgres

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
logfile =
pidfile =
"""


@pytest.fixture(params=["transaction", "statement"])
def pooled(request: pytest.FixtureRequest, server: LocalPostgres, empty_database: str) -> Iterator[str]:
    """Run PgBouncer before the empty database, as the account of the server, and return its address."""
    assert _PROGRAM is not None
    database = urlsplit(empty_database).path.removeprefix("/")
    listen = free_tcp_port()
    with tempfile.TemporaryDirectory(prefix="pge-") as folder:
        Path(folder).chmod(0o755)
        config = Path(folder, "pgbouncer.ini")
        config.write_text(
            _CONFIG.format(
                database=database,
                host=server.socket_dir,
                port=server.port,
                listen=listen,
                mode=request.param,
            )
        )
        command = [_PROGRAM, str(config)]
        if os.geteuid() == 0:
            # It refuses root, and the socket of the server is its account's alone.
            command[1:1] = ["-u", pwd.getpwuid(Path(server.socket_dir).stat().st_uid).pw_name]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if "process up" in line:
                    break
            try:
                yield f"postgresql://postgres@127.0.0.1:{listen}/{database}"
            finally:
                process.terminate()
                process.communicate()


@pytest.mark.fault("a transaction-mode pooler in between")
def test_a_pooler_that_gives_every_transaction_another_session_is_refused(
    shop: Any, pooled: str, empty_database: str
) -> None:
    shop.add("salons", _SALONS)
    with psycopg.connect(pooled, autocommit=True) as through:
        assert through.execute("SELECT 7").fetchone() == (7,)

    with pytest.raises(TransactionPoolerError) as refused:
        deploy(shop.project, pooled)

    assert refused.value.hint == "give the deployer the address of the server itself"
    with psycopg.connect(empty_database) as directly:
        assert directly.execute("SELECT to_regnamespace('pgevolve')").fetchone() == (None,)


def test_the_address_of_the_server_itself_is_taken(shop: Any, pooled: str, empty_database: str) -> None:
    migration = shop.add("salons", _SALONS)
    with pytest.raises(TransactionPoolerError):
        deploy(shop.project, pooled)

    assert deploy(shop.project, empty_database).digest == migration.digest
