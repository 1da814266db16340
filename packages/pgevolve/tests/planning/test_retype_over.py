"""What is written over a column comes over the new one when that takes the name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from psycopg import errors
from sqlalchemy import BigInteger, Column, Integer

from pgevolve.objects import Function, Grant, Trigger, View
from pgevolve.plan import UnplannableChangeError

_TOUCH = Function(
    "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN NEW.name := NEW.x || '!'; RETURN NEW; END $$"
)


def _shown(shop: Any, kind: Any) -> Any:
    """Return goods with views over `x` and over others, a trigger on it, a function of it, and grants."""
    return shop(
        Column("x", kind),
        declared=(
            _TOUCH,
            View("CREATE VIEW public.shown AS SELECT id, x, x * 2 AS doubled FROM public.goods WHERE x > 0"),
            View("CREATE VIEW public.above AS SELECT max(doubled) AS top FROM public.shown"),
            View("CREATE VIEW public.aside AS SELECT id, name FROM public.goods"),
            Trigger(
                "CREATE TRIGGER touch BEFORE UPDATE OF x ON public.goods FOR EACH ROW"
                " WHEN (new.x > 5) EXECUTE FUNCTION public.touch()"
            ),
            Function(
                "CREATE FUNCTION public.total() RETURNS numeric LANGUAGE sql STABLE"
                " BEGIN ATOMIC SELECT sum(x) FROM public.goods; END"
            ),
            Grant(("SELECT",), "public.shown", ("shopper",)),
            Grant(("SELECT", "UPDATE"), "public.goods", ("shopper",), columns=("id", "x")),
            Grant(("EXECUTE",), "public.total()", ("shopper",), kind="FUNCTION"),
        ),
    )


def _steps_of(migration: Any) -> Sequence[str]:
    return [step.sql for step in migration.up]


def test_views_triggers_functions_and_grants_come_over_the_new_column(
    planned: Any, shop: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    steps = planned(_shown(shop, Integer), _shown(shop, BigInteger))
    steps.run("INSERT INTO goods (name, x) SELECT 'n', i FROM generate_series(1, 300) i")
    added, contract = steps.migrations

    steps.apply(added)
    assert steps.run("SELECT top FROM above") == [(600,)]
    steps.run("SET ROLE shopper; UPDATE goods SET x_as_bigint = 9 WHERE id = 1")
    assert steps.run("SELECT x FROM goods WHERE id = 1") == [(9,)]
    seen = steps.trace(contract)
    assert_nobody_waits_for_a_scan(seen)
    assert {step.transaction for step in seen} == {1}
    assert not any("aside" in statement for statement in _steps_of(contract))

    steps.run("SET ROLE shopper; UPDATE goods SET x = 3000000000 WHERE id = 2")
    assert steps.run("SELECT top FROM above") == [(6000000000,)]
    assert steps.run("SELECT name FROM goods WHERE id = 2") == [("3000000000!",)]
    assert steps.run("SET ROLE shopper; SELECT x FROM shown WHERE id = 2") == [(3000000000,)]
    assert steps.run("SET ROLE shopper; SELECT total() > 3000000000") == [(True,)]
    with pytest.raises(errors.InsufficientPrivilege):
        steps.run("SET ROLE shopper; SELECT name FROM goods")


def test_the_way_back_of_the_contract_brings_views_and_grants_back(planned: Any, shop: Any) -> None:
    steps = planned(_shown(shop, Integer), _shown(shop, BigInteger))
    steps.run("INSERT INTO goods (name, x) VALUES ('n', 4)")
    steps.apply(*steps.migrations)
    contract = steps.migrations[-1]

    steps.apply(replace(contract, up_sql=contract.down_sql))

    steps.run("SET ROLE shopper; UPDATE goods SET x_as_bigint = 9; UPDATE goods SET x = x + 1")
    assert steps.run("SET ROLE shopper; SELECT x FROM shown") == [(10,)]
    assert steps.run("SELECT top FROM above") == [(20,)]


def test_the_way_back_of_the_first_migration_leaves_what_is_over_the_column(planned: Any, shop: Any) -> None:
    steps = planned(_shown(shop, Integer), _shown(shop, BigInteger))

    assert not any("VIEW" in statement for statement in _steps_of(steps.migrations[0]))
    assert steps.migrations[0].down_sql is not None
    assert "VIEW" not in steps.migrations[0].down_sql


SPECIAL = """
    CREATE TABLE public.kept (id int NOT NULL, x {kind} NOT NULL, y text);
    CREATE UNIQUE INDEX kept_x_key ON public.kept (x);
    CREATE INDEX kept_y_x ON public.kept (y) INCLUDE (x) WITH (fillfactor = 70);
    COMMENT ON INDEX public.kept_x_key IS 'the key';
    COMMENT ON COLUMN public.kept.x IS 'number';
    ALTER TABLE public.kept REPLICA IDENTITY USING INDEX kept_x_key;
    ALTER TABLE public.kept CLUSTER ON kept_x_key;
    ALTER TABLE public.kept ALTER COLUMN x SET STATISTICS 500;
    CREATE STATISTICS public.kept_x_y (dependencies) ON x, y FROM public.kept;
    CREATE MATERIALIZED VIEW public.sums AS SELECT y, sum(x) AS total FROM public.kept GROUP BY y;
    CREATE UNIQUE INDEX sums_y ON public.sums (y);
    CREATE POLICY few ON public.kept USING (x < 10);
    CREATE PUBLICATION kept_out FOR TABLE public.kept (id, x) WHERE (x > 0)
"""


def test_settings_statistics_policies_and_publications_move(between: Any) -> None:
    database = between(SPECIAL.format(kind="integer"), SPECIAL.format(kind="bigint"))
    database.run("INSERT INTO kept SELECT i, i, i % 3 FROM generate_series(1, 100) i")
    database.run("REFRESH MATERIALIZED VIEW sums")

    database.apply()

    assert database.left() == ()
    assert database.run("SELECT sum(total) FROM sums") == [(5050,)]


PARTED = """
    CREATE TABLE public.measures (at date NOT NULL, x {kind} NOT NULL DEFAULT 1, y int, CHECK (x < 1000))
        PARTITION BY RANGE (at);
    CREATE TABLE public.measures_1 PARTITION OF public.measures
        FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE public.measures_2 PARTITION OF public.measures
        FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (y);
    CREATE TABLE public.measures_2_odd PARTITION OF public.measures_2 (x DEFAULT 2) FOR VALUES IN (1);
    CREATE INDEX measures_x_idx ON public.measures (x, at);
    CREATE VIEW public.sums AS SELECT at, sum(x) AS total FROM public.measures GROUP BY at
"""


def test_a_column_of_a_partitioned_table_changes_on_every_partition(between: Any) -> None:
    database = between(PARTED.format(kind="integer"), PARTED.format(kind="bigint"))
    database.run("INSERT INTO measures SELECT date '2024-01-01' + i, i, 1 FROM generate_series(0, 599) i")

    database.apply()

    assert database.left() == ()
    assert database.run("SELECT count(*), sum(x), max(x) FROM measures") == [(600, 179700, 599)]
    names = database.run("SELECT relname FROM pg_class WHERE relname ~ '^measures.*_idx$' ORDER BY 1")
    assert [name for (name,) in names] == [
        "measures_1_x_at_idx",
        "measures_2_odd_x_at_idx",
        "measures_2_x_at_idx",
        "measures_x_idx",
    ]
    assert database.run("INSERT INTO measures_2_odd (at, y) VALUES ('2025-02-01', 1) RETURNING x") == [(2,)]


VIRTUAL = """
    CREATE TABLE public.t (x {kind}, y int, v {kind} GENERATED ALWAYS AS (x * 2) VIRTUAL, w int);
    CREATE VIEW public.shown AS SELECT v FROM public.t
"""


def test_what_is_computed_when_it_is_read_follows(between_18: Any) -> None:
    old = VIRTUAL.format(kind="integer")
    database = between_18(old, old.replace("x integer", "x bigint"))
    database.run("INSERT INTO t (x) VALUES (7)")

    database.apply()

    assert database.left() == ()
    assert database.run("SELECT v FROM shown") == [(14,)]


REFUSED = {
    "of which b is computed": (
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
        "CREATE TABLE t (a bigint, b int GENERATED ALWAYS AS (a + 1) STORED)",
    ),
    "in a table with parents or children": (
        "CREATE TABLE t (a int); CREATE TABLE u () INHERITS (t)",
        "CREATE TABLE t (a bigint); CREATE TABLE u () INHERITS (t)",
    ),
    "by which the table is partitioned": (
        "CREATE TABLE t (a int) PARTITION BY LIST (a)",
        "CREATE TABLE t (a bigint) PARTITION BY LIST (a)",
    ),
    "in a table of a type": (
        "CREATE TYPE c AS (a int); CREATE TABLE t OF c",
        "CREATE TYPE c AS (a bigint); CREATE TABLE t OF c",
    ),
    "and another one counts it": (
        "CREATE TABLE t (a int NOT NULL)",
        "CREATE TABLE t (a bigint NOT NULL GENERATED ALWAYS AS IDENTITY)",
    ),
    "a domain with a default or a condition": (
        "CREATE DOMAIN d AS int DEFAULT 5; CREATE TABLE t (a int)",
        "CREATE DOMAIN d AS int DEFAULT 5; CREATE TABLE t (a d)",
    ),
    "in an exclusion constraint": (
        "CREATE TABLE t (a tsrange, EXCLUDE USING gist (a WITH &&))",
        "CREATE TABLE t (a tstzrange, EXCLUDE USING gist (a WITH &&))",
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_cannot_stand_beside_the_old_column_is_refused_by_name(between: Any, reason: str) -> None:
    with pytest.raises(UnplannableChangeError) as raised:
        between(*REFUSED[reason])

    assert reason in str(raised.value)
    assert raised.value.by_hand in str(raised.value.hint)
