"""A periodic job is entered once per period in the whole installation, and only when something is to do."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from databases import SevraDatabase, race

from sevra_atlas.schema.access import MAINTENANCE
from sevra_atlas.workers.catalogue import JOBS
from sevra_atlas.workers.jobs import Done, Job, Outcome, Skipped
from sevra_atlas.workers.schedules import Calendar, Every
from sevra_atlas.workers.scheduling import Scheduler

DAILY = Job("test.daily", "default", lambda _: Done(), schedule=Calendar("0 0 * * *"))
ASKING = Job(
    "test.asking",
    "default",
    lambda _: Done(),
    schedule=Every(86_400),
    due="SELECT EXISTS (SELECT FROM public.post_view_deltas)",
)


@pytest.fixture
def worker(sevra_db: SevraDatabase) -> Iterator[psycopg.Connection]:
    with sevra_db.connect(MAINTENANCE, autocommit=True) as connection:
        yield connection


def waiting(connection: psycopg.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")]


def finish(connection: psycopg.Connection) -> None:
    connection.execute("UPDATE procrastinate_jobs SET status = 'succeeded'")


def begin_next_period(connection: psycopg.Connection) -> None:
    """Let what was entered have been entered a day earlier."""
    connection.execute("UPDATE procrastinate_periodic_defers SET defer_timestamp = defer_timestamp - 86400")


def test_a_period_is_entered_once_by_whoever_comes_first(worker: psycopg.Connection) -> None:
    first, second = Scheduler([DAILY]), Scheduler([DAILY])

    entered = [first.tick(worker), second.tick(worker), first.tick(worker)]
    finish(worker)
    after = [first.tick(worker), second.tick(worker)]

    assert entered == [("test.daily",), (), ()]
    assert after == [(), ()]
    assert waiting(worker) == ["test.daily"]


def test_two_that_tick_at_once_enter_it_once(sevra_db: SevraDatabase) -> None:
    def tick() -> None:
        with sevra_db.connect(MAINTENANCE, autocommit=True) as connection:
            scheduler = Scheduler([DAILY])
            for _ in range(20):
                scheduler.tick(connection)

    assert race([tick] * 4) == [None] * 4

    with sevra_db.connect(MAINTENANCE) as connection:
        assert waiting(connection) == ["test.daily"]


def test_the_next_period_brings_the_next_run_and_missed_ones_one(worker: psycopg.Connection) -> None:
    Scheduler([DAILY]).tick(worker)
    finish(worker)
    for _ in range(3):
        begin_next_period(worker)

    again = [Scheduler([DAILY]).tick(worker), Scheduler([DAILY]).tick(worker)]

    assert again == [("test.daily",), ()]


def test_no_run_is_entered_while_one_waits_or_runs_and_one_whose_worker_died_does_not_run(
    worker: psycopg.Connection,
) -> None:
    def entered_in_the_next_period() -> tuple[str, ...]:
        begin_next_period(worker)
        return Scheduler([DAILY]).tick(worker)

    Scheduler([DAILY]).tick(worker)
    while_it_waits = entered_in_the_next_period()
    worker.execute("SELECT procrastinate_fetch_job_v2(NULL, (SELECT procrastinate_register_worker_v1()))")
    while_it_runs = entered_in_the_next_period()
    worker.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    once_its_worker_is_dead = entered_in_the_next_period()

    assert (while_it_waits, while_it_runs, once_its_worker_is_dead) == ((), (), ("test.daily",))


def test_a_job_that_would_find_nothing_is_entered_as_soon_as_it_would(sevra_db: SevraDatabase) -> None:
    with sevra_db.connect(MAINTENANCE, autocommit=True) as connection:
        scheduler = Scheduler([ASKING, DAILY])
        nothing = scheduler.tick(connection)
        connection.execute(
            "WITH post AS (INSERT INTO public.posts (title, slug) VALUES ('x', 'x') RETURNING id)"
            " INSERT INTO public.post_view_deltas (post_id, views) SELECT id, 1 FROM post"
        )

        something = scheduler.tick(connection)
        finish(connection)
        in_the_same_period = scheduler.tick(connection)

    assert (nothing, something, in_the_same_period) == (("test.daily",), ("test.asking",), ())


def test_every_question_of_the_catalogue_is_answered_and_an_idle_site_has_daily_jobs_only(
    worker: psycopg.Connection,
) -> None:
    Scheduler(JOBS).tick(worker)

    calendar = {job.name for job in JOBS if isinstance(job.schedule, Calendar)}
    assert set(waiting(worker)) == calendar
    # Announcements of the reference rows are not among what was asked for.
    assert all(job.due is not None for job in JOBS if isinstance(job.schedule, Every))


def test_a_run_that_meets_another_one_is_skipped(
    sevra_db: SevraDatabase, run: Callable[[Job], Outcome]
) -> None:
    with psycopg.connect(sevra_db.admin_url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('sevra.job:test.daily', 0))")
        met = run(DAILY)
        other.execute("SELECT pg_advisory_unlock_all()")

        alone = run(DAILY)
        left = other.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()

    assert met == Skipped("another run is at it")
    assert alone == Done()
    assert left == (0,)
