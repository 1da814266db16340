"""Rows that stand in the way of a changed type are found before anything runs."""

from typing import Any

import pytest
from sqlalchemy import Column, Integer, Numeric, String, Text

from pgevolve.connect import connect
from pgevolve.prechecks import check_rows

# Old and new column, the rows, how many of them stand in the way, and what the server says of the first.
VALUES: dict[str, tuple[Any, Any, str, int, str]] = {
    "a text that is no number": (Column("x", Text), Column("x", Integer), "'7'), ('many'), (NULL", 1, "many"),
    "a text that is too long": (Column("x", Text), Column("x", String(3)), "'abc'), ('abcd'", 1, "too long"),
    "a number that is too great": (
        Column("x", Numeric),
        Column("x", Integer),
        "7), (3000000000), (4000000000",
        2,
        "out of range",
    ),
    "what the models make of it": (
        Column("x", Integer),
        Column("x", Numeric(3, 2), info={"using": "x / 10.0"}),
        "7), (100",
        1,
        "overflow",
    ),
}


@pytest.mark.parametrize("value", VALUES)
def test_a_value_that_the_new_type_cannot_hold_is_found_before(planned: Any, shop: Any, value: str) -> None:
    old, new, rows, count, message = VALUES[value]
    steps = planned(shop(old), shop(new))
    steps.run(f"INSERT INTO goods (name, x) SELECT 'n', x FROM (VALUES ({rows})) v (x)")

    with connect(steps.url, purpose="test") as connection:
        report = check_rows(connection, steps.migrations, owner=None)

    (found,) = report.violations
    assert (found.count, found.place.file) == (count, "backfill.sql")
    assert message in str(found.message)


def test_rows_that_fit_are_no_violation(planned: Any, shop: Any) -> None:
    steps = planned(shop(Column("x", Text, unique=True)), shop(Column("x", Integer, unique=True)))
    steps.run("INSERT INTO goods (name, x) VALUES ('n', '1'), ('n', ' 2'), ('n', NULL)")

    with connect(steps.url, purpose="test") as connection:
        report = check_rows(connection, steps.migrations, owner=None)

    assert report.violations == ()


def test_values_that_become_equal_are_found_before(planned: Any, shop: Any) -> None:
    steps = planned(shop(Column("x", Text, unique=True)), shop(Column("x", Integer, unique=True)))
    steps.run("INSERT INTO goods (name, x) VALUES ('n', '1'), ('n', '01')")

    with connect(steps.url, purpose="test") as connection:
        report = check_rows(connection, steps.migrations, owner=None)

    assert [(found.kind, found.count) for found in report.violations] == [("unique", 2)]
