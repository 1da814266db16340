"""Every job of the catalogue does its work, once, and says what it did; the page names each of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from databases import SevraDatabase
from factories import make_city, make_post, make_review, make_salon
from sqlalchemy import select, text

from sevra_atlas.domain import invariants
from sevra_atlas.schema import CityStats, Post
from sevra_atlas.schema.access import APP, MAINTENANCE
from sevra_atlas.workers import catalogue
from sevra_atlas.workers.catalogue import JOBS, get_job
from sevra_atlas.workers.errors import JobUnknownError
from sevra_atlas.workers.jobs import Job, Outcome

PAGE = Path(__file__).parents[4] / "docs" / "workers.md"

Run = Callable[[Job], Outcome]


def test_the_page_names_every_job_with_its_queue() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## The jobs")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    named = {tuple(cell.strip(" `") for cell in row.split("|")[1:3]) for row in rows}

    assert named == {(job.name, job.queue) for job in JOBS}
    assert {file.stem for file in Path(catalogue.__file__).parent.glob("[a-z]*.py")} == {
        job.run.__module__.rpartition(".")[2] for job in JOBS
    }


def test_a_job_is_found_by_its_name() -> None:
    assert get_job("posts.publish_due") is catalogue.PUBLISH_DUE
    with pytest.raises(JobUnknownError, match=r"there is no job 'posts\.publish'"):
        get_job("posts.publish")


def test_what_was_written_is_found_by_the_search(sevra_db: SevraDatabase, run: Run) -> None:
    with sevra_db.session(APP) as session:
        make_salon(session, name="سالن نگین")

    first, second = run(catalogue.REFRESH_DOCUMENTS), run(catalogue.REFRESH_DOCUMENTS)
    words = run(catalogue.REFRESH_VOCABULARY)

    assert (first.facts["written"], first.more) == (1, False)
    assert second.facts == {"taken": 0, "written": 0, "removed": 0, "announced": 0}
    assert words.facts["words"] > 0
    with sevra_db.session(MAINTENANCE) as session:
        assert session.scalar(text("SELECT title FROM search_documents")) == "سالن نگین"


def test_an_entity_of_which_no_document_can_be_made_holds_up_no_other(
    sevra_db: SevraDatabase, run: Run
) -> None:
    with psycopg.connect(sevra_db.admin_url) as connection:
        connection.execute("ALTER TABLE public.search_documents ADD CHECK (title <> 'two')")
    with sevra_db.session(APP) as session:
        first, second, third = (make_salon(session, name=name).id for name in ("one", "two", "three"))

    alone, after = run(catalogue.REFRESH_DOCUMENTS), run(catalogue.REFRESH_DOCUMENTS)

    assert (alone.facts, alone.more) == ({"left_out": 1}, True)
    assert after.facts["taken"] == 0
    with sevra_db.session(MAINTENANCE) as session:
        found = set(session.scalars(text("SELECT entity_id FROM search_documents")))
    assert {first, third} <= found
    assert second not in found
    assert run(catalogue.VERIFY_SEARCH).facts == {"missing": 1}


def test_a_public_salon_without_a_document_is_missed(sevra_db: SevraDatabase, run: Run) -> None:
    with sevra_db.session(APP) as session:
        make_salon(session)
    announced = run(catalogue.VERIFY_SEARCH)
    with sevra_db.session(MAINTENANCE) as session:
        session.execute(text("DELETE FROM outbox"))

    assert announced.facts == {"missing": 0}
    assert run(catalogue.VERIFY_SEARCH).facts == {"missing": 1}


def test_the_numbers_of_a_city_follow_its_salons_and_reviews(sevra_db: SevraDatabase, run: Run) -> None:
    with sevra_db.session(APP) as session:
        city, other = make_city(session), make_city(session)
        salon = make_salon(session, city_id=city.id)
        make_salon(session, city_id=city.id)
        make_review(session, salon_id=salon.id, rating=4)
        salon_id, ids = salon.id, (city.id, other.id)
    run(catalogue.REFRESH_CITIES)
    first = numbers(sevra_db, ids)
    with sevra_db.session(APP) as session:
        session.execute(
            text("UPDATE salons SET city_id = :city WHERE id = :id"), {"city": ids[1], "id": salon_id}
        )

    moved = run(catalogue.REFRESH_CITIES)

    assert first == {ids[0]: (2, 1, 4)}
    assert moved.facts["cities"] == 2
    assert numbers(sevra_db, ids) == {ids[0]: (1, 0, 0), ids[1]: (1, 1, 4)}
    with sevra_db.connect(MAINTENANCE) as connection:
        assert invariants.broken(connection, invariants.DAILY) == []


def numbers(database: SevraDatabase, cities: tuple[int, ...]) -> dict[int, tuple[int, int, int]]:
    with database.session(MAINTENANCE) as session:
        rows = session.scalars(select(CityStats).where(CityStats.city_id.in_(cities)))
        return {row.city_id: (row.salon_count, row.review_count, row.rating_sum) for row in rows}


def test_counters_that_drift_are_counted_and_not_repaired(sevra_db: SevraDatabase, run: Run) -> None:
    with sevra_db.session(APP) as session:
        make_salon(session)
    clean = run(catalogue.CHECK_COUNTERS)
    with psycopg.connect(sevra_db.admin_url) as connection:
        connection.execute("SET session_replication_role = 'replica'")
        connection.execute("UPDATE public.salons SET follower_count = 7")

    drifted = run(catalogue.CHECK_COUNTERS)

    assert not any(clean.facts.values())
    assert {name: count for name, count in drifted.facts.items() if count} == {"counters of salons": 1}
    assert run(catalogue.CHECK_COUNTERS) == drifted


def test_a_post_goes_live_when_it_is_due_dated_to_its_time(sevra_db: SevraDatabase, run: Run) -> None:
    now = datetime.now(UTC)
    with sevra_db.session(APP) as session:
        due = make_post(session, status="scheduled", scheduled_at=now - timedelta(minutes=2)).id
        later = make_post(session, status="scheduled", scheduled_at=now + timedelta(hours=1)).id
        trashed = make_post(session, status="scheduled", scheduled_at=now - timedelta(minutes=2))
        session.delete(trashed)
        session.execute(text("DELETE FROM outbox"))

    published, again = run(catalogue.PUBLISH_DUE), run(catalogue.PUBLISH_DUE)

    assert (published.facts["posts"], again.facts["posts"]) == (1, 0)
    assert 120 <= published.facts["delay_seconds"] < 180
    with sevra_db.session(MAINTENANCE) as session:
        post = session.get_one(Post, due)
        assert (post.status, post.published_at, post.scheduled_at) == (
            *("published", now - timedelta(minutes=2)),
            None,
        )
        assert session.get_one(Post, later).status == "scheduled"
        topics = set(session.scalars(text("SELECT topic::text FROM outbox")))
        assert {"search", "sitemap"} <= topics
        journal = text(
            "SELECT request_id, actor_id FROM audit_log WHERE row_key = :id ORDER BY id DESC LIMIT 1"
        )
        assert session.execute(journal, {"id": str(due)}).one() == ("job:posts.publish_due", None)


def test_views_are_added_once_and_move_no_date(sevra_db: SevraDatabase, run: Run) -> None:
    with sevra_db.session(APP) as session:
        posts = [make_post(session).id for _ in range(2)]
        for post, views in ((posts[0], 3), (posts[1], 1), (posts[0], 4)):
            session.execute(
                text("INSERT INTO post_view_deltas (post_id, views) VALUES (:post, :views)"),
                {"post": post, "views": views},
            )
    before = dates(sevra_db)

    outcomes = run(catalogue.ROLL_UP_VIEWS), run(catalogue.ROLL_UP_VIEWS)

    assert [outcome.facts for outcome in outcomes] == [{"rows": 3, "views": 8}, {"rows": 0, "views": 0}]
    assert dates(sevra_db) == before
    with sevra_db.session(MAINTENANCE) as session:
        counted = session.execute(text("SELECT id, views_count FROM posts")).all()
        assert dict(map(tuple, counted)) == {posts[0]: 7, posts[1]: 1}


def dates(database: SevraDatabase) -> list[tuple]:
    with database.connect(MAINTENANCE) as connection:
        return connection.execute("SELECT id, updated_at, version FROM posts ORDER BY id").fetchall()


def test_partitions_are_rolled_and_a_second_run_finds_nothing(sevra_db: SevraDatabase, run: Run) -> None:
    with psycopg.connect(sevra_db.admin_url) as connection:
        for (part,) in connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid"
            " WHERE inhparent = 'public.otp_attempts'::regclass AND c.relname ~ '[0-9]$'"
        ).fetchall():
            connection.execute(f"DROP TABLE {part}")

    first, second = run(catalogue.ROLL_PARTITIONS), run(catalogue.ROLL_PARTITIONS)

    assert first.facts["public.otp_attempts"] == 8
    assert set(second.facts.values()) == {0}


def test_ended_jobs_go_after_a_week_and_dead_letters_after_a_month(sevra_db: SevraDatabase, run: Run) -> None:
    ended = [("succeeded", 6), ("succeeded", 8), ("failed", 8), ("failed", 31), ("todo", 31)]
    with sevra_db.connect(MAINTENANCE, autocommit=True) as connection:
        for state, days in ended:
            row = connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
                " VALUES ('default', %s, %s) RETURNING id",
                [f"{state}{days}", state],
            ).fetchone()
            # The trigger of a waiting job tells of it.
            connection.execute("DELETE FROM procrastinate_events WHERE job_id = %s", row)
            connection.execute(
                "INSERT INTO procrastinate_events (job_id, type, at)"
                " VALUES (%s, 'deferred', now() - make_interval(days => %s))",
                [*row, days],
            )

        connection.execute(
            "INSERT INTO job_failures (job_id, fault)"
            " SELECT id, task_name FROM procrastinate_jobs WHERE status = 'failed'"
        )

        purged = run(catalogue.PURGE_FINISHED)
        reasons = connection.execute("SELECT fault FROM job_failures").fetchall()
        left = connection.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id").fetchall()

    assert purged.facts == {"jobs": 2}
    assert left == [("succeeded6",), ("failed8",), ("todo31",)]
    assert reasons == [("failed8",)]
