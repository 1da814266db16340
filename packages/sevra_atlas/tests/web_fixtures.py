"""A directory to read: demo data loaded once a server and changed by nobody, and the application over it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from blog_rows import make_blog
from databases import SevraDatabase
from sqlalchemy.orm import Session
from web_client import BASE_URL, WebClient, settings_for, sitemap_dir_beside, web_client

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from sevra_atlas.demo import Size, load
from sevra_atlas.domain import sitemap_worker
from sevra_atlas.domain.sitemap_folder import SitemapFolder
from sevra_atlas.domain.sitemap_publishing import Published

_OPTIONS = {
    "sevra_app": "live,public,procrastinate",
    "sevra_readonly": "live,public",
    "sevra_owner": "public",
    "sevra_maintenance": "public,procrastinate",
}


@dataclass(frozen=True)
class Directory:
    """A database with demo data, and the folder of its pictures; `admin_url` is the superuser's."""

    admin_url: str
    media_dir: Path

    def url(self, role: str = "sevra_app") -> str:
        """Return the address of the database for a role."""
        options = quote(f"-c role={role} -c search_path={_OPTIONS[role]}", safe="")
        return f"{self.admin_url}{'&' if '?' in self.admin_url else '?'}options={options}"

    def rows(self, query: str, *parameters: object, role: str = "sevra_app") -> list[tuple[Any, ...]]:
        """Return what a role reads."""
        with psycopg.connect(self.url(role), autocommit=True) as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def one(self, query: str, *parameters: object, role: str = "sevra_app") -> Any:
        """Return the first value of the first row; a test that asks for what is not there fails here."""
        rows = self.rows(query, *parameters, role=role)
        assert rows, query
        return rows[0][0]

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open an ORM session of the application's role that commits when the block ends well."""
        with SevraDatabase(self.admin_url).session() as session:
            yield session

    def change(self, *statements: str, role: str = "sevra_app") -> None:
        """Run statements in one transaction and commit them."""
        with psycopg.connect(self.url(role)) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def publish(self, now: datetime | None = None) -> Published:
        """Publish the sitemap, as the worker does every few seconds."""
        folder = SitemapFolder(sitemap_dir_beside(self.media_dir), BASE_URL)
        with psycopg.connect(self.url("sevra_owner"), autocommit=True) as connection:
            return sitemap_worker.catch_up(connection, folder, now=now)


def fill(admin_url: str, media_dir: Path, size: Size | None = None) -> Directory:
    """Load the small demo data, or another size, into a database that has the schema."""
    directory = Directory(admin_url, media_dir)
    with psycopg.connect(directory.url("sevra_owner")) as connection:
        load(connection, media_dir=media_dir, size=size or Size.tiny())
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return directory


@pytest.fixture(scope="session")
def directory(
    server: LocalPostgres, sevra_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Directory]:
    """Return demo data that no test may change, on every server version."""
    with scratch_database(server.url(), sevra_template) as url:
        yield fill(url, tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="session")
def web(directory: Directory) -> Iterator[WebClient]:
    """Return the application over the demo data."""
    directory.publish()
    with web_client(settings_for(directory.url(), directory.media_dir)) as client:
        yield client


@pytest.fixture(scope="session")
def blog(
    server: LocalPostgres, sevra_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Directory]:
    """Return the demo's directory and a small blog that no test may change, on every server version."""
    with scratch_database(server.url(), sevra_template) as url:
        directory = fill(url, tmp_path_factory.mktemp("media"), replace(Size.tiny(), posts=0))
        with directory.session() as session:
            make_blog(session)
        yield directory


@pytest.fixture(scope="session")
def blog_web(blog: Directory) -> Iterator[WebClient]:
    """Return the application over the demo data and the small blog."""
    blog.publish()
    with web_client(settings_for(blog.url(), blog.media_dir)) as client:
        yield client


@pytest.fixture
def own_directory(
    embedded: LocalPostgres, template_of: Callable[[LocalPostgres], str], tmp_path: Path
) -> Iterator[Directory]:
    """Return an empty directory of the test's own, which it may fill and change."""
    with scratch_database(embedded.url(), template_of(embedded)) as url:
        yield Directory(url, tmp_path)


@pytest.fixture
def own_web(own_directory: Directory) -> Iterator[WebClient]:
    """Return the application over the test's own directory."""
    with web_client(settings_for(own_directory.url(), own_directory.media_dir)) as client:
        yield client
