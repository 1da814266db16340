"""A database that a restore replaces, and fixtures over it."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgevolve.local import LocalPostgres
from pgevolve.project import BackupOptions
from pgevolve.scratch import create_database, drop_database, with_database
from pgevolve.snapshot import (
    create_snapshot,
    open_storage,
)
from pgevolve.snapshot.manifest import Snapshot
from pgevolve.snapshot.restore import side_name

_OURS = "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY datname"


@dataclass(frozen=True)
class Place:
    """A server, and names of databases on it that nobody else has."""

    server: LocalPostgres
    name: str

    def url(self, database: str | None = None) -> str:
        return with_database(self.server.url(), database or self.name)

    def query(self, statement: str, *values: object, database: str | None = None) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def databases(self) -> list[str]:
        """Return all databases whose name begins as this one's, without what begins it."""
        rows = self.query(_OURS, f"{self.name}%", database="postgres")
        return [name.removeprefix(self.name) for (name,) in rows]

    def sides(self, snapshot: Snapshot) -> list[str]:
        """Return the side databases of a snapshot that are there."""
        wanted = [side_name(snapshot, None), side_name(snapshot, "x")]
        return [
            name
            for (name,) in self.query(
                "SELECT datname FROM pg_database WHERE datname = ANY (%s)", wanted, database="postgres"
            )
        ]


@pytest.fixture
def place(server: LocalPostgres) -> Iterator[Place]:
    """Return a database with one row in it that a restore replaces."""
    found = Place(server, f"shop_{secrets.token_hex(4)}")
    create_database(server.url(), found.name)
    found.query("CREATE TABLE old (id integer)")
    yield found
    for name in found.databases():
        drop_database(server.url(), found.name + name)


@pytest.fixture
def small(place: Place, tmp_path: Path) -> Any:
    """Return a snapshot of a small database, and where it is kept."""
    place.query("CREATE TABLE kept (id integer PRIMARY KEY); INSERT INTO kept SELECT generate_series(1, 100)")
    options = BackupOptions(str(tmp_path / "small"))
    made = create_snapshot(place.url(), options)
    place.query("DROP TABLE kept")
    return made, open_storage(options.destination)
