"""What a checker knows of a schema from its history is what the server knows after running it."""

from collections.abc import Iterator

import postgast
import psycopg
import pytest

from pgevolve.check.apply import apply
from pgevolve.check.facts import Name
from pgevolve.check.state import SchemaState

_HISTORY = (
    """
    CREATE SCHEMA shop;
    CREATE TYPE mood AS ENUM ('calm', 'wild');
    CREATE DOMAIN code AS text CHECK (VALUE <> '');
    CREATE TABLE cities (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name varchar(50) NOT NULL UNIQUE
    );
    CREATE TABLE salons (
        id bigserial PRIMARY KEY,
        city_id bigint REFERENCES cities (id),
        name text NOT NULL,
        code code,
        rating numeric(3, 2) CHECK (rating >= 0),
        state mood DEFAULT 'calm',
        days int4range,
        full_name text GENERATED ALWAYS AS (name || '!') STORED,
        CONSTRAINT two CHECK (length(name) > rating),
        EXCLUDE USING gist (days WITH &&)
    );
    CREATE INDEX ON salons (name, city_id);
    CREATE UNIQUE INDEX salons_lower ON salons (lower(name)) WHERE state = 'calm';
    SET search_path = shop, public;
    CREATE TABLE items (number int, salon_id bigint, price money, LIKE cities);
    """,
    """
    ALTER TABLE salons ADD COLUMN phone text NOT NULL DEFAULT '', ADD CHECK (phone IS NOT NULL) NOT VALID;
    ALTER TABLE shop.items ADD FOREIGN KEY (salon_id) REFERENCES salons NOT VALID;
    ALTER TABLE shop.items ADD CONSTRAINT dear CHECK (price > 5::money) NOT VALID;
    ALTER TABLE shop.items VALIDATE CONSTRAINT dear;
    CREATE UNIQUE INDEX items_id ON shop.items (number);
    ALTER TABLE shop.items ADD CONSTRAINT items_pkey PRIMARY KEY USING INDEX items_id;
    ALTER TABLE cities RENAME COLUMN name TO title;
    ALTER TABLE cities RENAME TO towns;
    ALTER TABLE towns RENAME CONSTRAINT cities_name_key TO towns_title_key;
    ALTER INDEX salons_lower RENAME TO salons_lowered;
    ALTER TABLE salons ALTER COLUMN code SET NOT NULL, ALTER COLUMN name DROP NOT NULL, DROP COLUMN rating;
    ALTER TYPE mood RENAME TO temper;
    """,
    """
    ALTER TABLE shop.items SET SCHEMA public;
    ALTER TABLE items DROP CONSTRAINT dear;
    CREATE TABLE log (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
    CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE TABLE log_0 (at timestamptz NOT NULL, what text);
    ALTER TABLE log ATTACH PARTITION log_0 DEFAULT;
    CREATE VIEW named AS SELECT id, title AS name FROM towns;
    CREATE TABLE gone (id int PRIMARY KEY);
    DROP TABLE gone;
    CREATE TABLE kept (id int PRIMARY KEY, other int UNIQUE);
    ALTER TABLE kept DROP COLUMN other;
    DROP INDEX salons_name_city_id_idx;
    """,
)
_COLUMNS = """
    SELECT n.nspname, c.relname, a.attname, a.attnotnull, a.attidentity::text, a.attgenerated::text
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
       AND n.nspname IN ('public', 'shop')"""
_CONSTRAINTS = """
    SELECT n.nspname, c.relname, k.conname, k.contype::text, k.convalidated,
           ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
                   JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
                  ORDER BY CASE WHEN k.contype = 'c' THEN a.attname::text END, u.place)
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('public', 'shop') AND k.contype <> 'n'"""
_INDEXES = """
    SELECT n.nspname, i.relname, t.relname, x.indisunique, x.indisvalid
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
      JOIN pg_namespace n ON n.oid = i.relnamespace
     WHERE n.nspname IN ('public', 'shop')"""
_KINDS = {"primary": "p", "unique": "u", "foreign": "f", "check": "c", "exclude": "x"}


def _state(*history: str) -> SchemaState:
    state = SchemaState()
    for text in history:
        state.begin_migration()
        for raw in postgast.parse(text).stmts:
            kind = raw.stmt.WhichOneof("node")
            apply(state, kind, getattr(raw.stmt, kind))
    return state


@pytest.fixture
def connection(empty_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(empty_database, autocommit=True) as opened:
        yield opened


def test_the_state_after_a_history_is_that_of_the_server(connection: psycopg.Connection) -> None:
    for text in _HISTORY:
        connection.execute("RESET search_path")
        connection.execute(text)
    state = _state(*_HISTORY)
    tables = state.tables.values()

    columns = {
        (*table.name, column.name, column.not_null, column.identity or "", column.generated or "")
        for table in tables
        for column in table.columns.values()
    }
    assert columns == set(connection.execute(_COLUMNS))
    constraints = {
        (*table.name, found.name, _KINDS[found.kind], found.validated, found.columns)
        for table in tables
        for found in table.constraints.values()
        if found.kind != "not null"
    }
    assert constraints == {(*row[:-1], tuple(row[-1])) for row in connection.execute(_CONSTRAINTS)}
    indexes = {
        (index.name.schema, index.name.name, index.table.name, index.unique, index.valid)
        for index in state.indexes.values()
    }
    assert indexes == set(connection.execute(_INDEXES))
    assert state.views[Name("public", "named")].columns == ("id", "name")
    assert state.tables[Name("public", "log")].default_partition == Name("public", "log_0")
    assert list(state.enums) == [Name("public", "temper")]
    assert str(state.tables[Name("public", "salons")].columns["state"].type) == "temper"


def test_a_table_is_new_in_its_migration_and_empty_until_something_is_written() -> None:
    state = _state("CREATE TABLE a (id int); CREATE TABLE b (id int); INSERT INTO b VALUES (1)")
    a, b = (state.tables[Name("public", name)] for name in "ab")

    assert state.is_new_table(a)
    assert state.is_known_empty(a)
    assert state.is_new_table(b)
    assert not state.is_known_empty(b)
    state.begin_migration()
    assert not state.is_new_table(a)


def test_what_the_history_does_not_make_stays_unknown() -> None:
    state = _state("ALTER TABLE elsewhere ADD CONSTRAINT c CHECK (a > 0) NOT VALID")
    table = state.tables[Name("public", "elsewhere")]

    assert table.created is None
    assert not table.complete
    assert not table.constraints["c"].validated
    assert table.column_type("a") is None


def test_an_unqualified_name_follows_the_search_path_of_its_transaction() -> None:
    state = _state("CREATE SCHEMA s; SET LOCAL search_path = s; CREATE TABLE t (a int)")

    assert Name("s", "t") in state.tables
    state.begin_transaction()
    assert state.search_path == ("public",)


def test_an_enum_label_is_known_with_its_transaction() -> None:
    state = _state("CREATE TYPE m AS ENUM ('a')", "ALTER TYPE m ADD VALUE 'b'")
    labels = state.enums[Name("public", "m")].labels

    assert labels["a"] is None
    assert state.in_this_transaction(labels["b"])
