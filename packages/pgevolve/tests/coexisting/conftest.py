"""Databases that stand before a change, of which each run of both releases gets a copy."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

# The modules beside this file are imported by name.
sys.path.insert(0, str(Path(__file__).parent))

from applications import RELEASES
from deployed import Deployed
from scenarios import Scenario
from sqlalchemy import MetaData
from stage import Stage

from pgevolve.connect import connect, make_predictable
from pgevolve.deploy import deploy
from pgevolve.history import read_history
from pgevolve.local import LocalPostgres
from pgevolve.new import new_migration
from pgevolve.project import GateOptions, Project
from pgevolve.run import replay
from pgevolve.scratch import scratch_database

OpenStage = Callable[[], AbstractContextManager[Stage]]


@pytest.fixture
def stages(server: LocalPostgres, tmp_path: Path) -> Iterator[Callable[[Scenario], OpenStage]]:
    """Return a function that plans a change and returns how to open a database before it."""
    opened: list[AbstractContextManager[Any]] = []

    def before(scenario: Scenario) -> OpenStage:
        migrations = tmp_path / "migrations"
        for version, models in (("old", scenario.old), ("new", scenario.new)):
            new_migration(Project(models(), migrations, None, scratch_url=server.url()), version)
        first, *others = read_history(migrations).migrations
        template = scratch_database(server.url())
        opened.append(template)
        url = template.__enter__()
        with connect(url, purpose="test") as connection:
            make_predictable(connection)
            replay(connection, [first])
            for statement in scenario.rows.values():
                connection.execute(statement.encode())

        @contextmanager
        def copy() -> Iterator[Stage]:
            with scratch_database(server.url(), url.partition("?")[0].rpartition("/")[2]) as database:
                stage = Stage(database, tuple(others))
                try:
                    yield stage
                finally:
                    stage.close()

        return copy

    yield before
    for template in opened:
        template.__exit__(None, None, None)


OpenDeployed = Callable[[], AbstractContextManager[Deployed]]


@pytest.fixture
def deployments(server: LocalPostgres, tmp_path: Path) -> Iterator[Callable[[Scenario], OpenDeployed]]:
    """Return a function that plans a change, and returns how to open a database with the version before it.

    That one is deployed, so that the database has a ledger.
    """
    opened: list[AbstractContextManager[Any]] = []

    def before(scenario: Scenario) -> OpenDeployed:
        folder = tmp_path / "migrations"
        template = scratch_database(server.url())
        opened.append(template)
        url = template.__enter__()
        new_migration(Project(scenario.old(), folder, None, scratch_url=server.url()), "old")
        gate = GateOptions(application="shop", release=RELEASES["old"])
        deploy(Project(MetaData(), folder, None, gate=gate), url)
        with connect(url, purpose="test") as connection:
            for statement in scenario.rows.values():
                connection.execute(statement.encode())
        new_migration(Project(scenario.new(), folder, None, scratch_url=server.url()), "new")

        @contextmanager
        def copy() -> Iterator[Deployed]:
            with scratch_database(server.url(), url.partition("?")[0].rpartition("/")[2]) as database:
                yield Deployed(database, folder, scenario)

        return copy

    yield before
    for template in opened:
        template.__exit__(None, None, None)
