"""Constraints that were never validated: validated where no row is in the way, never dropped."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pgevolve.history import Migration
from pgevolve.janitor import clear_debris
from pgevolve.local import LocalPostgres
from pgevolve.verify import LeftoversError, verify

from .conftest import House

_UNVALIDATED = "SELECT conname FROM pg_constraint WHERE NOT convalidated ORDER BY 1"


@pytest.fixture
def first(house: House) -> Migration:
    """Return the applied migration that makes two tables with constraints that are not validated."""
    made = house.give(
        "first",
        "CREATE TABLE public.makers (id bigint PRIMARY KEY, country text, UNIQUE (id, country));"
        "CREATE TABLE public.goods (id bigint PRIMARY KEY, price int, maker_id bigint, country text);"
        "ALTER TABLE public.goods ADD CONSTRAINT goods_price_check CHECK (price > 0) NOT VALID;"
        "ALTER TABLE public.goods ADD CONSTRAINT goods_maker_fkey FOREIGN KEY (maker_id)"
        " REFERENCES public.makers NOT VALID;"
        "ALTER TABLE public.goods ADD CONSTRAINT goods_both_fkey FOREIGN KEY (maker_id, country)"
        " REFERENCES public.makers (id, country) MATCH FULL NOT VALID;",
    )
    house.put_in_place(made)
    house.record_as_applied(made)
    return made


def _without_triggers(house: House, statement: str) -> None:
    house.run(f"SET session_replication_role = replica; {statement}")


def test_constraints_without_a_row_in_their_way_are_validated(house: House, first: Migration) -> None:
    house.run("INSERT INTO makers VALUES (1, 'IR')", "INSERT INTO goods VALUES (1, 5, 1, 'IR')")
    with pytest.raises(LeftoversError):
        verify(house.project, house.url)

    done = clear_debris(house.project, house.url)

    assert [one.name for one in done.cleared] == [
        "goods_both_fkey on public.goods",
        "goods_maker_fkey on public.goods",
        "goods_price_check on public.goods",
    ]
    assert [step.sql for one in done.cleared for step in one.steps][2] == (
        "ALTER TABLE public.goods VALIDATE CONSTRAINT goods_price_check"
    )
    assert house.query(_UNVALIDATED) == []


def test_rows_in_the_way_are_counted_and_the_constraint_stays(house: House, first: Migration) -> None:
    house.run("ALTER TABLE goods DROP CONSTRAINT goods_price_check")
    _without_triggers(
        house, "INSERT INTO goods VALUES (1, -5, 7, 'IR'), (2, 0, NULL, 'IR'), (3, NULL, NULL, NULL)"
    )
    house.run("ALTER TABLE goods ADD CONSTRAINT goods_price_check CHECK (price > 0) NOT VALID")

    done = clear_debris(house.project, house.url)

    assert done.cleared == ()
    assert {left.debris.name.partition(" ")[0]: left.debris.why for left in done.left} == {
        "goods_both_fkey": "2 rows violate it",
        "goods_maker_fkey": "1 rows violate it",
        "goods_price_check": "2 rows violate it",
    }
    assert len(house.query(_UNVALIDATED)) == 3
    for left in done.left:
        query = left.reason.removeprefix("mend the rows that `").removesuffix("` lists")
        assert len(house.query(query)) == int(left.debris.why.partition(" ")[0])


def test_a_constraint_that_a_pending_migration_validates_is_left_alone(
    house: House, first: Migration
) -> None:
    house.give(
        "validate",
        "ALTER TABLE public.goods VALIDATE CONSTRAINT goods_price_check;"
        "ALTER TABLE public.goods VALIDATE CONSTRAINT goods_maker_fkey;"
        "ALTER TABLE public.goods VALIDATE CONSTRAINT goods_both_fkey;",
    )

    assert house.debris() == []


@pytest.mark.parametrize("state", ["applying", "failed"])
def test_a_constraint_of_an_unfinished_migration_is_left_alone(
    house: House, first: Migration, state: str
) -> None:
    clear_debris(house.project, house.url)
    more = house.give(
        "more", "ALTER TABLE public.goods ADD CONSTRAINT cheap CHECK (price < 9) NOT VALID; SELECT 1;"
    )
    house.run("ALTER TABLE goods ADD CONSTRAINT cheap CHECK (price < 9) NOT VALID")
    if state == "applying":
        house.record_as_applying(more)
    else:
        house.record_as_failed(more, 2)

    assert house.debris() == []


def test_a_constraint_that_no_migration_made_is_left_to_a_person(house: House, first: Migration) -> None:
    clear_debris(house.project, house.url)
    house.run("ALTER TABLE goods ADD CONSTRAINT by_hand CHECK (price < 9) NOT VALID")

    done = clear_debris(house.project, house.url)

    assert done.cleared == ()
    assert str(done.left[0].debris) == (
        "unvalidated constraint by_hand on public.goods: no migration that is applied made it"
    )
    assert done.left[0].reason == (
        "validate it with `ALTER TABLE public.goods VALIDATE CONSTRAINT by_hand`, or drop it"
    )
    assert house.query(_UNVALIDATED) == [("by_hand",)]


def test_an_unvalidated_not_null_of_18_is_validated_or_counted(
    embedded: LocalPostgres, clone_of: Callable[[LocalPostgres, str], str], tmp_path: Path
) -> None:
    house = House(embedded, clone_of(embedded, "template0"), tmp_path)
    made = house.give(
        "first",
        "CREATE TABLE public.goods (id bigint PRIMARY KEY, price int);"
        "ALTER TABLE public.goods ADD CONSTRAINT goods_price_given NOT NULL price NOT VALID;",
    )
    house.run(made.up[0].sql, "INSERT INTO goods VALUES (1, NULL)", made.up[1].sql)
    house.record_as_applied(made)

    assert house.only_debris().why == "1 rows violate it"
    house.run("DELETE FROM goods")
    assert [one.name for one in clear_debris(house.project, house.url).cleared] == [
        "goods_price_given on public.goods"
    ]
    assert house.query(_UNVALIDATED) == []
