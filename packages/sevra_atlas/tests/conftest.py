"""Databases in the shape of the models: a template per server, clones for tests that commit, one session.

`session` is the application's role inside a transaction that is rolled back; `sevra_db` is a database of the
test's own, for tests that commit or need several connections. Beside this file stand `databases` (roles and
connections) and `factories` (rows).
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from pgevolve.deploy import deploy
from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from sevra_atlas.migrate import project
from sevra_atlas.schema.access import APP

# Modules beside this file are imported by name: `from factories import make_salon`.
sys.path.insert(0, str(Path(__file__).parent))

from databases import SevraDatabase, set_role, sqlalchemy_url

# What stands above the schema asks each server the same; it is run on the other servers by `make test-slow`.
_ABOVE_THE_SCHEMA = (
    "addresses",
    "api",
    "browser",
    "crawl",
    "demo",
    "domain",
    "leaks",
    "reads",
    "retention",
    "schema/attack",
    "site",
    "workers",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of which `make test` runs those of the embedded server."""
    folders = tuple(f"{Path(__file__).parent / folder}/" for folder in _ABOVE_THE_SCHEMA)
    for item in items:
        if str(item.path).startswith(folders):
            item.add_marker(pytest.mark.others_slow)


@pytest.fixture(scope="session")
def template_of() -> Iterator[Callable[[LocalPostgres], str]]:
    """Return a function that names the template database of a server, made from the migrations at first."""
    made: dict[str, str] = {}
    with ExitStack() as stack:

        def name_of(server: LocalPostgres) -> str:
            if server.url() not in made:
                url = stack.enter_context(scratch_database(server.url()))
                deploy(project(), url)
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
        set_role(connection, APP)
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
            session.flush()
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        transaction.rollback()
