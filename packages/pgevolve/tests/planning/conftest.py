"""A database that stands at one version of the models and is full of rows, for the steps that come then."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData

from pgevolve.backfill import run_backfill
from pgevolve.catalog import read_catalog
from pgevolve.compare import compare, execute, script_parts
from pgevolve.connect import connect, make_predictable, sqlalchemy_connection
from pgevolve.digest import digest
from pgevolve.history import Migration, read_history
from pgevolve.local import LocalPostgres
from pgevolve.run import NoJournal, replay, run_steps
from pgevolve.scratch import scratch_database
from pgevolve.trace import StepTrace, Tracer


class Planned:
    """The migrations from one version of the models to the next, and a database before them."""

    def __init__(self, url: str, migrations: tuple[Migration, ...]) -> None:
        self.url, self.migrations = url, migrations

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Run statements in a session of their own, and return the rows of the last one."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def apply(self, *migrations: Migration) -> None:
        """Run migrations as a deploy does, without a ledger."""
        with connect(self.url, purpose="test") as connection:
            make_predictable(connection)
            replay(connection, migrations)

    def back(self, migration: Migration) -> None:
        """Run the way back of a migration."""
        assert migration.down is not None, migration.irreversible
        with connect(self.url, purpose="test") as connection:
            make_predictable(connection)
            run_steps(connection, migration.down, owner=None, journal=NoJournal())

    def is_as_planned(self) -> bool:
        """Tell whether the schema is the one that the last migration must lead to."""
        with sqlalchemy_connection(self.url, purpose="test") as connection:
            return digest(read_catalog(connection)) == self.migrations[-1].digest

    def fill(self, migration: Migration) -> int:
        """Run the batches of a migration and return how many rows they wrote."""
        assert migration.backfill_sql is not None
        with connect(self.url, purpose="test") as connection:
            return run_backfill(connection, migration.backfill_sql, owner=None)

    def trace(self, migration: Migration) -> tuple[StepTrace, ...]:
        """Run the steps of a migration and return what they did to everybody else."""
        with Tracer(self.url) as tracer:
            return tracer.trace(migration.up)


@pytest.fixture
def planned(bench: Any) -> Iterator[Callable[[MetaData, MetaData], Planned]]:
    """Return a function that plans from one version of the models to another, on each server."""
    databases: list[Any] = []

    def between(old: MetaData, new: MetaData) -> Planned:
        bench.evolve(old, new)
        first, *others = read_history(bench.migrations).migrations
        database = _at(bench, first)
        databases.append(database)
        return Planned(database.__enter__(), tuple(others))

    yield between
    for database in databases:
        database.__exit__(None, None, None)


@contextmanager
def _at(bench: Any, first: Migration) -> Iterator[str]:
    with scratch_database(bench.server.url()) as url:
        Planned(url, ()).apply(first)
        yield url


@pytest.fixture
def assert_nobody_waits_for_a_scan() -> Callable[[Sequence[StepTrace]], None]:
    """Return the assertion that no step reads or writes a whole table while writers are locked out."""

    def check(seen: Sequence[StepTrace]) -> None:
        for step in seen:
            assert not step.rewritten, step
            if step.scanned or step.rebuilt:
                assert not {waiting.probe for waiting in step.waiting} & {"insert", "update", "select"}, step

    return check


class Between:
    """A database at one schema, and the script that leads to another, phase by phase."""

    def __init__(self, url: str, target_url: str) -> None:
        self.url, self.target_url = url, target_url
        self.parts = script_parts(compare(url, target_url))

    def run(self, statement: str) -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def apply(self) -> None:
        execute(self.url, self.parts)

    def left(self) -> Any:
        return compare(self.url, self.target_url).changes


@pytest.fixture
def between(server: LocalPostgres) -> Iterator[Callable[[str, str], Between]]:
    """Return a function that plans from one schema, as SQL, to another, on each server."""
    with _two_databases(server) as planned:
        yield planned


@pytest.fixture
def between_18(embedded: LocalPostgres) -> Iterator[Callable[[str, str], Between]]:
    """Return the same where the schemas need PostgreSQL 18."""
    with _two_databases(embedded) as planned:
        yield planned


@contextmanager
def _two_databases(server: LocalPostgres) -> Iterator[Callable[[str, str], Between]]:
    with scratch_database(server.url()) as old_url, scratch_database(server.url()) as new_url:

        def planned(old: str, new: str) -> Between:
            for url, statements in ((old_url, old), (new_url, new)):
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(statements.encode())
            return Between(old_url, new_url)

        yield planned
