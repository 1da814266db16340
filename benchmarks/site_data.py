"""The database that every benchmark reads: the schema by its migrations, and the standard demo data."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from pgevolve.deploy import deploy
from pgevolve.local import LocalPostgres
from sevra_atlas.demo import load
from sevra_atlas.migrate import project


@dataclass(frozen=True, slots=True)
class Site:
    """A running server with one database in the shape of the newest release."""

    server: LocalPostgres
    database: str
    demo_seconds: float

    def url(self, role: str, search_path: str) -> str:
        """Return a URI that acts as a role with its search path."""
        return acting(self.server.url(self.database), role, search_path)

    @property
    def app_url(self) -> str:
        """The application's URI."""
        return self.url("sevra_app", "live,public")


def acting(url: str, role: str, search_path: str) -> str:
    """Return the URI with a role and a search path in its options."""
    return f"{url}&options={quote(f'-c role={role} -c search_path={search_path}', safe='')}"


@contextmanager
def running_site() -> Iterator[Site]:
    """Start a server of its own with its usual settings, deploy and load; remove everything in the end."""
    with tempfile.TemporaryDirectory(prefix="sevra-bench-") as folder:
        Path(folder).chmod(0o755)  # the server's own account must be able to enter
        server = LocalPostgres(Path(folder, "server"))
        server.start()
        try:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE bench TEMPLATE template0 ENCODING 'UTF8'")
            deploy(project(), server.url("bench"))
            begun = time.perf_counter()
            with psycopg.connect(acting(server.url("bench"), "sevra_owner", "public")) as connection:
                load(connection, media_dir=Path(folder, "media"))
            seconds = time.perf_counter() - begun
            with psycopg.connect(server.url("bench"), autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
            yield Site(server, "bench", seconds)
        finally:
            server.delete()
