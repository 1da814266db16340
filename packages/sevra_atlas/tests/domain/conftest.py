"""Modules beside this file are imported by name."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import SevraDatabase

sys.path.insert(0, str(Path(__file__).parent))

from sitemap_scene import Bench, bench_over, fill, worker_of


@pytest.fixture
def bench(sevra_db: SevraDatabase, tmp_path: Path) -> Iterator[Bench]:
    """Return a sitemap's worker and folder over a database of the test's own."""
    with worker_of(sevra_db) as worker:
        yield bench_over(sevra_db, worker, tmp_path / "sitemap")


@pytest.fixture
def filled(bench: Bench) -> Bench:
    """Return the bench over one page of every kind, published."""
    with bench.db.session() as session:
        fill(session)
    bench.tick()
    bench.later(minutes=1)
    return bench
