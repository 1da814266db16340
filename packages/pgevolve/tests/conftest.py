"""A small library in which every kind of object occurs: the model that the tests build, read and change."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Connection,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import INT4RANGE, JSONB, TSVECTOR, ExcludeConstraint

from pgevolve.build import build
from pgevolve.catalog import Catalog, read_catalog, reference_tables
from pgevolve.connect import sqlalchemy_connection
from pgevolve.local import LocalPostgres
from pgevolve.new import NewMigration, new_migration
from pgevolve.objects import (
    DeclaredObject,
    Function,
    Grant,
    ReferenceRows,
    Role,
    Schema,
    Trigger,
    View,
    declare,
)
from pgevolve.project import Project
from pgevolve.scratch import scratch_database

OWNER = "library_owner"
# Each asks the servers the same hundreds of questions; `make test-slow` asks the other servers.
_MANY = (
    "adopting",
    "backfilling",
    "coexisting",
    "deploying",
    "fixing",
    "planning",
    "preflight",
    "prechecks",
    "tidying",
)
NAMES = {
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
}
KEY_V1 = """
CREATE FUNCTION public.key_v1(title text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(btrim(title))
"""
TOUCH = """
CREATE FUNCTION public.touch() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  -- Nothing changed: the row keeps its time. ۱۲۳ 100%
  IF NEW IS DISTINCT FROM OLD THEN NEW.updated_at := now(); END IF;
  RETURN NEW;
END
$$
"""
BOOK_TITLE = """
CREATE FUNCTION public.full_title(book public.books) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT book.title || ' (' || book.shelf || ')' $$
"""
HIDE = """
CREATE FUNCTION public.hide() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.books SET deleted_at = now() WHERE id = OLD.id;
  RETURN OLD;
END
$$
"""
REMOVE = """
CREATE PROCEDURE public.remove_book(wanted bigint, "Why" text DEFAULT 'gone')
LANGUAGE plpgsql AS $$ BEGIN DELETE FROM live.books WHERE id = wanted; END $$
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of which `make test` runs those of the embedded server."""
    folders = tuple(f"{Path(__file__).parent / folder}/" for folder in _MANY)
    for item in items:
        if str(item.path).startswith(folders):
            item.add_marker(pytest.mark.others_slow)


def library_models() -> MetaData:
    """Return the models and their declared objects, fresh, so that a test may change them."""
    metadata = MetaData(naming_convention=NAMES)
    _tables(metadata)
    declare(
        metadata,
        Role("library_reader"),
        Schema("live"),
        Function(KEY_V1, public=True, comment="the form of a title by which it is looked up"),
        Function(TOUCH),
        Function(BOOK_TITLE),
        Function(HIDE),
        Function(REMOVE),
        _live_views,
        Grant(("USAGE",), "live", ("library_reader",), kind="SCHEMA"),
        Grant(("SELECT",), "public.book_titles", ("library_reader", "PUBLIC")),
        Grant(("SELECT",), "public.authors", ("library_reader",), columns=("id", "name")),
        Grant(("UPDATE",), "live.books", ("library_reader",), columns=("title", "shelf")),
        Grant(("EXECUTE",), "public.remove_book(bigint, text)", ("library_reader",), kind="FUNCTION"),
        Grant(("USAGE",), "public.shelf_numbers", ("library_reader",), kind="SEQUENCE"),
        ReferenceRows(
            "kinds",
            ("kind",),
            (
                {"kind": "BOOK", "label": "کتاب", "parent": None, "settings": {"a": [1, 2]}},
                {"kind": "MAP", "label": "O'Brien's \\ map", "parent": "BOOK", "settings": None},
            ),
        ),
    )
    return metadata


def _live_views(metadata: MetaData) -> Iterable[DeclaredObject]:
    columns = ", ".join(column.name for column in metadata.tables["books"].columns)
    yield View(
        "CREATE VIEW public.book_titles AS SELECT b.id, b.title, a.name AS author"
        " FROM live.books b LEFT JOIN authors a ON a.id = b.author_id WHERE b.shelf > 0",
    )
    yield View(
        f"CREATE VIEW live.books AS SELECT {columns} FROM public.books WHERE deleted_at IS NULL",
        comment="the books that were not deleted",
    )
    yield Trigger(
        "CREATE TRIGGER hide INSTEAD OF DELETE ON live.books FOR EACH ROW EXECUTE FUNCTION public.hide()"
    )
    yield Trigger(
        "CREATE TRIGGER touch BEFORE UPDATE OF title, shelf ON public.books FOR EACH ROW"
        " WHEN (old.title <> new.title) EXECUTE FUNCTION public.touch()"
    )
    yield Trigger(
        "CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON public.authors DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION public.touch()"
    )
    yield Grant(("SELECT", "DELETE"), "live.books", ("library_reader",))


def _tables(metadata: MetaData) -> None:
    Sequence("shelf_numbers", metadata=metadata, start=100, increment=10)
    kind = Enum("BOOK", "MAP", "it's", name="item_kind")
    Table(
        "kinds",
        metadata,
        Column("kind", kind, primary_key=True),
        Column("label", Text, nullable=False, unique=True),
        Column("parent", kind, ForeignKey("kinds.kind")),
        Column("settings", JSONB(none_as_null=True)),
        comment="what the library holds",
    )
    Table(
        "authors",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("name", Text, nullable=False, comment="as it stands on the cover; it's not the legal name"),
        Column("country", Text, server_default=text("'IR'::text")),
        Column("best_book_id", BigInteger, ForeignKey("books.id", use_alter=True, ondelete="SET NULL")),
        CheckConstraint("char_length(name) <= 100 AND btrim(name) <> ''", name="name"),
        UniqueConstraint("id", "country"),
    )
    _books(metadata, kind)
    Table(
        "loans",
        metadata,
        Column("book_id", BigInteger, ForeignKey("books.id", ondelete="CASCADE"), primary_key=True),
        Column("days", INT4RANGE, primary_key=True),
        Column("Reader", Text, nullable=False),
        ExcludeConstraint(("days", "&&"), name="loans_days_excl"),
        postgresql_with={"fillfactor": 80},
    )


def _books(metadata: MetaData, kind: Enum) -> None:
    Table(
        "books",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("title", Text, nullable=False),
        Column("title_key", Text, Computed("key_v1(title)", persisted=True), nullable=False),
        Column("kind", kind, nullable=False, server_default="BOOK"),
        Column("tags", ARRAY(Text), nullable=False, server_default=text("'{}'")),
        Column("shelf", Integer, nullable=False, server_default=text("0")),
        Column("rating", Numeric(3, 2)),
        Column("is_old", Boolean, nullable=False, server_default=text("false")),
        Column("author_id", BigInteger),
        Column("author_country", Text),
        Column("pages", SmallInteger),
        Column("words", TSVECTOR),
        Column("updated_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        Column("deleted_at", DateTime(timezone=True)),
        ForeignKeyConstraint(
            ["author_id", "author_country"],
            ["authors.id", "authors.country"],
            match="FULL",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("pages BETWEEN 1 AND 5000 OR kind IN ('MAP')", name="pages"),
        CheckConstraint("num_nonnulls(author_id, pages) > 0", name="known"),
        Index(
            "books_title_key_live_key", "title_key", unique=True, postgresql_where=text("deleted_at IS NULL")
        ),
        Index("books_shelf_idx", text("shelf DESC NULLS LAST"), "id", postgresql_include=["title"]),
        Index("books_author_idx", "author_id", "author_country"),
        Index("books_words_idx", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        UniqueConstraint("title", "author_id", postgresql_nulls_not_distinct=True),
        postgresql_with={"fillfactor": 90},
    )


@pytest.fixture
def library() -> Callable[[], MetaData]:
    """Return the function that makes the models of the library."""
    return library_models


@dataclass
class Workbench:
    """One server, one folder of migrations: models go in, catalogues and migrations come out."""

    server: LocalPostgres
    url: str
    migrations: Path
    owner: str = OWNER

    def project(self, metadata: MetaData) -> Project:
        return Project(metadata, self.migrations, self.owner, scratch_url=self.server.url())

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Yield a connection whose work is undone."""
        with sqlalchemy_connection(self.url, purpose="test") as connection:
            yield connection
            connection.rollback()

    def catalog(self, metadata: MetaData, *statements: str) -> Catalog:
        """Build the models, run statements as the owner, read, and undo everything."""
        with self.connection() as connection:
            build(connection, metadata, self.owner)
            self.run(connection, *statements)
            return self.read(connection, metadata)

    def planted(self, metadata: MetaData, statements: Iterable[str]) -> Iterator[Catalog]:
        """Yield the catalogue after each statement alone, run as superuser on the built models."""
        with self.connection() as connection:
            build(connection, metadata, self.owner)
            for statement in statements:
                savepoint = connection.begin_nested()
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
                yield self.read(connection, metadata)
                savepoint.rollback()

    def run(self, connection: Connection, *statements: str) -> None:
        """Run statements as the owner, in the caller's transaction."""
        connection.exec_driver_sql(f"SET LOCAL ROLE {self.owner}")
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        connection.exec_driver_sql("SET LOCAL ROLE NONE")

    def read(self, connection: Connection, metadata: MetaData | None = None) -> Catalog:
        tables = () if metadata is None else reference_tables(metadata)
        return read_catalog(connection, reference_tables=tables, owner=self.owner)

    def evolve(self, *versions: MetaData) -> NewMigration | None:
        """Write a migration for each version of the models in turn; return the last."""
        result = None
        for place, metadata in enumerate(versions):
            result = new_migration(self.project(metadata), f"version_{place}")
        return result


@pytest.fixture(scope="session")
def shared_database(server: LocalPostgres) -> Iterator[str]:
    """Return the URL of a database on which every test undoes what it did."""
    with scratch_database(server.url()) as url:
        yield url


@pytest.fixture
def bench(server: LocalPostgres, shared_database: str, tmp_path: Path) -> Workbench:
    """Return a workbench for each server."""
    return Workbench(server, shared_database, tmp_path / "migrations")


@pytest.fixture
def bench_18(embedded: LocalPostgres, tmp_path: Path) -> Iterator[Workbench]:
    """Return a workbench where the version does not matter."""
    with scratch_database(embedded.url()) as url:
        yield Workbench(embedded, url, tmp_path / "migrations")


@pytest.fixture(scope="session")
def library_catalog(server: LocalPostgres, shared_database: str) -> Catalog:
    """Return the catalogue of the library, as it stands."""
    return Workbench(server, shared_database, Path("unused")).catalog(library_models())


class Shop:
    """Models of a small shop, for tests of single changes."""

    def __call__(
        self, *items: Any, declared: tuple[Any, ...] = (), labels: tuple[str, ...] = ("new",)
    ) -> MetaData:
        """Return a table of goods with more columns, constraints and indexes, and declared objects."""
        metadata = MetaData()
        Table("makers", metadata, Column("id", BigInteger, primary_key=True, autoincrement=False))
        Table(
            "goods",
            metadata,
            Column("id", BigInteger, Identity(always=True), primary_key=True),
            Column("name", Text, nullable=False),
            Column("price", Integer),
            Column("maker_id", BigInteger),
            Column("state", Enum(*labels, name="goods_state")),
            *items,
        )
        declare(metadata, Role("shopper"), *declared)
        return metadata

    def view(self, columns: str = "id, name") -> tuple[Any, ...]:
        """Return a view with a trigger and a grant, and a view over it."""
        shown = f"CREATE VIEW public.shown AS SELECT {columns} FROM public.goods WHERE price > 0"
        return (
            Function(
                "CREATE FUNCTION public.hide() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
            ),
            View(shown, "what is shown"),
            View("CREATE VIEW public.names AS SELECT name FROM public.shown"),
            Trigger(
                "CREATE TRIGGER hide INSTEAD OF DELETE ON public.shown"
                " FOR EACH ROW EXECUTE FUNCTION public.hide()"
            ),
            Grant(("SELECT", "DELETE"), "public.shown", ("shopper",)),
            Grant(("SELECT",), "public.names", ("shopper",)),
        )


@pytest.fixture
def shop() -> Shop:
    """Return the maker of shops."""
    return Shop()
