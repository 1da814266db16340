"""What jobs did, in numbers: each moves by its event, and what another worker found anew stands back."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from databases import SevraDatabase
from factories import make_review, make_salon, make_user
from numbers_read import Numbers, moved, numbers_of
from sqlalchemy.orm import Session

from sevra_atlas.domain.retention.steps import ArchiveFault
from sevra_atlas.schema.access import APP, MAINTENANCE
from sevra_atlas.workers.catalogue import JOBS, get_job
from sevra_atlas.workers.jobs import Done, Job
from sevra_atlas.workers.metrics import JobMetrics
from sevra_atlas.workers.reading import Standing
from sevra_atlas.workers.running import Runner, Stopping, Ticket


class Worker:
    """Runs jobs in this process, as a worker does, over numbers of its own."""

    def __init__(self, database: SevraDatabase, clock: Callable[[], float] | None = None) -> None:
        self.database = database
        self.metrics = JobMetrics(JOBS, clock) if clock else JobMetrics(JOBS)

    def numbers(self) -> Numbers:
        return numbers_of(self.metrics.registry)

    def run(self, name: str) -> Done:
        urls = {"app": self.database.url(APP), "maintenance": self.database.url(MAINTENANCE)}
        with Runner(urls, self.metrics, Stopping(), 2) as runner:
            done = runner.run(Ticket(get_job(name), 0, 0, {}))
        assert isinstance(done, Done)
        return done

    def moved_by(self, name: str) -> Numbers:
        """Return what a run changed, apart from what is told of every run and from times."""
        found = moved(self.numbers, lambda: self.run(name))
        return {
            number: by
            for number, by in found.items()
            if not number.startswith(("sevra_job_", "sevra_drill_"))
            and not number.partition("{")[0].endswith(("_sum", "_bucket", "_created"))
        }


@pytest.fixture
def worker(sevra_db: SevraDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Worker:
    for variable in ("SEVRA_DATA_DIR", "SEVRA_SITEMAP_DIR", "SEVRA_ARCHIVE"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    return Worker(sevra_db)


def as_superuser(database: SevraDatabase, *statements: str) -> None:
    """Change what nobody may change, past every trigger."""
    with psycopg.connect(database.admin_url) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement.encode())


def a_salon(session: Session) -> Any:
    return make_salon(session, slug="negin", status="ACTIVE")


def deleted_long_ago(worker: Worker) -> None:
    with worker.database.session() as session:
        a_salon(session)
    with worker.database.connect() as connection:
        connection.execute("DELETE FROM salons")
    as_superuser(worker.database, "UPDATE deletion_batches SET created_at = now() - interval '31 days'")


def archived_long_ago(worker: Worker) -> None:
    deleted_long_ago(worker)
    worker.run("retention.archive_batches")
    as_superuser(
        worker.database,
        "UPDATE deletion_batches SET archived_at = now() - interval '1096 days'",
        "UPDATE archive.rows SET archived_at = now() - interval '1096 days'",
    )


def damaged(worker: Worker) -> None:
    deleted_long_ago(worker)
    worker.run("retention.archive_batches")
    as_superuser(worker.database, 'UPDATE archive.rows SET row = row || \'{"name": "x"}\'')


def lost(worker: Worker) -> None:
    with worker.database.session() as session:
        a_salon(session)
    as_superuser(worker.database, "DELETE FROM public.salons")


def announced(worker: Worker) -> None:
    with worker.database.session() as session:
        a_salon(session)


def unannounced(worker: Worker) -> None:
    announced(worker)
    worker.run("seo.render_shards")
    as_superuser(worker.database, "DELETE FROM sitemap_urls WHERE path = '/atlas/salon/negin'")


def drifted(worker: Worker) -> None:
    with worker.database.session() as session:
        a_salon(session)
    as_superuser(worker.database, "UPDATE public.salons SET review_count = 7, rating_sum = 14")


EVENTS = {
    "a batch is archived": (
        deleted_long_ago,
        "retention.archive_batches",
        {
            "sevra_batches_archived_total{outcome=archived}": 1,
            "sevra_archived_rows_total{table=salons}": 1,
        },
    ),
    "an archived row is damaged": (
        damaged,
        "retention.verify_archive",
        {"sevra_archive_verify_failures_total{}": 2, "sevra_archive_verified_rows_total{}": 1},
    ),
    "a row is nowhere": (lost, "retention.verify_archive", {"sevra_conservation_gap{table=salons}": 1}),
    "a batch is purged": (
        archived_long_ago,
        "retention.purge_archive",
        {"sevra_archive_purged_total{}": 1, "sevra_archive_purged_rows_total{}": 1},
    ),
    "a change is published": (
        announced,
        "seo.render_shards",
        {
            "sevra_sitemap_announced_total{}": 1,
            "sevra_sitemap_files_written_total{}": 2,
            "sevra_sitemap_shards_rendered_total{}": 2,
            "sevra_sitemap_render_seconds_count{}": 1,
        },
    ),
    "a change was not announced": (
        unannounced,
        "seo.reconcile",
        {"sevra_sitemap_rebuild_mismatch_total{}": 1},
    ),
    "a document is made": (
        announced,
        "search.refresh_documents",
        {"sevra_search_announced_total{}": 1, "sevra_search_documents_written_total{}": 1},
    ),
}


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_moves_its_numbers(worker: Worker, event: str) -> None:
    happen, job, expected = EVENTS[event]
    happen(worker)

    assert worker.moved_by(job) == expected


def test_a_counter_that_drifts_is_told_by_its_check(worker: Worker) -> None:
    drifted(worker)

    found = worker.moved_by("stats.check_counters")

    assert found
    assert {number.partition("{")[0] for number in found} == {"sevra_counter_drift"}
    assert all(by == 1 for by in found.values())


def test_live_rows_below_deleted_ones_are_found_by_the_daily_check(worker: Worker) -> None:
    with worker.database.session() as session:
        salon, user = a_salon(session), make_user(session)
        for author in (user, make_user(session)):
            make_review(session, author_id=author.id, salon_id=salon.id)
    assert worker.moved_by("stats.check_counters") == {}

    as_superuser(worker.database, "UPDATE public.salons SET deleted_at = now(), deletion_id = 1")

    assert worker.moved_by("stats.check_counters")["sevra_orphans_found{}"] == 2


# A sequence remembers what a rollback forgets: so many times the step is given up, as by a deadlock.
IN_THE_WAY = """
CREATE SEQUENCE public.tries;
CREATE FUNCTION public.in_the_way() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF nextval('public.tries') <= {times} THEN
    RAISE serialization_failure;
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER in_the_way BEFORE {what} FOR EACH ROW EXECUTE FUNCTION public.in_the_way();
"""


def in_the_way(worker: Worker, what: str, times: int) -> None:
    with psycopg.connect(worker.database.admin_url) as connection:
        connection.execute(IN_THE_WAY.format(what=what, times=times).encode())


def retries(found: Numbers) -> Numbers:
    return {name: by for name, by in found.items() if name.startswith("sevra_archive_retries_total")}


def test_a_move_that_is_begun_again_is_counted_by_the_step_that_broke_off(worker: Worker) -> None:
    deleted_long_ago(worker)
    in_the_way(worker, "DELETE ON public.salons", 2)

    found = worker.moved_by("retention.archive_batches")

    assert retries(found) == {"sevra_archive_retries_total{step=move_root}": 2}
    assert found["sevra_batches_archived_total{outcome=archived}"] == 1


def test_retries_of_a_run_that_fails_in_the_end_are_counted_all_the_same(worker: Worker) -> None:
    archived_long_ago(worker)
    in_the_way(worker, "INSERT ON archive.segments", 9)

    def export() -> None:
        with pytest.raises(psycopg.errors.SerializationFailure):
            worker.run("retention.export_months")

    assert retries(moved(worker.numbers, export)) == {"sevra_archive_retries_total{step=export_verify}": 2}


def test_steps_are_shown_from_the_first_run_on_and_a_smooth_run_moves_none(worker: Worker) -> None:
    deleted_long_ago(worker)

    assert retries(worker.moved_by("retention.archive_batches")) == {}
    assert {f"sevra_archive_retries_total{{step={step.value}}}" for step in ArchiveFault} == set(
        retries(worker.numbers())
    )


def test_a_reference_to_a_deleted_row_in_a_job_is_counted_by_its_check(worker: Worker) -> None:
    with worker.database.session() as session:
        salon, user = a_salon(session).id, make_user(session).id
    with worker.database.connect() as connection:
        connection.execute("DELETE FROM salons")
    insert = "INSERT INTO follows (follower_id, salon_id) VALUES (%s, %s)"
    job = Job(
        "test.follow",
        "default",
        lambda work: work.transact(lambda connection: connection.execute(insert, [user, salon])) and Done(),
        role="app",
    )
    metrics = JobMetrics([job])

    with (
        Runner({"app": worker.database.url(APP)}, metrics, Stopping(), 2) as runner,
        pytest.raises(psycopg.errors.ForeignKeyViolation),
    ):
        runner.run(Ticket(job, 0, 0, {}))

    found = numbers_of(metrics.registry)
    refused = {
        name for name, by in found.items() if by and name.startswith("sevra_dead_reference_refused_total")
    }
    assert refused == {"sevra_dead_reference_refused_total{constraint=follows_salon_id_live}"}


def test_a_drill_without_a_failure_tells_when_it_was(worker: Worker) -> None:
    name = "sevra_drill_last_success_timestamp{}"
    worker.run("retention.verify_archive")
    assert abs(worker.numbers()[name] - datetime.now(UTC).timestamp()) < 60

    damaged(worker)
    broken = Worker(worker.database)
    broken.run("retention.verify_archive")
    assert name not in broken.numbers()


def test_a_run_with_nothing_to_render_takes_no_time_of_rendering(worker: Worker) -> None:
    worker.run("seo.render_shards")

    assert worker.moved_by("seo.render_shards") == {}


def test_what_another_worker_found_anew_takes_the_place_of_what_this_one_found(worker: Worker) -> None:
    name = "sevra_conservation_gap{table=salons}"
    job = "retention.verify_archive"
    lost(worker)
    now = datetime.now(UTC).timestamp()
    yesterday = Worker(worker.database, clock=lambda: now - 86_400)
    today = Worker(worker.database)
    with (
        Standing(worker.database.url(MAINTENANCE), patience=15) as one,
        Standing(worker.database.url(MAINTENANCE), patience=15) as other,
    ):
        yesterday.metrics.watch(one)
        today.metrics.watch(other)
        yesterday.run(job)
        assert yesterday.numbers()[name] == 1
        as_superuser(worker.database, "DELETE FROM entities WHERE entity_type = 'SALON'")
        succeed(worker.database, job)
        today.run(job)

        assert name not in yesterday.numbers()
        assert today.numbers()[name] == 0


def succeed(database: SevraDatabase, job: str) -> None:
    """Note in the queue that a scheduled job ended well just now."""
    with database.connect(MAINTENANCE) as connection:
        connection.execute(
            "SELECT procrastinate_defer_periodic_job_v2('maintenance', NULL, NULL, %s, 0, '', 1, '{}')", [job]
        )
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        connection.execute(
            "SELECT procrastinate_finish_job_v1(id, 'succeeded', false) FROM procrastinate_jobs"
        )


def test_parts_are_added_up_or_replaced_by_the_ending_of_their_name() -> None:
    job = Job(
        "test.parts",
        "default",
        lambda _: Done(),
        parts={"sevra_taken_total": "table", "sevra_left": "table"},
        timings={"milliseconds": "sevra_work_seconds"},
    )
    metrics = JobMetrics([job])
    for taken in (2, 3):
        parts = {"sevra_taken_total": {"salons": taken}, "sevra_left": {"salons": taken}}
        metrics.told(job, Done({"milliseconds": 1500}, parts=parts))

    found = numbers_of(metrics.registry)
    assert found["sevra_taken_total{table=salons}"] == 5
    assert found["sevra_left{table=salons}"] == 3
    assert (found["sevra_work_seconds_count{}"], found["sevra_work_seconds_sum{}"]) == (2, 3)
