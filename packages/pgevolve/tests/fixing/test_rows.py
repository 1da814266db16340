"""Rows changed by hand-written SQL: moved to the backfill, with the statements that wait for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pgevolve.fix.errors import TwoMigrationsError
from pgevolve.fix.files import work_out
from pgevolve.local import LocalPostgres
from pgevolve.project import CheckOptions

from .conftest import BASE, Copy, fixed_text

_ALL = "SELECT * FROM orders ORDER BY id"


@pytest.mark.parametrize(
    "naive",
    [
        "UPDATE orders SET note = 'x', total = total_of.n FROM (SELECT 1) total_of (n)",
        "UPDATE orders SET total = total + 1",
        "UPDATE orders SET note = clock_timestamp()::text",
        "UPDATE orders SET (note, total) = ('a', 1)",
        "UPDATE orders SET note = (SELECT max(note) FROM orders)",
        "UPDATE elsewhere SET price = 1.5",
        "DELETE FROM orders USING customers WHERE customers.id = customer_id",
        "WITH a AS (SELECT 1) UPDATE orders SET note = 'x'",
        "MERGE INTO orders USING customers c ON c.id = customer_id WHEN MATCHED THEN DELETE",
    ],
)
def test_what_a_second_run_would_change_again_is_left_with_the_reason(naive: str) -> None:
    fixed = fixed_text(naive, BASE)

    assert (fixed.text, fixed.backfill, fixed.done) == (naive, "", ())
    assert len(fixed.left) == 1


@pytest.mark.parametrize(
    "naive",
    [
        "UPDATE orders SET note = 'a' || id, total = 1.005 WHERE total > 10 OR note IS NULL",
        'UPDATE public.orders o SET total = o.id / 3.0, "Kind" = NULL',
        "UPDATE orders SET note = now()::date::text WHERE \"Kind\" = 'k' AND note IS NULL",
        "DELETE FROM orders WHERE id % 7 = 0 OR total < 100 -- many",
    ],
)
def test_the_batches_end_where_the_statement_ends_and_change_nothing_more(
    server: LocalPostgres, copy: Callable[[], Copy], naive: str
) -> None:
    fixed = fixed_text(naive, BASE, target_version=server.major)
    by_hand, safe = copy(), copy()
    for database in (by_hand, safe):
        database.run("UPDATE orders SET note = NULL WHERE id % 3 = 0")

    by_hand.run(naive)
    safe.run(fixed.text)
    assert safe.fill(fixed.backfill) > 0

    assert fixed.text.strip() == ""
    assert safe.rows(_ALL) == by_hand.rows(_ALL)
    assert safe.fill(fixed.backfill) == 0


@pytest.mark.parametrize(
    "naive",
    [
        "ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE",
        "ALTER TABLE public.orders ADD COLUMN number serial, ADD COLUMN b int",
        "ALTER TABLE orders ADD COLUMN at timestamptz DEFAULT clock_timestamp() CHECK (at > '2020-01-01')",
    ],
)
def test_a_column_with_a_value_for_each_row_is_filled_and_becomes_what_was_written(
    server: LocalPostgres, copy: Callable[[], Copy], naive: str
) -> None:
    fixed = fixed_text(naive, BASE, target_version=server.major)
    by_hand, safe = copy(), copy()

    before = by_hand.run(naive)
    after = safe.run(fixed.text)
    assert safe.fill(fixed.backfill) == 3_000
    after += safe.run(fixed.filled)

    assert safe.digest() == by_hand.digest()
    column = naive.split("ADD COLUMN ")[1].split(maxsplit=1)[0]
    query = f"SELECT count({column}), count(*) FROM orders"
    assert safe.rows(query) == by_hand.rows(query) == [(3_000, 3_000)]
    assert any(step.rewritten for step in before)
    for step in after:
        assert not step.rewritten
        if step.scanned:
            assert step.waiting == (), step


def test_what_reads_the_filled_rows_waits_for_them_and_the_rest_stays() -> None:
    text = (
        "ALTER TABLE orders ADD COLUMN state text;\n"
        "-- old orders\nUPDATE orders SET state = 'old';\n"
        "-- then\nALTER TABLE orders ALTER state SET NOT NULL;\n"
        "CREATE INDEX orders_state ON orders (state);\n"
        "COMMENT ON TABLE orders IS 'o';\n"
        "INSERT INTO customers SELECT id, state FROM orders WHERE id = 1;\n"
        "CREATE TABLE a (id bigint PRIMARY KEY);\n"
    )

    fixed = fixed_text(text, BASE)

    assert fixed.text == (
        "ALTER TABLE orders ADD COLUMN state text;\n"
        "-- pgevolve: transaction=off\nCREATE INDEX CONCURRENTLY orders_state ON orders (state);\n"
        "COMMENT ON TABLE orders IS 'o';\n"
        "CREATE TABLE a (id bigint PRIMARY KEY);\n"
    )
    assert fixed.backfill == (
        "-- old orders\nUPDATE orders SET state = 'old'\nWHERE ctid >= $1 AND ctid < $2\n"
        "    AND (state IS DISTINCT FROM ('old')::text);\n"
    )
    assert fixed.filled == (
        "-- then\nALTER TABLE orders ADD CONSTRAINT orders_state_not_null NOT NULL state NOT VALID;\n"
        "-- pgevolve: transaction=off\nALTER TABLE orders VALIDATE CONSTRAINT orders_state_not_null;\n"
        "INSERT INTO customers SELECT id, state FROM orders WHERE id = 1;\n"
    )


def test_the_batches_and_what_waits_for_them_come_into_files_beside(tmp_path: Path) -> None:
    path = tmp_path / "1.sql"
    path.write_text("UPDATE a SET b = true;\nALTER TABLE a ALTER b SET NOT NULL;\n")

    (done,) = work_out([path], CheckOptions(18))

    assert [(patch.path.name, patch.before is None) for patch in done.patches] == [
        ("1.sql", False),
        ("1.backfill.sql", True),
        ("1.filled.sql", True),
    ]


def test_a_migration_gets_its_batches_and_is_refused_where_it_takes_two(tmp_path: Path) -> None:
    directory = tmp_path / "20260101_1000_by_hand"
    directory.mkdir()
    up = directory / "up.sql"
    up.write_text("UPDATE a SET b = true;\nCREATE TABLE c (id bigint PRIMARY KEY);\n")

    (done,) = work_out([directory], CheckOptions(18))

    assert [patch.path.name for patch in done.patches] == ["up.sql", "backfill.sql"]
    up.write_text("UPDATE a SET b = true;\nALTER TABLE a ALTER b SET NOT NULL;\n")
    with pytest.raises(TwoMigrationsError, match="fills rows and then checks them"):
        work_out([directory], CheckOptions(18))
