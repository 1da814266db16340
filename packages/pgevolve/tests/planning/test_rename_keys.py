"""Keys, counters, computed columns and columns of partitioned tables get another name."""

from itertools import product
from typing import Any

import pytest
from psycopg import errors
from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from pgevolve.objects import Grant, Role, Trigger, View, declare
from pgevolve.plan import UnplannableChangeError


def _key(
    name: str, *items: Any, serial: bool = False, references: str = "people_id", **said: Any
) -> MetaData:
    """Return people with a key that orders refer to, a view over both, and an index of the key."""
    metadata = MetaData()
    people = Table(
        "people",
        metadata,
        Column(name, BigInteger, *(() if serial else (Identity(),)), primary_key=True, info=said),
        Column("email", Text),
        *items,
    )
    Table(
        "orders",
        metadata,
        Column("id", Integer, primary_key=True),
        Column(
            "people_id", BigInteger, ForeignKey(people.c[name], name="orders_people_fkey", ondelete="CASCADE")
        ),
    )
    Index("people_email_idx", people.c.email, people.c[name])
    declare(
        metadata,
        Role("shopper"),
        View(f"CREATE VIEW public.shown AS SELECT {name}, email FROM public.people WHERE {name} > 0"),
        Grant(("SELECT", "INSERT"), "public.shown", ("shopper",)),
        Grant(("UPDATE",), "public.people", ("shopper",), columns=(name,)),
        Trigger(
            f"CREATE TRIGGER quiet BEFORE UPDATE OF {name} ON public.people FOR EACH ROW"
            " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        ),
    )
    return metadata


_ROWS = (
    "INSERT INTO people (email) SELECT 'e' || i FROM generate_series(1, 300) i;"
    " INSERT INTO orders (people_id) SELECT i FROM generate_series(1, 300) i"
)


@pytest.mark.parametrize("serial", [False, True], ids=["identity", "serial"])
def test_a_key_gets_another_name_and_nothing_that_stands_on_it_is_built_anew(
    planned: Any,
    assert_nobody_waits_for_a_scan: Any,
    serial: bool,  # noqa: FBT001
) -> None:
    check = CheckConstraint("id < 1000000", name="people_low_check")
    new_check = CheckConstraint("person_id < 1000000", name="people_low_check")
    steps = planned(
        _key("id", check, serial=serial), _key("person_id", new_check, serial=serial, renamed_from="id")
    )
    steps.run(_ROWS)
    added, filled, contract = steps.migrations
    assert added.intent == {"renamed_from": {"public.people": {"person_id": "id"}}}
    foreign_key = steps.run("SELECT oid, conindid FROM pg_constraint WHERE conname = 'orders_people_fkey'")

    assert_nobody_waits_for_a_scan(steps.trace(added))
    assert steps.fill(added) == 300
    assert_nobody_waits_for_a_scan(steps.trace(filled))
    assert steps.run("SELECT count(*) FROM people WHERE id = person_id") == [(300,)]
    assert steps.run("SELECT count(*) FROM shown WHERE id = person_id") == [(300,)]
    # New code finds a row by an index, and may name the key in ON CONFLICT.
    steps.run("INSERT INTO people (person_id, email) VALUES (1, 'x') ON CONFLICT (person_id) DO NOTHING")
    steps.run("INSERT INTO people (id, email) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET email = 'y'")

    seen = steps.trace(contract)
    assert_nobody_waits_for_a_scan(seen)
    assert not any(step.scanned or step.rebuilt for step in seen)

    assert (
        steps.run("SELECT oid, conindid FROM pg_constraint WHERE conname = 'orders_people_fkey'")
        == foreign_key
    )
    assert steps.run("SELECT count(*), max(person_id) FROM people") == [(300, 300)]
    ((first,),) = steps.run("INSERT INTO people (email) VALUES ('n') RETURNING person_id > 300")
    assert first is True
    assert steps.is_as_planned()


WRITES = {
    "old code inserts": "INSERT INTO people (email) VALUES ('a') RETURNING id, person_id",
    "new code inserts": "INSERT INTO people (email) VALUES ('b') RETURNING person_id, id",
    "old code gives the key": "INSERT INTO people (id) VALUES ({}) RETURNING id, person_id",
    "new code gives the key": "INSERT INTO people (person_id) VALUES ({}) RETURNING id, person_id",
    "old code changes the key": "UPDATE people SET id = {} WHERE id = 1 RETURNING id, person_id",
    "new code changes the key": "UPDATE people SET person_id = {} WHERE id = 2 RETURNING id, person_id",
    "new code through the view": "INSERT INTO shown (person_id) VALUES ({}) RETURNING id, person_id",
}


def test_what_one_code_writes_the_other_reads(planned: Any) -> None:
    steps = planned(_key("id"), _key("person_id", renamed_from="id"))
    steps.run(f"{_ROWS}; DELETE FROM orders WHERE people_id < 3")
    steps.apply(*steps.migrations[:-1])

    for place, (first, second) in enumerate(product(WRITES.values(), repeat=2)):
        for number, statement in enumerate((first, second)):
            for row in steps.run(statement.format(1000 + 2 * place + number)):
                assert row[0] == row[1], (first, second)
    assert steps.run("SELECT count(*) FROM people WHERE id IS DISTINCT FROM person_id") == [(0,)]
    with pytest.raises(errors.UniqueViolation):
        steps.run("INSERT INTO people (person_id) VALUES (3)")


def test_the_way_back_leaves_what_was_there(planned: Any) -> None:
    steps = planned(_key("id"), _key("person_id", renamed_from="id"))
    steps.run(_ROWS)
    added, filled, contract = steps.migrations
    steps.apply(added, filled)
    assert contract.down is None

    steps.back(filled)
    steps.back(added)

    assert steps.run("SELECT count(*) FROM people") == [(300,)]
    assert steps.run(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'people'::regclass AND attnum > 0"
        " AND NOT attisdropped ORDER BY 1"
    ) == [("email",), ("id",)]


def test_names_of_keys_follow_those_of_their_columns(planned: Any) -> None:
    def models(name: str, **said: str) -> MetaData:
        metadata = MetaData(
            naming_convention={"pk": "pk_%(table_name)s_%(column_0_name)s", "uq": "uq_%(column_0_name)s"}
        )
        Table(
            "people",
            metadata,
            Column(name, Integer, primary_key=True, info=said),
            Column("code", Integer),
            UniqueConstraint(name, "code"),
        )
        return metadata

    steps = planned(models("id"), models("person_id", renamed_from="id"))
    steps.run("INSERT INTO people (code) VALUES (1)")

    steps.apply(*steps.migrations)

    assert "RENAME CONSTRAINT pk_people_id TO pk_people_person_id" in steps.migrations[-1].up_sql
    assert steps.is_as_planned()


def test_a_unique_key_keeps_its_name_and_those_who_refer_to_it(planned: Any) -> None:
    def models(name: str, **said: str) -> MetaData:
        metadata = MetaData()
        goods = Table(
            "goods",
            metadata,
            Column("id", Integer, primary_key=True),
            Column(name, Text, nullable=False, info=said),
            UniqueConstraint(name, name="goods_once"),
        )
        Table("tags", metadata, Column("goods", Text, ForeignKey(goods.c[name], name="tags_goods_fkey")))
        return metadata

    steps = planned(models("code"), models("sku", renamed_from="code"))
    steps.run("INSERT INTO goods (code) VALUES ('a'); INSERT INTO tags VALUES ('a')")
    steps.apply(*steps.migrations[:-1])

    steps.run("INSERT INTO goods (sku) VALUES ('b'); INSERT INTO tags VALUES ('b')")
    steps.run("INSERT INTO goods (sku) VALUES ('b') ON CONFLICT (sku) DO NOTHING")
    with pytest.raises(errors.NotNullViolation):
        steps.run("INSERT INTO goods DEFAULT VALUES")

    steps.apply(steps.migrations[-1])
    assert steps.run("SELECT sku FROM goods ORDER BY 1") == [("a",), ("b",)]
    assert steps.is_as_planned()


@pytest.mark.parametrize("persisted", [True, None])
def test_a_computed_column_is_computed_under_both_names(
    planned: Any,
    bench: Any,
    persisted: bool | None,  # noqa: FBT001
) -> None:
    if persisted is None and bench.server.major < 18:
        persisted = True  # VIRTUAL came with 18

    def models(name: str, **said: str) -> MetaData:
        metadata = MetaData()
        Table(
            "goods",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("price", Integer),
            Column(name, Integer, Computed("price * 2", persisted=persisted), info=said),
            Index(f"goods_{name}_idx", name) if persisted else Index("goods_price_idx", "price"),
        )
        return metadata

    steps = planned(models("twice"), models("doubled", renamed_from="twice"))
    steps.run("INSERT INTO goods (price) SELECT i FROM generate_series(1, 300) i")
    steps.apply(*steps.migrations[:-1])

    steps.run("UPDATE goods SET price = 1000 WHERE id = 1; INSERT INTO goods (price) VALUES (7)")
    assert steps.run("SELECT count(*) FROM goods WHERE twice = doubled") == [(301,)]
    assert steps.run("SELECT doubled FROM goods WHERE id IN (1, 301) ORDER BY id") == [(2000,), (14,)]

    steps.apply(steps.migrations[-1])
    assert steps.run("SELECT doubled FROM goods WHERE id = 1") == [(2000,)]
    assert steps.is_as_planned()


def _parts(key: str, words: str, said: str = "") -> MetaData:
    metadata = MetaData()
    events = Table(
        "events",
        metadata,
        Column(key, Integer, primary_key=True, info={"renamed_from": said} if said == "day" else {}),
        Column("id", BigInteger, primary_key=True),
        Column(words, Text, info={"renamed_from": said} if said == "note" else {}),
        postgresql_partition_by=f"RANGE ({key})",
    )
    Index("events_words_idx", events.c[words])
    for low in (0, 100):
        bounds = f"FROM ({low}) TO ({low + 100})"
        part = f"CREATE TABLE public.events_{low} PARTITION OF public.events FOR VALUES {bounds}"
        event.listen(metadata, "after_create", DDL(part))
    return metadata


def test_a_column_of_a_partitioned_table_is_kept_in_step_on_every_partition(planned: Any) -> None:
    steps = planned(_parts("day", "note"), _parts("day", "remark", said="note"))
    steps.run("INSERT INTO events SELECT i, i, 'n' || i FROM generate_series(0, 199) i")
    added = steps.migrations[0]

    steps.trace(added)
    assert steps.fill(added) == 200
    steps.apply(*steps.migrations[1:-1])
    steps.run(
        "UPDATE events SET remark = 'new' WHERE id = 1; UPDATE events_100 SET note = 'old' WHERE id = 150"
    )
    steps.run("INSERT INTO events (day, id, remark) VALUES (5, 500, 'x')")
    assert steps.run("SELECT note, remark FROM events WHERE id IN (1, 150, 500) ORDER BY id") == [
        ("new", "new"),
        ("old", "old"),
        ("x", "x"),
    ]

    steps.apply(steps.migrations[-1])
    assert steps.run("SELECT count(remark) FROM events") == [(201,)]
    assert steps.is_as_planned()


def test_a_column_that_parts_the_rows_is_renamed_at_contract(planned: Any) -> None:
    steps = planned(_parts("day", "note"), _parts("happened", "note", said="day"))
    steps.run("INSERT INTO events SELECT i, i, 'n' || i FROM generate_series(0, 199) i")
    (contract,) = steps.migrations
    assert contract.phase == "contract"

    assert not any(step.scanned or step.rebuilt for step in steps.trace(contract))

    assert steps.run("SELECT count(*) FROM events WHERE happened < 100") == [(100,)]
    assert steps.is_as_planned()


def test_a_key_that_gets_another_type_too_is_refused(bench_18: Any) -> None:
    def models(name: str, kind: Any, **said: str) -> MetaData:
        metadata = MetaData()
        Table("people", metadata, Column(name, kind, primary_key=True, autoincrement=False, info=said))
        return metadata

    with pytest.raises(UnplannableChangeError, match="id becomes person_id, and gets another type") as raised:
        bench_18.evolve(models("id", Integer), models("person_id", BigInteger, renamed_from="id"))
    assert "rename it in one migration and change its type in another" in str(raised.value.hint)
