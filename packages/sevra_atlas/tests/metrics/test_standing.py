"""How things stand in the database: each number moves by its event; asking never hurts anybody."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from databases import SevraDatabase
from factories import make_salon
from numbers_read import Numbers, moved, numbers_of
from prometheus_client import CollectorRegistry

from sevra_atlas.schema.access import APP, MAINTENANCE, OWNER
from sevra_atlas.workers.reading import Standing
from sevra_atlas.workers.standing import QUESTIONS, Family, Question

Read = Callable[[], Numbers]


@pytest.fixture
def clock() -> list[float]:
    """Return the seconds of the clock of the reading, to be moved by the test."""
    return [0.0]


@pytest.fixture
def standing(sevra_db: SevraDatabase, clock: list[float]) -> Iterator[Standing]:
    # The tests share a machine with others: what is slow there is not what they ask about.
    with Standing(sevra_db.url(MAINTENANCE), clock=lambda: clock[0], patience=15) as opened:
        yield opened


@pytest.fixture
def read(standing: Standing, clock: list[float]) -> Read:
    """Return what reads all numbers anew, also those with a pause."""
    registry = CollectorRegistry()
    registry.register(standing)

    def again() -> Numbers:
        clock[0] += 4_000
        return numbers_of(registry)

    return again


def run(database: SevraDatabase, statement: str, role: str = APP) -> Callable[[], None]:
    def act() -> None:
        with database.connect(role) as connection:
            connection.execute(statement.encode())

    return act


SALON = "INSERT INTO salons (name, slug) VALUES ('نگین', 'negin')"
DELETE = "DELETE FROM salons WHERE slug = 'negin'"
FAIL = "UPDATE procrastinate_jobs SET status = 'failed'"
JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('seo', 'seo.x', 'todo')"
AGE = "UPDATE deletion_batches SET created_at = now() - interval '32 days'"
ARCHIVE = "UPDATE deletion_batches SET archived_at = now()"
BACK = "UPDATE deletion_batches SET restored_at = now() WHERE remainder_of_id IS NULL"
HOLD = "INSERT INTO legal_holds (entity_type, entity_id, reason) SELECT 'SALON', id, 'x' FROM salons"

# What was done before, what happens then and as whom, and the numbers that move by how much.
EVENTS = {
    "a job waits": ((), JOB, MAINTENANCE, {"sevra_queue_jobs{queue=seo,state=todo}": 1}),
    "a job fails": ((JOB,), FAIL, MAINTENANCE, {"sevra_queue_jobs{queue=seo,state=failed}": 1}),
    "a page gets its address": (
        (),
        SALON,
        APP,
        {"sevra_url_paths{kind=current}": 1, "sevra_path_events_total{event=assigned}": 1},
    ),
    "a page is renamed": (
        (SALON,),
        "UPDATE salons SET slug = 'roya'",
        APP,
        {"sevra_url_paths{kind=alias}": 1, "sevra_path_events_total{event=renamed}": 1},
    ),
    "something is announced": (
        (SALON,),
        "INSERT INTO outbox (topic, entity_type, entity_id) SELECT 'feed', 'SALON', id FROM salons",
        MAINTENANCE,
        {"sevra_outbox_rows{topic=feed}": 1},
    ),
    "a page is deleted": (
        (SALON,),
        DELETE,
        APP,
        {"sevra_batches{state=TRASHED}": 1, "sevra_deletions_total{type=SALON}": 1},
    ),
    "a deletion is taken back": (
        (SALON, DELETE),
        "SELECT public.restore_batch(id) FROM deletion_batches",
        MAINTENANCE,
        {
            "sevra_batches{state=TRASHED}": -1,
            "sevra_batches{state=RESTORED}": 1,
            "sevra_restores_total{outcome=whole,type=SALON}": 1,
        },
    ),
    "a deletion is taken back and leaves something behind": (
        (SALON, DELETE, ARCHIVE),
        f"SELECT public.open_remainder(id, 0) FROM deletion_batches; {BACK}",
        MAINTENANCE,
        {
            "sevra_batches{state=RESTORED}": 1,
            "sevra_restores_total{outcome=partly,type=SALON}": 1,
        },
    ),
    "what was left behind is taken back": (
        (SALON, DELETE, ARCHIVE, "SELECT public.open_remainder(id, 0) FROM deletion_batches", BACK),
        "UPDATE deletion_batches SET restored_at = now() WHERE remainder_of_id IS NOT NULL",
        MAINTENANCE,
        {
            "sevra_batches{state=ARCHIVED}": -1,
            "sevra_batches{state=RESTORED}": 1,
            "sevra_restores_total{outcome=whole,type=SALON}": 1,
        },
    ),
    "archiving meets what stops it": (
        (SALON, DELETE),
        "UPDATE deletion_batches SET blocked_at = now(), blocked_by = 'x'",
        MAINTENANCE,
        {"sevra_batches{state=TRASHED}": -1, "sevra_batches{state=BLOCKED}": 1},
    ),
    "a deletion goes to the archive": (
        (SALON, DELETE),
        ARCHIVE,
        MAINTENANCE,
        {"sevra_batches{state=TRASHED}": -1, "sevra_batches{state=ARCHIVED}": 1},
    ),
    "an archived deletion is purged": (
        (SALON, DELETE, ARCHIVE),
        "UPDATE deletion_batches SET purged_at = now()",
        MAINTENANCE,
        {"sevra_batches{state=ARCHIVED}": -1, "sevra_batches{state=PURGED}": 1},
    ),
    "a page is held": ((SALON,), HOLD, OWNER, {"sevra_legal_holds{}": 1}),
    "a deletion is held": (
        (SALON, DELETE),
        "UPDATE deletion_batches SET hold_until = 'infinity', hold_reason = 'x'",
        MAINTENANCE,
        {"sevra_held_batches{}": 1},
    ),
    "a shard is to be written again": (
        (),
        "INSERT INTO sitemap_shards (section, shard) VALUES ('salons', 3)",
        MAINTENANCE,
        {"sevra_sitemap_dirty_shards{}": 1, "sevra_sitemap_shards{section=salons}": 1},
    ),
    "a file of the sitemap is published": (
        ("INSERT INTO sitemap_shards (section, shard) VALUES ('posts', 0)",),
        (
            "INSERT INTO sitemap_files (name, section, shard, url_count, byte_count, content_hash, lastmod)"
            " VALUES ('posts-0.xml.gz', 'posts', 0, 7, 900, sha256('x'), now())"
        ),
        MAINTENANCE,
        {
            "sevra_sitemap_files{section=posts}": 1,
            "sevra_sitemap_urls{section=posts}": 7,
            "sevra_sitemap_bytes{section=posts}": 900,
        },
    ),
    "a month is exported": (
        (),
        (
            "INSERT INTO archive.segments (month, storage_key, sha256, row_count, byte_size, format_version)"
            " VALUES ('2026-01-01', 'x', sha256('x'), 12, 345, 1)"
        ),
        MAINTENANCE,
        {"sevra_archive_segment_rows{}": 12, "sevra_archive_segment_bytes{}": 345},
    ),
}
TIMES = ("_seconds", "_bytes{table")


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_moves_its_numbers(sevra_db: SevraDatabase, read: Read, event: str) -> None:
    before, statement, role, expected = EVENTS[event]
    maker = dict.fromkeys((SALON, DELETE), APP)
    for each in before:
        run(sevra_db, each, maker.get(each, MAINTENANCE))()

    found = moved(read, run(sevra_db, statement, role))

    assert {name: by for name, by in found.items() if name in expected} == expected
    beside = {name for name in found if name not in expected and not any(each in name for each in TIMES)}
    # What is deleted, named or made public is announced and finds its path beside that.
    assert {name.partition("{")[0] for name in beside} <= {
        "sevra_outbox_rows",
        "sevra_url_paths",
        "sevra_path_events_total",
    }


def test_a_change_that_waits_grows_older(sevra_db: SevraDatabase, read: Read) -> None:
    name = "sevra_outbox_lag_seconds{topic=search}"
    with sevra_db.session() as session:
        make_salon(session)
    with psycopg.connect(sevra_db.admin_url) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE outbox SET created_at = now() - interval '90 seconds'")

    assert 90 <= read()[name] < 200
    run(sevra_db, "DELETE FROM outbox", MAINTENANCE)()
    assert read()[name] == 0


def test_a_batch_that_is_over_its_days_says_for_how_long_until_it_cannot_be_moved(
    sevra_db: SevraDatabase, read: Read
) -> None:
    name, day = "sevra_archive_oldest_due_seconds{}", 86_400
    for statement in (SALON, DELETE):
        run(sevra_db, statement)()
    assert read()[name] == 0

    run(sevra_db, AGE, OWNER)()
    assert 2 * day <= read()[name] < 2 * day + 200
    run(sevra_db, "UPDATE retention_policies SET keep_days = 31 WHERE entity_type = 'SALON'", OWNER)()
    assert day <= read()[name] < day + 200
    run(sevra_db, "UPDATE deletion_batches SET hold_until = 'infinity', hold_reason = 'x'", MAINTENANCE)()
    assert read()[name] == 0
    run(sevra_db, "UPDATE deletion_batches SET hold_until = NULL, hold_reason = NULL", MAINTENANCE)()
    run(sevra_db, HOLD.replace("FROM salons", "FROM public.salons"), OWNER)()
    assert read()[name] == 0


def test_the_last_success_of_a_scheduled_job_is_told(sevra_db: SevraDatabase, read: Read) -> None:
    name = "sevra_job_last_success_timestamp_seconds{job=seo.x}"
    enter = "SELECT procrastinate_defer_periodic_job_v2('seo', NULL, NULL, 'seo.x', 0, '', 1, '{}')"
    run(sevra_db, enter, MAINTENANCE)()
    assert name not in read()

    run(sevra_db, "UPDATE procrastinate_jobs SET status = 'doing'", MAINTENANCE)()
    run(
        sevra_db,
        "SELECT procrastinate_finish_job_v1(id, 'succeeded', false) FROM procrastinate_jobs",
        MAINTENANCE,
    )()

    assert abs(read()[name] - datetime.now(UTC).timestamp()) < 60


def test_partitions_and_their_size_are_told(sevra_db: SevraDatabase, read: Read) -> None:
    found = moved(
        read,
        run(
            sevra_db,
            "CREATE TABLE archive.rows_far PARTITION OF archive.rows"
            " FOR VALUES FROM ('2055-01-01') TO ('2055-02-01')",
            OWNER,
        ),
    )

    assert found["sevra_partitions{table=archive.rows}"] == 1
    assert found["sevra_partition_bytes{table=archive.rows}"] > 0


def test_what_grows_for_ever_is_read_seldom_and_the_rest_at_every_look(
    sevra_db: SevraDatabase, standing: Standing, clock: list[float]
) -> None:
    registry = CollectorRegistry()
    registry.register(standing)
    numbers_of(registry)
    for statement in (SALON, DELETE):
        run(sevra_db, statement)()

    clock[0] += 299
    early = numbers_of(registry)
    clock[0] += 1
    late = numbers_of(registry)

    assert early["sevra_outbox_rows{topic=sitemap}"] > 0
    assert (early["sevra_batches{state=TRASHED}"], late["sevra_batches{state=TRASHED}"]) == (0, 1)
    assert late["sevra_path_events_total{event=assigned}"] == 0


def test_looks_share_one_connection_and_leave_no_transaction(
    sevra_db: SevraDatabase, standing: Standing
) -> None:
    def look() -> None:
        registry = CollectorRegistry()
        registry.register(standing)
        numbers_of(registry)

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with psycopg.connect(sevra_db.admin_url, autocommit=True) as admin:
        rows = admin.execute(
            "SELECT state, xact_start IS NULL, application_name LIKE 'sevra/%' FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        ).fetchall()
        with standing._pool.connection() as connection:
            bounds = connection.execute(
                "SELECT current_setting('lock_timeout'), current_setting('transaction_read_only')"
            ).fetchone()
    assert rows == [("idle", True, True)]
    assert bounds == ("200ms", "on")


def test_a_question_that_is_not_answered_in_time_leaves_its_numbers_out_and_says_so(
    sevra_db: SevraDatabase, standing: Standing, read: Read, clock: list[float]
) -> None:
    registry = CollectorRegistry()
    registry.register(standing)
    with psycopg.connect(sevra_db.admin_url) as other:
        other.execute("LOCK TABLE public.outbox")

        found = read()
        clock[0] += 29
        again = numbers_of(registry)

    assert "sevra_outbox_rows{topic=search}" not in found
    assert found["sevra_standing_read{question=outbox}"] == again["sevra_standing_read{question=outbox}"] == 0
    assert found["sevra_standing_read{question=sitemap}"] == 1
    clock[0] += 1
    assert numbers_of(registry)["sevra_standing_read{question=outbox}"] == 1


def test_a_statement_without_end_is_cancelled(sevra_db: SevraDatabase) -> None:
    endless = Question(
        "endless",
        "SELECT 'sevra_x', ARRAY[]::text[], pg_sleep(60)::text::float8",
        (Family("sevra_x", "x"),),
        0,
        0.1,
    )
    registry = CollectorRegistry()
    with Standing(sevra_db.url(MAINTENANCE), (endless, QUESTIONS[-2]), patience=15) as standing:
        registry.register(standing)
        found = numbers_of(registry)

    assert found["sevra_standing_read{question=endless}"] == 0
    assert found["sevra_url_paths{kind=alias}"] == 0


def test_a_look_ends_within_its_time_and_the_next_one_goes_on(sevra_db: SevraDatabase) -> None:
    def slow(name: str) -> Question:
        asked = f"SELECT '{name}', ARRAY[]::text[], 1::float8 FROM pg_sleep(4.2)"
        return Question(name, asked, (Family(name, "x"),), pause_seconds=1e6, limit_seconds=4)

    registry = CollectorRegistry()
    questions = [slow(f"sevra_{letter}") for letter in "abc"]
    with Standing(sevra_db.url(MAINTENANCE), questions, patience=2) as standing:
        registry.register(standing)
        first, second = numbers_of(registry), numbers_of(registry)

    assert [f"sevra_{letter}{{}}" in first for letter in "abc"] == [True, True, False]
    assert [f"sevra_{letter}{{}}" in second for letter in "abc"] == [True, True, True]


def test_a_database_that_is_away_leaves_the_other_numbers(clock: list[float]) -> None:
    registry = CollectorRegistry()
    with Standing("postgresql://nobody@127.0.0.1:1/none", clock=lambda: clock[0]) as standing:
        registry.register(standing)
        found = numbers_of(registry)

    assert found == {f"sevra_standing_read{{question={question.name}}}": 0 for question in QUESTIONS}


def test_labels_come_from_closed_sets(sevra_db: SevraDatabase, read: Read) -> None:
    """Nothing that an author, a visitor or a number of a row says becomes a label."""
    for statement in (SALON, "UPDATE salons SET slug = 'roya'", DELETE.replace("negin", "roya")):
        run(sevra_db, statement)()
    run(sevra_db, JOB, MAINTENANCE)()
    found = read()
    values: dict[str, set[str]] = {}
    for name in found:
        for pair in filter(None, name.partition("{")[2][:-1].split(",")):
            values.setdefault(pair.partition("=")[0], set()).add(pair.partition("=")[2])

    with sevra_db.connect(MAINTENANCE) as connection:

        def asked(statement: str) -> set[str]:
            return {row[0] for row in connection.execute(statement.encode())}

        assert values.pop("topic") == asked("SELECT unnest(enum_range(NULL::outbox_topic))::text")
        assert values.pop("type") == asked("SELECT entity_type::text FROM entity_types")
        assert values.pop("kind") == asked("SELECT unnest(enum_range(NULL::path_kind))::text")
        states = asked("SELECT unnest(enum_range(NULL::batch_state))::text")
    assert values.pop("state") <= states | {"todo", "doing", "failed"}
    assert values.pop("event") == {"assigned", "renamed", "transferred", "reclaimed"}
    assert values.pop("outcome") == {"whole", "partly"}
    assert values.pop("question") == {question.name for question in QUESTIONS}
    assert values.pop("table") == {"otp_attempts", "audit_log", "archive.rows"}
    assert values.pop("queue") == {"seo"}
    assert values.keys() <= {"section", "job"}
