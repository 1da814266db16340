"""Columns that become one, and one that becomes several, while old and new code write to their table."""

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors
from sqlalchemy import Column, Computed, Integer, String, Text

from pgevolve.objects import Grant, View
from pgevolve.plan import UnplannableChangeError

JOINED = "first || ' ' || last"
FIRST = "split_part(full_name, ' ', 1)"
LAST = "nullif(substr(full_name, strpos(full_name || ' ', ' ') + 1), '')"
_ROWS = "INSERT INTO goods (name, first, last) SELECT 'n', 'f' || i, 'l' || i FROM generate_series(1, 300) i"
_FULL = "INSERT INTO goods (name, full_name) SELECT 'n', 'f' || i || ' l' || i FROM generate_series(1, 300) i"


def _two(shop: Any, *more: Any, said: bool = False, **facts: Any) -> Any:
    def info(value: str, **replaces: str) -> dict[str, Any]:
        return {"replaces": replaces or ("full_name",), "backfill": value} if said else {}

    return shop(
        Column("first", Text, info=info(FIRST, full_name=JOINED)),
        Column("last", Text, info=info(LAST), **facts),
        *more,
    )


def _one(shop: Any, *more: Any, said: bool = False, kind: Any = Text, **facts: Any) -> Any:
    info = {"replaces": {"first": FIRST, "last": LAST}, "backfill": JOINED} if said else {}
    return shop(Column("full_name", kind, info=info, **facts), *more)


def test_two_columns_become_one_and_nobody_waits_for_a_scan(
    planned: Any, shop: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    steps = planned(_two(shop), _one(shop, said=True, nullable=False, unique=True))
    steps.run(_ROWS)
    added, filled, contract = steps.migrations
    assert [migration.phase for migration in steps.migrations] == ["expand", "expand", "contract"]
    assert added.intent["replaces"] == {
        "public.goods": [{"new": {"full_name": JOINED}, "old": {"first": FIRST, "last": LAST}}]
    }

    assert_nobody_waits_for_a_scan(steps.trace(added))
    assert steps.fill(added) == 300
    assert steps.fill(added) == 0
    assert_nobody_waits_for_a_scan(steps.trace(filled))
    assert_nobody_waits_for_a_scan(steps.trace(contract))

    assert steps.run("SELECT count(*) FROM goods WHERE full_name = 'f' || id || ' l' || id") == [(300,)]
    assert steps.is_as_planned()


def test_one_column_becomes_two(planned: Any, shop: Any, assert_nobody_waits_for_a_scan: Any) -> None:
    steps = planned(_one(shop), _two(shop, said=True, server_default="x"))
    steps.run(_FULL)
    added, *_, contract = steps.migrations

    assert_nobody_waits_for_a_scan(steps.trace(added))
    assert steps.fill(added) == 300
    steps.apply(*steps.migrations[1:-1])
    assert_nobody_waits_for_a_scan(steps.trace(contract))

    assert steps.run("SELECT count(*) FROM goods WHERE first = 'f' || id AND last = 'l' || id") == [(300,)]
    assert steps.run("INSERT INTO goods (name) VALUES ('n') RETURNING last") == [("x",)]
    assert steps.is_as_planned()


def _parts(full: str | None) -> tuple[str | None, str | None]:
    if full is None:
        return None, None
    first, _, last = full.partition(" ")
    return first, last or None


def _joined(first: str | None, last: str | None) -> str | None:
    return None if first is None or last is None else f"{first} {last}"


WORDS = st.one_of(st.none(), st.sampled_from(["Ann", "Lee", "Mary Ann", "van der Berg"]))
WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("two"), WORDS, WORDS),
        st.tuples(st.just("first"), WORDS, st.none()),
        st.tuples(st.just("one"), st.one_of(st.none(), st.sampled_from(["Ann Lee", "Ann", "Mary Ann Lee"]))),
        st.tuples(st.just("other")),
        st.tuples(st.just("fill")),
    ),
    max_size=8,
)


class _Row:
    """What both codes must read of a row, by what each wrote."""

    def __init__(self, *, merging: bool, first: str | None, last: str | None) -> None:
        self.merging, self.two, self.one = merging, (first, last), _joined(first, last)
        self.is_filled = False

    def write(self, what: str, *values: str | None) -> None:
        was_empty = self.one is None if self.merging else self.two == (None, None)
        self.fill()
        if what == "one":
            # Nobody can see that NULL was written over NULL: such a write leaves the value to the batches.
            if not (self.merging and was_empty and values[0] is None):
                self.write_one(values[0])
        elif what in {"two", "first"}:
            first, last = values[0], self.two[1] if what == "first" else values[1]
            if not self.merging and was_empty:
                first, last = (new or filled for new, filled in zip((first, last), self.two, strict=True))
            self.write_two((first, last))

    def fill(self) -> None:
        """A row that nobody wrote anew is filled: its new side becomes what the old one says."""
        if self.merging and self.one is None:
            self.one = _joined(*self.two)
        elif not self.merging and self.two == (None, None):
            self.two = _parts(self.one)

    def write_one(self, value: str | None) -> None:
        if value == self.one:
            return
        self.one = value
        if not (self.merging and _joined(*self.two) == value):
            self.two = _parts(value)

    def write_two(self, value: tuple[str | None, str | None]) -> None:
        if value == self.two:
            return
        self.two = value
        if self.merging or _parts(self.one) != value:
            self.one = _joined(*value)


def _statement(what: str, values: tuple[str | None, ...]) -> tuple[str, tuple[str | None, ...]]:
    match what:
        case "two":
            return "UPDATE goods SET first = %s, last = %s WHERE id = 1", values
        case "first":
            return "UPDATE goods SET first = %s WHERE id = 1", values[:1]
        case "one":
            return "UPDATE goods SET full_name = %s WHERE id = 1", values
        case _:
            return "UPDATE goods SET price = coalesce(price, 0) + 1 WHERE id = 1", ()


@pytest.mark.parametrize("merging", [True, False], ids=["merge", "split"])
def test_no_order_of_writes_and_batches_loses_one(planned: Any, shop: Any, merging: bool) -> None:  # noqa: FBT001
    steps = planned(
        *((_two(shop), _one(shop, said=True)) if merging else (_one(shop), _two(shop, said=True)))
    )
    added = steps.migrations[0]
    steps.trace(added)
    batch = added.backfill_sql.replace("$1", "'(0,0)'").replace("$2", "'(100,0)'")

    with psycopg.connect(steps.url, autocommit=True) as connection:

        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(WORDS, WORDS, WRITES)
        def nothing_is_lost(first: str | None, last: str | None, writes: list[Any]) -> None:
            row = _Row(merging=merging, first=first, last=last)
            connection.execute("TRUNCATE goods")
            old = {"first": first, "last": last} if merging else {"full_name": row.one}
            if not merging:
                row.two = (None, None)
            else:
                row.one = None
            connection.execute("ALTER TABLE goods DISABLE TRIGGER zz_fill_goods")
            connection.execute(
                f"INSERT INTO goods (id, name, {', '.join(old)}) OVERRIDING SYSTEM VALUE"
                f" VALUES (1, 'n', {', '.join(['%s'] * len(old))})".encode(),
                tuple(old.values()),
            )
            connection.execute("ALTER TABLE goods ENABLE TRIGGER zz_fill_goods")
            for what, *values in writes:
                if what == "fill":
                    connection.execute(batch.encode())
                else:
                    statement, given_values = _statement(what, tuple(values))
                    connection.execute(statement.encode(), given_values)
                row.write(what, *values)
                found = connection.execute("SELECT first, last, full_name FROM goods").fetchone()
                assert found == (*row.two, row.one), (what, values)

        nothing_is_lost()


def test_rows_of_both_codes_are_read_by_both(planned: Any, shop: Any) -> None:
    steps = planned(_two(shop), _one(shop, said=True))
    steps.apply(*steps.migrations[:-1])

    steps.run("INSERT INTO goods (name, first, last) VALUES ('old', 'Ann', 'Lee')")
    steps.run("INSERT INTO goods (name, full_name) VALUES ('new', 'Bo van der Berg')")

    assert steps.run("SELECT first, last, full_name FROM goods ORDER BY id") == [
        ("Ann", "Lee", "Ann Lee"),
        ("Bo", "van der Berg", "Bo van der Berg"),
    ]


def test_a_value_too_long_for_its_column_is_refused_and_not_cut(planned: Any, shop: Any) -> None:
    steps = planned(_two(shop), _one(shop, said=True, kind=String(5)))
    steps.apply(*steps.migrations[:-1])

    with pytest.raises(errors.StringDataRightTruncation):
        steps.run("INSERT INTO goods (name, first, last) VALUES ('old', 'Anneliese', 'Lee')")


def test_a_view_shows_both_sides_until_the_contract(planned: Any, shop: Any) -> None:
    def shown(columns: str) -> tuple[Any, ...]:
        view = View(f"CREATE VIEW public.shown AS SELECT id, {columns} FROM public.goods")
        return view, Grant(("SELECT",), "public.shown", ("shopper",))

    old = shop(Column("first", Text), Column("last", Text), declared=shown("first, last"))
    info = {"replaces": {"first": FIRST, "last": LAST}, "backfill": JOINED}
    steps = planned(old, shop(Column("full_name", Text, info=info), declared=shown("full_name")))
    steps.run("INSERT INTO goods (name, first, last) VALUES ('n', 'Ann', 'Lee')")

    steps.apply(*steps.migrations[:-1])
    assert steps.run("SELECT first, last, full_name FROM shown") == [("Ann", "Lee", "Ann Lee")]
    steps.apply(steps.migrations[-1])
    assert steps.is_as_planned()


def test_the_way_back_leaves_what_old_code_had(planned: Any, shop: Any) -> None:
    steps = planned(_two(shop), _one(shop, said=True, nullable=False))
    steps.run(_ROWS)
    added, filled, contract = steps.migrations
    steps.apply(added, filled)
    steps.run("UPDATE goods SET full_name = 'Ann Lee' WHERE id = 1")
    assert contract.down is None
    assert "first" in contract.irreversible

    steps.back(filled)
    steps.back(added)

    assert steps.run("SELECT first, last FROM goods WHERE id < 3 ORDER BY id") == [
        ("Ann", "Lee"),
        ("f2", "l2"),
    ]
    assert steps.run("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'zz%'") == [(0,)]


def test_what_nobody_says_is_asked_for(bench_18: Any, shop: Any) -> None:
    silent = shop(Column("full_name", Text, info={"replaces": ("first", "last"), "backfill": JOINED}))

    with pytest.raises(UnplannableChangeError) as raised:
        bench_18.evolve(_two(shop), silent)

    assert "column first of table public.goods is replaced, and nothing says" in str(raised.value)
    assert '"replaces": {"first": "an SQL expression"}' in str(raised.value.hint)


def test_a_column_without_its_value_is_refused(bench_18: Any, shop: Any) -> None:
    silent = shop(Column("full_name", Text, info={"replaces": {"first": FIRST, "last": LAST}}))

    with pytest.raises(
        UnplannableChangeError, match=r"full_name of table public\.goods replaces first, last"
    ):
        bench_18.evolve(_two(shop), silent)


def test_a_computed_column_is_no_side_of_a_merge(bench_18: Any, shop: Any) -> None:
    old = shop(Column("first", Integer), Column("last", Integer, Computed("first + 1", persisted=True)))
    new = shop(
        Column("both", Integer, info={"replaces": {"first": "both", "last": "1"}, "backfill": "first"})
    )

    with pytest.raises(UnplannableChangeError, match="the server computes or counts last"):
        bench_18.evolve(old, new)
