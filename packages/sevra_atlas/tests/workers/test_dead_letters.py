"""Why a job failed for good is kept: no more than may stand in clear, no longer than it is true."""

import psycopg
import pytest
from databases import SevraDatabase
from sqlalchemy.exc import DBAPIError

from sevra_atlas.domain.errors import InvalidSlugError
from sevra_atlas.domain.retention.errors import BatchNotFoundError, PurgedError
from sevra_atlas.schema.access import APP, MAINTENANCE
from sevra_atlas.workers.dead_letters import LONGEST, Failure, failure_of, forget, keep
from sevra_atlas.workers.errors import QueueUnreachableError
from sevra_atlas.workers.jobs import Done, Job
from sevra_atlas.workers.metrics import JobMetrics
from sevra_atlas.workers.running import Runner, Stopping, Ticket

PHONE = "+989121234567"
VALUE = "INSERT INTO public.search_lexemes (lexeme, doc_count, trigrams) VALUES ('{}', {}, '{{}}')"


class ToldError(PurgedError):
    """Says what it is given."""

    def __str__(self) -> str:
        return str(self.batch)


def kept(database: SevraDatabase) -> list[tuple[int, str, str | None]]:
    with database.connect(MAINTENANCE) as connection:
        return connection.execute("SELECT job_id, fault, said FROM job_failures ORDER BY job_id").fetchall()


def fail(database: SevraDatabase, error: Exception | str, failures: int = 4) -> None:
    """Run job 17, which raises an error or runs a statement that does, after so many failures."""

    def act(connection: psycopg.Connection) -> None:
        if isinstance(error, Exception):
            raise error
        connection.execute(error.encode())

    job = Job("test.fail", "default", lambda work: work.transact(act) or Done())
    urls = {"app": database.url(APP), "maintenance": database.url(MAINTENANCE)}
    with (
        Runner(urls, JobMetrics([job]), Stopping(), 2) as runner,
        pytest.raises((Exception,)),  # whatever it is, the test looks at what is kept of it
    ):
        runner.run(Ticket(job, 17, failures, {}))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PurgedError(7), Failure("PurgedError", "deletion batch 7 was purged")),
        (QueueUnreachableError(), Failure("QueueUnreachableError", str(QueueUnreachableError()))),
        (
            OSError(28, "No space left on device", "/secret/place"),
            Failure("OSError", "No space left on device"),
        ),
        (ToldError("one line\nanother line"), Failure("ToldError", "one line")),
        (ToldError("x" * 900), Failure("ToldError", "x" * LONGEST)),
        (ToldError(""), Failure("ToldError")),
        # What people typed is in none of them.
        (InvalidSlugError(PHONE, "x"), Failure("InvalidSlugError")),
        (KeyError(PHONE), Failure("KeyError")),
        (ValueError("mina@example.com"), Failure("ValueError")),
        (ToldError(f"no {PHONE} here"), Failure("ToldError", "no … here")),
        (ToldError("no ۰۹۱۲۱۲۳۴۵۶۷ here"), Failure("ToldError", "no … here")),
        (ToldError("no mina@example.com here"), Failure("ToldError", "no … here")),
        (
            BatchNotFoundError(99_999_999),
            Failure("BatchNotFoundError", "there is no deletion batch 99999999"),
        ),
    ],
)
def test_of_an_error_is_kept_what_may_be_told(error: Exception, expected: Failure) -> None:
    assert failure_of(error) == expected


def test_a_run_that_failed_for_good_leaves_its_reason_without_the_values_of_a_row(
    sevra_db: SevraDatabase,
) -> None:
    fail(sevra_db, "; ".join([VALUE.format(PHONE, 1)] * 2))
    ((number, fault, said),) = kept(sevra_db)
    assert (number, fault) == (17, "UniqueViolation")
    assert said is not None
    assert "search_lexemes_pkey" in said

    fail(sevra_db, VALUE.format("x", f"'{PHONE}x'"))
    assert kept(sevra_db) == [(17, "NumericValueOutOfRange", "SQLSTATE 22003")]


def test_a_run_that_is_tried_again_leaves_none(sevra_db: SevraDatabase) -> None:
    fail(sevra_db, OSError(28, "No space left on device"), failures=3)

    assert kept(sevra_db) == []


def test_a_reason_that_cannot_be_kept_hides_no_error(sevra_db: SevraDatabase) -> None:
    with psycopg.connect(sevra_db.admin_url) as admin:
        admin.execute("DROP TABLE public.job_failures")
    job = Job("test.fail", "default", lambda _: 1 / 0)
    urls = {"maintenance": sevra_db.url(MAINTENANCE)}

    with Runner(urls, JobMetrics([job]), Stopping(), 2) as runner, pytest.raises(ZeroDivisionError):
        runner.run(Ticket(job, 17, 4, {}))


def test_of_an_error_of_the_orm_the_drivers_is_kept(sevra_db: SevraDatabase) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable) as error, sevra_db.connect(MAINTENANCE) as connection:
        connection.execute("SELECT FROM nowhere")

    wrapped = DBAPIError("SELECT", {}, error.value)

    assert failure_of(wrapped).said == failure_of(error.value).said is not None


def test_a_job_that_runs_again_is_rid_of_its_reason(sevra_db: SevraDatabase) -> None:
    with sevra_db.connect(MAINTENANCE) as connection:
        for number in (1, 2):
            keep(connection, number, Failure("x"))
        forget(connection, 1)

    assert kept(sevra_db) == [(2, "x", None)]
