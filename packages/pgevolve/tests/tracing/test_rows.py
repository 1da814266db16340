"""Made-up rows: whatever the constraints of a table are, some row passes them."""

import psycopg
import pytest

from pgevolve.trace.rows import fill


def _fill(url: str, ddl: str, *tables: str, rows: int = 500) -> dict[str, tuple[int, str | None]]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(ddl.encode())
    return {entry.table: (entry.rows, entry.reason) for entry in fill(url, tables, rows)}


@pytest.mark.parametrize(
    "column",
    [
        "n smallint CHECK (n BETWEEN 1 AND 5)",
        "n int NOT NULL UNIQUE",
        "n text NOT NULL CHECK (n IN ('red', 'green'))",
        "n text NOT NULL UNIQUE CHECK (n ~ '^\\+[1-9][0-9]{7,14}$')",
        "n text NOT NULL CHECK (n ~ '^https?://')",
        "n bytea NOT NULL CHECK (octet_length(n) = 32)",
        "n timestamptz NOT NULL",
        "n uuid PRIMARY KEY",
        "n jsonb NOT NULL CHECK (jsonb_typeof(n) = 'object')",
        "n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "n text[] NOT NULL",
        "n int4range NOT NULL",
        "n boolean NOT NULL CHECK (n)",
        "n varchar(3)",
        "n numeric(3, 2) CHECK (n <= 1)",
    ],
)
def test_a_column_gets_values_that_its_constraint_takes(empty_database: str, column: str) -> None:
    assert _fill(empty_database, f"CREATE TABLE t ({column})", "public.t") == {"public.t": (500, None)}


def test_rows_refer_to_rows(empty_database: str) -> None:
    filled = _fill(
        empty_database,
        """
        CREATE TABLE countries (code text PRIMARY KEY CHECK (code LIKE '/%'));
        CREATE TABLE towns (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            country text NOT NULL REFERENCES countries,
            twin bigint REFERENCES towns CHECK (twin <> id)
        );
        """,
        "public.towns",
    )

    assert filled == {"public.countries": (500, None), "public.towns": (500, None)}
    with psycopg.connect(empty_database) as connection:
        row = connection.execute(
            "SELECT count(*), count(DISTINCT country) FROM towns JOIN countries ON code = country"
        )
        assert row.fetchone() == (500, 500)


def test_one_of_several_columns_may_be_filled(empty_database: str) -> None:
    filled = _fill(
        empty_database,
        """
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE b (id int PRIMARY KEY);
        CREATE TABLE notes (
            a_id int REFERENCES a,
            b_id int REFERENCES b,
            CHECK (num_nonnulls(a_id, b_id) = 1)
        );
        """,
        "public.notes",
    )

    assert filled["public.notes"] == (500, None)


def test_a_check_over_a_computed_column_blames_its_source(empty_database: str) -> None:
    ddl = "CREATE TABLE t (n text NOT NULL, k text GENERATED ALWAYS AS (lower(n)) STORED CHECK (k LIKE '/%'))"

    assert _fill(empty_database, ddl, "public.t") == {"public.t": (500, None)}


def test_a_table_that_takes_no_row_is_named_with_its_reason(empty_database: str) -> None:
    filled = _fill(empty_database, "CREATE TABLE t (n text NOT NULL CHECK (n = md5('secret')))", "public.t")

    assert filled == {"public.t": (0, 'new row for relation "t" violates check constraint "t_n_check"')}


def test_a_table_with_rows_is_left_alone(empty_database: str) -> None:
    filled = _fill(empty_database, "CREATE TABLE t (n int); INSERT INTO t VALUES (1)", "public.t")

    assert filled == {"public.t": (0, "it holds rows already")}


def test_an_awkward_name_is_no_obstacle(empty_database: str) -> None:
    filled = _fill(empty_database, 'CREATE TABLE "T ü" ("select" int, "a b" text)', 'public."T ü"')

    assert filled == {'public."T ü"': (500, None)}
