"""Rows that are filled after the steps."""

from typing import Any

import psycopg
import pytest

from pgevolve.deploy import deploy
from pgevolve.failures import (
    BackfillError,
)

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"


_FILL = "UPDATE public.salons SET name = 'none' WHERE ctid >= $1 AND ctid < $2 AND name IS NULL;"


def _with_backfill(shop: Any, backfill: str) -> str:
    migration = shop.add("salons", _SALONS, "INSERT INTO salons SELECT generate_series(1, 500)")
    (migration.directory / "backfill.sql").write_text(backfill)
    shop.accept(migration.checksum)
    return str(migration.name)


def test_a_backfill_fills_the_rows_after_the_steps(shop: Any, empty_database: str, query: Any) -> None:
    _with_backfill(shop, _FILL)

    deploy(shop.project, empty_database)

    assert query("SELECT count(*) FROM salons WHERE name = 'none'") == [(500,)]
    assert query("SELECT state FROM pgevolve.migrations") == [("applied",)]


def test_a_backfill_that_fails_goes_on_with_the_next_deploy(
    shop: Any, empty_database: str, query: Any
) -> None:
    shop.add("divisor", "CREATE TABLE public.divisor AS SELECT 0 AS n")
    name = _with_backfill(shop, _FILL.replace("'none'", "1 / (SELECT n FROM public.divisor)"))

    with pytest.raises(BackfillError, match=rf"{name}' failed: division by zero \(SQLSTATE 22012\)"):
        deploy(shop.project, empty_database)
    assert query("SELECT state FROM pgevolve.migrations ORDER BY 1") == [("applied",), ("applying",)]

    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("UPDATE divisor SET n = 1")
    deploy(shop.project, empty_database)

    assert query("SELECT DISTINCT state FROM pgevolve.migrations") == [("applied",)]
    assert query("SELECT count(*) FROM salons WHERE name = '1'") == [(500,)]
