"""Pages that warn of neither a lock nor an error of their example: what happens instead, on each server."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from .pages import OF_ANOTHER_KIND, PAGES, Page

_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_total'::regclass"
_COLUMNS = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'paid_at'"


@pytest.fixture
def connection(empty_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(empty_database, autocommit=True) as opened:
        yield opened


def _run(connection: psycopg.Connection, sql: str) -> None:
    """Run statements one by one, as steps outside of a transaction."""
    for statement in sql.replace("-- pgevolve: transaction=off\n", "").split(";\n"):
        if statement.strip():
            connection.execute(statement.encode())


def _commits_what_is_not_recorded(connection: psycopg.Connection, page: Page) -> None:
    connection.execute("BEGIN")
    _run(connection, page.refused)

    assert connection.info.transaction_status is TransactionStatus.IDLE
    connection.execute("ROLLBACK")
    assert connection.execute(_COLUMNS).fetchone() == (1,)


def _waits_for_rows(connection: psycopg.Connection, page: Page) -> None:
    with pytest.raises(psycopg.ProgrammingError, match="COPY"):
        _run(connection, page.refused)
    # The server still waits for them; the session is of no more use.
    connection.close()


def _leaves_the_invalid_index(connection: psycopg.Connection, page: Page) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("CREATE UNIQUE INDEX CONCURRENTLY orders_total ON orders ((total IS NULL))")
    _run(connection, page.refused)

    assert connection.execute(_VALID).fetchone() == (False,)
    _run(connection, page.safe)
    assert connection.execute(_VALID).fetchone() == (True,)


def _does_its_work_twice(connection: psycopg.Connection, page: Page) -> None:
    _run(connection, page.refused)
    with pytest.raises(psycopg.errors.UniqueViolation):
        _run(connection, page.refused)
    _run(connection, page.near_miss)


_EFFECTS: dict[str, Callable[[psycopg.Connection, Page], None]] = {
    "PE002": _commits_what_is_not_recorded,
    "PE005": _waits_for_rows,
    "PE405": _leaves_the_invalid_index,
    "PE406": _does_its_work_twice,
}


@pytest.mark.parametrize("rule", _EFFECTS)
def test_the_example_does_what_its_page_warns_of(connection: psycopg.Connection, rule: str) -> None:
    _run(connection, PAGES[rule].given)

    _EFFECTS[rule](connection, PAGES[rule])


def test_no_page_is_left_out() -> None:
    assert set(_EFFECTS) == OF_ANOTHER_KIND
