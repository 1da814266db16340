"""A database that was there before the engine, and a project whose models are to match it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text, text

from pgevolve.connect import connect
from pgevolve.local import LocalPostgres
from pgevolve.project import Project
from pgevolve.scratch import scratch_database

OLD_SCHEMA = """
CREATE TYPE mood AS ENUM ('fine', 'bad');
CREATE TABLE notes (id serial PRIMARY KEY, text text NOT NULL, feels mood DEFAULT 'fine');
CREATE TABLE tags (note_id integer NOT NULL REFERENCES notes ON DELETE CASCADE, tag text NOT NULL,
  PRIMARY KEY (note_id, tag));
CREATE INDEX tags_tag_idx ON tags (lower(tag)) WHERE tag <> '';
CREATE VIEW tagged AS SELECT n.id, n.text, t.tag FROM notes n JOIN tags t ON t.note_id = n.id;
"""


class OldDatabase:
    """A database with a schema that nobody's history made, and the project that takes it over."""

    def __init__(self, server: LocalPostgres, url: str, folder: Path) -> None:
        self.server, self.url = server, url
        self.project = Project(MetaData(), folder / "migrations", scratch_url=server.url())

    def run(self, *statements: str) -> None:
        """Run statements, each in a transaction of its own."""
        with connect(self.url, purpose="test") as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def query(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Ask in a session of its own."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement.encode(), values).fetchall()


@pytest.fixture
def old(server: LocalPostgres, empty_database: str, tmp_path: Path) -> OldDatabase:
    """Return a database with tables, and an empty history."""
    database = OldDatabase(server, empty_database, tmp_path)
    database.run(OLD_SCHEMA)
    return database


@pytest.fixture
def notes_models() -> Callable[[], MetaData]:
    """Return the function that makes models of two of the old tables, without the view and the enum."""

    def models() -> MetaData:
        metadata = MetaData()
        Table(
            "notes", metadata, Column("id", Integer, primary_key=True), Column("text", Text, nullable=False)
        )
        Table(
            "tags",
            metadata,
            Column("note_id", ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True),
            Column("tag", Text, primary_key=True),
            Index("tags_tag_idx", text("lower(tag)"), postgresql_where=text("tag <> ''")),
        )
        return metadata

    return models


_MODELS = """
from sqlalchemy import Column, Integer, MetaData, Table, Text
metadata = MetaData()
Table("notes", metadata, Column("id", Integer, primary_key=True), Column("text", Text, nullable=False))
"""


class Notebook:
    """A user's project with one table, and its commands in processes of their own."""

    def __init__(self, root: Path, server: LocalPostgres, url: str) -> None:
        self.root, self.server, self.url = root, server, url
        (root / "notebook.py").write_text(_MODELS)
        self.configure()

    def configure(self, *lines: str) -> None:
        """Write the settings, with more lines."""
        settings = ["[tool.pgevolve]", 'metadata = "notebook:metadata"', 'migrations = "migrations"', *lines]
        (self.root / "pyproject.toml").write_text("\n".join(settings))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project's folder."""
        return subprocess.run(
            [str(Path(sys.executable).with_name("pgevolve")), *arguments],
            cwd=self.root,
            env=os.environ | {"DATABASE_URL": self.url},
            capture_output=True,
            text=True,
            check=False,
        )

    def sql(self, *statements: str) -> None:
        """Run statements on the database."""
        with connect(self.url, purpose="test") as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @property
    def migration(self) -> Path:
        """The only migration of the history."""
        (found,) = (self.root / "migrations").glob("2*")
        return found


@pytest.fixture
def notebook(embedded: LocalPostgres, tmp_path: Path) -> Iterator[Notebook]:
    """Return a project without a history, and its database, in which the table is already."""
    with scratch_database(embedded.url()) as url:
        made = Notebook(tmp_path, embedded, url)
        made.sql("CREATE TABLE notes (id serial PRIMARY KEY, text text NOT NULL)")
        yield made
