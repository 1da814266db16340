"""Invalid indexes, each left by the accident that leaves it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import errors

from pgevolve.connect import Connection, connect
from pgevolve.history import Migration
from pgevolve.janitor import clear_debris
from pgevolve.ledger import events

from .conftest import House

_INVALID = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1"
_BUILD = "CREATE UNIQUE INDEX CONCURRENTLY goods_name_key ON public.goods (name)"


@pytest.fixture
def first(house: House) -> Migration:
    """Return the applied migration that makes a table with an index; two of its rows are alike."""
    made = house.give(
        "first",
        "CREATE TABLE public.goods (id bigint PRIMARY KEY, name text);"
        "CREATE INDEX goods_id_name_idx ON public.goods (id, name);",
    )
    house.put_in_place(made)
    house.record_as_applied(made)
    house.run("INSERT INTO goods VALUES (1, 'same'), (2, 'same')")
    return made


def _fail(house: House, statement: str = _BUILD) -> None:
    with pytest.raises(errors.UniqueViolation):
        house.run(statement)
    assert house.query(_INVALID)


@contextmanager
def _open_transaction(house: House, statement: str) -> Iterator[Connection]:
    with psycopg.connect(house.url) as other:
        other.execute(statement.encode())
        yield other
        other.rollback()


def _interrupt(house: House, statement: str) -> None:
    """Run a statement that waits for somebody, and is cancelled."""
    with connect(house.url, purpose="test") as connection:
        connection.execute("SET statement_timeout = '1s'")
        with pytest.raises(errors.QueryCanceled):
            connection.execute(statement.encode())


def test_an_index_whose_build_failed_is_dropped_concurrently(house: House, first: Migration) -> None:
    _fail(house)

    found = house.only_debris()

    assert str(found) == "invalid index public.goods_name_key: its build failed"
    assert [step.sql for step in found.steps] == ["DROP INDEX CONCURRENTLY public.goods_name_key"]
    done = clear_debris(house.project, house.url)
    assert (done.cleared, done.left) == ((found,), ())
    assert house.query(_INVALID) == []
    with connect(house.url, purpose="test") as connection:
        (event,) = events(connection, "janitor.cleared")
    assert event.detail == {
        "kind": "invalid index",
        "name": "public.goods_name_key",
        "why": "its build failed",
        "statements": ["DROP INDEX CONCURRENTLY public.goods_name_key"],
    }


def test_what_an_interrupted_reindex_had_begun_is_dropped(house: House, first: Migration) -> None:
    with _open_transaction(house, "INSERT INTO goods VALUES (3, 'open')"):
        _interrupt(house, "REINDEX INDEX CONCURRENTLY goods_id_name_idx")
    assert house.query(_INVALID) == [("goods_id_name_idx_ccnew",)]

    found = house.only_debris()

    assert str(found) == (
        "invalid index public.goods_id_name_idx_ccnew: a REINDEX CONCURRENTLY was interrupted"
    )
    clear_debris(house.project, house.url)
    assert house.query(_INVALID) == []
    assert house.query("SELECT to_regclass('goods_id_name_idx') IS NOT NULL") == [(True,)]


def test_what_an_interrupted_reindex_had_replaced_is_dropped(house: House, first: Migration) -> None:
    with _open_transaction(house, "SELECT * FROM goods"):
        _interrupt(house, "REINDEX INDEX CONCURRENTLY goods_id_name_idx")
    assert house.query(_INVALID) == [("goods_id_name_idx_ccold",)]

    assert "after it had replaced this one" in house.only_debris().why
    clear_debris(house.project, house.url)
    assert house.query(_INVALID) == []
    assert house.query(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'goods_id_name_idx'::regclass"
    ) == [(True,)]


def test_an_index_that_the_history_wants_is_rebuilt(house: House, first: Migration) -> None:
    wanted = house.give(
        "unique",
        f"-- pgevolve: transaction=off\n{_BUILD};",
    )
    house.run("DELETE FROM goods WHERE id = 2", _BUILD, "DELETE FROM pgevolve.migrations")
    house.record_as_applied(wanted)
    house.run("DROP INDEX goods_name_key", "INSERT INTO goods VALUES (2, 'same')")
    _fail(house)

    found = house.only_debris()

    assert found.why == "its build failed, and the history wants it"
    assert [step.sql for step in found.steps] == ["REINDEX INDEX CONCURRENTLY public.goods_name_key"]
    refused = clear_debris(house.project, house.url)
    assert refused.cleared == ()
    assert refused.left[0].reason == 'could not create unique index "goods_name_key_ccnew"'
    house.run("UPDATE goods SET name = 'other' WHERE id = 2")
    assert clear_debris(house.project, house.url).left == ()
    assert house.query(_INVALID) == []
    assert house.query("SELECT to_regclass('goods_name_key') IS NOT NULL") == [(True,)]


def test_an_index_in_the_way_of_a_failed_step_is_dropped(house: House, first: Migration) -> None:
    failed = house.give("unique", f"SELECT 1;\n-- pgevolve: transaction=off\n{_BUILD};")
    _fail(house)
    house.record_as_failed(failed, 2)

    found = house.only_debris()

    assert found.why == f"its build failed, and it is in the way of {failed.name}"
    clear_debris(house.project, house.url)
    assert house.query(_INVALID) == []


def test_an_index_that_an_interrupted_migration_was_building_is_left_to_its_resumption(
    house: House, first: Migration
) -> None:
    _fail(house)
    house.record_as_applying(house.give("unique", f"-- pgevolve: transaction=off\n{_BUILD};"))

    assert house.debris() == []


def test_an_index_that_somebody_builds_now_is_left_alone(house: House, first: Migration) -> None:
    build = "CREATE INDEX CONCURRENTLY goods_lower_idx ON goods (lower(name))"
    with ThreadPoolExecutor() as pool:
        with _open_transaction(house, "INSERT INTO goods VALUES (3, 'open')"):
            building = pool.submit(house.run, build)
            while house.query(_INVALID) == [] and not building.done():
                pass

            assert house.query(_INVALID) == [("goods_lower_idx",)]
            assert house.debris() == []
        building.result()
    assert house.query(_INVALID) == []


def test_an_index_without_a_history_is_found_too(house: House) -> None:
    house.run("CREATE TABLE goods (id bigint, name text)", "INSERT INTO goods VALUES (1, 'a'), (2, 'a')")
    _fail(house)

    assert house.debris() == [("invalid index", "public.goods_name_key")]
