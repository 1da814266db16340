"""Throw-away servers and databases leave nothing behind, whatever happens inside."""

from pathlib import Path

import psycopg
import pytest

from pgevolve.connect import DatabaseUnreachableError, connect
from pgevolve.local import LocalPostgres
from pgevolve.scratch import NotADatabaseUriError, scratch_database, scratch_server, with_database


def _databases(server: LocalPostgres) -> set[str]:
    with psycopg.connect(server.url()) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def test_a_scratch_server_is_gone_afterwards() -> None:
    with scratch_server() as server:
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
        home = server.home

    assert not home.exists()


def test_a_scratch_server_is_gone_after_an_error_too() -> None:
    homes: list[Path] = []

    def fail() -> None:
        with scratch_server() as server:
            homes.append(server.home)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert len(homes) == 1
    assert not homes[0].exists()


def test_a_scratch_database_is_empty_utf8_and_dropped_with_its_sessions(server: LocalPostgres) -> None:
    before = _databases(server)

    with scratch_database(server.url()) as url:
        connection = psycopg.connect(url)
        row = connection.execute(
            "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert row == ("UTF8",)

    assert _databases(server) == before
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")


def test_a_scratch_database_may_be_a_copy(server: LocalPostgres) -> None:
    with scratch_database(server.url()) as template:
        with psycopg.connect(template) as connection:
            connection.execute("CREATE TABLE salons AS SELECT 'رویا' AS name")
            name = connection.info.dbname

        with scratch_database(server.url(), name) as copy, psycopg.connect(copy) as connection:
            assert connection.execute("SELECT name FROM salons").fetchone() == ("رویا",)


def test_with_database_keeps_everything_else_of_the_address() -> None:
    url = with_database("postgresql://u:p%40@/a?host=%2Ftmp%2Fx%20y&port=5433", "ب/c")

    assert url == "postgresql://u:p%40@/%D8%A8%2Fc?host=%2Ftmp%2Fx%20y&port=5433"
    with pytest.raises(NotADatabaseUriError):
        with_database("host=/tmp dbname=a", "b")


def test_an_address_for_sqlalchemy_serves_as_well(server: LocalPostgres) -> None:
    admin_url = server.url().replace("postgresql:", "postgresql+psycopg:")

    with scratch_database(admin_url) as url:
        assert url.startswith("postgresql+psycopg://")
        with connect(url, purpose="test") as connection:
            assert connection.info.dbname.startswith("scratch_")


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(DatabaseUnreachableError), scratch_database("postgresql://127.0.0.1:1/x"):
        pass
