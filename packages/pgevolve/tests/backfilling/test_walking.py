"""The cursor of a backfill: where it stands, which rows it has written, and where it goes on."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from filling import FILL, ROWS, SALONS

from pgevolve.backfill import UnsettledBackfillError
from pgevolve.connect import connect
from pgevolve.deploy import deploy
from pgevolve.failures import BackfillError
from pgevolve.ledger import ledger_backfills, prepare_ledger
from pgevolve.lock_policy import LockPolicy
from pgevolve.progress import (
    BackfillDone,
    BackfillProgress,
    BackfillRefused,
    BackfillStarted,
    DeployEvent,
)
from pgevolve.resolve import resolve

Query = Callable[..., list[tuple[object, ...]]]
_ONCE = "SELECT count(*), min(written), max(written), count(name) FROM salons"
# The batches with rows beyond the 150th fail while the divisor is 0.
_DIVISOR = "CREATE TABLE public.divisor AS SELECT 0 AS n"
_DIVIDED = FILL.replace(
    "'none'", "(id / (SELECT CASE WHEN id > 150 THEN n ELSE 1 END FROM public.divisor))::text"
)


def _fails(shop: Any, url: str) -> None:
    with pytest.raises(BackfillError, match="division by zero"):
        deploy(shop.project, url)


def test_each_row_is_written_once_and_the_ledger_keeps_the_cursor(
    shop: Any, empty_database: str, query: Query
) -> None:
    name = shop.add("salons", *SALONS, ROWS.format(300), backfill=FILL).name
    told: list[DeployEvent] = []

    report = deploy(shop.project, empty_database, report=told.append)

    assert query(_ONCE) == [(300, 1, 1, 300)]
    ((*row, batches),) = query(
        "SELECT migration, statement, relation, state, pass, next_block = end_block, found, rows_done,"
        " batches FROM pgevolve.backfills"
    )
    assert row == [name, 1, "public.salons", "done", 2, True, 0, 300]
    moved = [event for event in told if isinstance(event, BackfillProgress)]
    assert len(moved) == batches > 20
    assert [event.rows for event in moved] == sorted(event.rows for event in moved)
    (filled,) = report.migrations[0].fills
    assert (filled.table, filled.rows, filled.passes, filled.batches) == ("public.salons", 300, 2, batches)
    assert [type(event) for event in told if isinstance(event, BackfillStarted | BackfillDone)] == [
        BackfillStarted,
        BackfillDone,
    ]


def test_the_next_deploy_goes_on_with_the_batch_that_failed(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("divisor", _DIVISOR)
    shop.add("salons", *SALONS, ROWS.format(300), backfill=_DIVIDED)
    _fails(shop, empty_database)
    ((block, done, state, why),) = query("SELECT next_block, rows_done, state, why FROM pgevolve.backfills")
    assert (state, why) == ("failed", "division by zero (SQLSTATE 22012)")
    assert isinstance(done, int)
    assert 0 < done <= 150
    assert query("SELECT count(name) FROM salons") == [(done,)]
    query("UPDATE divisor SET n = 1")
    told: list[DeployEvent] = []

    deploy(shop.project, empty_database, report=told.append)

    (started,) = [event for event in told if isinstance(event, BackfillStarted)]
    assert started.share * 100 == pytest.approx(block)
    assert query(_ONCE) == [(300, 1, 1, 300)]


def test_rows_that_a_rewritten_table_has_elsewhere_take_another_pass(
    shop: Any, empty_database: str, query: Query
) -> None:
    """The cursor is behind the first rows, which are filled; VACUUM FULL moves all others before it."""
    shop.add("divisor", _DIVISOR)
    filled = "UPDATE public.salons SET name = 'before' WHERE id <= 250"
    divided = _DIVIDED.replace("150", "250")
    shop.add("salons", *SALONS, ROWS.format(300), filled, backfill=divided)
    _fails(shop, empty_database)
    assert query("SELECT rows_done, next_block > 60 FROM pgevolve.backfills") == [(0, True)]
    query("UPDATE divisor SET n = 1")
    query("DELETE FROM salons WHERE id <= 250")
    query("VACUUM FULL salons")

    deploy(shop.project, empty_database)

    assert query("SELECT count(*), count(name), max(written) FROM salons") == [(50, 50, 1)]


def test_a_statement_that_was_mended_begins_at_the_beginning(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("divisor", _DIVISOR)
    name = shop.add("salons", *SALONS, ROWS.format(300), backfill=_DIVIDED).name
    _fails(shop, empty_database)
    query("UPDATE divisor SET n = 1")
    query("UPDATE pgevolve.backfills SET checksum = 'of another statement'")
    told: list[DeployEvent] = []

    deploy(shop.project, empty_database, report=told.append)

    assert [event.share for event in told if isinstance(event, BackfillStarted)] == [0]
    assert query("SELECT count(name), max(written) FROM salons") == [(300, 1)]
    with connect(empty_database, purpose="test") as connection:
        (row,) = ledger_backfills(connection, name)
    assert row.checksum != "of another statement"


def test_statements_run_in_order_and_done_ones_are_not_asked_again(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("divisor", _DIVISOR)
    first = "UPDATE public.salons SET padding = 'y' WHERE ctid >= $1 AND ctid < $2 AND padding = 'x';\n"
    shop.add("salons", *SALONS, ROWS.format(300), backfill=first + _DIVIDED)
    _fails(shop, empty_database)
    assert query("SELECT statement, state FROM pgevolve.backfills ORDER BY 1") == [(1, "done"), (2, "failed")]
    query("UPDATE divisor SET n = 1")
    told: list[DeployEvent] = []

    deploy(shop.project, empty_database, report=told.append)

    assert len([event for event in told if isinstance(event, BackfillDone)]) == 1
    assert query(_ONCE) == [(300, 2, 2, 300)]


def test_a_table_without_rows_is_asked_once_more_than_needed(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", *SALONS, backfill=FILL)

    deploy(shop.project, empty_database)

    assert query("SELECT state, pass, batches, rows_done FROM pgevolve.backfills") == [("done", 1, 2, 0)]


def test_a_table_without_a_key_is_filled_too(shop: Any, empty_database: str, query: Query) -> None:
    no_key = "ALTER TABLE public.salons DROP CONSTRAINT salons_pkey"
    shop.add("salons", *SALONS, no_key, ROWS.format(100), ROWS.format(100), backfill=FILL)

    deploy(shop.project, empty_database)

    assert query(_ONCE) == [(200, 1, 1, 200)]


def test_rows_can_be_deleted_in_batches(shop: Any, empty_database: str, query: Query) -> None:
    delete = "DELETE FROM public.salons WHERE ctid >= $1 AND ctid < $2 AND id > 20;\n"
    shop.add("salons", *SALONS, ROWS.format(100), backfill=delete)

    report = deploy(shop.project, empty_database)

    assert query("SELECT count(*) FROM salons") == [(20,)]
    assert report.migrations[0].fills[0].rows == 80


def test_partitions_and_children_are_filled_with_their_parent(
    shop: Any, empty_database: str, query: Query
) -> None:
    parts = (
        """CREATE TABLE public.visits (id bigint NOT NULL, name text, padding char(2000) DEFAULT 'x')
        PARTITION BY RANGE (id)""",
        "CREATE TABLE public.visits_1 PARTITION OF public.visits FOR VALUES FROM (0) TO (10)",
        """CREATE TABLE public.visits_2 PARTITION OF public.visits FOR VALUES FROM (10) TO (1000)
        PARTITION BY LIST (id)""",
        "CREATE TABLE public.visits_3 PARTITION OF public.visits_2 DEFAULT",
        "INSERT INTO public.visits SELECT generate_series(1, 200)",
    )
    children = (
        "CREATE TABLE public.parents (id bigint, name text)",
        "CREATE TABLE public.children (more text) INHERITS (public.parents)",
        "INSERT INTO public.parents SELECT 1",
        "INSERT INTO public.children SELECT generate_series(1, 500), NULL, repeat('x', 1000)",
    )
    both = FILL.replace("salons", "visits") + FILL.replace("salons", "parents")
    shop.add("visits", *parts, *children, backfill=both)

    deploy(shop.project, empty_database)

    assert query("SELECT count(*), count(name) FROM visits") == [(200, 200)]
    assert query("SELECT count(*), count(name) FROM parents") == [(501, 501)]
    assert query("SELECT rows_done FROM pgevolve.backfills ORDER BY statement") == [(200,), (501,)]


def test_rows_that_are_emptied_again_and_again_end_the_backfill(
    shop: Any, empty_database: str, query: Query
) -> None:
    emptied = (
        """CREATE FUNCTION public.emptied() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN IF (SELECT n FROM public.divisor) = 0 THEN NEW.name := NULL; END IF; RETURN NEW; END'""",
        """CREATE TRIGGER emptied BEFORE UPDATE ON public.salons FOR EACH ROW
        EXECUTE FUNCTION public.emptied()""",
    )
    shop.add("divisor", _DIVISOR)
    shop.add("salons", *SALONS, *emptied, ROWS.format(3), backfill=FILL)

    with pytest.raises(UnsettledBackfillError) as caught:
        deploy(shop.project, empty_database)

    assert str(caught.value) == "20 passes over public.salons each found rows to fill"
    assert query("SELECT state, why FROM pgevolve.backfills") == [("failed", str(caught.value))]
    query("UPDATE divisor SET n = 1")
    deploy(shop.project, empty_database)
    assert query("SELECT state, pass FROM pgevolve.backfills") == [("done", 2)]


def test_rows_that_come_without_the_value_do_not_keep_it_busy_for_ever(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", *SALONS, ROWS.format(300))
    deploy(shop.project, empty_database)
    name = shop.add("names", "SELECT 1", backfill=FILL).name

    def tell(event: DeployEvent) -> None:
        if isinstance(event, BackfillProgress) and event.share == 1 and event.blocks:
            query("INSERT INTO salons (id) VALUES (%s)", 1000 + event.turn)

    report = deploy(shop.project, empty_database, report=tell)

    (notice,) = report.migrations[0].fills[0].notices
    assert notice.startswith("each of 5 passes found rows to fill, 1 in the last one: somebody writes them")
    assert query("SELECT count(*) FROM salons WHERE name IS NULL AND id <= 300") == [(0,)]
    with connect(empty_database, purpose="test") as connection:
        (row,) = ledger_backfills(connection, name)
    assert (row.state, row.turn) == ("done", 5)


def test_a_batch_whose_rows_are_locked_is_undone_and_tried_again_smaller(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", *SALONS, ROWS.format(60))
    deploy(shop.project, empty_database)
    shop.add("names", "SELECT 1", backfill=FILL)
    told: list[DeployEvent] = []

    with psycopg.connect(empty_database) as holder:
        holder.execute("SELECT FROM salons WHERE id = 30 FOR UPDATE")

        def tell(event: DeployEvent) -> None:
            told.append(event)
            if len([one for one in told if isinstance(one, BackfillRefused)]) == 2:
                holder.rollback()

        deploy(shop.project, empty_database, report=tell, locks=LockPolicy(lock_timeout=0.05))

    sizes = [event.blocks for event in told if isinstance(event, BackfillProgress)]
    assert min(sizes[:-1]) <= 2
    assert query(_ONCE) == [(60, 1, 1, 60)]


@pytest.mark.parametrize(("trigger", "filled"), [(False, 61), (True, 60)])
def test_a_row_that_no_batch_has_met_is_filled_unless_a_trigger_does_it(
    shop: Any, empty_database: str, query: Query, *, trigger: bool, filled: int
) -> None:
    """It comes when the last pass is over. A trigger of the planner's name, here one that does nothing, is
    trusted with it: then the table is not asked once more.
    """
    named = SALONS[-1].replace("TRIGGER count_write", "TRIGGER zz_fill_salons")
    shop.add("salons", *SALONS, *([named] if trigger else []), ROWS.format(60))
    deploy(shop.project, empty_database)
    shop.add("names", "SELECT 1", backfill=FILL)

    def tell(event: DeployEvent) -> None:
        if isinstance(event, BackfillProgress) and (event.turn, event.share) == (2, 1) and event.blocks:
            query("INSERT INTO salons (id) VALUES (1000)")

    report = deploy(shop.project, empty_database, report=tell)

    assert query("SELECT count(*), count(name) FROM salons") == [(61, filled)]
    assert report.migrations[0].fills[0].notices == ()


def test_a_batch_for_whose_rows_somebody_waits_is_followed_by_a_smaller_one(
    shop: Any, empty_database: str, query: Query
) -> None:
    """The batch with a certain row does not end before another session waits for that row."""
    until_waited_for = (
        """CREATE FUNCTION public.until_waited_for() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF current_setting('application_name') LIKE 'pgevolve %'
             AND EXISTS (SELECT FROM changed WHERE id = 30) THEN
            WHILE NOT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE NOT granted) LOOP
              PERFORM pg_catalog.pg_sleep(0.01);
            END LOOP;
          END IF;
          RETURN NULL;
        END $$""",
        """CREATE TRIGGER until_waited_for AFTER UPDATE ON public.salons REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION public.until_waited_for()""",
    )
    shop.add("salons", *SALONS, *until_waited_for, ROWS.format(60))
    deploy(shop.project, empty_database)
    shop.add("names", "SELECT 1", backfill=FILL)
    told: list[DeployEvent] = []
    over = threading.Event()

    def write() -> None:
        with psycopg.connect(empty_database, autocommit=True) as connection:
            while not over.is_set():
                connection.execute("SELECT FROM salons WHERE id = 30 FOR UPDATE")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        deploy(shop.project, empty_database, report=told.append)
    finally:
        over.set()
        writer.join()

    sizes = [event.blocks for event in told if isinstance(event, BackfillProgress)]
    assert sizes[0] == 8
    assert 4 in sizes
    assert query("SELECT count(name) FROM salons") == [(60,)]


def test_rows_that_stay_locked_end_the_backfill_and_name_who_holds_them(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", *SALONS, ROWS.format(60))
    deploy(shop.project, empty_database)
    shop.add("names", "SELECT 1", backfill=FILL)

    with psycopg.connect(empty_database, application_name="report") as holder:
        holder.execute("SELECT FROM salons WHERE id = 30 FOR UPDATE")
        with pytest.raises(BackfillError, match=r"SQLSTATE 55P03\); in the way: pid .* \(report,") as caught:
            deploy(shop.project, empty_database, locks=LockPolicy(lock_timeout=0.25, attempts=2))
    assert "end what is in the way" in str(caught.value.hint)

    deploy(shop.project, empty_database)

    assert query(_ONCE) == [(60, 1, 1, 60)]


def test_values_are_right_when_the_application_writes_every_row_meanwhile(
    shop: Any, empty_database: str, query: Query
) -> None:
    """Rows move about while they are filled: before the cursor and behind it, some many times."""
    shop.add("salons", *SALONS, ROWS.format(600))
    deploy(shop.project, empty_database)
    kept = (
        """CREATE FUNCTION public.zz_fill() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN NEW.key := NEW.id::text || NEW.padding::text; RETURN NEW; END'""",
        """CREATE TRIGGER zz_fill BEFORE INSERT OR UPDATE ON public.salons FOR EACH ROW
        EXECUTE FUNCTION public.zz_fill()""",
    )
    fill = (
        "UPDATE public.salons SET key = 'set by the trigger' WHERE ctid >= $1 AND ctid < $2 AND key IS NULL;"
    )
    shop.add("key", "ALTER TABLE public.salons ADD key text", *kept, backfill=fill)
    filling, over = threading.Event(), threading.Event()

    def write() -> None:
        filling.wait()
        with psycopg.connect(empty_database, autocommit=True) as connection:
            turn = 0
            while turn < 1 or not over.is_set():
                turn += 1
                for place in range(600):
                    row = 1 + place * 211 % 600
                    connection.execute("UPDATE salons SET padding = %s WHERE id = %s", (f"p{turn}", row))
                connection.execute("INSERT INTO salons (id) VALUES (%s)", (1000 + turn,))

    writer = threading.Thread(target=write)
    writer.start()

    def tell(event: DeployEvent) -> None:
        if isinstance(event, BackfillStarted):
            filling.set()

    try:
        deploy(shop.project, empty_database, report=tell)
    finally:
        filling.set()
        over.set()
        writer.join()

    assert query("SELECT count(*) FROM salons WHERE key IS DISTINCT FROM id::text || padding::text") == [(0,)]
    ((rows,),) = query("SELECT rows_done FROM pgevolve.backfills WHERE migration LIKE '%%key'")
    assert isinstance(rows, int)
    assert rows <= 600


def test_a_rolled_back_migration_forgets_its_cursor(shop: Any, empty_database: str, query: Query) -> None:
    shop.add("divisor", _DIVISOR)
    fails = FILL.replace("'none'", "(1 / 0)::text")
    name = shop.add("salons", *SALONS, ROWS.format(3), backfill=fails).name
    _fails(shop, empty_database)

    resolve(shop.project, empty_database, name, "rolled back", force=True, reason="a test")

    assert query("SELECT * FROM pgevolve.backfills") == []


def test_a_ledger_from_before_has_no_cursors(empty_database: str, query: Query) -> None:
    with connect(empty_database, purpose="test") as connection:
        assert ledger_backfills(connection) == ()
        prepare_ledger(connection, None)
        query("DROP TABLE pgevolve.backfills")
        assert ledger_backfills(connection) == ()
