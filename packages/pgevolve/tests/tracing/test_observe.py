"""What a trace says of single steps."""

from collections.abc import Iterator

import psycopg
import pytest

from pgevolve.step import Step
from pgevolve.trace import HeldLock, StepTrace, TraceError, Tracer, Waiting

_TABLES = """
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE children (id int PRIMARY KEY, number int, parent_id int);
INSERT INTO parents SELECT generate_series(1, 100);
INSERT INTO children SELECT i, i, i FROM generate_series(1, 100) i;
CREATE TABLE logs (id int, day int) PARTITION BY RANGE (day);
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (10);
"""
_EVERYBODY = ("foreign key insert", "insert", "select", "update")


@pytest.fixture
def tracer(empty_database: str) -> Iterator[Tracer]:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(_TABLES)
    with Tracer(empty_database) as tracer:
        yield tracer


def _seen(tracer: Tracer, sql: str, *, transactional: bool = True) -> StepTrace:
    return tracer.trace([Step(sql, transactional)])[0]


def _waiting(relation: str, *probes: str) -> tuple[Waiting, ...]:
    return tuple(Waiting(relation, probe) for probe in probes)  # type: ignore[arg-type]


def test_a_change_of_type_locks_everybody_out_and_writes_the_table_anew(tracer: Tracer) -> None:
    seen = _seen(tracer, "ALTER TABLE children ALTER COLUMN number TYPE bigint")

    assert seen.strongest() == {"public.children": "ACCESS EXCLUSIVE"}
    assert (seen.rewritten, seen.rebuilt) == (("public.children",), ("public.children_pkey",))
    assert seen.scanned == ("public.children",)
    assert seen.waiting == _waiting("public.children", *_EVERYBODY)


def test_a_nullable_column_locks_everybody_out_and_reads_nothing(tracer: Tracer) -> None:
    seen = _seen(tracer, "ALTER TABLE children ADD COLUMN note text")

    assert seen.strongest() == {"public.children": "ACCESS EXCLUSIVE"}
    assert (seen.rewritten, seen.rebuilt, seen.scanned) == ((), (), ())


def test_an_index_keeps_writers_out_and_lets_readers_in(tracer: Tracer) -> None:
    seen = _seen(tracer, "CREATE INDEX ON children (number)")

    assert seen.locks == (HeldLock("public.children", "SHARE"),)
    assert seen.waiting == _waiting("public.children", "insert", "update")


def test_a_foreign_key_keeps_writers_out_of_both_tables(tracer: Tracer) -> None:
    seen = _seen(tracer, "ALTER TABLE children ADD FOREIGN KEY (parent_id) REFERENCES parents")

    assert seen.strongest() == {
        "public.children": "SHARE ROW EXCLUSIVE",
        "public.parents": "SHARE ROW EXCLUSIVE",
    }
    assert seen.scanned == ("public.children", "public.parents")
    assert {waiting.probe for waiting in seen.waiting} == {"insert", "update"}


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX CONCURRENTLY numbers ON children (number)",
        "REINDEX TABLE CONCURRENTLY children",
        "VACUUM children",
    ],
)
def test_what_runs_concurrently_makes_nobody_wait(tracer: Tracer, sql: str) -> None:
    seen = _seen(tracer, sql, transactional=False)

    assert seen.outside
    assert seen.strongest() == {"public.children": "SHARE UPDATE EXCLUSIVE"}
    assert seen.waiting == ()


def test_a_partition_that_is_detached_concurrently_is_locked_in_the_end(tracer: Tracer) -> None:
    seen = _seen(tracer, "ALTER TABLE logs DETACH PARTITION logs_1 CONCURRENTLY", transactional=False)

    assert seen.strongest() == {"public.logs": "SHARE UPDATE EXCLUSIVE", "public.logs_1": "ACCESS EXCLUSIVE"}
    assert {waiting.relation for waiting in seen.waiting} == {"public.logs_1"}


def test_an_update_makes_writers_of_the_same_rows_wait(tracer: Tracer) -> None:
    seen = _seen(tracer, "UPDATE children SET number = 0")

    assert seen.strongest() == {"public.children": "ROW EXCLUSIVE"}
    assert seen.waiting == _waiting("public.children", "update")


def test_a_do_block_is_looked_into(tracer: Tracer) -> None:
    block = "DO $$ BEGIN ALTER TABLE children ADD COLUMN note text; END $$"

    assert _seen(tracer, block, transactional=False).strongest() == {"public.children": "ACCESS EXCLUSIVE"}


def test_a_do_block_that_commits_runs_to_its_end(tracer: Tracer) -> None:
    seen = _seen(tracer, "DO $$ BEGIN UPDATE children SET number = 0; COMMIT; END $$", transactional=False)

    assert seen.outside
    assert seen.scanned == ("public.children",)


def test_a_lock_counts_for_the_step_that_takes_it_first(tracer: Tracer) -> None:
    first, second, third = tracer.trace(
        [
            Step("ALTER TABLE children ADD COLUMN one int"),
            Step("ALTER TABLE children ADD COLUMN two int"),
            Step("ALTER TABLE parents ADD COLUMN three int"),
        ]
    )

    assert [trace.transaction for trace in (first, second, third)] == [1, 1, 1]
    assert (first.locks, second.locks) == ((HeldLock("public.children", "ACCESS EXCLUSIVE"),), ())
    assert third.locks == (HeldLock("public.parents", "ACCESS EXCLUSIVE"),)


def test_a_table_of_the_same_transaction_is_nobodys_business(tracer: Tracer) -> None:
    _, index = tracer.trace([Step("CREATE TABLE fresh (id int)"), Step("CREATE INDEX ON fresh (id)")])

    assert (index.locks, index.waiting) == ((), ())


def test_a_trace_that_keeps_nothing_leaves_the_database_as_it_was(tracer: Tracer) -> None:
    for _ in range(2):
        tracer.trace([Step("ALTER TABLE children ADD COLUMN note text")], keep=False)


def test_a_step_that_does_not_run_is_named(tracer: Tracer) -> None:
    with pytest.raises(TraceError) as caught:
        tracer.trace([Step("SELECT 1"), Step("ALTER TABLE nowhere ADD COLUMN note text")])

    assert str(caught.value) == (
        'step 2 does not run on the scratch server: relation "nowhere" does not exist'
    )
