"""Rows that a pending step would refuse stop a deploy before anything is done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from pgevolve.cli.progress import describe
from pgevolve.deploy import deploy
from pgevolve.prechecks import RowsViolateError
from pgevolve.progress import DeployEvent, RowsChecked
from pgevolve.project import GateOptions
from pgevolve.step import Step

Query = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def filled(shop: Any, empty_database: str) -> str:
    """Return a database with a table of goods, deployed, and rows in it."""
    shop.add("goods", "CREATE TABLE goods (id integer PRIMARY KEY, name text, price integer)")
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO goods VALUES (1, 'a', 5), (2, NULL, 6), (3, 'a', 7)")
    return empty_database


def test_violation_stops_the_deploy_before_any_statement(shop: Any, filled: str, query: Query) -> None:
    before = query("SELECT count(*) FROM pgevolve.events")
    shop.add("first", "ALTER TABLE goods ADD COLUMN stock integer")
    shop.add("then", "ALTER TABLE goods ALTER COLUMN name SET NOT NULL")

    with pytest.raises(RowsViolateError) as refused:
        deploy(shop.project, filled)

    assert [(entry.count, entry.keys) for entry in refused.value.violations] == [(1, ("2",))]
    assert query("SELECT name FROM pgevolve.migrations WHERE name NOT LIKE '%%goods'") == []
    assert query("SELECT count(*) FROM pgevolve.events") == before
    assert (
        query("SELECT attname FROM pg_attribute WHERE attrelid = 'goods'::regclass AND attname = 'stock'")
        == []
    )


def test_deploy_goes_through_once_the_rows_are_mended(shop: Any, filled: str, query: Query) -> None:
    shop.add("then", "ALTER TABLE goods ALTER COLUMN name SET NOT NULL")
    with pytest.raises(RowsViolateError):
        deploy(shop.project, filled)
    with psycopg.connect(filled) as connection:
        connection.execute("UPDATE goods SET name = 'b' WHERE name IS NULL")
    events: list[DeployEvent] = []

    report = deploy(shop.project, filled, report=events.append)

    assert report.rows is not None
    assert (report.rows.asked, report.rows.violations) == (1, ())
    (checked,) = [event for event in events if isinstance(event, RowsChecked)]
    assert (describe(checked) or "").startswith("1 questions about the rows answered in ")


def test_dry_run_tells_what_the_rows_say_and_changes_nothing(shop: Any, filled: str, query: Query) -> None:
    shop.add("then", "ALTER TABLE goods ADD CONSTRAINT goods_name_key UNIQUE (name)")

    report = deploy(shop.project, filled, dry_run=True)

    assert report.rows is not None
    assert [(entry.kind, entry.count) for entry in report.rows.violations] == [("unique", 2)]
    assert [migration.name for migration in report.migrations] == ["20261122_1015_then"]


def test_unchecked_rows_are_told_and_stop_nothing(shop: Any, filled: str) -> None:
    shop.add(
        "then",
        "UPDATE goods SET name = 'x' FROM goods AS o WHERE o.id = goods.id",
        "ALTER TABLE goods ALTER COLUMN name SET NOT NULL",
    )
    events: list[DeployEvent] = []

    deploy(shop.project, filled, report=events.append)

    (checked,) = [event for event in events if isinstance(event, RowsChecked)]
    (line,) = checked.unchecked
    assert line.startswith("20261122_1015_then/up.sql:")
    assert line.endswith("not checked, public.goods: no name; a pending UPDATE fills it from other rows")


def test_unfinished_migration_is_asked_only_what_is_left_of_it(shop: Any, filled: str, query: Query) -> None:
    shop.add(
        "then",
        Step("CREATE INDEX CONCURRENTLY goods_price ON goods (price)", transactional=False),
        "ALTER TABLE goods RENAME COLUMN name TO title",
        Step("CREATE UNIQUE INDEX CONCURRENTLY goods_id ON goods (id)", transactional=False),
        "ALTER TABLE goods ADD CHECK (price > 5)",
    )
    with pytest.raises(RowsViolateError) as refused:
        deploy(shop.project, filled)
    assert [entry.count for entry in refused.value.violations] == [1]
    with psycopg.connect(filled) as connection:
        connection.execute("DELETE FROM goods WHERE price = 5")

    assert deploy(shop.project, filled).migrations[0].name == "20261122_1015_then"


def test_rows_in_the_way_of_a_contract_migration_hold_back_only_that_one(
    shop: Any, filled: str, query: Query
) -> None:
    shop.add("stock", "ALTER TABLE goods ADD COLUMN stock integer")
    shop.add("strict", "ALTER TABLE goods ALTER COLUMN name SET NOT NULL", phase="contract")
    project = replace(shop.project, gate=GateOptions(quiet=timedelta(0)))

    def later() -> datetime:
        return datetime.now(UTC) + timedelta(days=100)

    report = deploy(project, filled, now=later)

    assert [migration.name for migration in report.migrations] == ["20261122_1015_stock"]
    assert report.waiting is not None
    assert report.waiting.conditions == ("20261122_1015_strict/up.sql:1 1 row of public.goods: no name",)
    with pytest.raises(RowsViolateError):
        deploy(project, filled, now=later)
    with psycopg.connect(filled) as connection:
        connection.execute("DELETE FROM goods WHERE name IS NULL")
    assert deploy(project, filled, now=later).waiting is None
