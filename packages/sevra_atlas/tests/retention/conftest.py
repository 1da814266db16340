"""Deletions that go their whole way: a database of the test's own, with every kind of row in it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Modules beside this file are imported by name.
sys.path.insert(0, str(Path(__file__).parent))

from archive_scene import Scene
from databases import SevraDatabase


@pytest.fixture
def scene(sevra_db: SevraDatabase) -> Iterator[Scene]:
    """Return a database with connections of the application, the workers and the owner."""
    with Scene(sevra_db) as made:
        yield made
