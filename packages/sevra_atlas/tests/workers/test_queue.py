"""A job is there when the data that it is about are there; what failed is seen and can be retried."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from databases import SevraDatabase
from sqlalchemy import text
from worker_jobs import BEFORE, NOTE, UNLUCKY, WRONG

from sevra_atlas.schema.access import APP, MAINTENANCE, READONLY
from sevra_atlas.workers import queue
from sevra_atlas.workers.errors import JobMissingError, JobNotFailedError, SubjectError


def test_a_job_is_there_once_its_transaction_commits(sevra_db: SevraDatabase) -> None:
    with sevra_db.connect(APP) as connection, sevra_db.connect(APP, autocommit=True) as other:
        number = queue.enqueue(connection, NOTE, subject=7)
        unseen = queue.queued(other)
        connection.commit()

        (seen,) = queue.queued(other)

    assert unseen == ()
    assert (seen.id, seen.name, seen.queue, seen.state, seen.ids) == (
        *(number, "test.note", "default", "todo"),
        {"subject": 7},
    )


def test_a_rollback_leaves_no_job_and_no_data(sevra_db: SevraDatabase) -> None:
    with sevra_db.connect(APP) as connection:
        connection.execute("INSERT INTO salons (name, slug) VALUES ('x', 'x')")
        queue.enqueue(connection, NOTE, subject=7)
        connection.rollback()

        assert queue.queued(connection) == ()
        assert connection.execute("SELECT count(*) FROM salons").fetchone() == (0,)


def test_an_orm_session_enqueues_in_its_own_transaction(sevra_db: SevraDatabase) -> None:
    with sevra_db.session(APP) as session:
        undone = session.begin_nested()
        session.execute(text("INSERT INTO salons (name, slug) VALUES ('x', 'x')"))
        queue.enqueue(session, NOTE, subject=1)
        undone.rollback()
        queue.enqueue(session, NOTE, subject=2)

    with sevra_db.connect(APP) as connection:
        assert [job.ids for job in queue.queued(connection)] == [{"subject": 2}]


@pytest.mark.parametrize(
    "ids", [{}, {"subject": "09120000000"}, {"subject": 1, "code": 2}, {"subject": True}]
)
def test_a_job_takes_the_ids_that_it_names_and_nothing_else(sevra_db: SevraDatabase, ids) -> None:
    with sevra_db.connect(APP) as connection, pytest.raises(SubjectError, match=r"test\.note takes subject"):
        queue.enqueue(connection, NOTE, **ids)


def test_a_job_may_wait_for_its_time(sevra_db: SevraDatabase) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with sevra_db.connect(MAINTENANCE, autocommit=True) as connection:
        queue.enqueue(connection, NOTE, at=tomorrow, subject=1)

        (waiting,) = queue.queued(connection)
        fetched = connection.execute(
            "SELECT id FROM procrastinate_fetch_job_v2(NULL, (SELECT worker_id FROM"
            " procrastinate_register_worker_v1()))"
        ).fetchone()

    assert waiting.not_before == tomorrow
    assert fetched == (None,)


def test_the_application_cannot_take_change_or_remove_jobs(sevra_db: SevraDatabase) -> None:
    with sevra_db.connect(APP, autocommit=True) as connection:
        number = queue.enqueue(connection, NOTE, subject=1)
        for refused in (
            "UPDATE procrastinate_jobs SET args = '{}'",
            "DELETE FROM procrastinate_jobs",
            f"SELECT procrastinate_finish_job_v1({number}, 'succeeded', false)",
            "SELECT * FROM procrastinate_workers",
            "CREATE TABLE procrastinate.mine ()",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused)


def test_a_reader_sees_nothing_of_the_queue(sevra_db: SevraDatabase) -> None:
    with (
        sevra_db.connect(READONLY) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT FROM procrastinate.procrastinate_jobs")


def fail(connection: psycopg.Connection, number: int) -> None:
    """End a job as a worker does whose job failed for good."""
    connection.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [number])


def test_dead_letters_are_listed_and_run_again_with_all_their_runs(sevra_db: SevraDatabase) -> None:
    with sevra_db.connect(MAINTENANCE, autocommit=True) as connection:
        dead = queue.enqueue(connection, UNLUCKY, subject=1)
        waiting = queue.enqueue(connection, UNLUCKY, subject=2)
        connection.execute("UPDATE procrastinate_jobs SET attempts = 3")
        fail(connection, dead)

        before = queue.failed(connection), [job.id for job in queue.queued(connection, state="failed")]
        with connection.transaction():
            queue.retry(connection, [dead])
        again, events = queue.get_queued(connection, dead)

        assert before == ((dead,), [dead])
        assert (again.state, again.runs) == ("todo", 0)
        assert [event.what for event in events] == ["deferred", "cancelled", "retried"]
        with pytest.raises(JobNotFailedError, match=f"job {waiting} is todo, not failed"):
            queue.retry(connection, [waiting])
        with pytest.raises(JobMissingError, match="the queue holds no job 999"):
            queue.get_queued(connection, 999)


def test_jobs_are_listed_the_newest_first_by_state_name_and_number(sevra_db: SevraDatabase) -> None:
    with sevra_db.connect(MAINTENANCE, autocommit=True) as connection:
        first = queue.enqueue(connection, NOTE, subject=1)
        second = queue.enqueue(connection, BEFORE, subject=1)
        third = queue.enqueue(connection, WRONG)
        fail(connection, third)

        def found(**asked) -> list[int]:
            return [job.id for job in queue.queued(connection, **asked)]

        assert found() == [third, second, first]
        assert found(limit=1) == [third]
        assert found(before=third) == [second, first]
        assert found(name="test.before") == [second]
        assert found(state="todo") == [second, first]
