"""What keeps two columns alike goes in one transaction with one of them: no write falls in between."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
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
from stage import Unit, units

from pgevolve.history import Migration, read_history
from pgevolve.step import Step


def _renamed(name: str) -> Column[str]:
    return Column(name, Text, info={} if name == "title" else {"renamed_from": "title"})


def _goods(*items: Any) -> MetaData:
    metadata = MetaData()
    Table(
        "goods",
        metadata,
        Column("id", BigInteger, primary_key=True, autoincrement=False),
        Column("price", Integer, nullable=False),
        *items,
    )
    return metadata


def _with_another(*items: Any, indexed: bool) -> MetaData:
    metadata = _goods(*items)
    Table("others", metadata, Column("id", BigInteger, primary_key=True), Column("x", Text, index=indexed))
    return metadata


def _referred_to(*items: Any, column: str, unique: bool) -> MetaData:
    keys = (Index("goods_price_idx", "price", unique=True),) if unique else ()
    metadata = _goods(*items, *keys, UniqueConstraint("id", "price"))
    others = Table("others", metadata, Column("id", BigInteger, primary_key=True))
    others.append_column(Column(column, Integer, *([ForeignKey("goods.price")] if unique else [])))
    return metadata


# With each change of columns something goes that is usually dropped outside of a transaction, or something
# comes that is.
PAIRS = {
    "an index of the column": lambda: (
        _goods(_renamed("title"), Index("goods_title_idx", "title", "price")),
        _goods(_renamed("label"), Index("goods_label_idx", "label", "price")),
    ),
    "an index over an expression of the column": lambda: (
        _goods(_renamed("title"), Index("goods_title_idx", text("lower(title)"))),
        _goods(_renamed("label"), Index("goods_label_idx", text("lower(label)"))),
    ),
    "an index of another column": lambda: (
        _goods(_renamed("title"), Index("goods_price_idx", "price")),
        _goods(_renamed("label")),
    ),
    "an index of another table": lambda: (
        _with_another(_renamed("title"), indexed=True),
        _with_another(_renamed("label"), indexed=False),
    ),
    "an index to which a foreign key points": lambda: (
        _referred_to(_renamed("title"), column="price", unique=True),
        _referred_to(_renamed("label"), column="price", unique=False),
    ),
    "a retype, and an index of another column": lambda: (
        _goods(_renamed("title"), Column("x", Integer), Index("goods_price_idx", "price")),
        _goods(_renamed("label"), Column("x", BigInteger)),
    ),
    "a counter": lambda: (
        _goods(_renamed("title"), Column("n", Integer, nullable=False)),
        _goods(_renamed("label"), Column("n", Integer, Identity(always=True), nullable=False)),
    ),
    "a retype and a counter": lambda: (
        _goods(_renamed("title"), Column("x", Integer), Column("n", Integer, nullable=False)),
        _goods(_renamed("label"), Column("x", BigInteger), Column("n", Integer, Identity(), nullable=False)),
    ),
}


def _drops(unit: Unit, what: str) -> bool:
    return any(what in step.sql for step in unit.steps)


def _parted(migration: Migration, steps: Sequence[Step] | None) -> list[str]:
    """Return the transactions that drop a column after one has dropped the trigger."""
    if steps is None:
        return []
    found = [unit for unit in units(migration, steps) if unit.steps]
    first = next((place for place, unit in enumerate(found) if _drops(unit, "DROP TRIGGER zz_fill")), None)
    later = [] if first is None else found[first + 1 :]
    return [str(unit) for unit in later if _drops(unit, "DROP COLUMN") or _drops(unit, "RENAME COLUMN")]


@pytest.mark.parametrize("pair", PAIRS)
def test_nothing_comes_between_the_trigger_and_the_column(bench_18: Any, pair: str) -> None:
    bench_18.evolve(*PAIRS[pair]())

    changed = read_history(bench_18.migrations).migrations[1:]
    for migration in changed:
        assert _parted(migration, migration.up) == []
        assert _parted(migration, migration.down) == []
    assert any("DROP COLUMN title" in step.sql for step in changed[-1].up if changed[-1].phase == "contract")
