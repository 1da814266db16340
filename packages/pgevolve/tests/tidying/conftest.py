"""A project in the middle of things: migrations that are applied, rolled back, failed or under way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from pgevolve.adopt import baseline
from pgevolve.backfill import run_backfill
from pgevolve.connect import Connection, connect, make_predictable
from pgevolve.history import Migration, read_history
from pgevolve.janitor import Debris, find_debris
from pgevolve.ledger import StepRecord, mark_failed, mark_rolled_back, prepare_ledger, start_migration
from pgevolve.local import LocalPostgres
from pgevolve.new import given_migration, new_migration
from pgevolve.project import Project
from pgevolve.run import NoJournal, run_steps
from pgevolve.step import Step


class House:
    """A database and its history, which tests bring into any state."""

    def __init__(self, server: LocalPostgres, url: str, folder: Path) -> None:
        self.server, self.url = server, url
        self.project = Project(MetaData(), folder / "migrations", scratch_url=server.url())
        self._minutes = 0

    def plan(self, metadata: MetaData, name: str) -> tuple[Migration, ...]:
        """Have the migrations written that lead to the models."""
        self.project = replace(self.project, metadata=metadata)
        written = new_migration(self.project, name, now=self._later())
        assert written is not None
        return written.migrations

    def give(self, name: str, sql: str) -> Migration:
        """Add a migration of given statements."""
        (written,) = given_migration(self.project, name, sql, now=self._later()).migrations
        return written

    def _later(self) -> datetime:
        self._minutes += 1
        return datetime(2026, 11, 22, 10, 15, tzinfo=UTC) + timedelta(minutes=self._minutes)

    def run(self, *statements: str) -> None:
        """Run statements, each in a transaction of its own."""
        with connect(self.url, purpose="test") as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask in a session of its own."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement.encode()).fetchall()

    def put_in_place(self, *migrations: Migration) -> None:
        """Run migrations without recording anything."""
        with connect(self.url, purpose="test") as connection:
            make_predictable(connection)
            for migration in migrations:
                run_steps(connection, migration.up, owner=None, journal=NoJournal())
                if migration.backfill_sql is not None:
                    run_backfill(connection, migration.backfill_sql, owner=None)

    def record_as_applied(self, last: Migration) -> None:
        """Record the migrations up to one as applied, whose schema is in place."""
        baseline(self.project, self.url, last.name)

    def _record(self, act: Callable[[Connection, Migration], None], migration: Migration) -> None:
        with connect(self.url, purpose="test") as connection:
            prepare_ledger(connection, None)
            place = [entry.name for entry in read_history(self.project.migrations)].index(migration.name)
            with connection.transaction():
                start_migration(connection, migration, place + 1, "0" * 64)
                act(connection, migration)

    def record_as_applying(self, migration: Migration) -> None:
        """Record that a migration began, and nothing of its end."""
        self._record(lambda _connection, _migration: None, migration)

    def record_as_failed(self, migration: Migration, step: int) -> None:
        """Record that a step of a migration failed."""
        self._record(
            lambda connection, entry: mark_failed(
                connection,
                entry.name,
                "up",
                StepRecord(step, Step(""), "failed", sqlstate="23505", message="no"),
            ),
            migration,
        )

    def record_as_rolled_back(self, migration: Migration) -> None:
        """Record that somebody said a migration is rolled back."""
        self._record(lambda connection, entry: mark_rolled_back(connection, entry.name), migration)

    def debris(self) -> list[tuple[str, str]]:
        """Return what the janitor finds: kind and name."""
        return [(found.kind, found.name) for found in find_debris(self.project, self.url)]

    def only_debris(self) -> Debris:
        """Return the one thing that the janitor finds."""
        (found,) = find_debris(self.project, self.url)
        return found


@pytest.fixture
def house(server: LocalPostgres, empty_database: str, tmp_path: Path) -> House:
    """Return a project with an empty history."""
    return House(server, empty_database, tmp_path)


def goods(*columns: Column[Any]) -> MetaData:
    """Return models of one table."""
    metadata = MetaData()
    Table("goods", metadata, Column("id", BigInteger, primary_key=True), *columns)
    return metadata


@pytest.fixture
def renaming(house: House) -> tuple[Migration, ...]:
    """Return the migrations of a rename: expand, the one for filled columns, contract; the table is there."""
    (first,) = house.plan(goods(Column("title", Text, nullable=False)), "first")
    house.put_in_place(first)
    house.record_as_applied(first)
    house.run("INSERT INTO goods (id, title) SELECT i, 't' || i FROM generate_series(1, 20) AS i")
    label = Column("label", Text, nullable=False, info={"renamed_from": "title"})
    written = house.plan(goods(label), "rename")
    assert [entry.name.partition("_rename")[2] for entry in written] == ["", "_filled", "_contract"]
    return written
