"""A folder, a shell and a database for each page."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database

from .runner import Runner, reader_environment


@pytest.fixture
def runner(embedded: LocalPostgres, tmp_path: Path) -> Iterator[Runner]:
    """Return what does as a page says; its database is dropped afterwards."""
    folder = tmp_path / "project"
    folder.mkdir()
    with scratch_database(embedded.url()) as url:
        environment = reader_environment(url, embedded.binaries.directory)
        hidden = {
            urlsplit(url).path.removeprefix("/"): "project",
            str(embedded.socket_dir): "/run/postgresql",
        }
        yield Runner(folder, environment, hidden)
