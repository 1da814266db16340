"""A directory and a blog with a deleted twin of something of every kind, and the application over them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

# Modules beside this file are imported by name.
sys.path.insert(0, str(Path(__file__).parent))

from marked import bury
from web_client import WebClient, settings_for, web_client
from web_fixtures import Directory, fill
from web_recipes import Ground

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from sevra_atlas.domain import search_queue


@pytest.fixture(scope="session")
def ground(
    server: LocalPostgres, sevra_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    """Return the demo's data with twins of every kind in the trash; what workers make was made since."""
    with scratch_database(server.url(), sevra_template) as url:
        directory = fill(url, tmp_path_factory.mktemp("media"))
        with (
            psycopg.connect(directory.url("sevra_owner")) as owner,
            psycopg.connect(directory.url("sevra_app")) as application,
        ):
            marked = bury(owner, application)
        _let_workers_run(directory)
        yield Ground(directory, marked)


def _let_workers_run(directory: Directory) -> None:
    with psycopg.connect(directory.url("sevra_owner"), autocommit=True) as connection:
        search_queue.drain(connection)
    directory.publish()


@pytest.fixture(scope="session")
def crawled(ground: Ground) -> Iterator[WebClient]:
    """Return the application over the twins."""
    with web_client(settings_for(ground.directory.url(), ground.directory.media_dir)) as client:
        yield client
