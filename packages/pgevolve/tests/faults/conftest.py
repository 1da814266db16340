"""Deploys that are disturbed at every point."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The modules beside this file are imported by name.
sys.path.insert(0, str(Path(__file__).parent))

from disturbed import Bench, Children

from pgevolve.local import LocalPostgres


@pytest.fixture(scope="module", params=["deploy", "rollback"])
def bench(
    request: pytest.FixtureRequest, server: LocalPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """Return a bench of one function on one server."""
    made = Bench(server, tmp_path_factory.mktemp("faults"), request.param)
    yield made
    made.close()


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    """Return the process that forks."""
    with Children() as forking:
        yield forking
