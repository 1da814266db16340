"""Where no safe plan is known, statements of one's own become a migration like every other."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, Computed, Integer, Text

from pgevolve.deploy import deploy
from pgevolve.history import read_history
from pgevolve.new import GivenStatementError, NoStatementsError, given_migration, new_migration
from pgevolve.plan import UnplannableChangeError
from pgevolve.scratch import scratch_database
from pgevolve.sqltext import TransactionControlError


def test_a_refused_change_is_made_by_given_statements(bench: Any, shop: Any) -> None:
    bench.evolve(shop())
    computed = Column("label", Text, Computed("upper(name)", persisted=True))
    project = bench.project(shop(computed))
    with pytest.raises(UnplannableChangeError) as refused:
        new_migration(project, "label")

    written = given_migration(
        project,
        "label",
        "ALTER TABLE public.goods ADD COLUMN label text GENERATED ALWAYS AS (upper(name)) STORED",
    )

    assert refused.value.hint is not None
    assert "new NAME --sql FILE" in refused.value.hint
    assert written.changes == ()
    assert new_migration(project, "nothing") is None
    with scratch_database(bench.server.url()) as url:
        deploy(project, url)
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO goods (name) VALUES ('a')")
            assert connection.execute("SELECT label FROM goods").fetchone() == ("A",)


def test_a_rename_by_hand_keeps_the_data(bench_18: Any, shop: Any) -> None:
    old, new = shop(Column("a", Text)), shop(Column("b", Text))
    bench_18.evolve(old)
    with scratch_database(bench_18.server.url()) as url:
        deploy(bench_18.project(old), url)
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO goods (name, a) VALUES ('x', 'kept')")

        given_migration(bench_18.project(new), "rename_a", "ALTER TABLE public.goods RENAME COLUMN a TO b")
        deploy(bench_18.project(new), url)

        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT b FROM goods").fetchall() == [("kept",)]


def test_what_is_left_for_the_models_is_said_and_planned_next(bench_18: Any, shop: Any) -> None:
    bench_18.evolve(shop())
    project = bench_18.project(shop(Column("x", Integer), Column("y", Integer)))

    written = given_migration(
        project, "add_x", "ALTER TABLE public.goods ADD COLUMN x integer", phase="contract"
    )

    assert [str(change) for change in written.changes] == ["alter table public.goods: add column y integer"]
    assert written.migrations[0].phase == "contract"
    assert written.migrations[0].irreversible == "written by hand"
    assert "ADD COLUMN y" in new_migration(project, "add_y").migrations[0].up_sql


def test_a_statement_outside_a_transaction_is_annotated(bench_18: Any, shop: Any) -> None:
    bench_18.evolve(shop())
    sql = "-- pgevolve: transaction=off\nCREATE INDEX CONCURRENTLY i ON public.goods (price);"

    written = given_migration(bench_18.project(shop()), "index", sql)

    assert [step.transactional for step in written.migrations[0].up] == [False]
    assert [str(change) for change in written.changes] == ["drop index public.goods.i"]


def test_a_given_statement_that_does_not_run_is_not_written(bench_18: Any, shop: Any) -> None:
    bench_18.evolve(shop())
    project = bench_18.project(shop())

    with pytest.raises(GivenStatementError, match=r'column "nope".* does not exist'):
        given_migration(project, "wrong", "ALTER TABLE public.goods DROP COLUMN nope")
    with pytest.raises(TransactionControlError):
        given_migration(project, "wrong", "BEGIN; SELECT 1; COMMIT")
    with pytest.raises(NoStatementsError):
        given_migration(project, "wrong", "-- nothing\n")

    assert len(read_history(bench_18.migrations)) == 1
