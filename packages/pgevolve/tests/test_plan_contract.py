"""What is taken away waits for a contract; what has no safe plan is refused by name."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from pgevolve.history import read_history
from pgevolve.objects import Function, Trigger, View
from pgevolve.plan import UnplannableChangeError

ON_GOODS = "FOR EACH ROW EXECUTE FUNCTION public.touch()"
TOUCH = "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$"
SHORT = "CREATE FUNCTION public.short(t text) RETURNS {} LANGUAGE sql IMMUTABLE AS $${}$$"


def test_a_dropped_column_waits_for_the_contract(bench: Any, shop: Any) -> None:
    old = shop(Column("note", Text, nullable=False), declared=shop.view("id, name, note"))

    written = bench.evolve(old, shop(declared=shop.view()))

    expand, contract = written.migrations
    assert [expand.phase, contract.phase] == ["expand", "contract"]
    assert "ALTER COLUMN note DROP NOT NULL" in expand.up_sql
    assert "DROP COLUMN" not in expand.up_sql
    assert "VIEW" not in expand.up_sql
    assert "DROP VIEW public.shown" in contract.up_sql
    assert "ALTER TABLE public.goods DROP COLUMN note" in contract.up_sql
    assert contract.down is None
    assert "drops the data of column note of table public.goods" in contract.irreversible


def test_what_nobody_declares_any_more_is_dropped_in_a_contract(bench: Any, shop: Any) -> None:
    old = shop(
        CheckConstraint("price > 0", name="goods_price_check"),
        declared=(
            *shop.view(),
            Function(TOUCH),
            Trigger(f"CREATE TRIGGER t BEFORE UPDATE ON public.goods {ON_GOODS}"),
        ),
    )
    new = MetaData()
    Table("makers", new, Column("id", BigInteger, primary_key=True, autoincrement=False))

    written = bench.evolve(old, new)

    (contract,) = written.migrations
    assert contract.phase == "contract"
    assert "DROP TABLE public.goods" in contract.up_sql
    assert "DROP TYPE public.goods_state" in contract.up_sql


def test_what_stands_on_a_dropped_column_goes_before_it(bench_18: Any, shop: Any) -> None:
    old = shop(
        Column("x", Integer),
        Column("y", Integer, Computed("x + 1", persisted=True)),
        CheckConstraint("x > y", name="goods_check"),
        UniqueConstraint("x", name="goods_x_key"),
        Index("goods_y_idx", "y"),
        declared=(View("CREATE VIEW public.xs AS SELECT x FROM public.goods"),),
    )

    written = bench_18.evolve(old, shop())

    contract = written.migrations[-1].up_sql
    wanted = [
        "DROP VIEW public.xs",
        "DROP CONSTRAINT goods_x_key",
        "DROP INDEX CONCURRENTLY public.goods_y_idx",
        "DROP COLUMN y",
        "DROP COLUMN x",
    ]
    places = [contract.find(part) for part in wanted]
    assert -1 not in places, contract
    assert places == sorted(places), contract


def test_a_key_is_dropped_after_the_reference_of_a_table_that_goes_too(bench: Any, shop: Any) -> None:
    old = shop(UniqueConstraint("id", "name", name="goods_id_name_key"))
    Table(
        "sales",
        old,
        Column("goods_id", BigInteger),
        Column("goods_name", Text),
        ForeignKeyConstraint(["goods_id", "goods_name"], ["goods.id", "goods.name"], name="sales_goods_fkey"),
    )

    first, second = bench.evolve(old), bench.evolve(shop())

    assert first.migrations[0].down is not None
    contract = second.migrations[0].up_sql
    wanted = [
        "DROP CONSTRAINT sales_goods_fkey",
        "DROP CONSTRAINT goods_id_name_key",
        "DROP TABLE public.sales",
    ]
    places = [contract.find(part) for part in wanted]
    assert -1 not in places, contract
    assert places == sorted(places), contract


def test_a_reference_of_a_partitioned_table_is_refused(bench_18: Any, shop: Any) -> None:
    def models(*items: Any) -> MetaData:
        metadata = shop()
        columns = Column("at", Integer), Column("maker", BigInteger)
        Table("logs", metadata, *columns, *items, postgresql_partition_by="RANGE (at)")
        return metadata

    reference = ForeignKeyConstraint(["maker"], ["makers.id"], name="logs_maker_fkey")

    with pytest.raises(UnplannableChangeError, match=r"logs_maker_fkey to a partitioned table"):
        bench_18.evolve(models(), models(reference))


def test_a_table_that_inherits_names_its_parent_and_its_own_columns_only(bench_18: Any, shop: Any) -> None:
    new = shop()
    Table("toys", new, Column("age", Integer), postgresql_inherits="goods")

    written = bench_18.evolve(shop(), new)

    assert (
        "CREATE TABLE public.toys (\n    age integer\n)\nINHERITS (public.goods)"
        in written.migrations[0].up_sql
    )


def test_a_label_goes_at_contract_with_a_new_type_in_its_place(bench_18: Any, shop: Any) -> None:
    written = bench_18.evolve(shop(labels=("new", "old")), shop(labels=("new",)))

    (contract,) = written.migrations
    assert contract.phase == "contract"
    wanted = [
        "ALTER TYPE public.goods_state RENAME TO goods_state_old",
        "CREATE TYPE public.goods_state AS ENUM ('new')",
        "ALTER COLUMN state TYPE public.goods_state USING state::text::public.goods_state",
        "DROP TYPE public.goods_state_old",
    ]
    places = [contract.up_sql.find(part) for part in wanted]
    assert -1 not in places, contract.up_sql
    assert places == sorted(places), contract.up_sql


def test_the_way_back_of_a_new_table_drops_it(bench_18: Any, shop: Any) -> None:
    written = bench_18.evolve(MetaData(), shop())

    assert "DROP TABLE\n    public.goods,\n    public.makers" in written.migrations[0].down_sql


def test_the_way_back_of_a_new_label_is_refused_with_the_reason(bench_18: Any, shop: Any) -> None:
    written = bench_18.evolve(shop(), shop(labels=("new", "old")))

    assert written.migrations[0].down is None
    assert "labels of enum public.goods_state" in written.migrations[0].irreversible


REFUSED: dict[str, Callable[[Any], tuple[MetaData, MetaData]]] = {
    "type integer -> boolean": lambda shop: (shop(Column("x", Integer)), shop(Column("x", Boolean))),
    "add column x to table public.goods NOT NULL without a default": lambda shop: (
        shop(),
        shop(Column("x", Integer, nullable=False)),
    ),
    "writes every row": lambda shop: (
        shop(),
        shop(Column("x", Integer, Computed("price + 1", persisted=True))),
    ),
    "loses x and gains y": lambda shop: (shop(Column("x", Integer)), shop(Column("y", Integer))),
    "generated": lambda shop: (
        shop(Column("x", Integer)),
        shop(Column("x", Integer, Computed("price + 1", persisted=True))),
    ),
    "changes: UNIQUE (name)": lambda shop: (
        shop(UniqueConstraint("name", name="k")),
        shop(UniqueConstraint("name", "price", name="k")),
    ),
    "takes the place of": lambda shop: (
        shop(Index("k", "name", unique=True)),
        shop(UniqueConstraint("name", name="k")),
    ),
    "what it computed is stored": lambda shop: (
        shop(
            Column("x", Text, Computed("short(name)", persisted=True)),
            declared=(Function(SHORT.format("text", "SELECT t")),),
        ),
        shop(
            Column("x", Text, Computed("short(name)", persisted=True)),
            declared=(Function(SHORT.format("text", "SELECT t || t")),),
        ),
    ),
    "loses id and gains price": lambda shop: (
        shop(declared=shop.view()),
        shop(declared=shop.view("price, name")),
    ),
}


@pytest.mark.parametrize("change", REFUSED)
def test_a_change_without_a_safe_plan_is_refused_by_name(bench_18: Any, shop: Any, change: str) -> None:
    old, new = REFUSED[change](shop)
    bench_18.evolve(old)

    with pytest.raises(UnplannableChangeError) as raised:
        bench_18.evolve(new)

    assert change in str(raised.value)
    assert raised.value.hint
    assert len(read_history(bench_18.migrations)) == 1


def test_a_renamed_table_is_not_dropped(bench_18: Any) -> None:
    def models(name: str) -> MetaData:
        metadata = MetaData()
        Table(name, metadata, Column("id", Integer, primary_key=True), Column("name", Text))
        return metadata

    with pytest.raises(
        UnplannableChangeError, match=r"table public\.people takes the place of table public\.users"
    ):
        bench_18.evolve(models("users"), models("people"))
