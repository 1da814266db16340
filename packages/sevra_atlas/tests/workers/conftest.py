"""Workers as processes of their own, and jobs run here, over a database of the test's own."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from databases import SevraDatabase

from sevra_atlas.schema.access import APP, MAINTENANCE
from sevra_atlas.workers.jobs import Job, Outcome
from sevra_atlas.workers.metrics import JobMetrics
from sevra_atlas.workers.running import Runner, Stopping, Ticket

# Modules beside this file are imported by name.
sys.path.insert(0, str(Path(__file__).parent))

from worker_place import Worker

_SCENE = """
    CREATE TABLE public.notes (subject bigint, pid integer);
    GRANT SELECT, INSERT ON public.notes TO sevra_app, sevra_maintenance;
"""


@pytest.fixture
def place(sevra_db: SevraDatabase) -> SevraDatabase:
    """Return a database with a table in which jobs of the tests leave notes."""
    with psycopg.connect(sevra_db.admin_url, autocommit=True) as connection:
        connection.execute(_SCENE)
    return sevra_db


@pytest.fixture
def admin(place: SevraDatabase) -> Iterator[psycopg.Connection]:
    """Return the superuser's connection, which sees the queue; what waits in vain ends after 30 s."""
    options = "-c search_path=public,procrastinate -c statement_timeout=30s"
    with psycopg.connect(place.admin_url, autocommit=True, options=options) as connection:
        yield connection


@pytest.fixture
def start(place: SevraDatabase) -> Iterator[Callable[..., Worker]]:
    """Return a function that starts a worker process and waits until it takes jobs."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(Worker(place, options))


@pytest.fixture
def run(sevra_db: SevraDatabase) -> Callable[..., Outcome]:
    """Return a function that runs a job once, in this process, as a worker does."""
    urls = {"app": sevra_db.url(APP), "maintenance": sevra_db.url(MAINTENANCE)}

    def run_once(job: Job, **ids: int) -> Outcome:
        with Runner(urls, JobMetrics([job]), Stopping(), 2) as runner:
            return runner.run(Ticket(job, 0, 0, ids))

    return run_once
