"""A column begins to count by itself, by a sequence it owned or by none, while everybody works on."""

from typing import Any

import pytest
from psycopg import errors
from sqlalchemy import Column, Identity, Integer, MetaData, Sequence, Table, Text

from pgevolve.objects import Grant, Role, declare
from pgevolve.plan import UnplannableChangeError


def _models(*identity: Identity, grants: bool = False, **facts: Any) -> MetaData:
    metadata = MetaData()
    Table(
        "goods", metadata, Column("id", Integer, *identity, primary_key=True, **facts), Column("name", Text)
    )
    declare(metadata, Role("shopper"))
    if grants:
        declare(metadata, Grant(("USAGE",), "public.goods_id_seq", ("shopper",), kind="SEQUENCE"))
    return metadata


def test_a_serial_column_becomes_an_identity_that_counts_on(
    planned: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    steps = planned(_models(grants=True), _models(Identity(always=True)))
    steps.run(
        "INSERT INTO goods (name) SELECT 'n' FROM generate_series(1, 300); SELECT nextval('goods_id_seq')"
    )
    expand, contract = steps.migrations

    seen = steps.trace(expand)
    assert {step.transaction for step in seen} == {1}
    assert not any(step.scanned or step.rewritten or step.rebuilt for step in seen)
    assert_nobody_waits_for_a_scan(seen)

    assert steps.run("INSERT INTO goods (name) VALUES ('new') RETURNING id") == [(302,)]
    assert steps.run("INSERT INTO goods (id, name) VALUES (1000, 'old') RETURNING id") == [(1000,)]
    # Code that asks the sequence by its name still can.
    assert steps.run("SELECT nextval('goods_id_seq')") == [(303,)]
    assert steps.run("SELECT pg_get_serial_sequence('goods', 'id')") == [("public.goods_id_seq",)]

    steps.apply(contract)
    with pytest.raises(errors.GeneratedAlways):
        steps.run("INSERT INTO goods (id, name) VALUES (2000, 'old')")
    assert steps.is_as_planned()


def test_a_sequence_that_nothing_was_taken_from_begins_at_its_start(planned: Any) -> None:
    steps = planned(_models(), _models(Identity()))

    steps.apply(*steps.migrations)

    assert steps.run("INSERT INTO goods (name) VALUES ('n') RETURNING id") == [(1,)]


def test_the_way_back_counts_on_too(planned: Any) -> None:
    steps = planned(_models(), _models(Identity()))
    (expand,) = steps.migrations
    steps.apply(expand)
    steps.run("INSERT INTO goods (name) SELECT 'n' FROM generate_series(1, 3)")

    steps.back(expand)

    assert steps.run("INSERT INTO goods (name) VALUES ('n') RETURNING id") == [(4,)]
    assert steps.run(
        "SELECT column_default FROM information_schema.columns"
        " WHERE table_name = 'goods' AND column_name = 'id'"
    ) == [("nextval('goods_id_seq'::regclass)",)]


def test_a_column_that_did_not_count_counts_from_its_greatest_value(
    planned: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    steps = planned(_models(autoincrement=False), _models(Identity(always=True, start=10, increment=5)))
    steps.run("INSERT INTO goods (id, name) SELECT i, 'n' FROM generate_series(1, 300) i")
    expand, contract = steps.migrations

    assert_nobody_waits_for_a_scan(steps.trace(expand))
    assert steps.run("INSERT INTO goods (id, name) VALUES (301, 'old') RETURNING id") == [(301,)]
    assert steps.run("INSERT INTO goods (name) VALUES ('new') RETURNING id") == [(305,)]

    steps.apply(contract)
    assert steps.is_as_planned()


def test_a_column_without_rows_counts_from_its_start(planned: Any) -> None:
    steps = planned(_models(autoincrement=False), _models(Identity(start=10)))

    steps.apply(*steps.migrations)

    assert steps.run("INSERT INTO goods (name) VALUES ('n') RETURNING id") == [(10,)]
    for migration in reversed(steps.migrations):
        steps.back(migration)


def test_a_column_that_may_be_null_is_refused(bench_18: Any) -> None:
    def models(*identity: Any) -> MetaData:
        metadata = MetaData()
        Table(
            "goods", metadata, Column("id", Integer, primary_key=True), Column("number", Integer, *identity)
        )
        return metadata

    with pytest.raises(UnplannableChangeError, match=r"number of table public\.goods becomes an identity"):
        bench_18.evolve(models(), models(Identity()))


def test_a_sequence_that_no_column_owns_is_not_taken_over(bench_18: Any) -> None:
    """Others may count by it."""

    def models(*, counts: bool) -> MetaData:
        metadata = MetaData()
        numbers = Sequence("numbers", metadata=metadata)
        by = (Identity(),) if counts else ()
        default = None if counts else numbers.next_value()
        Table("goods", metadata, Column("id", Integer, *by, primary_key=True, server_default=default))
        return metadata

    with pytest.raises(UnplannableChangeError, match="identity '' -> 'd'"):
        bench_18.evolve(models(counts=False), models(counts=True))
