"""A folder, a shell and databases for one page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from pgevolve.local import LocalPostgres
from pgevolve.scratch import drop_database, scratch_database, with_database

from .runner import Runner, reader_environment


@contextmanager
def running(old: LocalPostgres, new: LocalPostgres, folder: Path) -> Iterator[Runner]:
    """Return what does as a page says in a folder; `NEW_URL` is a database that a page may make elsewhere.

    The databases that the page makes of its own name are dropped afterwards.
    """
    folder.mkdir()
    with scratch_database(old.url()) as url:
        name = urlsplit(url).path.removeprefix("/")
        environment = reader_environment(url, new.binaries.directory)
        environment["NEW_URL"] = with_database(new.url(), f"{name}_moved")
        hidden = {name: "project", str(new.socket_dir): "/run/postgresql", str(old.socket_dir): "/run/old"}
        try:
            yield Runner(folder, environment, hidden)
        finally:
            for server in (old, new):
                _drop_others(server, name)


def _drop_others(server: LocalPostgres, name: str) -> None:
    with psycopg.connect(server.url()) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (f"{name}_",)
        )
        others = [other for (other,) in found]
    for other in others:
        drop_database(server.url(), other)
