"""One run: what begins again by itself, what is logged, what is counted."""

import io
import json
from datetime import timedelta

import psycopg
import pytest
import structlog
from databases import SevraDatabase, wait_until_blocked
from prometheus_client import generate_latest

from sevra_atlas.logs import configure_logs
from sevra_atlas.schema.access import APP, MAINTENANCE
from sevra_atlas.workers.jobs import Done, Job, Skipped, Work
from sevra_atlas.workers.metrics import JobMetrics
from sevra_atlas.workers.running import Runner, Stopping, Ticket
from sevra_atlas.workers.schedules import Every


@pytest.fixture
def log() -> io.StringIO:
    stream = io.StringIO()
    configure_logs(stream)
    yield stream
    structlog.reset_defaults()


def events(log: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def told(metrics: JobMetrics) -> dict[str, float]:
    lines = generate_latest(metrics.registry).decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs if "bucket" not in name and "_created" not in name}


def run_with(database: SevraDatabase, job: Job, metrics: JobMetrics, failures: int = 0, **ids: int):
    urls = {"app": database.url(APP), "maintenance": database.url(MAINTENANCE)}
    with Runner(urls, metrics, Stopping(), 2) as runner:
        return runner.run(Ticket(job, 1, failures, ids))


def test_a_deadlock_begins_the_transaction_again(sevra_db: SevraDatabase) -> None:
    with psycopg.connect(sevra_db.admin_url, autocommit=True) as setup:
        setup.execute(
            "CREATE TABLE public.pair (id int PRIMARY KEY, n int); INSERT INTO pair VALUES (1, 0), (2, 0)"
        )
        setup.execute("GRANT SELECT, UPDATE ON public.pair TO sevra_maintenance")
    attempts = []
    with (
        psycopg.connect(sevra_db.admin_url, autocommit=True) as watcher,
        psycopg.connect(sevra_db.admin_url) as other,
    ):
        other.execute("SET deadlock_timeout = '1h'")
        other.execute("UPDATE pair SET n = n + 1 WHERE id = 2")

        def act(connection: psycopg.Connection) -> None:
            attempts.append(connection.info.backend_pid)
            if len(attempts) > 1:
                # The other one got its row meanwhile and lets both go.
                other.pgconn.get_result()
                other.pgconn.get_result()
                other.commit()
            connection.execute("UPDATE public.pair SET n = n + 1 WHERE id = 1")
            if len(attempts) == 1:
                other.pgconn.send_query(b"UPDATE pair SET n = n + 1 WHERE id = 1")
                wait_until_blocked(watcher, other)
            connection.execute("UPDATE public.pair SET n = n + 1 WHERE id = 2")

        job = Job("test.pair", "default", lambda work: work.transact(act) or Done())
        outcome = run_with(sevra_db, job, JobMetrics([job]))
        rows = watcher.execute("SELECT n FROM pair ORDER BY id").fetchall()

    assert outcome == Done()
    assert len(attempts) == 2
    assert rows == [(2,), (2,)]


def test_a_lock_that_does_not_come_is_asked_for_three_times(sevra_db: SevraDatabase) -> None:
    attempts = []

    def act(connection: psycopg.Connection) -> None:
        attempts.append(1)
        connection.execute("SET LOCAL lock_timeout = '20ms'")
        connection.execute("LOCK TABLE public.outbox")

    job = Job("test.lock", "default", lambda work: work.transact(act) or Done())
    with psycopg.connect(sevra_db.admin_url) as other:
        other.execute("LOCK TABLE public.outbox")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            run_with(sevra_db, job, JobMetrics([job]))

    assert len(attempts) == 3


def test_a_transaction_knows_the_job_and_its_time_limit(sevra_db: SevraDatabase) -> None:
    asked = (
        "SELECT current_user::text, current_setting('sevra.request_id'), current_setting('statement_timeout')"
    )
    found = []

    def act(work: Work) -> Done:
        found.extend(work.transact(lambda connection: connection.execute(asked).fetchall()))
        return Done()

    for role in ("app", "maintenance"):
        job = Job(f"test.{role}", "default", act, role=role, limit=timedelta(seconds=90))
        run_with(sevra_db, job, JobMetrics([job]))

    assert found == [
        ("sevra_app", "job:test.app", "90s"),
        ("sevra_maintenance", "job:test.maintenance", "90s"),
    ]


def test_a_statement_over_its_limit_is_cancelled_and_counts_as_a_failure(
    sevra_db: SevraDatabase, log: io.StringIO
) -> None:
    job = Job(
        "test.slow",
        "default",
        lambda work: work.transact(lambda connection: connection.execute("SELECT pg_sleep(30)")) or Done(),
        limit=timedelta(milliseconds=50),
    )

    with pytest.raises(psycopg.errors.QueryCanceled):
        run_with(sevra_db, job, JobMetrics([job]))

    (line,) = events(log)
    assert (line["event"], line["sqlstate"], line["level"]) == ("job retried", "57014", "warning")


def test_a_log_names_the_rule_and_never_the_values_of_a_row(
    sevra_db: SevraDatabase, log: io.StringIO
) -> None:
    def act(work: Work) -> Done:
        insert = "INSERT INTO public.search_lexemes (lexeme, doc_count, trigrams) VALUES ('+98912', 1, '{}')"
        for _ in range(2):
            work.transact(lambda connection: connection.execute(insert))
        return Done()

    job = Job("test.twice", "default", act)
    with pytest.raises(psycopg.errors.UniqueViolation):
        run_with(sevra_db, job, JobMetrics([job]), failures=4)

    (line,) = events(log)
    assert (line["event"], line["run"], line["constraint"]) == ("job failed", 5, "search_lexemes_pkey")
    assert "98912" not in log.getvalue()


def test_a_log_does_not_quote_a_value_that_the_database_refuses(
    sevra_db: SevraDatabase, log: io.StringIO
) -> None:
    wrong = "SELECT 'x98912'::integer"
    job = Job(
        "test.value", "default", lambda work: work.transact(lambda each: each.execute(wrong)) and Done()
    )

    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        run_with(sevra_db, job, JobMetrics([job]))

    (line,) = events(log)
    assert (line["event"], line["sqlstate"]) == ("job failed", "22P02")
    assert "98912" not in log.getvalue()


def test_runs_are_counted_by_outcome_and_their_facts_by_name(sevra_db: SevraDatabase) -> None:
    outcomes = [Done({"rows": 2, "words": 7}), Done({"rows": 3, "words": 5}), Skipped("the salon is gone")]
    job = Job(
        "test.count",
        "default",
        lambda _: outcomes.pop(0),
        totals={"rows": "sevra_rows_total"},
        gauges={"words": "sevra_words"},
    )
    metrics = JobMetrics([job])

    while outcomes:
        run_with(sevra_db, job, metrics)

    numbers = told(metrics)
    assert numbers['sevra_job_runs_total{job="test.count",outcome="succeeded"}'] == 2
    assert numbers['sevra_job_runs_total{job="test.count",outcome="skipped"}'] == 1
    assert numbers['sevra_job_seconds_count{job="test.count"}'] == 3
    assert numbers['sevra_job_lag_seconds_count{job="test.count"}'] == 3
    assert (numbers["sevra_rows_total"], numbers["sevra_words"]) == (5, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"queue": "post"},
        {"ids": ("salon",), "schedule": Every(60)},
        {"due": "SELECT true"},
    ],
)
def test_a_job_that_makes_no_sense_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"queue|periodic|schedule"):
        Job(**{"name": "x", "queue": "default", "run": lambda _: Done(), **wrong})
