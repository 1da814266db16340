"""Servers that ask for passwords, databases of one's own on them, and the command line as a user runs it."""

import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from psycopg import sql

from pgevolve.local import LocalPostgres, find_binaries
from pgevolve.scratch import SCRATCH_SETTINGS

# Modules beside this file are imported by name.
sys.path.insert(0, str(Path(__file__).parent))

from cli_places import (
    MAJORS,
    Cluster,
    OwnDatabase,
    Sevra,
    ordinary_python,
    sevra_of_ordinary_user,
    sevra_of_tester,
)


@pytest.fixture(scope="session")
def _clusters() -> Iterator[dict[int, Cluster]]:
    with ExitStack() as stack:
        started: dict[int, Cluster] = {}
        for major in MAJORS:
            home = Path(tempfile.mkdtemp(prefix="sva-"))
            server = LocalPostgres(home, binaries=find_binaries(major), tcp=True, settings=SCRATCH_SETTINGS)
            stack.callback(server.delete)
            server.start()
            started[major] = Cluster(server)
        yield started


@pytest.fixture(scope="session", params=MAJORS, ids=lambda major: f"pg{major}")
def cluster(request: pytest.FixtureRequest, _clusters: dict[int, Cluster]) -> Cluster:
    """Return a server that asks for passwords; the test runs once for every major version."""
    return _clusters[request.param]


@pytest.fixture
def database(cluster: Cluster) -> Iterator[OwnDatabase]:
    """Return an empty database in UTF-8; it goes after the test, with the roles that were made for it."""
    own = OwnDatabase(cluster, f"t{secrets.token_hex(6)}", cluster.roles())
    with cluster.admin() as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(own.name))
        )
    try:
        yield own
    finally:
        own.drop()


@contextmanager
def workplace_folder() -> Iterator[Path]:
    """Make a folder whose path has a space, where every user may enter; it goes with its server."""
    parent = Path(tempfile.mkdtemp(prefix="sva-"))
    parent.chmod(0o755)
    place = parent / "my salon"
    place.mkdir()
    try:
        yield place
    finally:
        LocalPostgres(place / ".data" / "postgres").delete()
        shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture
def workplace() -> Iterator[Path]:
    """Return a folder of the test's own, with a space in its path."""
    with workplace_folder() as place:
        yield place


@pytest.fixture
def sevra(workplace: Path) -> Sevra:
    """Return the command `sevra` in an empty folder, as whoever runs the tests."""
    return sevra_of_tester(workplace)


@pytest.fixture(scope="module")
def deployed() -> Iterator[Sevra]:
    """Return the command in a folder whose embedded database is deployed; its server runs meanwhile."""
    with workplace_folder() as place, LocalPostgres(place / ".data" / "postgres", settings=SCRATCH_SETTINGS):
        command = sevra_of_tester(place)
        done = command.run("migrate", "deploy")
        assert done.returncode == 0, done.stderr
        yield command


@pytest.fixture
def ordinary_sevra(workplace: Path) -> Sevra:
    """Return the command `sevra` in an empty folder, as an ordinary user also where root runs the tests."""
    return sevra_of_ordinary_user(workplace)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs an ordinary user where none can run our packages; in CI that is a failure."""
    if os.environ.get("CI") == "true" or ordinary_python() is not None:
        return
    left_out = [item for item in items if "ordinary_sevra" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def embedded_home() -> Iterator[Path]:
    """Return a folder for an embedded server that a test makes for itself."""
    home = Path(tempfile.mkdtemp(prefix="sva-"))
    try:
        yield home
    finally:
        LocalPostgres(home).delete()


@pytest.fixture
def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
