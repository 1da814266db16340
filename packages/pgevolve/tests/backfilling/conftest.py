"""A project whose migrations fill rows, and a database to deploy it to."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

# The wire that kills a deploy at a message is that of the faults; both are imported by name.
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))

from filling import Shop, shop_on

from pgevolve.local import LocalPostgres


@pytest.fixture
def shop(server: LocalPostgres, tmp_path: Path) -> Iterator[Shop]:
    """Return a project with an empty history."""
    with shop_on(server, tmp_path) as made:
        yield made


@pytest.fixture
def query(empty_database: str) -> Callable[..., list[tuple[object, ...]]]:
    """Return a function that asks the test's database, each time in a session of its own, and commits."""

    def ask(statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(empty_database, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    return ask
