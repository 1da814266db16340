"""Objects other than tables and columns get another name: what stands under the old one, and until when."""

from typing import Any

import pytest
from psycopg import errors
from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.dialects.postgresql import DOMAIN

from pgevolve.objects import Function, Grant, Renamed, Role, Schema, Trigger, View, declare
from pgevolve.plan import UnplannableChangeError


def _base(*declared: Any, state: str = "goods_state", labels: tuple[str, ...] = ("new", "sent")) -> MetaData:
    metadata = MetaData()
    Table(
        "goods",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", Text, nullable=False),
        Column("state", Enum(*labels, name=state), server_default=labels[-1]),
    )
    declare(metadata, Role("shopper"), *declared)
    return metadata


def _keys(ending: str, **said: Any) -> MetaData:
    def info(kind: str) -> dict[str, str]:
        return {"renamed_from": f"goods_{kind}_old"} if said else {}

    metadata = MetaData()
    makers = Table("makers", metadata, Column("id", Integer, primary_key=True))
    table = Table(
        "goods",
        metadata,
        Column("id", Integer),
        Column("name", Text, nullable=False),
        Column("maker_id", Integer),
        Column("parent_id", Integer, ForeignKey("goods.id", name="goods_parent")),
        PrimaryKeyConstraint("id", name=f"goods_key_{ending}", info=info("key")),
        UniqueConstraint("name", name=f"goods_name_{ending}", info=info("name")),
        CheckConstraint("name <> ''", name=f"goods_check_{ending}", info=info("check")),
        ForeignKeyConstraint(["maker_id"], [makers.c.id], name=f"goods_maker_{ending}", info=info("maker")),
    )
    Index(f"goods_index_{ending}", table.c.maker_id, info=info("index"))
    return metadata


def test_keys_checks_and_indexes_are_renamed_and_none_is_built(
    planned: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    steps = planned(_keys("old"), _keys("new", said=True))
    steps.run("INSERT INTO goods (id, name, parent_id) SELECT i, i, i FROM generate_series(1, 300) i")
    (expand,) = steps.migrations
    assert expand.intent["objects"]["constraint public.goods.goods_key_new"] == {
        "renamed_from": "goods_key_old"
    }

    seen = steps.trace(expand)
    assert not any(step.scanned or step.rebuilt for step in seen)
    assert_nobody_waits_for_a_scan(seen)

    assert len(seen) == 5
    assert steps.is_as_planned()


def test_a_constraint_without_a_name_in_the_models_is_refused(bench_18: Any) -> None:
    new = _base()
    new.tables["goods"].append_constraint(UniqueConstraint("name", info={"renamed_from": "goods_words"}))

    with pytest.raises(UnplannableChangeError, match=r"goods_words of public\.goods has no new name"):
        bench_18.evolve(_base(), new)


_SUM = """
CREATE FUNCTION public.{name}(a integer, VARIADIC others integer[] DEFAULT '{{}}') RETURNS bigint
LANGUAGE sql STABLE AS $$ SELECT a + sum(o) FROM unnest(others) o $$
"""
_LIST = """
CREATE FUNCTION public.{name}(low integer) RETURNS TABLE (n integer, word text)
LANGUAGE sql STABLE AS $$ SELECT id, name FROM public.goods WHERE id >= low $$
"""
_ADD = """
CREATE PROCEDURE public.{name}(called text)
LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.goods (name) VALUES (called); COMMIT; END $$
"""


def _routines(ending: str, old: str | None = None) -> MetaData:
    def routine(sql: str, called: str) -> Function:
        return Function(
            sql.format(name=called + ending), public=True, renamed_from=None if old is None else called + old
        )

    return _base(
        routine(_SUM, "total"),
        routine(_LIST, "listed"),
        routine(_ADD, "added"),
        Grant(("EXECUTE",), f"public.listed{ending}(integer)", ("shopper",), kind="FUNCTION"),
    )


def test_a_function_can_be_called_by_its_old_name_until_the_contract(planned: Any) -> None:
    steps = planned(_routines("_v1"), _routines("_v2", "_v1"))
    expand, contract = steps.migrations

    steps.apply(expand)
    for ending in ("_v1", "_v2"):
        steps.run(f"CALL added{ending}('by {ending}')")
        assert steps.run(f"SELECT total{ending}(1, 2, 3), total{ending}(1, VARIADIC '{{4}}')") == [(6, 5)]
    calls = ("listed_v1", "listed_v2")
    assert [steps.run(f"SELECT n, word FROM {call}(2)") for call in calls] == [[(2, "by _v2")]] * 2
    assert steps.run(
        "SELECT has_function_privilege('shopper', 'listed_v1(integer)', 'EXECUTE'), provolatile = 's'"
        " FROM pg_proc WHERE proname = 'total_v1'"
    ) == [(True, True)]

    steps.apply(contract)
    assert steps.run("SELECT count(*) FROM pg_proc WHERE proname LIKE '%\\_v1'") == [(0,)]
    assert steps.is_as_planned()


def _shown(called: str, **said: str) -> MetaData:
    return _base(
        Function(
            f"CREATE FUNCTION public.{'hide' if called == 'shown' else 'remove'}() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.goods WHERE id = OLD.id; RETURN OLD; END'",
            **({"renamed_from": "hide"} if said else {}),
        ),
        View(f"CREATE VIEW public.{called} AS SELECT id, name FROM public.goods WHERE id > 0", **said),
        Trigger(
            f"CREATE TRIGGER {called}_hide INSTEAD OF DELETE ON public.{called} FOR EACH ROW"
            f" EXECUTE FUNCTION public.{'hide' if called == 'shown' else 'remove'}()",
            **({"renamed_from": "shown_hide"} if said else {}),
        ),
        Grant(("SELECT", "DELETE"), f"public.{called}", ("shopper",)),
    )


def test_a_view_keeps_its_old_name_with_what_can_be_done_through_it(planned: Any) -> None:
    steps = planned(_shown("shown"), _shown("listed", renamed_from="shown"))
    steps.run("INSERT INTO goods (name) SELECT 'n' FROM generate_series(1, 3)")
    expand, contract = steps.migrations
    assert "DROP" not in expand.up_sql

    steps.apply(expand)
    steps.run("GRANT SELECT, DELETE ON goods TO shopper; SET ROLE shopper; DELETE FROM shown WHERE id = 1")
    steps.run("DELETE FROM listed WHERE id = 2")
    assert steps.run("SELECT id FROM shown") == [(3,)]
    steps.run("REVOKE SELECT, DELETE ON goods FROM shopper")

    steps.apply(contract)
    assert steps.is_as_planned()
    assert steps.run("SELECT to_regclass('shown'), count(*) FROM listed") == [(None, 1)]


def test_a_label_and_its_type_are_renamed_at_contract(planned: Any) -> None:
    new = _base(
        Renamed("enum", "public.item_state", "goods_state"),
        Renamed("label", "shipped", "sent", on="public.item_state"),
        state="item_state",
        labels=("new", "shipped"),
    )
    steps = planned(_base(), new)
    steps.run("INSERT INTO goods (name, state) VALUES ('n', 'sent')")
    (contract,) = steps.migrations
    assert contract.phase == "contract"
    assert contract.intent == {
        "objects": {
            "enum public.item_state": {"renamed_from": "goods_state"},
            "label public.item_state.shipped": {"renamed_from": "sent"},
        }
    }

    assert not any(step.scanned or step.rewritten for step in steps.trace(contract))
    assert steps.run("SELECT state::text FROM goods") == [("shipped",)]
    assert steps.run("INSERT INTO goods (name) VALUES ('m') RETURNING state::text") == [("shipped",)]
    assert steps.is_as_planned()


def test_what_needs_a_new_label_before_the_contract_is_refused(bench_18: Any) -> None:
    new = _base(Renamed("label", "shipped", "sent", on="public.goods_state"), labels=("new", "shipped"))
    new.tables["goods"].append_constraint(CheckConstraint("state <> 'shipped'", name="goods_open"))

    with pytest.raises(UnplannableChangeError) as raised:
        bench_18.evolve(_base(), new)

    assert "RENAME VALUE 'sent' TO 'shipped' is for the contract" in str(raised.value)
    assert "in a migration of its own" in str(raised.value.hint)


def _with_domain(called: str, *declared: Any) -> MetaData:
    metadata = _base(*declared)
    words = DOMAIN(called, Text, check="VALUE <> ''", constraint_name="words_check")
    metadata.tables["goods"].append_column(Column("word", words))
    return metadata


def test_a_domain_can_be_named_both_ways_until_the_contract(planned: Any) -> None:
    steps = planned(_with_domain("word"), _with_domain("term", Renamed("domain", "public.term", "word")))
    expand, contract = steps.migrations

    steps.apply(expand)
    steps.run("INSERT INTO goods (name, word) VALUES ('n', 'a'::word), ('n', 'b'::term)")
    assert steps.run("SELECT count(*) FROM goods WHERE word = ANY ('{a,b}'::word[])") == [(2,)]
    with pytest.raises(errors.CheckViolation):
        steps.run("SELECT ''::word")

    steps.apply(contract)
    assert steps.is_as_planned()


def _with_hooks(ending: str, *declared: Any) -> MetaData:
    """Return models with what only DDL can say: a composite type, a policy, statistics."""
    metadata = _base(*declared)
    Sequence(f"numbers_{ending}", metadata=metadata)
    quiet = "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    for statement in (
        f"CREATE TYPE public.pair_{ending} AS (a integer, b text)",
        f"CREATE POLICY own_{ending} ON public.goods USING (id > 0)",
        f"CREATE STATISTICS public.both_{ending} ON id, name FROM public.goods",
        f"CREATE MATERIALIZED VIEW public.few_{ending} AS SELECT id FROM public.goods",
        f"CREATE RULE quiet_{ending} AS ON DELETE TO public.goods WHERE old.id < 0 DO INSTEAD NOTHING",
        f"CREATE TRIGGER touch_{ending} BEFORE UPDATE ON public.goods FOR EACH ROW {quiet}",
    ):
        event.listen(metadata, "after_create", DDL(statement))
    return metadata


def test_what_only_ddl_can_say_is_renamed_too(planned: Any) -> None:
    kinds = {
        "composite type": "public.pair",
        "statistics": "public.both",
        "materialized view": "public.few",
        "sequence": "public.numbers",
    }
    hanging = {"policy": "own", "rule": "quiet", "trigger": "touch"}
    said = [
        *(Renamed(kind, f"{called}_b", f"{called.split('.')[1]}_a") for kind, called in kinds.items()),
        *(Renamed(kind, f"{called}_b", f"{called}_a", on="public.goods") for kind, called in hanging.items()),
    ]
    steps = planned(_with_hooks("a"), _with_hooks("b", *said))
    expand, contract = steps.migrations
    assert "RENAME TO numbers_b" in contract.up_sql
    assert "CREATE POLICY" not in expand.up_sql

    steps.apply(expand)
    assert steps.run("SELECT nextval('numbers_a'), (ROW(1, 'x')::pair_a).b, (ROW(1, 'x')::pair_b).a") == [
        (1, "x", 1)
    ]
    steps.run("REFRESH MATERIALIZED VIEW few_b; SELECT * FROM few_a")

    steps.apply(contract)
    assert steps.run("SELECT nextval('numbers_b')") == [(2,)]
    assert steps.is_as_planned()


def _in_schema(schema: str, *declared: Any, **said: Any) -> MetaData:
    metadata = MetaData()
    Table(
        "goods",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", Text, nullable=False),
        schema=schema,
    )
    declare(
        metadata,
        Role("shopper"),
        Schema(schema, **said),
        View(f"CREATE VIEW {schema}.shown AS SELECT id FROM {schema}.goods"),
        Function(
            f"CREATE FUNCTION {schema}.twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN n * 2",
            public=True,
        ),
        Grant(("USAGE",), schema, ("shopper",), kind="SCHEMA"),
        Grant(("SELECT", "INSERT"), f"{schema}.goods", ("shopper",)),
        *declared,
    )
    return metadata


def test_a_schema_is_there_under_both_names_until_the_contract(planned: Any) -> None:
    steps = planned(_in_schema("shop"), _in_schema("store", renamed_from="shop"))
    expand, contract = steps.migrations
    assert "ALTER SCHEMA shop RENAME TO store" in expand.up_sql

    steps.apply(expand)
    assert steps.run("INSERT INTO shop.goods (name) VALUES ('old') RETURNING id") == [(1,)]
    steps.run("INSERT INTO store.goods (name) VALUES ('new')")
    assert steps.run("SET search_path = shop; SELECT id, twice(id) FROM shown ORDER BY id") == [
        (1, 2),
        (2, 4),
    ]

    steps.apply(contract)
    assert steps.is_as_planned()
    assert steps.run("SELECT count(*) FROM store.goods") == [(2,)]


def test_a_schema_that_holds_a_type_nothing_can_stand_in_for_is_refused(bench_18: Any) -> None:
    def models(schema: str, **said: Any) -> MetaData:
        metadata = _in_schema(schema, **said)
        state = Enum("new", name="state", schema=schema)
        metadata.tables[f"{schema}.goods"].append_column(Column("state", state))
        return metadata

    with pytest.raises(UnplannableChangeError, match=r"holds enum store\.state"):
        bench_18.evolve(models("shop"), models("store", renamed_from="shop"))


def test_a_name_that_something_new_takes_is_refused(bench_18: Any) -> None:
    new = _shown("listed", renamed_from="shown")
    declare(new, View("CREATE VIEW public.shown AS SELECT name FROM public.goods"))

    with pytest.raises(UnplannableChangeError, match="another relation takes the place"):
        bench_18.evolve(_shown("shown"), new)


@pytest.mark.parametrize("kind", ["routines", "schema"])
def test_the_way_back_gives_the_old_names_back(planned: Any, kind: str) -> None:
    old, new = {
        "routines": (_routines("_v1"), _routines("_v2", "_v1")),
        "schema": (_in_schema("shop"), _in_schema("store", renamed_from="shop")),
    }[kind]
    steps = planned(old, new)
    before = steps.run("SELECT oid::regprocedure::text, prosrc FROM pg_proc WHERE oid >= 16384 ORDER BY 1")

    steps.apply(*steps.migrations)
    for migration in reversed(steps.migrations):
        steps.back(migration)

    after = steps.run("SELECT oid::regprocedure::text, prosrc FROM pg_proc WHERE oid >= 16384 ORDER BY 1")
    assert after == before


def test_a_rename_that_is_done_is_not_planned_again(bench_18: Any) -> None:
    new = _routines("_v2", "_v1")
    bench_18.evolve(_routines("_v1"), new)

    assert bench_18.evolve(new) is None
