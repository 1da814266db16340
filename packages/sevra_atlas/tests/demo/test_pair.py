"""Jobs on two connections: all are done, an error ends the others, and nothing goes on behind one's back."""

import psycopg
import pytest
from databases import SevraDatabase

from sevra_atlas.demo.scale.pair import on_two_connections
from sevra_atlas.schema.access import OWNER


def _connect(database: SevraDatabase) -> psycopg.Connection:
    return database.connect(OWNER, autocommit=True)


def test_each_job_is_done_once_on_two_connections(embedded_db: SevraDatabase) -> None:
    taken: list[tuple[int, int]] = []

    def job(number: int) -> object:
        return lambda connection: (number, connection.info.backend_pid)

    on_two_connections(lambda: _connect(embedded_db), [job(number) for number in range(10)], taken.append)

    assert sorted(number for number, _ in taken) == list(range(10))


def test_an_error_of_a_job_cancels_the_statement_that_runs_and_the_jobs_that_wait(
    embedded_db: SevraDatabase,
) -> None:
    done: list[int] = []

    def waits_for_ever(connection: psycopg.Connection) -> None:
        connection.execute("SELECT pg_sleep(3600)")

    def fails(connection: psycopg.Connection) -> None:
        connection.execute("SELECT 1 / 0")

    def never(_connection: psycopg.Connection) -> None:
        done.append(1)

    with pytest.raises(psycopg.errors.DivisionByZero):
        on_two_connections(
            lambda: _connect(embedded_db), [waits_for_ever, fails, waits_for_ever, never], lambda _: None
        )

    assert done == []
    with _connect(embedded_db) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)%' AND state = 'active'"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone() == (0,)


def test_an_error_of_the_one_who_takes_the_results_ends_the_jobs(embedded_db: SevraDatabase) -> None:
    def took(_result: None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        on_two_connections(
            lambda: _connect(embedded_db),
            [
                lambda connection: connection.execute("SELECT 1") and None,
                lambda connection: connection.execute("SELECT pg_sleep(3600)") and None,
            ],
            took,
        )
