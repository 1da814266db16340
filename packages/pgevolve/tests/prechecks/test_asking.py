"""How the rows are asked: without waiting, without writing, and without calling clean what was not seen."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from report import page

from pgevolve.connect import connect
from pgevolve.history import Migration
from pgevolve.prechecks import RowsReport, check_rows

_ROOT = Path(__file__).parents[4]
_GOODS = """
CREATE TABLE goods (id bigint PRIMARY KEY, name text, price integer);
INSERT INTO goods SELECT n, nullif(n % 3, 0), n FROM generate_series(1, 30) AS n;
"""


def pending(up: str, name: str = "20261122_1015_pending", backfill: str | None = None) -> Migration:
    return Migration(name, Path("unused"), "expand", "", None, None, {}, "", up, None, backfill)


@pytest.fixture
def ask(empty_database: str) -> Callable[..., RowsReport]:
    """Return a function that asks for pending statements, over a table of goods."""
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(_GOODS)

    def ask(*migrations: str | Migration, **options: Any) -> RowsReport:
        several = [entry if isinstance(entry, Migration) else pending(entry) for entry in migrations]
        with connect(empty_database, purpose="test") as connection:
            return check_rows(connection, several, **{"owner": None, **options})

    return ask


def test_page_has_the_table_of_the_cases() -> None:
    path = _ROOT / "docs/pgevolve/prechecks.md"
    text = path.read_text(encoding="utf-8")
    assert page(text) == text


def test_violation_says_everything_that_is_needed_to_mend_it(ask: Callable[..., RowsReport]) -> None:
    (found,) = ask("SELECT 1;\nALTER TABLE goods ALTER COLUMN name SET NOT NULL;").violations

    assert str(found) == "20261122_1015_pending/up.sql:2 10 rows of public.goods: no name"
    assert found.keys == ("3", "6", "9", "12", "15", "18", "21", "24", "27", "30")
    assert found.query == "SELECT goods.id FROM public.goods AS goods WHERE goods.name IS NULL"
    assert found.fix == "fill name of these rows, or delete them"


def test_all_violations_of_all_migrations_are_told_in_order(ask: Callable[..., RowsReport]) -> None:
    first = pending("ALTER TABLE goods ALTER COLUMN name SET NOT NULL;", "1_first")
    second = pending(
        "ALTER TABLE goods ADD CHECK (price < 30);\nALTER TABLE goods ADD UNIQUE (name);", "2_next"
    )

    report = ask(first, second)

    assert [(str(entry.place), entry.kind, entry.count) for entry in report.violations] == [
        ("1_first/up.sql:1", "not null", 10),
        ("2_next/up.sql:1", "check", 1),
        ("2_next/up.sql:2", "unique", 20),
    ]


def test_backfill_of_an_earlier_migration_is_taken_into_account(ask: Callable[..., RowsReport]) -> None:
    fill = "UPDATE public.goods SET name = 'x' || price WHERE ctid >= $1 AND ctid < $2 AND name IS NULL;"
    clean = ask(pending("SELECT 1", backfill=fill), "ALTER TABLE goods ALTER COLUMN name SET NOT NULL")
    half = ask(
        pending("SELECT 1", backfill=fill.replace("name IS", "price > 3 AND name IS")),
        "ALTER TABLE goods ALTER COLUMN name SET NOT NULL",
    )

    assert (clean.violations, clean.unchecked) == ((), ())
    assert [(entry.count, entry.keys) for entry in half.violations] == [(1, ("3",))]


def test_steps_that_have_run_are_passed_over(ask: Callable[..., RowsReport]) -> None:
    migration = pending("ALTER TABLE wares RENAME TO goods;\nALTER TABLE goods ADD CHECK (price < 30);")
    assert [entry.count for entry in ask(migration, done={migration.name: 1}).violations] == [1]


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (
            "UPDATE goods SET name = o.name FROM goods AS o WHERE o.id = goods.id + 1",
            "a pending UPDATE fills it from other rows",
        ),
        (
            "DO $$ BEGIN UPDATE goods SET name = ''; END $$",
            "a DO block of a pending migration may write its rows",
        ),
        ("DO $$ BEGIN EXECUTE 'x'; END $$", "a DO block of a pending migration may write its rows"),
        ("CALL fill()", "a procedure that a pending migration calls may write its rows"),
        (
            "MERGE INTO goods USING goods AS o ON false WHEN MATCHED THEN DELETE",
            "a pending MERGE writes its rows",
        ),
        (
            "DELETE FROM goods USING goods AS o WHERE o.id = goods.id",
            "a pending DELETE removes rows by what others hold",
        ),
        (
            "CREATE FUNCTION word() RETURNS text RETURN 'a';\nUPDATE goods SET name = word()",
            "it calls word(), which a pending migration makes",
        ),
    ],
)
def test_rows_that_cannot_be_known_before_are_not_called_clean(
    ask: Callable[..., RowsReport], before: str, reason: str
) -> None:
    report = ask(f"{before};\nALTER TABLE goods ALTER COLUMN name SET NOT NULL;")

    assert report.violations == ()
    assert [(entry.what, entry.reason) for entry in report.unchecked] == [("no name", reason)]
    assert report.asked == 0


def test_new_table_is_not_asked(ask: Callable[..., RowsReport]) -> None:
    report = ask(
        "CREATE TABLE wares (id integer); ALTER TABLE wares ADD PRIMARY KEY (id), ADD CHECK (id > 0);"
    )
    assert (report.asked, report.violations, report.unchecked) == (0, (), ())


def test_check_not_valid_asks_nothing(ask: Callable[..., RowsReport]) -> None:
    assert ask("ALTER TABLE goods ADD CHECK (price > 100) NOT VALID;").asked == 0


def test_locked_table_is_not_waited_for(ask: Callable[..., RowsReport], empty_database: str) -> None:
    with psycopg.connect(empty_database) as other:
        other.execute("LOCK TABLE goods IN ACCESS EXCLUSIVE MODE")
        report = ask("ALTER TABLE goods ALTER COLUMN name SET NOT NULL;")

    assert report.violations == ()
    assert [entry.reason for entry in report.unchecked] == ["another session keeps the table locked"]
    assert report.seconds < 5


def test_question_that_takes_too_long_is_not_called_clean(ask: Callable[..., RowsReport]) -> None:
    slow = "(SELECT count(*) FROM generate_series(1, price * 1000000)) >= 0"
    report = ask(f"ALTER TABLE goods ADD CHECK ({slow}), ADD CHECK (price < 30);", budget_seconds=1)

    assert [entry.reason for entry in report.unchecked] == ["the time for it was over"]
    assert [entry.count for entry in report.violations] == [1]


def test_no_time_at_all_asks_nothing(ask: Callable[..., RowsReport]) -> None:
    report = ask("ALTER TABLE goods ADD CHECK (price < 30);", budget_seconds=0)
    assert [entry.reason for entry in report.unchecked] == ["the time for it was over"]


def test_rows_that_are_still_counted_when_time_is_over_are_at_least_so_many(
    ask: Callable[..., RowsReport],
) -> None:
    slow = "1 / (price - 1 + (SELECT count(*) - count(*) FROM generate_series(1, price * 20000))) > -1"
    (found,) = ask(f"ALTER TABLE goods ADD CHECK ({slow});", budget_seconds=0.4).violations

    assert found.at_least
    assert "at least 1 row of public.goods: CHECK" in str(found)


def test_nothing_is_written_and_no_strong_lock_taken(
    ask: Callable[..., RowsReport], empty_database: str
) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE TABLE log (id integer)")
        connection.execute(
            "CREATE FUNCTION writes(price integer) RETURNS boolean LANGUAGE plpgsql AS"
            " 'BEGIN INSERT INTO log VALUES (price); RETURN true; END'"
        )
        connection.execute(
            "CREATE FUNCTION locks(price integer) RETURNS boolean LANGUAGE sql AS"
            " $$ SELECT count(*) = 0 FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'"
            " AND mode <> 'AccessShareLock' $$"
        )
    report = ask("ALTER TABLE goods ADD CHECK (writes(price)), ADD CHECK (locks(price));")

    assert report.violations == ()
    assert [entry.reason for entry in report.unchecked] == [
        "cannot execute INSERT in a read-only transaction"
    ]
    assert report.asked == 1


def test_policies_hide_no_row(ask: Callable[..., RowsReport], empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        role = "prechecked_owner"
        connection.execute(f"DROP ROLE IF EXISTS {role}".encode())
        connection.execute(f"CREATE ROLE {role}".encode())
        connection.execute(
            f"ALTER TABLE goods OWNER TO {role}; ALTER TABLE goods ENABLE ROW LEVEL SECURITY;"
            f" ALTER TABLE goods FORCE ROW LEVEL SECURITY".encode()
        )
        try:
            # The owner may not look behind its own policy, the login may.
            (found,) = ask("ALTER TABLE goods ALTER COLUMN name SET NOT NULL;", owner=role).violations
            assert found.count == 10
        finally:
            connection.execute(f"REASSIGN OWNED BY {role} TO postgres; DROP ROLE {role}".encode())


def test_rows_that_nobody_may_read_are_not_called_clean(
    ask: Callable[..., RowsReport], empty_database: str
) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS prechecked_stranger")
        connection.execute("CREATE ROLE prechecked_stranger LOGIN")
        try:
            with connect(_as(empty_database, "prechecked_stranger"), purpose="test") as stranger:
                up = "ALTER TABLE goods ALTER COLUMN name SET NOT NULL;"
                report = check_rows(stranger, [pending(up)], owner=None)
            assert [entry.reason for entry in report.unchecked] == ["permission denied for table goods"]
        finally:
            connection.execute("DROP ROLE prechecked_stranger")


def test_report_is_plain_data(ask: Callable[..., RowsReport]) -> None:
    from dataclasses import asdict

    report = ask("ALTER TABLE goods ALTER COLUMN name SET NOT NULL;")
    assert json.loads(json.dumps(asdict(replace(report, seconds=0))))["violations"][0]["place"] == {
        "migration": "20261122_1015_pending",
        "line": 1,
        "file": "up.sql",
    }


def _as(url: str, role: str) -> str:
    return url.replace("postgres@", f"{role}@", 1)
