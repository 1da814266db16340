"""A column gets another type while old and new code write to its table."""

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB, UUID

from pgevolve.history import read_history
from pgevolve.new import PlanFailedError
from pgevolve.plan import UnplannableChangeError

_ROWS = "INSERT INTO goods (name, x) SELECT 'n', {value} FROM generate_series(1, 300) i"
# Old and new type, what the rows hold, what the new column holds then, and info.
KINDS: dict[str, tuple[Any, Any, str, str, dict[str, str]]] = {
    "a wider whole number": (Integer, BigInteger, "i", "i::bigint", {}),
    "a narrower whole number": (BigInteger, SmallInteger, "i", "i::smallint", {}),
    "decimals": (Integer, Numeric(12, 2), "i", "i::numeric(12, 2)", {}),
    "fewer decimals": (Numeric(8, 2), Numeric(10, 1), "i + 0.25", "(i + 0.25)::numeric(10, 1)", {}),
    "a shorter text": (String(100), String(5), "'c' || i", "'c' || i", {}),
    "a text": (Integer, Text, "i", "i::text", {}),
    "a number in a text": (Text, Integer, "' ' || i", "i", {}),
    "an identity in a text": (Text, UUID, "md5(i::text)", "md5(i::text)::uuid", {}),
    "a time with its zone": (
        DateTime,
        DateTime(timezone=True),
        "timestamp '2024-01-01' + i * interval '1 hour'",
        "timestamptz '2024-01-01 00:00:00+00' + i * interval '1 hour'",
        {},
    ),
    "a document": (JSON, JSONB, "json_build_object('n', i)", "jsonb_build_object('n', i)", {}),
    "a list of wider numbers": (
        ARRAY(Integer),
        ARRAY(BigInteger),
        "ARRAY[i, 2]",
        "ARRAY[i, 2]::bigint[]",
        {},
    ),
    "another collation": (Text, Text(collation="C"), "'c' || i", "'c' || i", {}),
    "what the models say": (
        Integer,
        Text,
        "i",
        "'no ' || i",
        {"using": "'no ' || x", "using_back": "substr(x, 4)::integer"},
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_reach_the_new_type_and_nobody_waits_for_a_scan(
    planned: Any, shop: Any, assert_nobody_waits_for_a_scan: Any, kind: str
) -> None:
    old, new, value, wanted, info = KINDS[kind]
    steps = planned(shop(Column("x", old)), shop(Column("x", new, info=info)))
    steps.run(_ROWS.format(value=value))
    before = steps.run("SELECT id, x::text FROM goods ORDER BY id")
    added, *others = steps.migrations
    assert [migration.phase for migration in steps.migrations] == ["expand", "contract"]

    assert_nobody_waits_for_a_scan(steps.trace(added))
    assert steps.fill(added) == 300
    assert steps.fill(added) == 0
    assert steps.run("SELECT id, x::text FROM goods ORDER BY id") == before
    for migration in others:
        assert_nobody_waits_for_a_scan(steps.trace(migration))

    assert steps.run(
        f"SELECT count(*) FROM goods, LATERAL (SELECT id::int AS i) r"
        f" WHERE ROW(x)::record *= ROW(({wanted})::{_type_of(steps)})::record"
    ) == [(300,)]
    assert steps.run("SELECT count(*) FROM pg_proc WHERE proname LIKE 'zz_fill%'") == [(0,)]


def _type_of(steps: Any) -> str:
    ((found,),) = steps.run(
        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = 'goods'::regclass AND attname = 'x'"
    )
    return str(found)


def _counted(kind: Any, **facts: Any) -> tuple[Any, ...]:
    """Return a column with all that can stand on one that is no key."""
    return (
        Column("x", kind, nullable=False, server_default="7", unique=True, comment="how many", **facts),
        Index("goods_x_idx", text("x DESC"), "price", postgresql_where=text("x > 0")),
        CheckConstraint("x <> 13 AND price IS DISTINCT FROM x", name="goods_x_check"),
    )


def test_what_stands_on_the_column_is_built_beside_and_takes_its_name(
    planned: Any, shop: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    steps = planned(shop(*_counted(Integer)), shop(*_counted(BigInteger)))
    steps.run(_ROWS.format(value="i + 100"))
    added, filled, contract = steps.migrations
    assert [migration.phase for migration in steps.migrations] == ["expand", "expand", "contract"]

    assert_nobody_waits_for_a_scan(steps.trace(added))
    steps.run("INSERT INTO goods (name, x) VALUES ('old', 1)")
    assert steps.fill(added) == 300
    assert_nobody_waits_for_a_scan(steps.trace(filled))
    with pytest.raises(errors.CheckViolation):
        steps.run("UPDATE goods SET x_as_bigint = 13 WHERE id = 1")
    with pytest.raises(errors.UniqueViolation):
        steps.run("UPDATE goods SET x_as_bigint = 1 WHERE id = 1")
    seen = steps.trace(contract)
    assert_nobody_waits_for_a_scan(seen)
    assert {step.transaction for step in seen} == {1}

    assert steps.run("INSERT INTO goods (name) VALUES ('n') RETURNING x") == [(7,)]
    assert steps.run("UPDATE goods SET x = 3000000000 WHERE id = 1 RETURNING x") == [(3000000000,)]
    with pytest.raises(errors.UniqueViolation, match="goods_x_key"):
        steps.run("UPDATE goods SET x = 7 WHERE id = 1")


WRITES = {
    "old code inserts": ("INSERT INTO goods (name, x) VALUES ('w', 2.25)", ("2.25", "2.3")),
    "new code inserts": ("INSERT INTO goods (name, x_as_numeric_10_1) VALUES ('w', 3.5)", ("3.50", "3.5")),
    "neither gives it": ("INSERT INTO goods (name) VALUES ('w')", ("1.00", "1.0")),
    "old code updates": ("UPDATE goods SET x = 4.44 WHERE id = 1", ("4.44", "4.4")),
    "new code updates": ("UPDATE goods SET x_as_numeric_10_1 = 5.5 WHERE id = 1", ("5.50", "5.5")),
    "old code empties": ("UPDATE goods SET x = NULL WHERE id = 1", (None, None)),
    "new code empties": ("UPDATE goods SET x_as_numeric_10_1 = NULL WHERE id = 1", (None, None)),
    "old code writes all its columns": (
        "UPDATE goods SET name = 'n', x = 6.66 WHERE id = 1",
        ("6.66", "6.7"),
    ),
}
_BOTH = "x::text, x_as_numeric_10_1::text"


def _prices(kind: Any) -> Any:
    return Column("x", kind, server_default="1.00")


def test_what_one_code_writes_the_other_reads(planned: Any, shop: Any) -> None:
    steps = planned(shop(_prices(Numeric(8, 2))), shop(_prices(Numeric(10, 1))))
    steps.run(_ROWS.format(value="i"))
    steps.apply(steps.migrations[0])

    for (first, _), (second, wanted) in product(WRITES.values(), repeat=2):
        steps.run(first)
        if second.startswith("UPDATE"):
            steps.run(second)
            assert steps.run(f"SELECT {_BOTH} FROM goods WHERE id = 1") == [wanted]
        else:
            assert steps.run(f"{second} RETURNING {_BOTH}") == [wanted]


def test_a_value_that_the_old_type_cannot_hold_fails_its_writer_alone(planned: Any, shop: Any) -> None:
    steps = planned(shop(Column("x", Text)), shop(Column("x", Integer)))
    steps.run("INSERT INTO goods (name, x) VALUES ('bad', 'many'), ('good', '5')")
    added = steps.migrations[0]
    steps.trace(added)

    # Whoever writes something else, or a new value to the bad row, is not held up by it.
    steps.run("UPDATE goods SET name = 'still bad' WHERE id = 1")
    with pytest.raises(errors.InvalidTextRepresentation):
        steps.run("UPDATE goods SET x = 'few' WHERE id = 2")
    with pytest.raises(errors.InvalidTextRepresentation):
        steps.fill(added)
    steps.run("UPDATE goods SET x_as_integer = 3 WHERE id = 1")
    assert steps.fill(added) == 1
    assert steps.run("SELECT x, x_as_integer FROM goods ORDER BY id") == [("3", 3), ("5", 5)]


def test_a_text_that_is_too_long_is_refused_and_never_cut(planned: Any, shop: Any) -> None:
    steps = planned(shop(Column("x", Text)), shop(Column("x", String(3))))
    steps.run("INSERT INTO goods (name, x) VALUES ('n', 'abc')")
    steps.apply(steps.migrations[0])

    with pytest.raises(errors.StringDataRightTruncation):
        steps.run("UPDATE goods SET x = 'abcd'")
    assert steps.run("SELECT x, x_as_varchar_3 FROM goods") == [("abc", "abc")]


def test_times_are_converted_alike_whatever_the_zone_of_the_writer(planned: Any, shop: Any) -> None:
    steps = planned(shop(Column("x", DateTime)), shop(Column("x", DateTime(timezone=True))))
    steps.run("INSERT INTO goods (name, x) VALUES ('n', '2024-06-01 12:00')")
    steps.apply(steps.migrations[0])

    steps.run("SET timezone = 'Asia/Tehran'; INSERT INTO goods (name, x) VALUES ('n', '2024-06-01 12:00')")
    steps.run(
        "SET timezone = 'Asia/Tehran';"
        " INSERT INTO goods (name, x_as_timestamptz) VALUES ('n', '2024-06-01 12:00+00')"
    )

    assert steps.run("SELECT DISTINCT x, x_as_timestamptz AT TIME ZONE 'UTC' FROM goods") == [
        (datetime(2024, 6, 1, 12), datetime(2024, 6, 1, 12))  # noqa: DTZ001 - of a column without a zone
    ]


def test_a_change_that_equality_does_not_see_reaches_the_other_column(planned: Any, shop: Any) -> None:
    steps = planned(shop(Column("x", JSON)), shop(Column("x", JSONB)))
    steps.apply(steps.migrations[0])

    steps.run("INSERT INTO goods (name, x) VALUES ('n', '{\"a\": 1}')")
    steps.run("UPDATE goods SET x = '{\"a\": 1.0}'")

    assert steps.run("SELECT x_as_jsonb::text FROM goods") == [('{"a": 1.0}',)]


_VALUES = st.one_of(st.none(), st.decimals(0, 999, places=2, allow_nan=False))
_OPERATIONS = st.one_of(
    st.tuples(st.sampled_from(["old insert", "new insert"]), st.just(0), _VALUES),
    st.tuples(st.sampled_from(["old update", "new update", "other update"]), st.integers(0, 3), _VALUES),
    st.tuples(st.just("batch"), st.just(0), st.none()),
)
_NEW = "x_as_numeric_10_1"


class _Table:
    """What both columns must hold, row by row; None in the second place: not filled yet."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        connection.execute("TRUNCATE goods; ALTER TABLE goods DISABLE TRIGGER USER")
        rows = connection.execute(
            "INSERT INTO goods (name, x) SELECT 'n', i + 0.25 FROM generate_series(1, 4) i RETURNING id, x"
        )
        self.rows: dict[int, tuple[Decimal | None, Decimal | None]] = {id_: (x, None) for id_, x in rows}
        connection.execute("ALTER TABLE goods ENABLE TRIGGER USER")

    def write(self, kind: str, place: int, value: Decimal | None) -> None:
        column = "x" if kind.startswith("old") else _NEW
        if kind.endswith("insert"):
            row = self.connection.execute(
                f"INSERT INTO goods (name, {column}) VALUES ('n', %s) RETURNING id".encode(), (value,)
            ).fetchone()
            assert row is not None
            self.rows[row[0]] = self._written(kind, value)
            return
        id_ = list(self.rows)[place]
        if kind == "other update":
            self.connection.execute("UPDATE goods SET name = name || 'o' WHERE id = %s", (id_,))
            return
        old, new = self.rows[id_]
        self.connection.execute(f"UPDATE goods SET {column} = %s WHERE id = %s".encode(), (value, id_))
        wanted = self._written(kind, value)
        # What a writer leaves as it was is not written, and not filled either.
        if (old if kind.startswith("old") else new) != wanted[0 if kind.startswith("old") else 1]:
            self.rows[id_] = wanted

    def fill(self) -> None:
        self.rows = {
            id_: (old, self._rounded(old) if new is None else new) for id_, (old, new) in self.rows.items()
        }

    def check(self) -> None:
        found = self.connection.execute(f"SELECT id, x, {_NEW} FROM goods".encode())
        assert {id_: (old, new) for id_, old, new in found} == self.rows

    def _written(self, kind: str, value: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
        if kind.startswith("old"):
            return value, self._rounded(value)
        return self._rounded(value), self._rounded(value)

    def _rounded(self, value: Decimal | None) -> Decimal | None:
        return None if value is None else value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def test_no_order_of_writes_and_batches_parts_the_columns(planned: Any, shop: Any) -> None:
    steps = planned(shop(Column("x", Numeric(8, 2))), shop(Column("x", Numeric(10, 1))))
    added = steps.migrations[0]
    steps.trace(added)

    with psycopg.connect(steps.url, autocommit=True) as connection:

        @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.lists(_OPERATIONS, max_size=10))
        def columns_agree(order: list[tuple[str, int, Decimal | None]]) -> None:
            table = _Table(connection)
            for kind, place, value in order:
                if kind == "batch":
                    steps.fill(added)
                    table.fill()
                else:
                    table.write(kind, place, value)
                table.check()
            steps.fill(added)
            table.fill()
            table.check()

        columns_agree()


def test_the_way_back_keeps_what_either_code_wrote(planned: Any, shop: Any) -> None:
    steps = planned(shop(*_counted(Integer)), shop(*_counted(BigInteger)))
    steps.run(_ROWS.format(value="i + 100"))
    added, filled, contract = steps.migrations
    steps.apply(*steps.migrations)
    steps.run("UPDATE goods SET x = 50 WHERE id = 3")

    _undo(steps, contract)
    steps.run("UPDATE goods SET x = -1 WHERE id = 1; UPDATE goods SET x_as_bigint = -2 WHERE id = 2")
    _undo(steps, filled)
    _undo(steps, added)

    assert steps.run("SELECT x FROM goods WHERE id < 5 ORDER BY id") == [(-1,), (-2,), (50,), (104,)]
    assert steps.run("SELECT count(*) FROM pg_attribute WHERE attname LIKE 'x\\_as%'") == [(0,)]


def test_a_contract_that_lost_something_says_so_and_has_no_way_back(planned: Any, shop: Any) -> None:
    steps = planned(shop(Column("x", Numeric(8, 2))), shop(Column("x", Integer)))

    contract = steps.migrations[-1]

    assert contract.down is None
    assert contract.irreversible == "drops the data of column x of table public.goods as numeric(8,2)"


def _undo(steps: Any, migration: Any) -> None:
    steps.apply(replace(migration, up_sql=migration.down_sql, backfill_sql=None))


NO_CAST = {
    "there": (Integer, Boolean, {}, r"no assignment makes the one of the other", '"using"'),
    "back": (
        Integer,
        Boolean,
        {"using": "x <> 0"},
        r"no assignment makes integer of boolean",
        '"using_back"',
    ),
}


@pytest.mark.parametrize("way", NO_CAST)
def test_what_no_assignment_converts_is_asked_for_by_name(bench_18: Any, shop: Any, way: str) -> None:
    old, new, info, message, hint = NO_CAST[way]

    with pytest.raises(UnplannableChangeError, match=message) as raised:
        bench_18.evolve(shop(Column("x", old)), shop(Column("x", new, info=info)))

    assert hint in str(raised.value.hint)


def test_an_expression_of_the_models_that_the_server_refuses_is_found_first(bench_18: Any, shop: Any) -> None:
    info = {"using": "nope(x)", "using_back": "x"}

    with pytest.raises(PlanFailedError, match="nope"):
        bench_18.evolve(shop(Column("x", Text)), shop(Column("x", Integer, info=info)))


def test_what_the_models_say_is_kept_with_the_migration_and_not_asked_again(bench_18: Any, shop: Any) -> None:
    info = {"using": "x <> 0", "using_back": "CASE WHEN x THEN 1 ELSE 0 END"}

    bench_18.evolve(shop(Column("x", Integer)), shop(Column("x", Boolean, info=info)))

    assert bench_18.evolve(shop(Column("x", Boolean, info=info))) is None
    (intent,) = {
        str(migration.intent)
        for migration in read_history(bench_18.migrations).migrations
        if migration.intent
    }
    assert intent == str({"conversions": {"public.goods": {"x": info}}})


def test_a_batch_for_one_column_leaves_what_new_code_wrote_to_another(planned: Any, shop: Any) -> None:
    old = Column("x", Integer), Column("y", Integer)
    steps = planned(shop(*old), shop(Column("x", Numeric(8, 2)), Column("y", Numeric(8, 2))))
    steps.run("INSERT INTO goods (name, x, y) VALUES ('n', 1, 1)")
    added = steps.migrations[0]
    steps.trace(added)

    steps.run("UPDATE goods SET y_as_numeric_8_2 = 2.75")
    assert steps.fill(added) == 1

    assert steps.run("SELECT x, y, x_as_numeric_8_2::text, y_as_numeric_8_2::text FROM goods") == [
        (1, 3, "1.00", "2.75")
    ]
