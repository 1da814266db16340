"""Databases in the shape of the models: a template per server, clones for tests that commit, one session.

`session` is the application's role inside a transaction that is rolled back; `sevra_db` is a database of the
test's own, for tests that commit or need several connections; `acting_as` lends a session another role.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session

from pgevolve.build import build
from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from sevra_atlas.schema import metadata
from sevra_atlas.schema.access import APP, MAINTENANCE, OWNER, READONLY

# Modules beside this file are imported by name: `from factories import make_salon`.
sys.path.insert(0, str(Path(__file__).parent))

SEARCH_PATHS = {APP: "live,public", READONLY: "live,public", MAINTENANCE: "public", OWNER: "public"}


@dataclass(frozen=True)
class SevraDatabase:
    """A database with the schema; `admin_url` is the superuser's."""

    admin_url: str

    def url(self, role: str = APP) -> str:
        """Return a libpq URI that acts as `role` with the search path of that role."""
        options = f"-c role={role} -c search_path={SEARCH_PATHS[role]}"
        if role == READONLY:
            options += " -c default_transaction_read_only=on"
        separator = "&" if "?" in self.admin_url else "?"
        return f"{self.admin_url}{separator}options={quote(options, safe='')}"

    def connect(self, role: str = APP, *, autocommit: bool = False) -> psycopg.Connection:
        """Open a connection; the caller closes it."""
        return psycopg.connect(self.url(role), autocommit=autocommit)

    def engine(self, role: str = APP) -> Engine:
        """Return an engine; the caller disposes of it."""
        return create_engine(sqlalchemy_url(self.url(role)))

    @contextmanager
    def session(self, role: str = APP) -> Iterator[Session]:
        """Open an ORM session that commits when the block ends well."""
        engine = self.engine(role)
        try:
            with Session(engine) as session, session.begin():
                yield session
        finally:
            engine.dispose()


def sqlalchemy_url(url: str) -> str:
    """Return the URI with the scheme SQLAlchemy asks for."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _build_in(url: str) -> None:
    engine = create_engine(sqlalchemy_url(url))
    try:
        with engine.begin() as connection:
            build(connection, metadata, owner=OWNER)
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def template_of() -> Iterator[Callable[[LocalPostgres], str]]:
    """Return a function that names the template database of a server, made at the first call."""
    made: dict[str, str] = {}
    with ExitStack() as stack:

        def name_of(server: LocalPostgres) -> str:
            if server.url() not in made:
                url = stack.enter_context(scratch_database(server.url()))
                _build_in(url)
                made[server.url()] = urlsplit(url).path.removeprefix("/")
            return made[server.url()]

        yield name_of


@pytest.fixture(scope="session")
def sevra_template(server: LocalPostgres, template_of: Callable[[LocalPostgres], str]) -> str:
    """Return the name of a database with the schema and its reference rows; nobody connects to it."""
    return template_of(server)


@pytest.fixture
def sevra_db(server: LocalPostgres, sevra_template: str) -> Iterator[SevraDatabase]:
    """Return a database of the test's own, on every server version."""
    with scratch_database(server.url(), sevra_template) as url:
        yield SevraDatabase(url)


@pytest.fixture
def embedded_db(
    embedded: LocalPostgres, template_of: Callable[[LocalPostgres], str]
) -> Iterator[SevraDatabase]:
    """Return a database of the test's own on the embedded server, where the version does not matter."""
    with scratch_database(embedded.url(), template_of(embedded)) as url:
        yield SevraDatabase(url)


@pytest.fixture(scope="session")
def shared_engine(server: LocalPostgres, sevra_template: str) -> Iterator[Engine]:
    """Return an engine, as superuser, on a database that no test may commit to."""
    with scratch_database(server.url(), sevra_template) as url:
        engine = create_engine(sqlalchemy_url(url))
        try:
            yield engine
        finally:
            engine.dispose()


@pytest.fixture
def session(shared_engine: Engine) -> Iterator[Session]:
    """Return a session as the application's role, inside a transaction that is rolled back.

    Before that every deferred constraint speaks, as it would at a commit.
    """
    with shared_engine.connect() as connection, connection.begin() as transaction:
        _set_role(connection, APP)
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
            session.flush()
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        transaction.rollback()


@contextmanager
def acting_as(session: Session, role: str) -> Iterator[Session]:
    """Lend the transaction of `session` another role and its search path, then give the role back."""
    session.flush()
    connection = session.connection()
    before = connection.execute(
        text("SELECT current_setting('role') AS role, current_setting('search_path') AS path")
    ).one()
    _set_role(connection, role)
    yield session
    session.flush()
    _set(connection, before.role, before.path)


def _set_role(connection: Connection, role: str) -> None:
    _set(connection, role, SEARCH_PATHS[role])


def _set(connection: Connection, role: str, path: str) -> None:
    connection.execute(
        text("SELECT set_config('role', :role, true), set_config('search_path', :path, true)"),
        {"role": role, "path": path},
    )
