"""A column gets another name while old and new code write to its table."""

from itertools import product
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors
from sqlalchemy import DDL, BigInteger, CheckConstraint, Column, Index, Integer, Text, event
from sqlalchemy.dialects.postgresql import JSON

from pgevolve.objects import Grant, View
from pgevolve.plan import UnplannableChangeError


def _renamed(name: str, old: str = "title", **facts: Any) -> Column[str]:
    return Column(name, Text, info={"renamed_from": old} if name != old else {}, **facts)


def _middle(planned: Any, shop: Any, **facts: Any) -> Any:
    """Return a database with rows between expand and contract."""
    steps = planned(shop(_renamed("title", **facts)), shop(_renamed("label", **facts)))
    steps.run("INSERT INTO goods (name, title) SELECT 'n', 't' || i FROM generate_series(1, 300) i")
    steps.apply(*steps.migrations[:-1])
    return steps


def test_the_rows_keep_their_values_and_nobody_waits_for_a_scan(
    planned: Any, shop: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    def models(name: str) -> Any:
        return shop(
            _renamed(name, nullable=False, unique=True, server_default="x"),
            Index(f"goods_{name}_idx", name, "price"),
            CheckConstraint(f"{name} <> ''", name="goods_words_check"),
        )

    steps = planned(models("title"), models("label"))
    steps.run("INSERT INTO goods (name, title) SELECT 'n', 't' || i FROM generate_series(1, 300) i")
    added, filled, contract = steps.migrations
    assert added.intent == {"renamed_from": {"public.goods": {"label": "title"}}}

    assert_nobody_waits_for_a_scan(steps.trace(added))
    assert steps.fill(added) == 300
    assert_nobody_waits_for_a_scan(steps.trace(filled))
    assert steps.run("SELECT count(*) FROM goods WHERE label = title") == [(300,)]
    assert_nobody_waits_for_a_scan(steps.trace(contract))

    assert steps.run("SELECT count(DISTINCT label) FROM goods") == [(300,)]
    assert steps.run("INSERT INTO goods (name) VALUES ('n') RETURNING label") == [("x",)]


WRITES = {
    "old code inserts": ("INSERT INTO goods (name, title) VALUES ('w', 'a')", "a"),
    "new code inserts": ("INSERT INTO goods (name, label) VALUES ('w', 'b')", "b"),
    "old code updates": ("UPDATE goods SET title = 'c' WHERE id = 1", "c"),
    "new code updates": ("UPDATE goods SET label = 'd' WHERE id = 1", "d"),
    "old code empties": ("UPDATE goods SET title = NULL WHERE id = 1", None),
    "new code empties": ("UPDATE goods SET label = NULL WHERE id = 1", None),
    "old code writes all its columns": ("UPDATE goods SET name = 'n', title = 'e' WHERE id = 1", "e"),
}


def test_what_one_code_writes_the_other_reads(planned: Any, shop: Any) -> None:
    steps = _middle(planned, shop)

    for (first, _), (second, wanted) in product(WRITES.values(), repeat=2):
        steps.run(first)
        if second.startswith("UPDATE"):
            steps.run(second)
            assert steps.run("SELECT title, label FROM goods WHERE id = 1") == [(wanted, wanted)]
        else:
            assert steps.run(f"{second} RETURNING title, label") == [(wanted, wanted)]
    assert steps.run("SELECT count(*) FROM goods WHERE title IS DISTINCT FROM label") == [(0,)]


def test_no_order_of_writes_loses_one(planned: Any, shop: Any) -> None:
    steps = _middle(planned, shop)
    values = st.one_of(st.none(), st.sampled_from(["a", "b", ""]))
    writes = st.lists(st.tuples(st.sampled_from(["title", "label", "name"]), values), max_size=8)

    with psycopg.connect(steps.url, autocommit=True) as connection:

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(writes)
        def writes_are_kept(order: list[tuple[str, str | None]]) -> None:
            connection.execute("UPDATE goods SET title = 'start', name = 'n' WHERE id = 1")
            expected: str | None = "start"
            for column, value in order:
                if column == "name":
                    connection.execute("UPDATE goods SET name = 'other' WHERE id = 1")
                    continue
                connection.execute(f"UPDATE goods SET {column} = %s WHERE id = 1".encode(), (value,))
                expected = value
                row = connection.execute("SELECT title, label FROM goods WHERE id = 1").fetchone()
                assert row == (expected, expected)

        writes_are_kept()


def test_rows_that_old_code_writes_before_they_are_filled_are_kept(planned: Any, shop: Any) -> None:
    steps = planned(shop(_renamed("title")), shop(_renamed("label")))
    steps.run("INSERT INTO goods (name, title) SELECT 'n', 't' || i FROM generate_series(1, 300) i")
    added = steps.migrations[0]
    steps.trace(added)

    steps.run("UPDATE goods SET title = 'mine' WHERE id = 1; UPDATE goods SET name = 'other' WHERE id = 2")
    assert steps.run("SELECT label FROM goods WHERE id < 4 ORDER BY id") == [("mine",), ("t2",), (None,)]
    assert steps.fill(added) == 298
    assert steps.run("SELECT count(*) FROM goods WHERE title IS DISTINCT FROM label") == [(0,)]


def test_new_code_gets_the_default_of_the_old_column(planned: Any, shop: Any) -> None:
    steps = _middle(planned, shop, nullable=False, server_default="x")

    written = steps.run("INSERT INTO goods (name) VALUES ('w') RETURNING title, label")

    assert written == [("x", "x")]


def test_a_change_that_equality_does_not_see_reaches_the_other_column(planned: Any, shop: Any) -> None:
    steps = planned(shop(Column("x", JSON)), shop(Column("y", JSON, info={"renamed_from": "x"})))
    steps.run("INSERT INTO goods (name, x) VALUES ('n', '{\"a\": 1}')")
    added = steps.migrations[0]
    steps.trace(added)
    assert steps.fill(added) == 1

    steps.run("UPDATE goods SET y = '{\"a\":1}'")

    assert steps.run("SELECT x::text, y::text FROM goods") == [('{"a":1}', '{"a":1}')]


def test_names_that_must_be_quoted_are(planned: Any, shop: Any) -> None:
    steps = planned(shop(_renamed("a b", "a b")), shop(_renamed("select", "a b")))
    steps.run("INSERT INTO goods (name, \"a b\") VALUES ('n', 'v')")

    steps.apply(*steps.migrations)

    assert steps.run('SELECT "select" FROM goods') == [("v",)]


def test_a_view_shows_both_names_until_the_contract(planned: Any, shop: Any) -> None:
    def models(name: str) -> Any:
        view = View(f"CREATE VIEW public.shown AS SELECT id, {name} FROM public.goods WHERE price > 0")
        return shop(_renamed(name), declared=(view, Grant(("SELECT",), "public.shown", ("shopper",))))

    steps = planned(models("title"), models("label"))
    steps.run("INSERT INTO goods (name, title, price) VALUES ('n', 'v', 1)")

    steps.apply(*steps.migrations[:-1])
    assert steps.run("SELECT title, label FROM shown") == [("v", "v")]
    steps.apply(steps.migrations[-1])
    assert steps.run("SELECT * FROM shown") == [(1, "v")]


def test_a_view_over_the_column_shows_its_rows_while_they_are_filled(planned: Any, shop: Any) -> None:
    def models(name: str) -> Any:
        shown = View(f"CREATE VIEW public.shown AS SELECT id, {name} FROM public.goods WHERE {name} <> ''")
        policy = f"CREATE POLICY named ON public.goods TO shopper USING ({name} IS NOT NULL)"
        metadata = shop(
            _renamed(name),
            declared=(
                shown,
                View("CREATE VIEW public.over AS SELECT id FROM public.shown"),
                Grant(("SELECT",), "public.goods", ("shopper",)),
            ),
        )
        for statement in ("ALTER TABLE public.goods ENABLE ROW LEVEL SECURITY", policy):
            event.listen(metadata, "after_create", DDL(statement))
        return metadata

    steps = planned(models("title"), models("label"))
    steps.run("INSERT INTO goods (name, title) SELECT 'n', 't' || i FROM generate_series(1, 300) i")
    added, *others = steps.migrations
    shown = "SELECT (SELECT count(title) FROM shown), (SELECT count(*) FROM over)"

    steps.trace(added)
    assert steps.run(shown) == [(300, 300)]
    assert steps.run("SET ROLE shopper; SELECT count(*) FROM goods") == [(300,)]
    steps.run("UPDATE shown SET label = 'mine' WHERE id = 1")
    steps.fill(added)
    for migration in others:
        steps.apply(migration)
        assert steps.run("SELECT (SELECT count(*) FROM shown), (SELECT count(*) FROM over)") == [(300, 300)]
        assert steps.run("SET ROLE shopper; SELECT count(*) FROM goods") == [(300,)]
    assert steps.is_as_planned()


def test_another_type_under_a_new_name_takes_the_writes_of_both(
    planned: Any, shop: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    def models(name: str, kind: Any, **info: str) -> Any:
        return shop(Column(name, kind, nullable=False, info=info), Index(f"goods_{name}_idx", name))

    steps = planned(models("views", Integer), models("view_count", BigInteger, renamed_from="views"))
    steps.run("INSERT INTO goods (name, views) SELECT 'n', i FROM generate_series(1, 300) i")
    added, filled, contract = steps.migrations

    assert_nobody_waits_for_a_scan(steps.trace(added))
    assert steps.fill(added) == 300
    assert_nobody_waits_for_a_scan(steps.trace(filled))
    steps.run("UPDATE goods SET views = -1 WHERE id = 1; UPDATE goods SET view_count = -2 WHERE id = 2")
    steps.run("INSERT INTO goods (name, views) VALUES ('w', -3)")
    steps.run("INSERT INTO goods (name, view_count) VALUES ('w', -4)")
    assert steps.run("SELECT views, view_count FROM goods WHERE view_count < 0 ORDER BY 1") == [
        (n, n) for n in range(-4, 0)
    ]
    with pytest.raises(errors.NumericValueOutOfRange):
        steps.run("UPDATE goods SET view_count = 3000000000 WHERE id = 3")
    steps.apply(contract)
    steps.run("UPDATE goods SET view_count = 3000000000 WHERE id = 3")
    assert steps.run("SELECT count(*), max(view_count) FROM goods") == [(302, 3000000000)]


def test_a_rename_and_another_kind_of_type_at_once_are_refused(bench_18: Any, shop: Any) -> None:
    new = Column("label", Integer, info={"renamed_from": "title"})

    with pytest.raises(UnplannableChangeError, match=r"title becomes label, and gets another type"):
        bench_18.evolve(shop(Column("title", Text)), shop(new))
