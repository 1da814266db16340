"""Who may deploy: a direct session of a server that fits, one deployer at a time."""

import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgevolve.connect import (
    DatabaseUnreachableError,
    EncodingError,
    TransactionPoolerError,
    UnsupportedServerError,
    connect,
    require_suitable,
    require_supported,
)
from pgevolve.deploy import deploy
from pgevolve.errors import LockNotObtainedError
from pgevolve.local import LocalPostgres
from pgevolve.lock import DeployRunningError, deploy_lock
from pgevolve.progress import (
    DeployEvent,
    LockAwaited,
)
from pgevolve.step import Step

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"
_INDEX = Step("CREATE INDEX CONCURRENTLY salons_name_idx ON public.salons (name)", transactional=False)


@pytest.mark.fault("another deploy holds the lock")
def test_a_deploy_waits_for_another_one_and_then_gives_up(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    told: list[DeployEvent] = []

    with (
        connect(empty_database, purpose="deploy lock") as other,
        deploy_lock(other, wait=0, waiting=lambda _: None),
    ):
        pid = other.info.backend_pid
        with pytest.raises(DeployRunningError) as caught:
            deploy(shop.project, empty_database, wait=0.2, report=told.append)

    holder = caught.value.holder
    assert holder is not None
    assert holder.pid == pid
    assert (holder.user, holder.since is None) == ("postgres", False)
    assert f"pid {holder.pid}, user postgres, host this host, since 2" in str(caught.value)
    assert isinstance(caught.value, LockNotObtainedError)
    assert told == [LockAwaited(holder)]


@pytest.mark.parametrize("deployers", [2, 50])
@pytest.mark.fault("two, and fifty, deployers at once")
def test_of_several_deployers_at_once_one_applies_and_the_others_find_nothing_to_do(
    shop: Any, empty_database: str, deployers: int
) -> None:
    shop.add("salons", _SALONS, _INDEX)
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(len(deploy(shop.project, empty_database).migrations)))
        for _ in range(deployers)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [0] * (deployers - 1) + [1]


def test_a_database_of_another_encoding_is_refused(
    shop: Any, server: LocalPostgres, empty_database: str
) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        try:
            with pytest.raises(EncodingError) as caught:
                deploy(shop.project, server.url("latin"))
        finally:
            connection.execute("DROP DATABASE latin")

    assert str(caught.value) == "database 'latin' is encoded in LATIN1, not in UTF8"


def test_a_server_older_than_fifteen_is_refused() -> None:
    with pytest.raises(UnsupportedServerError) as caught:
        require_supported(140_012)

    assert "PostgreSQL 14.12" in str(caught.value)
    require_supported(150_000)


@pytest.mark.fault("a transaction-mode pooler in between")
def test_a_session_that_is_not_the_clients_own_is_refused(pooled_database: str) -> None:
    with connect(pooled_database, purpose="test") as connection, pytest.raises(TransactionPoolerError):
        require_suitable(connection)


def test_an_unreachable_database_is_one_sentence(shop: Any, tmp_path: Path) -> None:
    shop.add("salons", _SALONS)

    with pytest.raises(DatabaseUnreachableError) as caught:
        deploy(shop.project, f"postgresql://postgres@/x?host={tmp_path}")

    assert "\n" not in str(caught.value)
