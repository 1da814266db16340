"""Models that cannot be built are refused with the place, before anything is written."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

from pgevolve.history import read_history
from pgevolve.objects import Function, Grant, ReferenceRows
from pgevolve.refusals import (
    DeclaredObjectError,
    ModelsRefusedError,
    ReferenceRowsOutsideError,
    ReferenceRowsTwiceError,
    UnknownReferenceColumnError,
)


def with_a_text_key(metadata: MetaData) -> MetaData:
    Table("sales", metadata, Column("goods", Text, ForeignKey("goods.id")))
    return metadata


WRONG: dict[str, Callable[[Any], MetaData]] = {
    'column "nope" does not exist, in \'CREATE TABLE goods': lambda shop: shop(
        CheckConstraint("nope > 1", name="c")
    ),
    'syntax error at or near ",", in \'CREATE TABLE goods': lambda shop: shop(
        Column("x", Integer, server_default=text("nope("))
    ),
    "could not find table 'nope'": lambda shop: shop(ForeignKeyConstraint(["maker_id"], ["nope.id"])),
    "has no column named 'nope'": lambda shop: shop(ForeignKeyConstraint(["maker_id"], ["makers.nope"])),
    "incompatible types: text and bigint, in 'CREATE TABLE sales": lambda shop: with_a_text_key(shop()),
    # Either index may come second: a table keeps them in no order.
    'relation "i" already exists, in \'CREATE INDEX i ON goods (': lambda shop: shop(
        Index("i", "price"), Index("i", "name")
    ),
    "exceeds maximum length of 63": lambda shop: shop(Index("i" * 64, "price")),
    'relation "public.nope" does not exist, in \'GRANT SELECT': lambda shop: shop(
        declared=(Grant(("SELECT",), "public.nope", ("shopper",)),)
    ),
    "Key (id)=(1) already exists, in 'INSERT INTO makers": lambda shop: shop(
        declared=(ReferenceRows("makers", ("id",), ({"id": 1}, {"id": 1})),)
    ),
    'column "nope" does not exist, in \'SELECT id::text FROM public.makers': lambda shop: shop(
        declared=(ReferenceRows("makers", ("id",), ({"id": 1},), where="nope = 1"),)
    ),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_models_that_cannot_be_built_are_refused_with_the_place(
    bench_18: Any, shop: Any, sentence: str
) -> None:
    with pytest.raises(ModelsRefusedError) as raised:
        bench_18.evolve(WRONG[sentence](shop))

    assert sentence in str(raised.value)
    assert raised.value.hint
    assert len(read_history(bench_18.migrations)) == 0


@pytest.mark.parametrize("row", [{"id": 1, "zz": 2}, {"zz": 1}])
def test_a_reference_row_names_columns_of_its_table(bench_18: Any, shop: Any, row: dict[str, int]) -> None:
    models = shop(declared=(ReferenceRows("makers", ("id",), (row,)),))

    with pytest.raises(UnknownReferenceColumnError, match="'makers' name the column 'zz'"):
        bench_18.evolve(models)


def test_the_key_of_reference_rows_names_columns_of_the_table(bench_18: Any, shop: Any) -> None:
    models = shop(declared=(ReferenceRows("makers", ("nope",), ({"id": 1},)),))

    with pytest.raises(UnknownReferenceColumnError, match="the column 'nope'"):
        bench_18.evolve(models)


def test_reference_rows_of_a_table_are_declared_once(bench_18: Any, shop: Any) -> None:
    rows = [ReferenceRows("makers", ("id",), ({"id": number},)) for number in (1, 2)]

    with pytest.raises(ReferenceRowsTwiceError, match="'makers' are declared twice"):
        bench_18.evolve(shop(declared=tuple(rows)))


def test_reference_rows_outside_their_condition_would_be_seen_by_nobody(bench_18: Any, shop: Any) -> None:
    rows = ReferenceRows("makers", ("id",), ({"id": 1}, {"id": 9}), where="id > 5")

    with pytest.raises(ReferenceRowsOutsideError, match="1 of 2 reference rows of 'makers'"):
        bench_18.evolve(shop(declared=(rows,)))


@pytest.mark.parametrize(
    ("language", "body", "reason"),
    [
        ("sql", "SELECT nope", 'column "nope" does not exist'),
        ("plpgsql", "BEGIN nope; END", 'syntax error at or near "nope"'),
    ],
)
def test_a_function_whose_body_is_wrong_is_refused(
    bench: Any, shop: Any, language: str, body: str, reason: str
) -> None:
    function = Function(f"CREATE FUNCTION public.f() RETURNS int LANGUAGE {language} AS '{body}'")

    with pytest.raises(DeclaredObjectError) as raised:
        bench.evolve(shop(declared=(function,)))

    assert "FUNCTION public.f()" in str(raised.value)
    assert reason in str(raised.value)


def test_a_function_may_name_a_table_that_is_made_after_it(bench_18: Any, shop: Any) -> None:
    count = Function(
        "CREATE FUNCTION public.count_goods() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM goods'"
    )

    written = bench_18.evolve(shop(declared=(count,)))

    assert "CREATE FUNCTION public.count_goods()" in written.migrations[0].up_sql
