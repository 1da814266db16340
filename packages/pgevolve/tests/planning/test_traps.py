"""What users of other generators report: data lost, differences not seen, differences that are none."""

from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Constraint,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Interval,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.sql import false, true

from pgevolve.history import read_history
from pgevolve.new import differences_from_history
from pgevolve.objects import View
from pgevolve.plan import UnplannableChangeError

_LETTER = Enum("a", "it's", name="letter")


def _with_defaults() -> tuple[Column[Any], ...]:
    return (
        Column("a_boolean", Boolean, nullable=False, server_default=false()),
        Column("a_boolean_as_text", Boolean, server_default="t"),
        Column("a_boolean_expression", Boolean, server_default=text("(NOT false)")),
        Column("a_boolean_check", Boolean(create_constraint=True, name="b"), server_default=true()),
        Column("an_enum", _LETTER, nullable=False, server_default="it's"),
        Column(
            "an_enum_of_text",
            Enum("a", "b", name="kept", native_enum=False, create_constraint=True),
            server_default="a",
        ),
        Column("an_array_of_an_enum", ARRAY(_LETTER), server_default=text("'{a}'")),
        Column("a_length", String(20), server_default="O'Brien"),
        Column("a_number_as_text", Integer, server_default="0"),
        Column("a_negative_number", Integer, server_default=text("-1")),
        Column("digits", Numeric(8, 2), server_default="1.50"),
        Column("a_floating_point", Float, server_default=text("1e3")),
        Column("at_now", DateTime(timezone=True), server_default=func.now()),
        Column("at_the_current_time", DateTime(timezone=True), server_default=text("CURRENT_TIMESTAMP")),
        Column("a_date", Date, server_default=text("CURRENT_DATE + 7")),
        Column("an_interval", Interval, server_default="90 minutes"),
        Column("a_document", JSONB, server_default=text("""'{"b": 1, "a": [1,2]}'""")),
        Column("an_empty_array", ARRAY(Text), server_default="{}"),
        Column("a_uuid", UUID, server_default=func.gen_random_uuid()),
        Column("a_cast", Text, server_default=text("(1 + 1)::text")),
    )


def _constraints() -> tuple[Constraint, ...]:
    return (
        CheckConstraint("price IN (1, 2, 3)", name="a_list"),
        CheckConstraint("price BETWEEN 1 AND 9", name="bounds"),
        CheckConstraint("name NOT LIKE '%%x' AND name <> ''", name="a_pattern"),
        CheckConstraint("((price > 0) OR ((name = 'free')))", name="parentheses"),
        CheckConstraint("price > 0"),
        CheckConstraint("price < 100"),
        UniqueConstraint("name", "price"),
    )


_VIEWS = {
    "a_list": "SELECT id FROM public.goods WHERE name IN ('a', 'b')",
    "every_column": "SELECT * FROM public.goods",
    "aliases": "SELECT g.id, h.name AS n FROM goods g LEFT JOIN goods h USING (id)",
    "an_aggregate": (
        "SELECT maker_id, coalesce(json_agg(json_build_object('id', id)) FILTER (WHERE id IS NOT NULL), '[]')"
        " AS all_of FROM goods GROUP BY maker_id"
    ),
    "a_query_before": "WITH dear AS (SELECT id FROM goods WHERE price > 5) SELECT id FROM dear LIMIT 9",
    "a_window": "SELECT id, row_number() OVER (PARTITION BY maker_id ORDER BY price DESC) AS n FROM goods",
    "a_cast": "SELECT CASE WHEN price > 5 THEN 'dear' ELSE 'cheap' END::varchar(9) AS kind FROM goods",
}


def test_a_column_that_goes_while_another_comes_is_refused(bench_18: Any, shop: Any) -> None:
    with pytest.raises(UnplannableChangeError, match="loses title and gains label"):
        bench_18.evolve(shop(Column("title", Text)), shop(Column("label", Text)))

    assert len(read_history(bench_18.migrations)) == 1


def test_a_check_with_another_condition_under_its_name_is_found(planned: Any, shop: Any) -> None:
    def models(condition: str) -> Any:
        return shop(CheckConstraint(condition, name="price_check"))

    steps = planned(models("price >= 0"), models("price > 0"))
    steps.apply(*steps.migrations)

    found = steps.run("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'price_check'")
    assert found == [("CHECK ((price > 0))",)]


def test_defaults_do_not_differ_from_what_they_made(bench: Any, shop: Any) -> None:
    bench.evolve(shop(*_with_defaults()))

    assert differences_from_history(bench.project(shop(*_with_defaults()))) == ()


def test_constraints_do_not_differ_from_what_they_made(bench: Any, shop: Any) -> None:
    bench.evolve(shop(*_constraints()))

    assert differences_from_history(bench.project(shop(*_constraints()))) == ()


def test_views_do_not_differ_from_what_they_made(bench: Any, shop: Any) -> None:
    views = tuple(View(f"CREATE VIEW public.{name} AS {query}") for name, query in _VIEWS.items())
    bench.evolve(shop(declared=views))

    assert differences_from_history(bench.project(shop(declared=views))) == ()
