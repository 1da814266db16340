"""A key gets another type, with the counters behind it and the foreign keys that point to it."""

from dataclasses import replace
from typing import Any

import pytest
from psycopg import errors
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from pgevolve.objects import declare

COUNTERS = {
    "identity always": lambda: (Identity(always=True),),
    "identity by default, from its own start": lambda: (Identity(start=1000, increment=10),),
    "serial": lambda: (),
}


def _family(kind: Any, counter: tuple[Any, ...] = (), child: Any = None, **facts: Any) -> MetaData:
    """Return parents with a key of a type, and children that refer to it."""
    metadata = MetaData()
    Table(
        "parents",
        metadata,
        Column("id", kind, *counter, primary_key=True, comment="the key"),
        Column("name", Text),
    )
    Table(
        "children",
        metadata,
        Column("id", Integer, Identity(), primary_key=True),
        Column(
            "parent_id",
            child or kind,
            ForeignKey("parents.id", ondelete="CASCADE", onupdate="CASCADE", name="children_parent_fkey"),
            **facts,
        ),
        Index("children_parent_id_idx", "parent_id"),
    )
    declare(metadata)
    return metadata


_ROWS = """
    INSERT INTO parents (name) SELECT 'n' FROM generate_series(1, 300);
    INSERT INTO children (parent_id) SELECT id FROM parents
"""


@pytest.mark.parametrize("counter", COUNTERS)
def test_a_key_and_those_that_refer_to_it_change_while_all_are_written(
    planned: Any, assert_nobody_waits_for_a_scan: Any, counter: str
) -> None:
    old, new = (_family(kind, COUNTERS[counter](), nullable=False) for kind in (Integer, BigInteger))
    steps = planned(old, new)
    steps.run(_ROWS)
    added, filled, contract = steps.migrations

    assert_nobody_waits_for_a_scan(steps.trace(added))
    steps.run("INSERT INTO parents (name) VALUES ('old code')")
    assert steps.fill(added) == 600
    assert_nobody_waits_for_a_scan(steps.trace(filled))
    ((last,),) = steps.run("INSERT INTO parents (name) VALUES ('both') RETURNING id")
    steps.run(f"INSERT INTO children (parent_id) VALUES ({last})")
    steps.run(f"INSERT INTO children (parent_id_as_bigint) VALUES ({last})")
    with pytest.raises(errors.ForeignKeyViolation):
        steps.run("INSERT INTO children (parent_id_as_bigint) VALUES (-1)")
    steps.run(f"DELETE FROM parents WHERE id = {last}")
    assert steps.run("SELECT count(*) FROM children") == [(300,)]
    seen = steps.trace(contract)
    assert_nobody_waits_for_a_scan(seen)
    assert {step.transaction for step in seen} == {1}

    ((following,),) = steps.run("INSERT INTO parents (name) VALUES ('new') RETURNING id")
    assert following > last
    steps.run(f"INSERT INTO children (parent_id) VALUES ({following})")
    steps.run(f"DELETE FROM parents WHERE id = {following}")
    assert steps.run("SELECT count(*) FROM children c JOIN parents p ON p.id = c.parent_id") == [(300,)]
    assert steps.run(
        "SELECT count(*) FROM pg_class"
        " WHERE relname LIKE '%\\_as\\_%' AND relnamespace = 'public'::regnamespace"
    ) == [(0,)]


def test_the_next_number_is_beyond_what_the_old_type_held(planned: Any) -> None:
    old, new = (_family(kind, (Identity(),)) for kind in (Integer, BigInteger))
    steps = planned(old, new)
    steps.run("INSERT INTO parents (name) VALUES ('n')")

    steps.apply(*steps.migrations)
    steps.run("SELECT setval(pg_get_serial_sequence('parents', 'id'), 3000000000)")

    assert steps.run("INSERT INTO parents (name) VALUES ('n') RETURNING id") == [(3000000001,)]
    assert steps.run("SELECT pg_get_serial_sequence('parents', 'id')") == [("public.parents_id_seq",)]


@pytest.mark.parametrize("counter", COUNTERS)
def test_the_way_back_of_a_key_keeps_the_rows_and_goes_on_counting(planned: Any, counter: str) -> None:
    old, new = (_family(kind, COUNTERS[counter]()) for kind in (Integer, BigInteger))
    steps = planned(old, new)
    steps.run(_ROWS)
    steps.apply(*steps.migrations)
    ((last,),) = steps.run("INSERT INTO parents (name) VALUES ('new') RETURNING id")

    for migration in reversed(steps.migrations):
        steps.apply(replace(migration, up_sql=migration.down_sql, backfill_sql=None))

    ((following,),) = steps.run("INSERT INTO parents (name) VALUES ('old') RETURNING id")
    assert following > last
    assert steps.run("SELECT count(*) FROM children c JOIN parents p ON p.id = c.parent_id") == [(300,)]
    assert steps.run("SELECT pg_typeof(id)::text FROM parents LIMIT 1") == [("integer",)]


def test_a_counter_that_never_counted_begins_at_its_start(planned: Any) -> None:
    old, new = (_family(kind, (Identity(start=50),)) for kind in (Integer, BigInteger))
    steps = planned(old, new)

    steps.apply(*steps.migrations)

    assert steps.run("INSERT INTO parents (name) VALUES ('n') RETURNING id") == [(50,)]


def test_the_columns_that_refer_to_a_key_may_change_before_it(planned: Any) -> None:
    steps = planned(
        _family(Integer, (Identity(),), BigInteger), _family(BigInteger, (Identity(),), BigInteger)
    )
    steps.run(_ROWS)

    steps.apply(*steps.migrations)

    assert steps.run("SELECT count(*) FROM children c JOIN parents p ON p.id = c.parent_id") == [(300,)]
    with pytest.raises(errors.ForeignKeyViolation, match="children_parent_fkey"):
        steps.run("INSERT INTO children (parent_id) VALUES (-1)")


def test_the_columns_that_refer_to_a_key_may_stay_as_they_are(planned: Any) -> None:
    steps = planned(_family(Integer, (Identity(),)), _family(BigInteger, (Identity(),), Integer))
    steps.run(_ROWS)

    steps.apply(*steps.migrations)

    assert steps.run("SELECT count(*) FROM children c JOIN parents p ON p.id = c.parent_id") == [(300,)]


def _pairs(kind: Any) -> MetaData:
    metadata = MetaData()
    Table(
        "pairs",
        metadata,
        Column("a", kind),
        Column("b", kind),
        Column("up_a", kind),
        Column("up_b", Integer),
        PrimaryKeyConstraint("a", "b", name="pairs_pkey", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("b", "up_b", name="pairs_b_up_key", postgresql_include=["up_a"]),
        UniqueConstraint("up_a", name="pairs_up_a_key", postgresql_nulls_not_distinct=True),
        postgresql_with={"fillfactor": 90},
    )
    declare(metadata)
    return metadata


def test_a_key_of_two_columns_changes_with_both(planned: Any) -> None:
    steps = planned(_pairs(Integer), _pairs(BigInteger))
    steps.run("INSERT INTO pairs SELECT i, i, i, i FROM generate_series(1, 100) i")

    steps.apply(*steps.migrations)

    with pytest.raises(errors.UniqueViolation, match="pairs_pkey"):
        steps.run("INSERT INTO pairs (a, b) VALUES (1, 1)")
    assert steps.run("SELECT sum(a), sum(b), sum(up_a) FROM pairs") == [(5050, 5050, 5050)]


def test_a_table_that_refers_to_itself_keeps_its_tree(planned: Any) -> None:
    def tree(kind: Any) -> MetaData:
        metadata = MetaData()
        Table(
            "nodes",
            metadata,
            Column("id", kind, Identity(), primary_key=True),
            Column("up", kind, ForeignKey("nodes.id", name="nodes_up_fkey")),
        )
        declare(metadata)
        return metadata

    steps = planned(tree(Integer), tree(BigInteger))
    steps.run("INSERT INTO nodes (up) SELECT nullif(i - 1, 0) FROM generate_series(1, 100) i")

    steps.apply(*steps.migrations)

    assert steps.run("SELECT count(*) FROM nodes n JOIN nodes m ON m.id = n.up") == [(99,)]
    with pytest.raises(errors.ForeignKeyViolation, match="nodes_up_fkey"):
        steps.run("INSERT INTO nodes (up) VALUES (-1)")


def test_what_follows_a_changed_key_is_planned_as_on_any_other(bench: Any) -> None:
    """The catalogue knows afterwards that the foreign key stands on the key."""
    old, new = (_family(kind, (Identity(),)) for kind in (Integer, BigInteger))
    bench.evolve(old, new)
    without = MetaData()
    declare(without)

    written = bench.evolve(without)

    assert [migration.phase for migration in written.migrations] == ["contract"]


def test_a_column_of_a_foreign_key_keeps_its_default(planned: Any) -> None:
    facts: dict[str, Any] = {"nullable": False, "server_default": text("1")}
    steps = planned(*(_family(kind, (Identity(),), **facts) for kind in (Integer, BigInteger)))
    steps.run("INSERT INTO parents (name) VALUES ('n')")

    steps.apply(*steps.migrations)

    assert steps.run("INSERT INTO children DEFAULT VALUES RETURNING parent_id") == [(1,)]
