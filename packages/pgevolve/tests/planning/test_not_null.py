"""NOT NULL and keys on columns that hold rows."""

from typing import Any

import pytest
from psycopg import errors
from sqlalchemy import Column, Integer, MetaData, Table, Text

from pgevolve.run import ReplayError

_ROWS = "INSERT INTO goods (name, x) SELECT 'n', i FROM generate_series(1, 200) i"


def _numbers(*, key: bool) -> MetaData:
    metadata = MetaData()
    number = Column("n", Integer, primary_key=key, nullable=not key, autoincrement=False)
    Table("log", metadata, number, Column("words", Text))
    return metadata


def test_a_column_is_proved_filled_while_everybody_works(
    planned: Any, shop: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    steps = planned(shop(Column("x", Integer)), shop(Column("x", Integer, nullable=False)))
    steps.run(_ROWS)
    (migration,) = steps.migrations

    seen = steps.trace(migration)

    assert [step.sql.splitlines()[-1].strip() for step in seen] == [
        "ADD CONSTRAINT goods_x_is_filled CHECK (x IS NOT NULL) NOT VALID",
        "ALTER TABLE public.goods VALIDATE CONSTRAINT goods_x_is_filled",
        "ALTER TABLE public.goods ALTER COLUMN x SET NOT NULL",
        "ALTER TABLE public.goods DROP CONSTRAINT goods_x_is_filled",
    ]
    assert [step.scanned for step in seen] == [(), ("public.goods",), (), ()]
    assert [step.transaction for step in seen] == [1, 2, 3, 3]
    assert_nobody_waits_for_a_scan(seen)
    with pytest.raises(errors.NotNullViolation):
        steps.run("INSERT INTO goods (name) VALUES ('none')")


def test_an_empty_row_stops_the_migration_at_the_validation(planned: Any, shop: Any) -> None:
    steps = planned(shop(Column("x", Integer)), shop(Column("x", Integer, nullable=False)))
    steps.run("INSERT INTO goods (name) VALUES ('none')")

    with pytest.raises(ReplayError, match=r'constraint "goods_x_is_filled".* is violated by some row'):
        steps.apply(*steps.migrations)


def test_the_way_back_of_a_column_that_may_be_empty_proves_it_again(bench_18: Any, shop: Any) -> None:
    written = bench_18.evolve(shop(Column("x", Integer, nullable=False)), shop(Column("x", Integer)))

    assert "VALIDATE CONSTRAINT goods_x_is_filled" in written.migrations[0].down_sql


def test_a_primary_key_over_columns_that_may_be_empty_proves_them_first(
    planned: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    steps = planned(_numbers(key=False), _numbers(key=True))
    steps.run("INSERT INTO log SELECT i FROM generate_series(1, 200) i")
    (migration,) = steps.migrations

    seen = steps.trace(migration)

    written = migration.up_sql
    parts = (
        "VALIDATE CONSTRAINT log_n_is_filled",
        "SET NOT NULL",
        "UNIQUE INDEX CONCURRENTLY",
        "USING INDEX",
    )
    assert [written.index(part) for part in parts] == sorted(written.index(part) for part in parts)
    assert_nobody_waits_for_a_scan(seen)
