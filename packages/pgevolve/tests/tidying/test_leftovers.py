"""Triggers, functions, checks and columns of expand and contract: debris once nothing needs them any more."""

from dataclasses import replace

import pytest
from sqlalchemy import Column, Text

from pgevolve.history import EditedMigrationError, Migration
from pgevolve.janitor import clear_debris, find_debris
from pgevolve.status import UnknownMigrationError
from pgevolve.verify import verify

from .conftest import House, goods

_SYNC = [("trigger", "zz_fill_goods on public.goods"), ("function", "public.zz_fill_goods()")]
_CHECK = ("constraint", "goods_label_is_filled on public.goods")


def _advance(house: House, migrations: tuple[Migration, ...]) -> None:
    """Record further migrations as applied, whose schema is in place."""
    house.run("DELETE FROM pgevolve.migrations")
    house.record_as_applied(migrations[-1])


def _drift(house: House) -> None:
    """Make the schema another one than that of the last applied migration."""
    house.run("CREATE TABLE unrelated (id int)")


def _remake_sync(house: House, expand: Migration) -> None:
    house.run(*(step.sql for step in expand.up if "zz_fill_goods" in step.sql))


def test_what_an_expand_made_is_left_alone_until_its_contract_is_applied(
    house: House, renaming: tuple[Migration, ...]
) -> None:
    house.put_in_place(renaming[0])
    _advance(house, renaming[:1])
    assert house.debris() == []
    _drift(house)
    assert house.debris() == []

    house.run("DROP TABLE unrelated")
    house.put_in_place(renaming[1])
    _advance(house, renaming[:2])
    _drift(house)
    assert house.debris() == []


def test_a_sync_trigger_that_outlived_its_contract_is_cleared_with_its_function(
    house: House, renaming: tuple[Migration, ...]
) -> None:
    house.put_in_place(*renaming)
    _advance(house, renaming)
    _remake_sync(house, renaming[0])

    trigger, function = find_debris(house.project, house.url)

    assert [(found.kind, found.name) for found in (trigger, function)] == _SYNC
    assert trigger.why == f"{renaming[0].name} made it, and a later migration that is applied has removed it"
    assert [step.sql for step in trigger.steps] == ["DROP TRIGGER zz_fill_goods ON public.goods"]
    assert [step.sql for step in function.steps] == ["DROP FUNCTION public.zz_fill_goods()"]
    done = clear_debris(house.project, house.url)
    assert (done.cleared, done.left) == ((trigger, function), ())
    assert house.debris() == []
    assert verify(house.project, house.url).migration == renaming[-1].name


def test_what_a_rolled_back_expand_left_is_cleared_down_to_the_copied_column(
    house: House, renaming: tuple[Migration, ...]
) -> None:
    house.put_in_place(renaming[0])
    house.record_as_rolled_back(renaming[0])

    found = find_debris(house.project, house.url)

    assert [(one.kind, one.name) for one in found] == [*_SYNC, ("column", "label of public.goods")]
    assert {one.why for one in found} == {f"{renaming[0].name} made it and is rolled back"}
    clear_debris(house.project, house.url)
    assert house.query("SELECT count(title) FROM goods") == [(20,)]
    assert verify(house.project, house.url).migration is not None


@pytest.mark.parametrize("state", ["applying", "failed"])
def test_what_an_unfinished_expand_made_is_left_alone(
    house: House, renaming: tuple[Migration, ...], state: str
) -> None:
    house.put_in_place(renaming[0])
    if state == "applying":
        house.record_as_applying(renaming[0])
    else:
        house.record_as_failed(renaming[0], len(renaming[0].up))

    assert house.debris() == []


def test_a_check_that_proved_not_null_is_debris_once_its_migration_is_applied(
    house: House, renaming: tuple[Migration, ...]
) -> None:
    house.put_in_place(*renaming)
    _advance(house, renaming)
    house.run("ALTER TABLE goods ADD CONSTRAINT goods_label_is_filled CHECK (label IS NOT NULL) NOT VALID")

    found = house.only_debris()

    assert (found.kind, found.name) == _CHECK
    assert found.why == f"{renaming[1].name} made it for itself, and is applied"
    assert [step.sql for step in found.steps] == [
        "ALTER TABLE public.goods DROP CONSTRAINT goods_label_is_filled"
    ]
    clear_debris(house.project, house.url)
    assert verify(house.project, house.url).migration == renaming[-1].name


@pytest.mark.parametrize("state", ["applying", "failed"])
def test_a_check_that_is_being_validated_is_left_alone(
    house: House, renaming: tuple[Migration, ...], state: str
) -> None:
    house.put_in_place(renaming[0])
    _advance(house, renaming[:1])
    house.run("ALTER TABLE goods ADD CONSTRAINT goods_label_is_filled CHECK (label IS NOT NULL) NOT VALID")
    if state == "applying":
        house.record_as_applying(renaming[1])
    else:
        house.record_as_failed(renaming[1], 2)

    assert house.debris() == []


def test_a_check_of_a_rolled_back_migration_is_dropped_and_not_validated(
    house: House, renaming: tuple[Migration, ...]
) -> None:
    house.put_in_place(renaming[0])
    _advance(house, renaming[:1])
    house.run("ALTER TABLE goods ADD CONSTRAINT goods_label_is_filled CHECK (label IS NOT NULL) NOT VALID")
    house.record_as_rolled_back(renaming[1])

    assert house.debris() == [_CHECK]


def test_a_column_of_a_rolled_back_migration_that_holds_values_is_left_to_a_person(house: House) -> None:
    (first,) = house.plan(goods(), "first")
    house.put_in_place(first)
    house.record_as_applied(first)
    (added,) = house.plan(goods(Column("note", Text), Column("empty", Text)), "notes")
    house.put_in_place(added)
    house.record_as_rolled_back(added)
    house.run("INSERT INTO goods (id, note) VALUES (1, 'somebody wrote this')")

    done = clear_debris(house.project, house.url)

    assert [one.name for one in done.cleared] == ["empty of public.goods"]
    (left,) = done.left
    assert str(left.debris) == (
        f"column note of public.goods: {added.name} made it and is rolled back; it holds values"
    )
    assert left.reason == (
        "look at its values, and drop it with `ALTER TABLE public.goods DROP COLUMN note` when nobody needs"
        " them"
    )
    assert house.query("SELECT note FROM goods") == [("somebody wrote this",)]


def test_an_index_of_a_rolled_back_migration_is_dropped_concurrently(house: House) -> None:
    (first,) = house.plan(goods(), "first")
    house.put_in_place(first)
    house.record_as_applied(first)
    index = house.give("index", "CREATE INDEX goods_id_idx ON public.goods (id DESC)")
    house.put_in_place(index)
    house.record_as_rolled_back(index)

    found = house.only_debris()

    assert [step.sql for step in found.steps] == ["DROP INDEX CONCURRENTLY public.goods_id_idx"]
    clear_debris(house.project, house.url)
    assert house.query("SELECT to_regclass('goods_id_idx')") == [(None,)]


def test_what_no_migration_made_is_not_touched(house: House, renaming: tuple[Migration, ...]) -> None:
    house.put_in_place(*renaming)
    _advance(house, renaming)
    house.run(
        "CREATE FUNCTION zz_fill_others() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER zz_fill_others BEFORE INSERT ON goods FOR EACH ROW EXECUTE FUNCTION zz_fill_others()",
        "ALTER TABLE goods ADD others_new text",
        "CREATE INDEX goods_label_ccnew ON goods (label)",
    )

    assert house.debris() == []


def test_a_column_that_came_back_after_the_contract_is_nobodys_debris(
    house: House, renaming: tuple[Migration, ...]
) -> None:
    house.put_in_place(*renaming)
    _advance(house, renaming)
    house.run("ALTER TABLE goods ADD title text")

    assert house.debris() == []


def test_a_table_of_others_is_not_looked_at(house: House, renaming: tuple[Migration, ...]) -> None:
    house.put_in_place(*renaming)
    _advance(house, renaming)
    _remake_sync(house, renaming[0])
    house.project = replace(house.project, ignore_tables=frozenset({"public.goods"}))

    assert [kind for kind, _ in house.debris()] == ["function"]


def test_an_edited_file_explains_nothing(house: House, renaming: tuple[Migration, ...]) -> None:
    with (renaming[0].directory / "up.sql").open("a") as file:
        file.write("SELECT 1;\n")

    with pytest.raises(EditedMigrationError):
        find_debris(house.project, house.url)


def test_an_unknown_migration_is_refused(house: House, renaming: tuple[Migration, ...]) -> None:
    house.run("UPDATE pgevolve.migrations SET name = 'somebody_elses'")

    with pytest.raises(UnknownMigrationError):
        find_debris(house.project, house.url)
