"""The changes under which old and new code must work side by side: models, shapes, and what values become."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from applications import Shape
from conversions import (
    FULL,
    INT4,
    MOMENTS,
    PART,
    WORDS,
    Pool,
    as_int4,
    as_label,
    joined,
    parted,
    with_zone,
    without_zone,
)
from reference import Group
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from pgevolve.objects import View, declare


@dataclass(frozen=True, slots=True)
class Scenario:
    """One change: the models before and after, each release's shape, and what each may write.

    `beside` is the shape of the new release until the contract, `after` the one from then on. Statements that
    could wait for one another in `lonely` scenarios run in no open transaction.
    """

    name: str
    old: Callable[[], MetaData]
    new: Callable[[], MetaData]
    before: Shape
    beside: Shape
    after: Shape
    groups: tuple[Group, ...]
    old_values: tuple[Pool, ...]
    new_values: tuple[Pool, ...]
    lonely: bool = False
    merges: bool = True
    rows: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def _goods(
    *items: Any, key: str = "id", was: str | None = None, called: str = "goods", **info: Any
) -> MetaData:
    metadata = MetaData()
    makers = Table("makers", metadata, Column("id", BigInteger, primary_key=True, autoincrement=False))
    assert makers is not None
    said = {} if was is None else {"renamed_from": was}
    Table(
        called,
        metadata,
        Column(key, BigInteger, primary_key=True, autoincrement=False, info=said),
        Column("price", Integer, nullable=False, server_default="0"),
        *items,
        info=info,
    )
    return metadata


def _renamed(new: str, old: str, kind: Any, *more: Any, **facts: Any) -> Column[Any]:
    return Column(new, kind, *more, info={"renamed_from": old} if new != old else {}, **facts)


def _text(columns: str, table: str = "goods", key: str = "id") -> Shape:
    names = tuple(columns.split())
    return Shape(names, ("text",) * len(names), table, key)


def _rename() -> Scenario:
    return Scenario(
        "rename of a column",
        lambda: _goods(Column("title", Text)),
        lambda: _goods(_renamed("label", "title", Text)),
        _text("title"),
        _text("label"),
        _text("label"),
        (Group(),),
        (WORDS,),
        (WORDS,),
    )


def _required() -> Scenario:
    def models(name: str) -> MetaData:
        column = _renamed(name, "title", Text, nullable=False, server_default="x")
        return _goods(column, Index(f"goods_{name}_idx", name, "price"))

    return Scenario(
        "rename of an indexed column with a default that is never NULL",
        lambda: models("title"),
        lambda: models("label"),
        _text("title"),
        _text("label"),
        _text("label"),
        (Group(default=("x",), required=True),),
        (WORDS[1:],),
        (WORDS[1:],),
    )


def _unique() -> Scenario:
    words = (None, "", "a", "b", "c", "d")
    return Scenario(
        "rename of a unique column",
        lambda: _goods(Column("code", Text, unique=True)),
        lambda: _goods(_renamed("sku", "code", Text, unique=True)),
        _text("code"),
        _text("sku"),
        _text("sku"),
        (Group(unique=True),),
        (words,),
        (words,),
        lonely=True,
    )


def _foreign() -> Scenario:
    def models(name: str) -> MetaData:
        column = _renamed(name, "maker_id", BigInteger, ForeignKey("makers.id", ondelete="SET NULL"))
        return _goods(column, Index(f"goods_{name}_idx", name))

    def shape(name: str) -> Shape:
        return Shape((name,), ("bigint",))

    keys = (None, "1", "2", "3", "9")
    return Scenario(
        "rename of a foreign key",
        lambda: models("maker_id"),
        lambda: models("producer_id"),
        shape("maker_id"),
        shape("producer_id"),
        shape("producer_id"),
        (Group(among=frozenset({"1", "2", "3"})),),
        (keys,),
        (keys,),
        rows={"makers": "INSERT INTO makers VALUES (1), (2), (3)"},
    )


def _key() -> Scenario:
    return Scenario(
        "rename of a primary key",
        lambda: _goods(Column("title", Text)),
        lambda: _goods(Column("title", Text), key="good_id", was="id"),
        _text("title"),
        _text("title", key="good_id"),
        _text("title", key="good_id"),
        (Group(),),
        (WORDS,),
        (WORDS,),
        lonely=True,
    )


def _through_a_view() -> Scenario:
    def models(name: str) -> MetaData:
        metadata = _goods(_renamed(name, "title", Text))
        columns = f"id, price, {name}"
        declare(metadata, View(f"CREATE VIEW public.shown AS SELECT {columns} FROM public.goods"))
        return metadata

    return Scenario(
        "rename of a column that both write through a view",
        lambda: models("title"),
        lambda: models("label"),
        _text("title", "shown"),
        _text("label", "shown"),
        _text("label", "shown"),
        (Group(),),
        (WORDS,),
        (WORDS,),
        merges=False,
    )


def _retype(
    name: str,
    *,
    kinds: tuple[Any, Any],
    types: tuple[str, str],
    beside: str,
    group: Group,
    values: tuple[Pool, Pool],
) -> Scenario:
    def models(kind: Any) -> MetaData:
        return _goods(Column("x", kind, nullable=not group.required), Index("goods_x_idx", "x"))

    return Scenario(
        f"retype of {name}",
        lambda: models(kinds[0]),
        lambda: models(kinds[1]),
        Shape(("x",), types[:1]),
        Shape((beside,), types[1:]),
        Shape(("x",), types[1:]),
        (group,),
        values[:1],
        values[1:],
    )


def _bigint() -> Scenario:
    return _retype(
        "integer to bigint",
        kinds=(Integer, BigInteger),
        types=("integer", "bigint"),
        beside="x_as_bigint",
        group=Group(back=as_int4),
        values=((None, "0", "-1", *INT4), (None, "0", "-1", *INT4, "2147483648", str(2**63 - 1))),
    )


def _integer() -> Scenario:
    return _retype(
        "text to integer",
        kinds=(Text, Integer),
        types=("text", "integer"),
        beside="x_as_integer",
        group=Group(there=as_int4),
        values=(
            (None, "0", "42", " 42 ", "007", "+5", "-7", *INT4, "2147483648", "", "abc"),
            (None, "0", "42", "7", "-7", *INT4),
        ),
    )


def _timestamptz() -> Scenario:
    with_zones = tuple(None if moment is None else with_zone((moment,))[0] for moment in MOMENTS)
    return _retype(
        "timestamp to timestamptz",
        kinds=(DateTime, DateTime(timezone=True)),
        types=("timestamp", "timestamptz"),
        beside="x_as_timestamptz",
        group=Group(there=with_zone, back=without_zone),
        values=(MOMENTS, with_zones),
    )


def _enum() -> Scenario:
    return _retype(
        "varchar to an enum, never NULL",
        kinds=(String(20), Enum("new", "sold", name="goods_state")),
        types=("varchar(20)", "goods_state"),
        beside="x_as_goods_state",
        group=Group(there=as_label, required=True),
        values=((None, "new", "sold", "gone", ""), (None, "new", "sold")),
    )


JOINED = "CASE WHEN num_nonnulls(first, last) > 0 THEN concat_ws(' ', first, last) END"
FIRST = "split_part(full_name, ' ', 1)"
LAST = "nullif(substr(full_name, strpos(full_name || ' ', ' ') + 1), '')"


def _names(*, one: bool, said: bool) -> tuple[Column[Any], ...]:
    if one:
        info: dict[str, Any] = {"replaces": {"first": FIRST, "last": LAST}, "backfill": JOINED}
        return (Column("full_name", Text, info=info if said else {}),)
    first: dict[str, Any] = {"replaces": {"full_name": JOINED}, "backfill": FIRST}
    last: dict[str, Any] = {"replaces": ("full_name",), "backfill": LAST}
    return Column("first", Text, info=first if said else {}), Column("last", Text, info=last if said else {})


def _split() -> Scenario:
    return Scenario(
        "split of a column into two",
        lambda: _goods(*_names(one=True, said=False)),
        lambda: _goods(*_names(one=False, said=True)),
        _text("full_name"),
        _text("first last"),
        _text("first last"),
        (Group(1, 2, parted, joined, (None,)),),
        (FULL,),
        (PART, PART),
    )


def _merge() -> Scenario:
    return Scenario(
        "merge of two columns into one",
        lambda: _goods(*_names(one=False, said=False)),
        lambda: _goods(*_names(one=True, said=True)),
        _text("first last"),
        _text("full_name"),
        _text("full_name"),
        (Group(2, 1, joined, parted, (None, None)),),
        (PART, PART),
        (FULL,),
    )


def _table() -> Scenario:
    return Scenario(
        "rename of a table",
        lambda: _goods(Column("title", Text)),
        lambda: _goods(Column("title", Text), called="wares", renamed_from="goods"),
        _text("title"),
        _text("title", "wares"),
        _text("title", "wares"),
        (Group(),),
        (WORDS,),
        (WORDS,),
        merges=False,
    )


def _together() -> Scenario:
    def old() -> MetaData:
        going = Index("goods_price_idx", "price")
        return _goods(Column("title", Text), Column("x", Integer), *_names(one=True, said=False), going)

    def new() -> MetaData:
        return _goods(
            _renamed("label", "title", Text), Column("x", BigInteger), *_names(one=False, said=True)
        )

    return Scenario(
        "rename, retype and split in one table, and an index goes",
        old,
        new,
        Shape(("title", "x", "full_name"), ("text", "integer", "text")),
        Shape(("label", "x_as_bigint", "first", "last"), ("text", "bigint", "text", "text")),
        Shape(("label", "x", "first", "last"), ("text", "bigint", "text", "text")),
        (Group(), Group(back=as_int4), Group(1, 2, parted, joined, (None,))),
        (WORDS, (None, "0", *INT4), FULL),
        (WORDS, (None, "0", *INT4, "2147483648"), PART, PART),
    )


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        _rename(),
        _required(),
        _unique(),
        _foreign(),
        _key(),
        _through_a_view(),
        _bigint(),
        _integer(),
        _timestamptz(),
        _enum(),
        _split(),
        _merge(),
        _table(),
        _together(),
    )
}
