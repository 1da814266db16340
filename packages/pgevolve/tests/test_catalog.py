"""What is read from a database, as values."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, text

from pgevolve.catalog import Ident, read_catalog
from pgevolve.catalog.attached import PolicyObject, StatisticsObject
from pgevolve.catalog.database import DefaultPrivilegesObject, ExtensionObject
from pgevolve.catalog.model import (
    AggregateObject,
    ConstraintObject,
    EnumObject,
    FunctionObject,
    GrantObject,
    IndexObject,
    MaterializedViewObject,
    OtherObject,
    RowsObject,
    SchemaItem,
    SequenceObject,
    SequenceOptions,
    TableObject,
    TriggerObject,
    ViewObject,
)
from pgevolve.catalog.types import Attribute, CompositeObject, DomainCheck, DomainObject, RangeObject
from pgevolve.objects import ReferenceRows, declare

Library = Callable[[], MetaData]


def test_a_table_has_its_columns_with_every_fact(library_catalog: Any) -> None:
    table = library_catalog.table("public", "books")

    columns = {column.name: column for column in table.columns}
    assert [columns["id"].identity, columns["id"].not_null] == ["a", True]
    assert (columns["title_key"].generated, columns["title_key"].default) == ("s", "public.key_v1(title)")
    assert (columns["kind"].type, columns["kind"].default) == (
        "public.item_kind",
        "'BOOK'::public.item_kind",
    )
    assert columns["rating"].type == "numeric(3,2)"
    assert columns["updated_at"].type == "timestamp with time zone"
    assert table.options == ("fillfactor=90",)
    assert table.owner is None


def test_comments_are_read(library_catalog: Any) -> None:
    names = {column.name: column.comment for column in library_catalog.table("public", "authors").columns}
    assert names["name"] == "as it stands on the cover; it's not the legal name"
    assert library_catalog.table("public", "kinds").comment == "what the library holds"
    assert (
        library_catalog.objects[Ident("view", "live", "books")].comment == "the books that were not deleted"
    )
    assert library_catalog.objects[Ident("function", "public", "key_v1(text)")].comment is not None


@pytest.mark.parametrize(
    ("table", "name", "kind", "definition"),
    [
        ("books", "books_pkey", "p", "PRIMARY KEY (id)"),
        ("books", "books_title_author_id_key", "u", "UNIQUE NULLS NOT DISTINCT (title, author_id)"),
        (
            "books",
            "books_author_id_author_country_fkey",
            "f",
            (
                "FOREIGN KEY (author_id, author_country) REFERENCES public.authors(id, country) MATCH FULL"
                " DEFERRABLE INITIALLY DEFERRED"
            ),
        ),
        (
            "authors",
            "authors_best_book_id_fkey",
            "f",
            "FOREIGN KEY (best_book_id) REFERENCES public.books(id) ON DELETE SET NULL",
        ),
        ("loans", "loans_days_excl", "x", "EXCLUDE USING gist (days WITH &&)"),
    ],
)
def test_constraints_are_read_in_the_words_of_the_server(
    library_catalog: Any, table: str, name: str, kind: str, definition: str
) -> None:
    found = library_catalog.objects[Ident("constraint", "public", name, table)]

    assert isinstance(found, ConstraintObject)
    assert (found.kind, found.definition, found.validated) == (kind, definition, True)


def test_a_constraint_not_validated_is_told_from_a_validated_one(bench: Any, library: Library) -> None:
    catalog = bench.catalog(library(), "ALTER TABLE books ADD CONSTRAINT late CHECK (shelf < 9) NOT VALID")

    found = catalog.objects[Ident("constraint", "public", "late", "books")]
    assert (found.validated, found.definition) == (False, "CHECK ((shelf < 9))")


def test_not_null_is_a_fact_of_the_column_on_every_version(library_catalog: Any) -> None:
    assert not [
        item
        for item in library_catalog.objects.values()
        if isinstance(item, ConstraintObject) and item.kind == "n"
    ]


def test_indexes_are_read_without_those_that_back_constraints(library_catalog: Any) -> None:
    indexes = {
        item.name: item.definition
        for item in library_catalog.objects.values()
        if isinstance(item, IndexObject)
    }
    assert sorted(indexes) == [
        "books_author_idx",
        "books_shelf_idx",
        "books_title_key_live_key",
        "books_words_idx",
    ]
    assert indexes["books_shelf_idx"].endswith("USING btree (shelf DESC NULLS LAST, id) INCLUDE (title)")


def test_functions_are_identified_by_their_argument_types(library_catalog: Any) -> None:
    functions = {
        f"{item.name}({item.arguments})": item.kind
        for item in library_catalog.objects.values()
        if isinstance(item, FunctionObject)
    }
    assert functions == {
        "full_title(public.books)": "f",
        "hide()": "f",
        "key_v1(text)": "f",
        "remove_book(bigint, text)": "p",
        "touch()": "f",
    }


def test_a_disabled_trigger_is_read_as_such(bench: Any, library: Library) -> None:
    catalog = bench.catalog(library(), "ALTER TABLE books DISABLE TRIGGER touch")

    found = catalog.objects[Ident("trigger", "public", "touch", "books")]
    assert isinstance(found, TriggerObject)
    assert found.enabled == "D"


def test_constraint_triggers_are_triggers(library_catalog: Any) -> None:
    found = library_catalog.objects[Ident("trigger", "public", "checked", "authors")]

    assert "DEFERRABLE INITIALLY DEFERRED" in found.definition


def test_views_know_their_columns_and_triggers(library_catalog: Any, library: Library) -> None:
    view = library_catalog.objects[Ident("view", "live", "books")]
    assert isinstance(view, ViewObject)
    assert view.columns == tuple(library().tables["books"].columns.keys())
    assert Ident("trigger", "live", "hide", "books") in library_catalog.objects


def test_enums_and_sequences_are_read(library_catalog: Any) -> None:
    assert library_catalog.objects[Ident("enum", "public", "item_kind")] == EnumObject(
        "public", "item_kind", ("BOOK", "MAP", "it's")
    )
    assert library_catalog.objects[Ident("sequence", "public", "shelf_numbers")] == SequenceObject(
        "public", "shelf_numbers", SequenceOptions("bigint", 100, 10, 1, 2**63 - 1, 1, False)
    )


def test_grants_are_read_without_those_of_the_owner(library_catalog: Any) -> None:
    grants = library_catalog.grants

    books = Ident("view", "live", "books")
    assert {grant for grant in grants if grant.on == books} == {
        GrantObject(books, "library_reader", "SELECT"),
        GrantObject(books, "library_reader", "DELETE"),
        GrantObject(books, "library_reader", "UPDATE", "title"),
        GrantObject(books, "library_reader", "UPDATE", "shelf"),
    }
    assert not [grant for grant in grants if grant.grantee == "library_owner"]
    assert not [grant for grant in grants if grant.on.name == "public"]


def test_an_owner_other_than_the_projects_is_named(bench: Any, library: Library) -> None:
    with bench.connection() as connection:
        connection.execute(text("SELECT 1"))
        metadata = library()
        metadata.create_all(connection)
        connection.execute(text("ALTER TABLE kinds OWNER TO library_reader"))

        catalog = read_catalog(connection)

    owners = {item.name: item.owner for item in catalog.objects.values() if isinstance(item, TableObject)}
    assert owners == {"authors": None, "books": None, "kinds": "library_reader", "loans": None}


def test_reference_rows_are_read_as_text_in_the_order_of_their_key(library_catalog: Any) -> None:
    rows = library_catalog.rows

    assert rows == {
        Ident("rows", "public", "kinds"): RowsObject(
            "public",
            "kinds",
            ("kind",),
            ("kind", "label", "parent", "settings"),
            (("BOOK", "کتاب", None, '{"a": [1, 2]}'), ("MAP", "O'Brien's \\ map", "BOOK", None)),
        )
    }


def test_a_condition_tells_declared_rows_from_those_of_the_application(bench: Any) -> None:
    metadata = MetaData()
    Table("paths", metadata, Column("path", Text, primary_key=True), Column("kind", Text))
    declare(
        metadata, ReferenceRows("paths", ("path",), ({"path": "/", "kind": "static"},), "kind = 'static'")
    )

    catalog = bench.catalog(metadata, "INSERT INTO paths VALUES ('/salon', 'current')")

    (rows,) = catalog.rows.values()
    assert rows.rows == (("/", "static"),)


def test_dependencies_are_those_of_the_server(library_catalog: Any) -> None:
    needs = library_catalog.needs

    books, authors = Ident("table", "public", "books"), Ident("table", "public", "authors")
    live = Ident("view", "live", "books")
    assert needs[live] >= {books, Ident("schema", "live", "live")}
    assert needs[Ident("view", "public", "book_titles")] >= {live, authors}
    assert Ident("function", "public", "key_v1(text)") in needs[books]
    assert Ident("enum", "public", "item_kind") in needs[books]
    assert books in needs[Ident("function", "public", "full_title(public.books)")]
    assert live in needs[Ident("trigger", "live", "hide", "books")]


def test_ignored_schemas_and_the_ledger_are_left_out(bench: Any, library: Library) -> None:
    with bench.connection() as connection:
        connection.exec_driver_sql("CREATE SCHEMA jobs; CREATE TABLE jobs.queue (id int)")
        connection.exec_driver_sql("CREATE SCHEMA pgevolve; CREATE TABLE pgevolve.ledger (id int)")

        catalog = read_catalog(connection, ignore_schemas=frozenset({"jobs"}))

    assert list(catalog.objects) == [Ident("schema", "public", "public")]


def test_objects_of_extensions_are_left_out(bench: Any) -> None:
    with bench.connection() as connection:
        extension = connection.scalar(
            text("SELECT name FROM pg_available_extensions WHERE name IN ('vector', 'citext') LIMIT 1")
        )
        connection.exec_driver_sql(f"CREATE EXTENSION {extension}")

        catalog = read_catalog(connection)

    assert {ident.kind for ident in catalog.objects} == {"schema", "extension"}
    assert catalog.objects[Ident("extension", "", extension)] == ExtensionObject(extension, "public")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
            DomainObject(
                "public",
                "positive",
                "integer",
                checks=(DomainCheck("positive_check", "CHECK ((VALUE > 0))"),),
            ),
        ),
        (
            "CREATE TYPE point3 AS (x int, y text)",
            CompositeObject("public", "point3", (Attribute("x", "integer"), Attribute("y", "text"))),
        ),
        (
            "CREATE TYPE spans AS RANGE (subtype = float8, subtype_diff = float8mi)",
            RangeObject("public", "spans", "double precision", (("subtype_diff", "float8mi"),)),
        ),
        (
            "CREATE AGGREGATE most (int) (sfunc = int4larger, stype = int)",
            AggregateObject(
                "public", "most", "integer", "integer", (("sfunc", "int4larger"), ("stype", "integer"))
            ),
        ),
        (
            "CREATE MATERIALIZED VIEW many AS SELECT 1 AS one",
            MaterializedViewObject("public", "many", "SELECT 1 AS one", ("one",)),
        ),
        (
            "CREATE POLICY mine ON books FOR DELETE TO library_reader USING (shelf > 1)",
            PolicyObject("public", "books", "mine", "DELETE", True, ("library_reader",), "(shelf > 1)"),
        ),
        (
            "CREATE STATISTICS id_title ON id, title FROM books",
            StatisticsObject(
                "public", "id_title", "CREATE STATISTICS public.id_title ON id, title FROM public.books"
            ),
        ),
        (
            "ALTER DEFAULT PRIVILEGES IN SCHEMA live GRANT SELECT ON TABLES TO library_reader",
            DefaultPrivilegesObject(None, "live", "TABLES", (("library_reader", "SELECT", False),)),
        ),
        (
            "CREATE OPERATOR !!! (rightarg = int, procedure = int4abs)",
            OtherObject("operator", "public.!!!(NONE,integer)", "int4abs(integer)"),
        ),
    ],
)
def test_other_kinds_are_read_with_their_facts(
    bench: Any, library: Library, statement: str, found: SchemaItem
) -> None:
    catalog = bench.catalog(library(), statement)

    assert catalog.objects.get(found.ident) == found


def test_settings_of_tables_are_read(bench: Any, library: Library) -> None:
    catalog = bench.catalog(
        library(),
        "ALTER TABLE books ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE books REPLICA IDENTITY FULL",
        "ALTER TABLE books ALTER title SET STATISTICS 500, ALTER title SET (n_distinct = 5)",
    )

    books = catalog.table("public", "books")
    assert books is not None
    assert (books.row_security, books.replica_identity) == (True, "FULL")
    (title,) = (column for column in books.columns if column.name == "title")
    assert (title.statistics, title.options) == (500, ("n_distinct=5",))


def test_a_serial_column_has_a_sequence_of_its_own(bench: Any) -> None:
    metadata = MetaData()
    Table("things", metadata, Column("id", Integer, primary_key=True))

    catalog = bench.catalog(metadata)

    sequence = catalog.objects[Ident("sequence", "public", "things_id_seq")]
    assert isinstance(sequence, SequenceObject)
    assert (sequence.owned_by, sequence.options.type) == ("public.things.id", "integer")


def test_partitions_are_read(bench: Any) -> None:
    with bench.connection() as connection:
        connection.exec_driver_sql("CREATE TABLE log (at date, n int) PARTITION BY RANGE (at)")
        connection.exec_driver_sql(
            "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')"
        )

        catalog = read_catalog(connection)

    parent, part = catalog.table("public", "log"), catalog.table("public", "log_1")
    assert isinstance(parent, TableObject)
    assert isinstance(part, TableObject)
    assert parent.partition_key == "RANGE (at)"
    assert (part.partition_of, part.partition_bound) == (
        "public.log",
        "FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
    )


def test_reading_leaves_the_session_as_it_was(bench: Any) -> None:
    metadata = MetaData()
    Table("things", metadata, Column("id", BigInteger))
    with bench.connection() as connection:
        connection.exec_driver_sql("SET search_path = public, pg_temp; SET TimeZone = 'Asia/Tehran'")

        bench.read(connection, metadata)

        settings = connection.execute(
            text("SELECT current_setting('search_path'), current_setting('TimeZone')")
        )
        assert settings.one() == ("public, pg_temp", "Asia/Tehran")
