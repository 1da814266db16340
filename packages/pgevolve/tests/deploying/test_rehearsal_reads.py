"""What a rehearsal reads from the text of migrations: what it may try, and where rows may come and go."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgevolve.connect import connect
from pgevolve.deploy.beyond import inside
from pgevolve.deploy.rehearsal_plan import if_there_is_room
from pgevolve.deploy.report import RehearsalPlan, RowsChanged
from pgevolve.deploy.row_counts import (
    changeable_tables,
    count_rows,
    require_rows_kept,
    words_by_name,
)
from pgevolve.failures import RehearsedRowsError
from pgevolve.history import Migration
from pgevolve.preflight import Space
from pgevolve.preflight.space import facts


def _migration(up: str, *, backfill: str | None = None, name: str = "m") -> Migration:
    return Migration(name, Path(name), "expand", "0" * 64, None, None, {}, "0" * 64, up, None, backfill)


@pytest.mark.parametrize(
    "up",
    [
        "CREATE ROLE r;",
        "ALTER ROLE r SET work_mem = '1MB';",
        "GRANT a TO b;",
        "GRANT CONNECT ON DATABASE d TO r;",
        "COMMENT ON DATABASE d IS 'x';",
        "ALTER DATABASE d OWNER TO r;",
        "ALTER ROLE a RENAME TO b;",
        "-- pgevolve: transaction=off\nALTER SYSTEM SET work_mem = '1MB';",
        "-- pgevolve: transaction=off\nCREATE TABLESPACE t LOCATION '/x';",
        "DROP OWNED BY r;",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p;",
        "COPY a TO PROGRAM 'mail';",
        "COPY a TO '/tmp/a';",
        "DO $$ BEGIN IF true THEN CREATE ROLE r; END IF; END $$;",
        "DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO r', current_database()); END $$;",
        "DO LANGUAGE plperl $$ system('x') $$;",
    ],
)
def test_what_reaches_beyond_the_database_is_not_tried(up: str) -> None:
    first, second = _migration("CREATE TABLE a (id integer);", name="a"), _migration(up, name="b")

    assert inside([first, second, first]) == (first,)


@pytest.mark.parametrize(
    "up",
    [
        "GRANT SELECT ON a TO r;",
        "COMMENT ON TABLE a IS 'x';",
        "ALTER TABLE a OWNER TO r;",
        "ALTER TABLE a RENAME TO b;",
        "COPY a FROM '/x';",
        "DO $$ BEGIN UPDATE a SET id = 1; END $$;",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r;",
        "NOTIFY a;",
    ],
)
def test_what_stays_in_the_database_is_tried(up: str) -> None:
    assert inside([_migration(up)]) == (_migration(up),)


SCHEMA = """
CREATE TABLE parents (id integer PRIMARY KEY);
CREATE TABLE children (id integer REFERENCES parents ON DELETE CASCADE);
CREATE TABLE bystanders (id integer);
CREATE TABLE noted (id integer);
CREATE TABLE "Odd name" (id integer);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN PERFORM note_it(); RETURN NEW; END';
CREATE FUNCTION note_it() RETURNS void LANGUAGE sql AS 'INSERT INTO noted VALUES (1)';
CREATE TRIGGER note AFTER INSERT ON children FOR EACH ROW EXECUTE FUNCTION note();
CREATE VIEW shown AS SELECT * FROM bystanders;
CREATE FUNCTION anything() RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE ''DELETE FROM noted''; END';
CREATE TABLE days (day integer) PARTITION BY LIST (day);
CREATE TABLE days_1 PARTITION OF days FOR VALUES IN (1);
CREATE TABLE days_2 PARTITION OF days FOR VALUES IN (2);
INSERT INTO bystanders SELECT generate_series(1, 3);
"""


@pytest.fixture(scope="module")
def schema(server: Any) -> Any:
    """Return the URL of a database where writes set off other writes."""
    from pgevolve.scratch import scratch_database

    with scratch_database(server.url()) as url:
        with psycopg.connect(url) as connection:
            connection.execute(SCHEMA)
        yield url


@pytest.mark.parametrize(
    ("up", "tables"),
    [
        ("DELETE FROM parents;", {"parents", "children", "noted"}),
        ("INSERT INTO children VALUES (1);", {"children", "noted"}),
        ("UPDATE bystanders SET id = 2;", {"bystanders"}),
        ("UPDATE shown SET id = 2;", {"bystanders"}),
        ("TRUNCATE noted, bystanders;", {"noted", "bystanders"}),
        ("UPDATE days SET day = 2;", {"days_1", "days_2"}),
        ("WITH gone AS (DELETE FROM noted RETURNING 1) SELECT 1 FROM gone;", {"noted"}),
        ('DELETE FROM "Odd name";', {"Odd name"}),
        ("SELECT note_it();", {"noted"}),
        ("DO $$ BEGIN DELETE FROM bystanders; END $$;", {"bystanders"}),
        ("CREATE INDEX i ON parents (id); ALTER TABLE noted ADD t text;", set()),
        ("CREATE RULE r AS ON INSERT TO noted DO ALSO DELETE FROM bystanders;", set()),
        ("SELECT anything();", None),
        ("DO $$ BEGIN EXECUTE 'DELETE FROM ' || 'noted'; END $$;", None),
        ("TRUNCATE parents CASCADE;", None),
    ],
)
def test_rows_may_come_and_go_where_a_statement_leads(schema: str, up: str, tables: set[str] | None) -> None:
    with connect(schema, purpose="test") as connection:
        leads, before = words_by_name(connection), count_rows(connection)
    everywhere = {table.name for table in before}

    found = changeable_tables([_migration(up)], [leads])

    may = {
        table.name
        for table in before
        if _kept([table], [type(table)(table.oid, table.schema, table.name, table.rows + 1)], found)
    }
    assert may == (everywhere if tables is None else tables)


def _kept(before: Any, after: Any, changeable: frozenset[str] | None) -> bool:
    try:
        require_rows_kept(before, after, changeable)
    except RehearsedRowsError:
        return False
    return True


def test_table_that_is_renamed_is_the_same_and_one_that_is_gone_is_told(schema: str) -> None:
    with connect(schema, purpose="test") as connection:
        before = count_rows(connection)
        with connection.transaction(force_rollback=True):
            connection.execute("ALTER TABLE noted RENAME TO remembered")
            connection.execute("DROP TABLE bystanders CASCADE")
            after = count_rows(connection)

    assert require_rows_kept(before, after, frozenset()) == (RowsChanged("public.bystanders", 3, None),)


def test_copy_that_has_no_room_is_refused_when_it_must_be_and_left_out_otherwise() -> None:
    short, enough = Space(10, 20, rehearsal=30), Space(10, 100, rehearsal=30)

    (refused,) = facts(short, rehearsed=True)
    assert (refused.kind, refused.severity) == ("disk space", "refuse")
    assert refused.message == "the rehearsal needs about 30 bytes and 20 bytes are free"
    assert list(facts(enough, rehearsed=True)) == []
    assert list(facts(short)) == []
    assert if_there_is_room(RehearsalPlan(None), enough) == RehearsalPlan(None)
    left_out = if_there_is_room(RehearsalPlan(None), short)
    assert left_out.reason == "the disk has no room for the 0 MB that it takes"
