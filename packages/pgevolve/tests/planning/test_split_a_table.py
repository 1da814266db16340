"""The steps of docs/pgevolve/how-to/split-a-table.md, as they stand there, with both codes writing."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Integer, MetaData, Table, Text

from pgevolve.history import read_history
from pgevolve.new import given_migration
from pgevolve.objects import Function, Trigger, declare

PAGE = Path(__file__).parents[4] / "docs" / "pgevolve" / "how-to" / "split-a-table.md"
TRIGGERS, FILL = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def _models(*, old: bool, new: bool) -> MetaData:
    metadata = MetaData()
    columns = (Column("weight", Integer), Column("width", Integer)) if old else ()
    Table(
        "goods",
        metadata,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("name", Text, nullable=False),
        *columns,
    )
    if new:
        Table(
            "goods_sizes",
            metadata,
            Column("goods_id", BigInteger, ForeignKey("goods.id", ondelete="CASCADE"), primary_key=True),
            Column("weight", Integer),
            Column("width", Integer),
        )
    if old and new:
        statements = [text.strip() for text in re.split(r";\n(?=CREATE|$)", TRIGGERS) if text.strip()]
        declare(
            metadata,
            *(Function(text) for text in statements if text.startswith("CREATE FUNCTION")),
            *(Trigger(text) for text in statements if text.startswith("CREATE TRIGGER")),
        )
    return metadata


@pytest.fixture
def steps(planned: Any, bench: Any) -> Any:
    """Return the steps of the page, in the middle state, with rows from before."""
    found = planned(_models(old=True, new=False), _models(old=True, new=True))
    given_migration(bench.project(_models(old=True, new=True)), "fill", FILL)
    bench.evolve(_models(old=False, new=True))
    found.migrations = read_history(bench.migrations).migrations[1:]
    found.run("INSERT INTO goods (name, weight, width) SELECT 'n', i, -i FROM generate_series(1, 2500) i")
    return found


def test_what_either_code_writes_the_other_reads(steps: Any) -> None:
    added, fill, contract = steps.migrations
    assert [migration.phase for migration in steps.migrations] == ["expand", "expand", "contract"]

    steps.apply(added)
    steps.run("UPDATE goods SET weight = 7 WHERE id = 1")
    assert steps.run("TABLE goods_sizes") == [(1, 7, -1)]
    steps.apply(fill)
    same = "SELECT count(*) FROM goods g JOIN goods_sizes s ON s.goods_id = g.id WHERE {}"
    same = same.format("(g.weight, g.width) IS NOT DISTINCT FROM (s.weight, s.width)")
    assert steps.run(same) == [(2500,)]

    steps.run("UPDATE goods_sizes SET width = 9 WHERE goods_id = 2")
    steps.run("DELETE FROM goods_sizes WHERE goods_id = 3; DELETE FROM goods WHERE id = 4")
    steps.run("INSERT INTO goods (name, weight) VALUES ('old', 5)")
    steps.run(
        "WITH made AS (INSERT INTO goods (name) VALUES ('new') RETURNING id)"
        " SELECT id FROM made; INSERT INTO goods_sizes (goods_id, weight) VALUES (2502, 6)"
        " ON CONFLICT (goods_id) DO UPDATE SET weight = excluded.weight"
    )
    assert steps.run("SELECT id, weight, width FROM goods WHERE id IN (2, 3, 4, 2501, 2502) ORDER BY id") == [
        (2, 2, 9),
        (3, None, None),
        (2501, 5, None),
        (2502, 6, None),
    ]
    assert steps.run(same) == [(2500,)]

    steps.apply(contract)
    assert steps.run("SELECT count(*) FROM goods_sizes") == [(2500,)]
    assert steps.is_as_planned()


def test_the_rows_can_be_filled_again(steps: Any) -> None:
    added, fill, _ = steps.migrations
    steps.apply(added, fill)
    steps.run("UPDATE goods_sizes SET weight = -5 WHERE goods_id = 5")

    steps.apply(fill)

    assert steps.run("SELECT weight FROM goods_sizes WHERE goods_id = 5") == [(-5,)]
    assert steps.run("SELECT count(*) FROM goods_sizes") == [(2500,)]
