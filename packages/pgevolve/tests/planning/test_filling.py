"""Columns that come to a table with rows and must not be empty."""

from typing import Any

import pytest
from sqlalchemy import Column, Integer, Text, text

from pgevolve.new import PlanFailedError
from pgevolve.plan import UnplannableChangeError

_ROWS = "INSERT INTO goods (name) SELECT 'N' || i FROM generate_series(1, 300) i"


def _key(**facts: Any) -> Column[str]:
    return Column("key", Text, nullable=False, **facts)


def test_a_required_column_is_filled_by_what_the_models_say(
    planned: Any, shop: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    steps = planned(shop(), shop(_key(info={"backfill": "lower(name)"})))
    steps.run(_ROWS)
    added, filled, contract = steps.migrations
    assert [migration.phase for migration in steps.migrations] == ["expand", "expand", "contract"]
    assert added.intent == {"backfill": {"public.goods": {"key": "lower(name)"}}}

    assert_nobody_waits_for_a_scan(steps.trace(added))
    steps.run("INSERT INTO goods (name) VALUES ('Old code')")
    steps.run("INSERT INTO goods (name, key) VALUES ('New code', 'mine')")
    assert steps.run("SELECT count(*) FROM goods WHERE key IS NULL") == [(300,)]
    steps.fill(added)
    assert_nobody_waits_for_a_scan(steps.trace(filled))
    steps.run("INSERT INTO goods (name) VALUES ('Old Again')")
    assert_nobody_waits_for_a_scan(steps.trace(contract))

    assert steps.run("SELECT count(*) FROM goods WHERE key IS DISTINCT FROM lower(name)") == [(1,)]
    assert steps.run("SELECT key FROM goods WHERE name = 'New code'") == [("mine",)]
    assert steps.run("SELECT count(*) FROM pg_proc WHERE proname LIKE 'zz_fill%'") == [(0,)]


def test_a_required_column_without_a_word_on_its_rows_is_refused(bench_18: Any, shop: Any) -> None:
    with pytest.raises(UnplannableChangeError) as raised:
        bench_18.evolve(shop(), shop(_key()))

    assert "NOT NULL without a default" in str(raised.value)
    assert 'info={"backfill":' in str(raised.value.hint)


@pytest.mark.parametrize("facts", [{"nullable": True}, {"nullable": False}])
def test_a_default_of_each_row_is_given_to_the_rows_that_are_there(
    planned: Any, shop: Any, facts: Any
) -> None:
    column = Column("code", Text, server_default=text("gen_random_uuid()::text"), **facts)
    steps = planned(shop(), shop(column))
    steps.run(_ROWS)

    steps.apply(*steps.migrations)
    steps.run("INSERT INTO goods (name) VALUES ('new')")

    assert steps.run("SELECT count(*), count(code), count(DISTINCT code) FROM goods") == [(301, 301, 301)]


def test_a_backfill_leaves_what_is_filled_alone_and_can_run_again(planned: Any, shop: Any) -> None:
    steps = planned(shop(), shop(_key(info={"backfill": "lower(name)"})))
    steps.run(_ROWS)
    added = steps.migrations[0]
    steps.trace(added)
    steps.run("UPDATE goods SET key = 'given' WHERE id = 1")

    assert steps.fill(added) == 299
    assert steps.fill(added) == 0
    assert steps.run("SELECT key FROM goods WHERE id = 1") == [("given",)]


def test_a_value_that_the_server_refuses_is_found_before_anything_is_written(
    bench_18: Any, shop: Any
) -> None:
    with pytest.raises(PlanFailedError, match="nope"):
        bench_18.evolve(shop(), shop(_key(info={"backfill": "nope(name)"})))


def test_a_unique_key_over_the_new_column_waits_until_it_is_filled(planned: Any, shop: Any) -> None:
    steps = planned(shop(), shop(_key(info={"backfill": "lower(name)"}, unique=True), Column("n", Integer)))
    added, filled, _ = steps.migrations
    steps.run(_ROWS)

    steps.apply(*steps.migrations)

    assert "UNIQUE" not in added.up_sql
    assert filled.up_sql.index("SET NOT NULL") < filled.up_sql.index("CREATE UNIQUE INDEX CONCURRENTLY")
