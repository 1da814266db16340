"""Old models, new models: which statements lead from one to the other, and which changes are refused.

Every plan here is also executed by `new_migration`, which compares the result with the models.
"""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Enum,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from pgevolve.history import read_history
from pgevolve.new import differences_from_history
from pgevolve.objects import Function, Grant, ReferenceRows, Role, Trigger, View, declare
from pgevolve.plan import UnplannableChangeError
from pgevolve.scratch import scratch_database

Models = Callable[..., MetaData]
ON_GOODS = "FOR EACH ROW EXECUTE FUNCTION public.touch()"
TOUCH = "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {} RETURN NEW; END$$"
SHORT = "CREATE FUNCTION public.short(t text) RETURNS {} LANGUAGE sql IMMUTABLE AS $${}$$"


def shop(*items: Any, declared: tuple[Any, ...] = (), labels: tuple[str, ...] = ("new",)) -> MetaData:
    """Return a table of goods with more columns, constraints and indexes, and declared objects."""
    metadata = MetaData()
    Table("makers", metadata, Column("id", BigInteger, primary_key=True, autoincrement=False))
    Table(
        "goods",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("name", Text, nullable=False, info={}),
        Column("price", Integer),
        Column("maker_id", BigInteger),
        Column("state", Enum(*labels, name="goods_state")),
        *items,
    )
    declare(metadata, Role("shopper"), *declared)
    return metadata


def up(bench: Any) -> str:
    """Return the statements of the last migration."""
    return read_history(bench.migrations).migrations[-1].up_sql


def view(columns: str = "id, name") -> tuple[Any, ...]:
    """Return a view with a trigger and a grant, and a view over it."""
    return (
        Function("CREATE FUNCTION public.hide() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"),
        View(
            f"CREATE VIEW public.shown AS SELECT {columns} FROM public.goods WHERE price > 0", "what is shown"
        ),
        View("CREATE VIEW public.names AS SELECT name FROM public.shown"),
        Trigger(
            "CREATE TRIGGER hide INSTEAD OF DELETE ON public.shown"
            " FOR EACH ROW EXECUTE FUNCTION public.hide()"
        ),
        Grant(("SELECT", "DELETE"), "public.shown", ("shopper",)),
        Grant(("SELECT",), "public.names", ("shopper",)),
    )


CHANGES = {
    "a nullable column": (
        shop(),
        shop(Column("note", Text, comment="it's new")),
        [
            "ALTER TABLE public.goods ADD COLUMN note text;",
            "COMMENT ON COLUMN public.goods.note IS 'it''s new'",
        ],
    ),
    "a column with a constant default": (
        shop(),
        shop(Column("count", Integer, nullable=False, server_default="0")),
        ["ADD COLUMN count integer DEFAULT 0 NOT NULL"],
    ),
    "a column with the time of the transaction": (
        shop(),
        shop(Column("at", Text, server_default=text("now()"))),
        ["ADD COLUMN at text DEFAULT now()"],
    ),
    "a default": (
        shop(Column("count", Integer, server_default="0")),
        shop(Column("count", Integer, server_default="1")),
        ["ALTER COLUMN count SET DEFAULT 1"],
    ),
    "no default": (
        shop(Column("count", Integer, server_default="0")),
        shop(Column("count", Integer)),
        ["ALTER COLUMN count DROP DEFAULT"],
    ),
    "a column that may be empty": (
        shop(Column("count", Integer, nullable=False)),
        shop(Column("count", Integer)),
        ["ALTER COLUMN count DROP NOT NULL"],
    ),
    "an index": (
        shop(),
        shop(Index("goods_price_idx", "price", postgresql_where=text("price > 0"))),
        ["CREATE INDEX CONCURRENTLY goods_price_idx ON public.goods USING btree (price) WHERE (price > 0)"],
    ),
    "another index under the same name": (
        shop(Index("goods_idx", "price")),
        shop(Index("goods_idx", "price", "name")),
        [
            "CREATE INDEX CONCURRENTLY goods_idx_new ON public.goods USING btree (price, name)",
            "DROP INDEX public.goods_idx;",
            "ALTER INDEX public.goods_idx_new RENAME TO goods_idx",
        ],
    ),
    "no index": (
        shop(Index("goods_idx", "price")),
        shop(),
        ["DROP INDEX CONCURRENTLY public.goods_idx"],
    ),
    "a check": (
        shop(),
        shop(CheckConstraint("price > 0", name="goods_price_check")),
        [
            "ADD CONSTRAINT goods_price_check CHECK ((price > 0)) NOT VALID",
            "ALTER TABLE public.goods VALIDATE CONSTRAINT goods_price_check",
        ],
    ),
    "another check under the same name": (
        shop(CheckConstraint("price > 0", name="goods_price_check")),
        shop(CheckConstraint("price > 1", name="goods_price_check")),
        [
            "DROP CONSTRAINT goods_price_check",
            "ADD CONSTRAINT goods_price_check CHECK ((price > 1)) NOT VALID",
            "VALIDATE CONSTRAINT goods_price_check",
        ],
    ),
    "a foreign key": (
        shop(),
        shop(Column("other", BigInteger, ForeignKey("makers.id", name="goods_other_fkey"))),
        [
            "FOREIGN KEY (other) REFERENCES public.makers(id) NOT VALID",
            "VALIDATE CONSTRAINT goods_other_fkey",
        ],
    ),
    "a unique key": (
        shop(),
        shop(UniqueConstraint("name", "price", name="goods_key", postgresql_nulls_not_distinct=True)),
        [
            "CREATE UNIQUE INDEX CONCURRENTLY goods_key ON public.goods (name, price) NULLS NOT DISTINCT",
            "ADD CONSTRAINT goods_key UNIQUE USING INDEX goods_key",
        ],
    ),
    "labels of an enum": (
        shop(labels=("new", "old")),
        shop(labels=("newest", "new", "used", "old", "it's")),
        [
            "ALTER TYPE public.goods_state ADD VALUE IF NOT EXISTS 'newest' BEFORE 'new'",
            "ADD VALUE IF NOT EXISTS 'used' AFTER 'new'",
            "ADD VALUE IF NOT EXISTS 'it''s' AFTER 'old'",
        ],
    ),
    "a label that a default uses": (
        shop(labels=("new",)),
        shop(
            Column("was", Enum("new", "old", name="goods_state"), server_default="old"),
            labels=("new", "old"),
        ),
        [
            "ADD VALUE IF NOT EXISTS 'old'",
            "ADD COLUMN was public.goods_state DEFAULT 'old'::public.goods_state",
        ],
    ),
    "a body of a function": (
        shop(declared=(Function(TOUCH.format("")),)),
        shop(declared=(Function(TOUCH.format("PERFORM 1;")),)),
        ["CREATE OR REPLACE FUNCTION public.touch()"],
    ),
    "a result of a function with a view over it": (
        shop(
            declared=(
                Function(SHORT.format("text", "SELECT t")),
                View("CREATE VIEW public.v AS SELECT short('a')"),
            )
        ),
        shop(
            declared=(
                Function(SHORT.format("int", "SELECT 1")),
                View("CREATE VIEW public.v AS SELECT short('a')"),
            )
        ),
        ["DROP VIEW public.v;", "DROP FUNCTION public.short(text);", "CREATE FUNCTION public.short(t text)"],
    ),
    "another trigger": (
        shop(
            declared=(
                Function(TOUCH.format("")),
                Trigger(f"CREATE TRIGGER t BEFORE UPDATE ON public.goods {ON_GOODS}"),
            )
        ),
        shop(
            declared=(
                Function(TOUCH.format("")),
                Trigger(f"CREATE TRIGGER t BEFORE INSERT ON public.goods {ON_GOODS}"),
            )
        ),
        ["DROP TRIGGER t ON public.goods", "CREATE TRIGGER t BEFORE INSERT"],
    ),
    "a column of a view, with all that stands on it": (
        shop(declared=view()),
        shop(Column("note", Text), declared=view("id, note, name")),
        [
            "DROP VIEW public.names;",
            "DROP VIEW public.shown;",
            "ADD COLUMN note text",
            "CREATE VIEW public.shown AS",
            "COMMENT ON VIEW public.shown IS 'what is shown'",
            "CREATE VIEW public.names AS",
            "CREATE TRIGGER hide INSTEAD OF DELETE",
            "GRANT SELECT ON TABLE public.names TO shopper",
            "GRANT DELETE, SELECT ON TABLE public.shown TO shopper",
        ],
    ),
    "a grant": (
        shop(),
        shop(
            declared=(
                Grant(("SELECT", "UPDATE"), "public.goods", ("shopper", "PUBLIC"), columns=("name", "id")),
            )
        ),
        ["GRANT SELECT (id, name), UPDATE (id, name) ON TABLE public.goods TO PUBLIC, shopper"],
    ),
    "no grant": (
        shop(declared=(Grant(("SELECT",), "public.goods", ("shopper",)),)),
        shop(),
        ["REVOKE SELECT ON TABLE public.goods FROM shopper"],
    ),
    "all privileges": (
        shop(),
        shop(declared=(Grant(("ALL",), "public.goods", ("shopper",)),)),
        ["GRANT ALL ON TABLE public.goods TO shopper"],
    ),
    "reference rows": (
        shop(declared=(ReferenceRows("makers", ("id",), ({"id": 1}, {"id": 2})),)),
        shop(declared=(ReferenceRows("makers", ("id",), ({"id": 2}, {"id": 3})),)),
        ["INSERT INTO public.makers (id) VALUES\n    ('3')", "DELETE FROM public.makers WHERE id = '1'"],
    ),
    "a reference column that is new": (
        shop(declared=(ReferenceRows("goods", ("name",), ({"name": "a"}, {"name": "b"})),)),
        shop(
            Column("note", Text, server_default="-"),
            declared=(
                ReferenceRows("goods", ("name",), ({"name": "a", "note": "x"}, {"name": "b", "note": "-"})),
            ),
        ),
        ["UPDATE public.goods SET note = 'x' WHERE name = 'a'", "UPDATE public.goods SET note = '-'"],
    ),
    "the identity of a reference row": (
        shop(),
        shop(declared=(ReferenceRows("goods", ("id",), ({"id": 5, "name": "five"},)),)),
        ["INSERT INTO public.goods (id, name) OVERRIDING SYSTEM VALUE VALUES\n    ('5', 'five')"],
    ),
    "a new table that refers to one that is there": (
        shop(),
        shop(),
        ["ADD CONSTRAINT sales_goods_id_fkey FOREIGN KEY (goods_id) REFERENCES public.goods(id);"],
    ),
}
Table(
    "sales",
    CHANGES["a new table that refers to one that is there"][1],
    Column("id", Integer, primary_key=True),
    Column("goods_id", BigInteger, ForeignKey("goods.id"), index=True),
)


ALONE = ("CONCURRENTLY", "VALIDATE CONSTRAINT", "ADD VALUE")
OTHERWISE_ON_15 = [
    "a unique key",
    "a label that a default uses",
    "all privileges",
    "another check under the same name",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_written_so_that_others_can_work(bench_18: Any, change: str) -> None:
    old, new, wanted = CHANGES[change]

    written = bench_18.evolve(old, new)

    statements = "".join(migration.up_sql for migration in written.migrations)
    places = [statements.find(part) for part in wanted]
    assert -1 not in places, statements
    assert places == sorted(places), statements
    for step in (step for migration in written.migrations for step in migration.up):
        assert step.transactional != any(word in step.sql for word in ALONE), step


@pytest.mark.parametrize("change", OTHERWISE_ON_15)
def test_every_server_takes_what_is_written(bench: Any, change: str) -> None:
    old, new, _ = CHANGES[change]

    assert bench.evolve(old, new) is not None
    assert differences_from_history(bench.project(new)) == ()


def test_a_new_table_gets_its_indexes_at_once(bench_18: Any) -> None:
    bench_18.evolve(shop(Index("goods_price_idx", "price")))

    assert "CREATE INDEX goods_price_idx" in up(bench_18)
    assert "transaction=off" not in up(bench_18)


def test_a_new_table_is_written_one_column_a_line(bench_18: Any) -> None:
    bench_18.evolve(shop(CheckConstraint("price > 0", name="goods_price_check")))

    assert """CREATE TABLE public.goods (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    name text NOT NULL,
    price integer,
    maker_id bigint,
    state public.goods_state,
    CONSTRAINT goods_pkey PRIMARY KEY (id),
    CONSTRAINT goods_price_check CHECK ((price > 0))
);""" in up(bench_18)


def test_a_dropped_column_waits_for_the_contract(bench: Any) -> None:
    old = shop(Column("note", Text, nullable=False), declared=view("id, name, note"))

    written = bench.evolve(old, shop(declared=view()))

    expand, contract = written.migrations
    assert [expand.phase, contract.phase] == ["expand", "contract"]
    assert "ALTER COLUMN note DROP NOT NULL" in expand.up_sql
    assert "DROP COLUMN" not in expand.up_sql
    assert "VIEW" not in expand.up_sql
    assert "DROP VIEW public.shown" in contract.up_sql
    assert "ALTER TABLE public.goods DROP COLUMN note" in contract.up_sql
    assert contract.down is None
    assert "drops the data of column note of table public.goods" in contract.irreversible


def test_what_nobody_declares_any_more_is_dropped_in_a_contract(bench: Any) -> None:
    old = shop(
        CheckConstraint("price > 0", name="goods_price_check"),
        declared=(
            *view(),
            Function(TOUCH.format("")),
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


def test_the_way_back_of_a_new_table_drops_it(bench_18: Any) -> None:
    written = bench_18.evolve(MetaData(), shop())

    assert "DROP TABLE\n    public.goods,\n    public.makers" in written.migrations[0].down_sql


def test_the_way_back_of_a_new_label_is_refused_with_the_reason(bench_18: Any) -> None:
    written = bench_18.evolve(shop(), shop(labels=("new", "old")))

    assert written.migrations[0].down is None
    assert "labels of enum public.goods_state" in written.migrations[0].irreversible


def test_rows_that_are_there_survive_every_simple_change(bench_18: Any) -> None:
    new = shop(
        Column("note", Text, server_default="-"),
        Index("goods_price_idx", "price"),
        CheckConstraint("price > 0", name="goods_price_check"),
        labels=("new", "old"),
        declared=view("id, name, note"),
    )
    bench_18.evolve(shop(declared=view()), new)
    first, second = read_history(bench_18.migrations).migrations

    with (
        scratch_database(bench_18.server.url()) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        for step in first.up:
            connection.execute(step.sql.encode())
        connection.execute("INSERT INTO goods (name, price) VALUES ('a', 1), ('b', 2)")
        for step in second.up:
            connection.execute(step.sql.encode())

        rows = connection.execute("SELECT name, price, note FROM goods ORDER BY id").fetchall()
    assert rows == [("a", 1, "-"), ("b", 2, "-")]


REFUSED = {
    "type 'integer'": (shop(Column("x", Integer)), shop(Column("x", BigInteger))),
    "SET NOT NULL": (shop(Column("x", Integer)), shop(Column("x", Integer, nullable=False))),
    "add column x to table public.goods NOT NULL without a default": (
        shop(),
        shop(Column("x", Integer, nullable=False)),
    ),
    "evaluated for every row": (
        shop(),
        shop(Column("x", Text, server_default=text("gen_random_uuid()::text"))),
    ),
    "writes every row": (shop(), shop(Column("x", Integer, Computed("price + 1", persisted=True)))),
    "loses x and gains y": (shop(Column("x", Integer)), shop(Column("y", Integer))),
    "labels of enum public.goods_state": (shop(labels=("new", "old")), shop(labels=("new",))),
    "generated": (
        shop(Column("x", Integer)),
        shop(Column("x", Integer, Computed("price + 1", persisted=True))),
    ),
    "changes: UNIQUE (name)": (
        shop(UniqueConstraint("name", name="k")),
        shop(UniqueConstraint("name", "price", name="k")),
    ),
    "takes the place of": (shop(Index("k", "name", unique=True)), shop(UniqueConstraint("name", name="k"))),
    "what it computed is stored": (
        shop(
            Column("x", Text, Computed("short(name)", persisted=True)),
            declared=(Function(SHORT.format("text", "SELECT t")),),
        ),
        shop(
            Column("x", Text, Computed("short(name)", persisted=True)),
            declared=(Function(SHORT.format("text", "SELECT t || t")),),
        ),
    ),
    "rename: column public.goods.x becomes y": (
        shop(Column("x", Integer)),
        shop(Column("y", Integer, info={"renamed_from": "x"})),
    ),
    "loses id and gains price": (shop(declared=view()), shop(declared=view("price, name"))),
}


@pytest.mark.parametrize("change", REFUSED)
def test_a_change_without_a_safe_plan_is_refused_by_name(bench_18: Any, change: str) -> None:
    old, new = REFUSED[change]
    bench_18.evolve(old)

    with pytest.raises(UnplannableChangeError) as raised:
        bench_18.evolve(new)

    assert change.split("'", maxsplit=1)[0] in str(raised.value)
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


def test_a_primary_key_needs_filled_columns(bench_18: Any) -> None:
    def models(*, key: bool) -> MetaData:
        metadata = MetaData()
        Table("log", metadata, Column("n", Integer, primary_key=key, nullable=not key, autoincrement=False))
        return metadata

    with pytest.raises(UnplannableChangeError):
        bench_18.evolve(models(key=False), models(key=True))


def test_tables_that_refer_to_each_other_are_made_and_dropped(bench: Any) -> None:
    metadata = MetaData()
    for one, other in (("hens", "eggs"), ("eggs", "hens")):
        Table(
            one,
            metadata,
            Column("id", Integer, primary_key=True),
            Column("other", Integer, ForeignKey(f"{other}.id", name=f"{one}_{other}_fkey")),
        )

    written = bench.evolve(metadata)

    assert written.migrations[0].down is not None
    assert "CREATE SEQUENCE public.eggs_id_seq" in up(bench)
    assert "ALTER SEQUENCE public.eggs_id_seq OWNED BY public.eggs.id" in up(bench)
