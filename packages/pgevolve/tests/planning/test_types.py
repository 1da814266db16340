"""Changes of a column's type that leave the rows as they are."""

from typing import Any

import pytest
from sqlalchemy import Column, Index, Numeric, String, Text, text

from pgevolve.objects import View

KEPT = {
    "a longer varchar": (String(50), String(100)),
    "a varchar without a limit": (String(50), String),
    "text": (String(50), Text),
    "more digits": (Numeric(8, 2), Numeric(10, 2)),
}


@pytest.mark.parametrize("change", KEPT)
def test_the_rows_and_indexes_stay_as_they_are(planned: Any, shop: Any, change: str) -> None:
    old, new = KEPT[change]
    before = shop(Column("x", old, server_default="1"), Index("goods_x_idx", "x"))
    after = shop(Column("x", new, server_default="1"), Index("goods_x_idx", "x"))

    steps = planned(before, after)
    steps.run("INSERT INTO goods (name, x) SELECT 'n', '7' FROM generate_series(1, 200)")

    (migration,) = steps.migrations
    for seen in steps.trace(migration):
        assert (seen.rewritten, seen.scanned, seen.rebuilt) == ((), (), ())
    assert migration.phase == "expand"


def test_a_view_over_the_column_comes_back_in_the_same_transaction(planned: Any, shop: Any) -> None:
    view = View("CREATE VIEW public.shown AS SELECT id, x FROM public.goods WHERE x <> ''")

    steps = planned(
        shop(Column("x", String(5)), declared=(view,)),
        shop(Column("x", String(9)), declared=(view,)),
    )

    (migration,) = steps.migrations
    assert {seen.transaction for seen in steps.trace(migration)} == {1}
    parts = ("DROP VIEW public.shown", "ALTER COLUMN x TYPE character varying(9)", "CREATE VIEW public.shown")
    assert [migration.up_sql.index(part) for part in parts] == sorted(
        migration.up_sql.index(part) for part in parts
    )


def test_a_column_with_an_expression_as_default_keeps_it(planned: Any, shop: Any) -> None:
    default = text("lower('A')")

    steps = planned(
        shop(Column("x", String(5), server_default=default)),
        shop(Column("x", Text, server_default=default)),
    )
    steps.apply(*steps.migrations)
    steps.run("INSERT INTO goods (name) VALUES ('n')")

    assert steps.run("SELECT x FROM goods") == [("a",)]
