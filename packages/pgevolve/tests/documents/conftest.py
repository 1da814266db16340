"""A place for each page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pgevolve.local import LocalPostgres

from .place import running
from .runner import Runner


@pytest.fixture
def runner(embedded: LocalPostgres, tmp_path: Path) -> Iterator[Runner]:
    """Return what does as a page says; its database is dropped afterwards."""
    with running(embedded, embedded, tmp_path / "project") as found:
        yield found
