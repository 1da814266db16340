"""The first deploy beside psql with the same script; and a deploy that has nothing to do."""

import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
from figures import Figure
from site_data import Site

from pgevolve.deploy import deploy
from sevra_atlas.migrate import MIGRATIONS, project

_ROUNDS = 5


async def measure(site: Site) -> list[Figure]:
    """Return seconds of a first deploy, and of a deploy with nothing to do."""
    ours, peer = [], []
    for _ in range(_ROUNDS):
        with _fresh_database(site) as url:
            ours.append(_seconds(partial(deploy, project(), url)))
        with _fresh_database(site) as url:
            peer.append(_seconds(partial(_psql, site, url)))
    idle = [_seconds(lambda: deploy(project(), site.server.url(site.database))) for _ in range(_ROUNDS)]
    connect = [_seconds(lambda: _connect(site)) for _ in range(_ROUNDS)]
    return [
        Figure("first deploy, checked against the digest", _ms(ours), _ms(peer), "psql -1 -f of the scripts"),
        Figure("deploy with nothing to do", _ms(idle), _ms(connect), "opening two connections"),
    ]


@contextmanager
def _fresh_database(site: Site) -> Iterator[str]:
    with psycopg.connect(site.server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE fresh TEMPLATE template0 ENCODING 'UTF8'")
        yield site.server.url("fresh")
        connection.execute("DROP DATABASE fresh WITH (FORCE)")


def _psql(site: Site, url: str) -> None:
    program = site.server.binaries.tool("psql")
    scripts = sorted(MIGRATIONS.glob("*/up.sql"))
    files = [argument for script in scripts for argument in ("-f", str(script))]
    subprocess.run([program, url, "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", *files], check=True)


def _connect(site: Site) -> None:
    for _ in range(2):
        psycopg.connect(site.server.url(site.database)).close()


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _ms(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000
