"""Old models, new models: which statements lead from one to the other.

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
    Enum,
    ForeignKey,
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
from pgevolve.objects import Function, Grant, ReferenceRows, Trigger, View
from pgevolve.scratch import scratch_database

ON_GOODS = "FOR EACH ROW EXECUTE FUNCTION public.touch()"
TOUCH = "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {} RETURN NEW; END$$"
SHORT = "CREATE FUNCTION public.short(t text) RETURNS {} LANGUAGE sql IMMUTABLE AS $${}$$"


def up(bench: Any) -> str:
    """Return the statements of the last migration."""
    return read_history(bench.migrations).migrations[-1].up_sql


def with_sales(metadata: MetaData) -> MetaData:
    """Return the models with another table, which refers to the goods."""
    goods_id = Column("goods_id", BigInteger, ForeignKey("goods.id"), index=True)
    Table("sales", metadata, Column("id", Integer, primary_key=True), goods_id)
    return metadata


CHANGES: dict[str, Callable[[Any], tuple[MetaData, MetaData, list[str]]]] = {
    "a nullable column": lambda shop: (
        shop(),
        shop(Column("note", Text, comment="it's new")),
        [
            "ALTER TABLE public.goods ADD COLUMN note text;",
            "COMMENT ON COLUMN public.goods.note IS 'it''s new'",
        ],
    ),
    "a column with a constant default": lambda shop: (
        shop(),
        shop(Column("count", Integer, nullable=False, server_default="0")),
        ["ADD COLUMN count integer DEFAULT 0 NOT NULL"],
    ),
    "a column with the time of the transaction": lambda shop: (
        shop(),
        shop(Column("at", Text, server_default=text("now()"))),
        ["ADD COLUMN at text DEFAULT now()"],
    ),
    "a default": lambda shop: (
        shop(Column("count", Integer, server_default="0")),
        shop(Column("count", Integer, server_default="1")),
        ["ALTER COLUMN count SET DEFAULT 1"],
    ),
    "no default": lambda shop: (
        shop(Column("count", Integer, server_default="0")),
        shop(Column("count", Integer)),
        ["ALTER COLUMN count DROP DEFAULT"],
    ),
    "a column that may be empty": lambda shop: (
        shop(Column("count", Integer, nullable=False)),
        shop(Column("count", Integer)),
        ["ALTER COLUMN count DROP NOT NULL"],
    ),
    "an index": lambda shop: (
        shop(),
        shop(Index("goods_price_idx", "price", postgresql_where=text("price > 0"))),
        ["CREATE INDEX CONCURRENTLY goods_price_idx ON public.goods USING btree (price) WHERE (price > 0)"],
    ),
    "another index under the same name": lambda shop: (
        shop(Index("goods_idx", "price")),
        shop(Index("goods_idx", "price", "name")),
        [
            "CREATE INDEX CONCURRENTLY goods_idx_new ON public.goods USING btree (price, name)",
            "DROP INDEX public.goods_idx;",
            "ALTER INDEX public.goods_idx_new RENAME TO goods_idx",
        ],
    ),
    "no index": lambda shop: (
        shop(Index("goods_idx", "price")),
        shop(),
        ["DROP INDEX CONCURRENTLY public.goods_idx"],
    ),
    "a check": lambda shop: (
        shop(),
        shop(CheckConstraint("price > 0", name="goods_price_check")),
        [
            "ADD CONSTRAINT goods_price_check CHECK ((price > 0)) NOT VALID",
            "ALTER TABLE public.goods VALIDATE CONSTRAINT goods_price_check",
        ],
    ),
    "another check under the same name": lambda shop: (
        shop(CheckConstraint("price > 0", name="goods_price_check")),
        shop(CheckConstraint("price > 1", name="goods_price_check")),
        [
            "DROP CONSTRAINT goods_price_check",
            "ADD CONSTRAINT goods_price_check CHECK ((price > 1)) NOT VALID",
            "VALIDATE CONSTRAINT goods_price_check",
        ],
    ),
    "a foreign key": lambda shop: (
        shop(),
        shop(Column("other", BigInteger, ForeignKey("makers.id", name="goods_other_fkey"))),
        [
            "FOREIGN KEY (other) REFERENCES public.makers(id) NOT VALID",
            "VALIDATE CONSTRAINT goods_other_fkey",
        ],
    ),
    "a unique key": lambda shop: (
        shop(),
        shop(UniqueConstraint("name", "price", name="goods_key", postgresql_nulls_not_distinct=True)),
        [
            "CREATE UNIQUE INDEX CONCURRENTLY goods_key ON public.goods (name, price) NULLS NOT DISTINCT",
            "ADD CONSTRAINT goods_key UNIQUE USING INDEX goods_key",
        ],
    ),
    "labels of an enum": lambda shop: (
        shop(labels=("new", "old")),
        shop(labels=("newest", "new", "used", "old", "it's")),
        [
            "ALTER TYPE public.goods_state ADD VALUE IF NOT EXISTS 'newest' BEFORE 'new'",
            "ADD VALUE IF NOT EXISTS 'used' AFTER 'new'",
            "ADD VALUE IF NOT EXISTS 'it''s' AFTER 'old'",
        ],
    ),
    "a label that a default uses": lambda shop: (
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
    "a body of a function": lambda shop: (
        shop(declared=(Function(TOUCH.format("")),)),
        shop(declared=(Function(TOUCH.format("PERFORM 1;")),)),
        ["CREATE OR REPLACE FUNCTION public.touch()"],
    ),
    "a result of a function with a view over it": lambda shop: (
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
    "another trigger": lambda shop: (
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
    "a column of a view, with all that stands on it": lambda shop: (
        shop(declared=shop.view()),
        shop(Column("note", Text), declared=shop.view("id, note, name")),
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
    "a grant": lambda shop: (
        shop(),
        shop(
            declared=(
                Grant(("SELECT", "UPDATE"), "public.goods", ("shopper", "PUBLIC"), columns=("name", "id")),
            )
        ),
        ["GRANT SELECT (id, name), UPDATE (id, name) ON TABLE public.goods TO PUBLIC, shopper"],
    ),
    "no grant": lambda shop: (
        shop(declared=(Grant(("SELECT",), "public.goods", ("shopper",)),)),
        shop(),
        ["REVOKE SELECT ON TABLE public.goods FROM shopper"],
    ),
    "a grant on a column in place of the whole table": lambda shop: (
        shop(declared=(Grant(("SELECT", "INSERT"), "public.goods", ("shopper",)),)),
        shop(declared=(Grant(("SELECT",), "public.goods", ("shopper",), columns=("name",)),)),
        [
            "GRANT SELECT (name) ON TABLE public.goods TO shopper",
            "REVOKE INSERT, SELECT ON TABLE public.goods FROM shopper",
            "GRANT SELECT (name) ON TABLE public.goods TO shopper",
        ],
    ),
    "all privileges": lambda shop: (
        shop(),
        shop(declared=(Grant(("ALL",), "public.goods", ("shopper",)),)),
        ["GRANT ALL ON TABLE public.goods TO shopper"],
    ),
    "reference rows": lambda shop: (
        shop(declared=(ReferenceRows("makers", ("id",), ({"id": 1}, {"id": 2})),)),
        shop(declared=(ReferenceRows("makers", ("id",), ({"id": 2}, {"id": 3})),)),
        ["INSERT INTO public.makers (id) VALUES\n    ('3')", "DELETE FROM public.makers WHERE id = '1'"],
    ),
    "a reference column that is new": lambda shop: (
        shop(declared=(ReferenceRows("goods", ("name",), ({"name": "a"}, {"name": "b"})),)),
        shop(
            Column("note", Text, server_default="-"),
            declared=(
                ReferenceRows("goods", ("name",), ({"name": "a", "note": "x"}, {"name": "b", "note": "-"})),
            ),
        ),
        ["UPDATE public.goods SET note = 'x' WHERE name = 'a'", "UPDATE public.goods SET note = '-'"],
    ),
    "the identity of a reference row": lambda shop: (
        shop(),
        shop(declared=(ReferenceRows("goods", ("id",), ({"id": 5, "name": "five"},)),)),
        ["INSERT INTO public.goods (id, name) OVERRIDING SYSTEM VALUE VALUES\n    ('5', 'five')"],
    ),
    "a new table that refers to one that is there": lambda shop: (
        shop(),
        with_sales(shop()),
        ["ADD CONSTRAINT sales_goods_id_fkey FOREIGN KEY (goods_id) REFERENCES public.goods(id);"],
    ),
}


ALONE = ("CONCURRENTLY", "VALIDATE CONSTRAINT", "ADD VALUE")
OTHERWISE_ON_15 = [
    "a unique key",
    "a label that a default uses",
    "all privileges",
    "another check under the same name",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_written_so_that_others_can_work(bench_18: Any, shop: Any, change: str) -> None:
    old, new, wanted = CHANGES[change](shop)

    written = bench_18.evolve(old, new)

    statements = "".join(migration.up_sql for migration in written.migrations)
    end = 0
    for part in wanted:
        assert part in statements[end:], statements
        end = statements.index(part, end) + len(part)
    for step in (step for migration in written.migrations for step in migration.up):
        assert step.transactional != any(word in step.sql for word in ALONE), step


@pytest.mark.parametrize("change", OTHERWISE_ON_15)
def test_every_server_takes_what_is_written(bench: Any, shop: Any, change: str) -> None:
    old, new, _ = CHANGES[change](shop)

    assert bench.evolve(old, new) is not None
    assert differences_from_history(bench.project(new)) == ()


def test_a_new_table_gets_its_indexes_at_once(bench_18: Any, shop: Any) -> None:
    bench_18.evolve(shop(Index("goods_price_idx", "price")))

    assert "CREATE INDEX goods_price_idx" in up(bench_18)
    assert "transaction=off" not in up(bench_18)


def test_a_new_table_is_written_one_column_a_line(bench_18: Any, shop: Any) -> None:
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


def test_rows_that_are_there_survive_every_simple_change(bench_18: Any, shop: Any) -> None:
    new = shop(
        Column("note", Text, server_default="-"),
        Index("goods_price_idx", "price"),
        CheckConstraint("price > 0", name="goods_price_check"),
        labels=("new", "old"),
        declared=shop.view("id, name, note"),
    )
    bench_18.evolve(shop(declared=shop.view()), new)
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
