"""What differs between two catalogues, in values that read well."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, Text

from pgevolve.catalog import Catalog
from pgevolve.diff import Allow, Alter, AlterRows, Create, Deny, Drop, diff

Library = Callable[[], MetaData]


def test_a_schema_does_not_differ_from_itself(bench: Any, library: Library, library_catalog: Catalog) -> None:
    assert diff(library_catalog, bench.catalog(library())) == ()


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "ALTER TABLE books ADD COLUMN extra int",
            "alter table public.books: add column extra integer",
        ),
        (
            'ALTER TABLE loans ALTER COLUMN "Reader" TYPE varchar(9)',
            "alter table public.loans: column Reader: type 'text' -> 'character varying(9)'",
        ),
        (
            "ALTER TABLE books ALTER COLUMN shelf SET DEFAULT 7",
            "alter table public.books: column shelf: default '0' -> '7'",
        ),
        ("DROP TRIGGER touch ON books", "drop trigger public.books.touch"),
        ("CREATE SCHEMA more", "create schema more"),
        ("CREATE INDEX more ON books (pages)", "create index public.books.more"),
        (
            "GRANT UPDATE (title) ON books TO library_reader",
            "grant UPDATE (title) on table public.books to library_reader",
        ),
        ("REVOKE SELECT ON book_titles FROM PUBLIC", "revoke SELECT on view public.book_titles from PUBLIC"),
        (
            "UPDATE kinds SET label = 'Map' WHERE kind = 'MAP'",
            """alter rows public.kinds: update ('MAP',): ('MAP', "O'Brien's \\\\ map", 'BOOK', None) ->""",
        ),
        ("DELETE FROM kinds WHERE kind = 'MAP'", "alter rows public.kinds: delete ('MAP',)"),
        (
            "ALTER TABLE books DROP CONSTRAINT books_known_check",
            "drop constraint public.books.books_known_check",
        ),
        (
            "ALTER TABLE books ALTER CONSTRAINT books_author_id_author_country_fkey DEFERRABLE",
            "alter constraint public.books.books_author_id_author_country_fkey: definition",
        ),
    ],
)
def test_a_difference_reads_as_a_sentence(
    bench: Any, library: Library, library_catalog: Catalog, statement: str, sentence: str
) -> None:
    (changed,) = bench.planted(library(), [statement])

    (change,) = diff(library_catalog, changed)

    assert str(change).startswith(sentence)


def test_the_way_back_has_the_opposite_changes(
    bench: Any, library: Library, library_catalog: Catalog
) -> None:
    (changed,) = bench.planted(
        library(),
        ["CREATE TABLE more (id int); DROP TABLE loans; DELETE FROM kinds; DROP VIEW book_titles"],
    )

    there, back = diff(library_catalog, changed), diff(changed, library_catalog)

    opposite = {Create: Drop, Drop: Create, Alter: Alter, AlterRows: AlterRows, Allow: Deny, Deny: Allow}
    assert len(there) == len(back)
    assert sorted(str(opposite[type(change)]) for change in there) == sorted(
        str(type(change)) for change in back
    )


def test_where_a_column_stands_is_no_difference(bench: Any) -> None:
    def models(*names: str) -> MetaData:
        metadata = MetaData()
        Table("things", metadata, *(Column(name, Text) for name in names))
        return metadata

    assert diff(bench.catalog(models("a", "b", "c")), bench.catalog(models("c", "a", "b"))) == ()
