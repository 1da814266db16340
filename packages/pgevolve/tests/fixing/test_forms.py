"""Each row of the planner's table for hand-written SQL: run, compared with what was written, and traced."""

from collections.abc import Callable, Iterable

import pytest

from pgevolve.local import LocalPostgres
from pgevolve.sqltext import parse_steps
from pgevolve.trace import StepTrace

from .conftest import BASE, Copy, fixed_text

_STRONGEST = "ACCESS EXCLUSIVE"
_CASES = {
    "index": "CREATE INDEX ON orders (lower(note), total) WHERE total > 5",
    "named index": 'CREATE INDEX IF NOT EXISTS "Orders by kind" ON public.orders USING hash ("Kind")',
    "unique index": "CREATE UNIQUE INDEX orders_id ON orders (id)",
    "drop index": "DROP INDEX IF EXISTS orders_note, public.orders_total",
    "foreign key": "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE",
    "check": "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0), ADD CHECK (length(note) > 0)",
    "check of a new column": 'ALTER TABLE orders ADD COLUMN "N" int DEFAULT 1 CHECK ("N" > 0), ADD b int',
    "reference of a new column": "ALTER TABLE orders ADD COLUMN c bigint DEFAULT 1 REFERENCES customers (id)",
    "unique": "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (note, id) DEFERRABLE INITIALLY DEFERRED",
    "unique without a name": "ALTER TABLE orders ADD UNIQUE NULLS NOT DISTINCT (note) INCLUDE (total)",
    "unique of a new column": "ALTER TABLE orders ADD COLUMN code text UNIQUE",
    "primary key": "ALTER TABLE orders ADD PRIMARY KEY (id)",
    "primary key over a nullable column": "ALTER TABLE orders ADD CONSTRAINT pk PRIMARY KEY (note, id)",
    "not null": "ALTER TABLE orders ALTER note SET NOT NULL, ALTER total SET NOT NULL",
    "reindex": "REINDEX TABLE orders",
    "refresh": "REFRESH MATERIALIZED VIEW totals",
    "detach": "ALTER TABLE log DETACH PARTITION log_2025",
    "attach by range": "ALTER TABLE log ATTACH PARTITION log_2026 FOR VALUES FROM ('2026-1-1') TO (MAXVALUE)",
    "attach by list": "ALTER TABLE kinds ATTACH PARTITION kinds_few FOR VALUES IN ('a', 'it''s', NULL)",
}


@pytest.mark.parametrize("naive", _CASES.values(), ids=_CASES)
def test_the_safe_form_leads_to_the_same_schema_and_nobody_waits_while_rows_are_read(
    server: LocalPostgres, copy: Callable[[], Copy], naive: str
) -> None:
    fixed = fixed_text(naive, BASE, target_version=server.major)
    by_hand, safe = copy(), copy()

    before = by_hand.run(naive)
    after = safe.run(fixed.text)

    _without_checks_of_bounds(safe)
    assert safe.digest() == by_hand.digest()
    assert _kept_waiting(after) < _kept_waiting(before)
    for step in after:
        if step.scanned or step.rebuilt or step.rewritten:
            assert step.waiting == (), step


def test_a_label_that_is_used_at_once_works_in_a_step_of_its_own(
    server: LocalPostgres, copy: Callable[[], Copy]
) -> None:
    naive = "ALTER TYPE mood ADD VALUE 'fine';\nALTER TABLE people ALTER mood SET DEFAULT 'fine';\n"
    fixed = fixed_text(naive, BASE, target_version=server.major)

    database = copy()
    database.run(fixed.text)

    assert [step.transactional for step in parse_steps(fixed.text)] == [False, True]
    (row,) = database.rows("INSERT INTO people (id) VALUES (0) RETURNING mood::text")
    assert row == ("fine",)


def _without_checks_of_bounds(database: Copy) -> None:
    """Remove what DETACH CONCURRENTLY leaves on a partition so that it can come back without a scan."""
    query = "SELECT conname FROM pg_constraint WHERE conrelid = 'log_2025'::regclass AND contype = 'c'"
    for (name,) in database.rows(query):
        database.run(f"ALTER TABLE log_2025 DROP CONSTRAINT {name}")


def _kept_waiting(steps: Iterable[StepTrace]) -> set[tuple[str, str]]:
    """Return who waits on what, in steps that take long on a large table or wait for all others."""
    found = set()
    for step in steps:
        if step.scanned or step.rebuilt or step.rewritten:
            found |= {(waiting.relation, waiting.probe) for waiting in step.waiting}
        if step.sql.split()[0] in {"DROP", "REFRESH"} or "DETACH" in step.sql:
            found |= {
                (relation, "anything") for relation, mode in step.strongest().items() if mode == _STRONGEST
            }
    return found
