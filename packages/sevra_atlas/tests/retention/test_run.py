"""A pass of the worker: what is due goes to the archive whole, what is needed or held stays."""

import hashlib

import psycopg
import pytest
from archive_scene import Scene, make_directory
from databases import race
from factories import SOFT_MODELS, make_comment, make_media, make_post, make_review, make_salon, make_user
from psycopg.rows import tuple_row

from sevra_atlas.domain.retention.run import run_once
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch
from sevra_atlas.domain.retention.tables import MOVED, REMOVED, leaving
from sevra_atlas.domain.retention.verifying import verify
from sevra_atlas.schema.access import MAINTENANCE


def test_every_table_that_goes_with_a_deletion_is_moved_or_named_as_removed(scene: Scene) -> None:
    reached = scene.owner.cursor(row_factory=tuple_row).execute(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND public.rows_of_batch(relname) IS NOT NULL"
    )

    assert {row[0] for row in reached} == set(MOVED) | REMOVED
    assert len(MOVED) == len(set(MOVED))
    assert not set(MOVED) & REMOVED


def test_a_comment_reaches_only_what_may_hang_on_it() -> None:
    assert set(leaving(["comments"])) == {"comments", "media_links", "reactions", "reports", "seo_meta"}
    assert leaving(["reviews"])[-1] == "reviews"


@pytest.mark.parametrize(
    ("table", "satellites"),
    [
        (
            "salons",
            {
                "follows": 1,
                "media_links": 1,
                "opening_hours": 1,
                "reports": 1,
                "review_votes": 1,
                "reviews": 2,
                "salon_artists": 1,
                "salon_owners": 1,
                "salon_services": 1,
                "salons": 1,
                "seo_meta": 1,
                "verification_documents": 1,
                "verification_requests": 1,
            },
        ),
        (
            "artists",
            {
                "artist_certifications": 1,
                "artist_owners": 1,
                "artist_specialties": 1,
                "artists": 1,
                "salon_artists": 1,
            },
        ),
        (
            "posts",
            {
                "comments": 2,
                "post_media": 1,
                "post_tags": 1,
                "posts": 1,
                "reactions": 1,
                "revisions": 1,
                "saves": 1,
            },
        ),
        (
            "users",
            {
                "comments": 2,
                "follows": 1,
                "reports": 1,
                "review_votes": 1,
                "reviews": 1,
                "saves": 1,
                "users": 1,
            },
        ),
        ("service_categories", {"salon_services": 1, "service_categories": 1, "service_definitions": 1}),
        ("cities", {"cities": 1, "neighborhoods": 1}),
    ],
)
def test_a_batch_goes_with_everything_that_hangs_on_it(
    scene: Scene, table: str, satellites: dict[str, int]
) -> None:
    with scene.rows() as session:
        ids = make_directory(session)
    batch = scene.delete(table, ids[table])
    scene.age(31)

    ran = scene.run()

    assert (ran.archived, ran.failed, ran.blocked) == (1, [], 0)
    assert ran.rows == satellites
    assert scene.archived() == satellites
    assert scene.state(batch) == "ARCHIVED"
    assert scene.value(f"SELECT count(*) FROM {table} WHERE id = %s", ids[table]) == 0
    assert scene.broken_balances() == []
    assert scene.run().archived == 0


def test_every_kind_is_archived_and_purged(scene: Scene) -> None:
    with scene.rows() as session:
        made = [(model.__tablename__, make(session).id) for model, make in SOFT_MODELS]  # type: ignore[attr-defined]
    for table, row_id in made:
        scene.delete(table, row_id)
    scene.age(31)

    ran = scene.run()

    assert (ran.archived, ran.blocked, ran.failed) == (len(SOFT_MODELS), 0, [])
    assert scene.broken_balances() == []
    assert verify(scene.workers).damaged == ()
    scene.age_archive(1096)
    purged = scene.run()
    assert purged.purged == len(SOFT_MODELS)
    assert scene.archived() == {}
    assert scene.value("SELECT count(*) FROM entities WHERE state = 'purged'") >= len(SOFT_MODELS)
    assert scene.broken_balances() == []


def test_a_young_batch_and_a_live_row_stay(scene: Scene) -> None:
    with scene.rows() as session:
        first, second = make_salon(session).id, make_salon(session).id
    batch = scene.delete("salons", first)
    scene.age(29.9)

    assert scene.run().archived == 0
    assert scene.state(batch) == "TRASHED"
    assert scene.value("SELECT count(*) FROM salons WHERE id IN (%s, %s)", first, second) == 2


def test_a_row_that_needs_the_deleted_row_blocks_archiving_and_is_named(scene: Scene) -> None:
    with scene.rows() as session:
        picture = make_media(session)
        user, media = make_user(session, avatar_media_id=picture.id).id, picture.id
    person, file = scene.delete("users", user), scene.delete("media", media)
    scene.age(31, file)

    ran = scene.run()

    assert [(moved.batch, moved.blocked_by) for moved in ran.blocked_by] == [
        (file, f"users {user} (avatar_media_id)")
    ]
    assert scene.state(file) == "BLOCKED"
    assert (
        scene.value("SELECT blocked_by FROM deletion_batches WHERE id = %s", file)
        == ran.blocked_by[0].blocked_by
    )
    scene.age(32, person)
    assert scene.run().archived == 2
    assert [scene.state(each) for each in (person, file)] == ["ARCHIVED"] * 2
    assert scene.broken_balances() == []


def test_a_file_of_a_gallery_in_the_trash_waits_for_its_post(scene: Scene) -> None:
    with scene.rows() as session:
        ids = make_directory(session)
    post, file = scene.delete("posts", ids["posts"]), scene.delete("media", ids["media"])
    scene.age(31, file)

    place = scene.value("SELECT id FROM post_media")
    assert scene.run().blocked_by[0].blocked_by == f"post_media {place} (media_id)"
    scene.age(32, post)
    assert scene.run().archived == 2


@pytest.mark.parametrize("hold", ["batch", "root", "child"])
def test_a_batch_under_legal_hold_is_neither_archived_nor_purged(scene: Scene, hold: str) -> None:
    with scene.rows() as session:
        post = make_post(session)
        comment, post_id = make_comment(session, post_id=post.id).id, post.id
    batch = scene.delete("posts", post_id)
    scene.age(31)
    place, lift = {
        "batch": (
            "UPDATE deletion_batches SET hold_until = 'infinity', hold_reason = 'x'",
            "UPDATE deletion_batches SET hold_until = NULL, hold_reason = NULL",
        ),
        "root": (
            f"INSERT INTO legal_holds (entity_type, entity_id, reason) VALUES ('BLOG_POST', {post_id}, 'x')",
            "UPDATE legal_holds SET released_at = now()",
        ),
        "child": (
            f"INSERT INTO legal_holds (entity_type, entity_id, reason) VALUES ('COMMENT', {comment}, 'x')",
            "UPDATE legal_holds SET released_at = now()",
        ),
    }[hold]

    scene.owner.execute(place.encode())
    assert scene.run().archived == 0
    scene.owner.execute(lift.encode())
    assert scene.run().archived == 1
    scene.owner.execute(place.encode())
    scene.age_archive(1096)
    assert scene.run().purged == 0
    scene.owner.execute(lift.encode())
    assert scene.run().purged == 1
    assert scene.state(batch) == "PURGED"


def test_purging_turns_paths_into_gone_ones(scene: Scene) -> None:
    with scene.rows() as session:
        salon = make_salon(session, slug="roya").id
    scene.delete("salons", salon)
    scene.age(31)
    scene.run()
    assert scene.value("SELECT kind::text FROM url_paths WHERE entity_id = %s", salon) == "current"
    scene.age_archive(1096)

    assert scene.run().purged == 1

    assert scene.value("SELECT kind::text FROM url_paths WHERE path = '/atlas/salon/roya'") == "gone"
    assert scene.value("SELECT count(*) FROM rebuild_url_paths()") == 0


def test_what_is_kept_for_ever_is_not_purged(scene: Scene) -> None:
    with scene.rows() as session:
        salon = make_salon(session).id
    scene.delete("salons", salon)
    scene.age(31)
    scene.run()
    scene.owner.execute("UPDATE retention_policies SET archive_days = NULL")
    scene.age_archive(100_000)

    assert scene.run().purged == 0


def test_a_batch_whose_rows_do_not_add_up_stays_and_is_reported(scene: Scene) -> None:
    with scene.rows() as session:
        wrong, right = make_salon(session).id, make_salon(session).id
    batches = [scene.delete("salons", wrong), scene.delete("salons", right)]
    scene.owner.execute("UPDATE deletion_batches SET row_count = 2 WHERE id = %s", (batches[0],))
    scene.age(31)

    ran = scene.run()

    assert [failure.batch for failure in ran.failed] == [batches[0]]
    assert ran.failed[0].reason == f"deletion batch {batches[0]} holds 2 rows, 1 left and 1 arrived"
    assert [scene.state(each) for each in batches] == ["TRASHED", "ARCHIVED"]
    assert scene.archived() == {"salons": 1}
    assert scene.broken_balances() == []


def test_two_workers_never_archive_one_batch_twice(scene: Scene) -> None:
    with scene.rows() as session:
        salons = [make_salon(session).id for _ in range(12)]
        for salon in salons:
            make_review(session, salon_id=salon)
    for salon in salons:
        scene.delete("salons", salon)
    scene.age(31)
    done: list[int] = []

    def work() -> None:
        with scene.database.connect(MAINTENANCE, autocommit=True) as connection:
            done.append(run_once(connection).archived)

    assert race([work, work, work]) == [None] * 3

    assert sum(done) == len(salons)
    assert scene.archived() == {"reviews": 12, "salons": 12}
    assert scene.broken_balances() == []


def test_a_worker_passes_over_the_batch_that_another_one_has(scene: Scene) -> None:
    with scene.rows() as session:
        first, second = make_salon(session).id, make_salon(session).id
    batches = [scene.delete("salons", first), scene.delete("salons", second)]
    scene.age(31)
    with scene.database.connect(MAINTENANCE) as other:
        other.execute("SELECT FROM deletion_batches WHERE id = %s FOR UPDATE", (batches[0],))

        assert scene.run().archived == 1

    assert [scene.state(each) for each in batches] == ["TRASHED", "ARCHIVED"]


def test_a_run_that_is_asked_to_stop_ends_between_two_batches(scene: Scene) -> None:
    with scene.rows() as session:
        salons = [make_salon(session).id for _ in range(3)]
    for salon in salons:
        scene.delete("salons", salon)
    scene.age(31)
    seen: list[tuple[str, int, int]] = []
    watch = Watch(progress=lambda *progress: seen.append(progress), is_stopping=lambda: len(seen) == 2)

    ran = scene.run(watch)

    assert (ran.archived, ran.stopped) == (2, True)
    assert seen == [("batches archived", 1, 3), ("batches archived", 2, 3)]
    assert scene.run(limit=5).archived == 1


def test_a_limit_bounds_a_pass(scene: Scene) -> None:
    with scene.rows() as session:
        salons = [make_salon(session).id for _ in range(3)]
    for salon in salons:
        scene.delete("salons", salon)
    scene.age(31)

    assert (scene.run(limit=2).archived, scene.run(limit=2).archived) == (2, 1)


def test_the_steps_of_a_batch_come_in_their_order(scene: Scene) -> None:
    with scene.rows() as session:
        salon = make_salon(session).id
    scene.delete("salons", salon)
    scene.age(31)
    seen: list[ArchiveFault] = []

    scene.run(Watch(at=seen.append))

    assert seen == [*list(ArchiveFault)[:6], ArchiveFault.CLAIM]


def test_an_altered_row_of_the_archive_is_found(scene: Scene) -> None:
    with scene.rows() as session:
        salon, other = make_salon(session).id, make_salon(session).id
    batches = [scene.delete("salons", salon), scene.delete("salons", other)]
    scene.age(31)
    scene.run()
    assert verify(scene.workers).damaged == ()
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            'UPDATE archive.rows SET row = row || \'{"name": "other"}\' WHERE batch_id = %s', (batches[0],)
        )
        superuser.execute("DELETE FROM archive.rows WHERE batch_id = %s", (batches[1],))

    found = verify(scene.workers)

    assert (found.rows, [row.batch for row in found.damaged], found.misplaced) == (
        1,
        batches[:1],
        (batches[1],),
    )
    assert [balance.gap for balance in scene.broken_balances()] == [1]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "setting", ["TimeZone = 'Asia/Tehran'", "DateStyle = 'German'", "extra_float_digits = -5"]
)
def test_what_is_archived_does_not_depend_on_the_settings_of_the_client(scene: Scene, setting: str) -> None:
    exact = 35.123456789012345
    with scene.rows() as session:
        salon = make_salon(session, lat=exact, lng=exact).id
    scene.delete("salons", salon)
    scene.age(31)
    scene.workers.execute(f"SET {setting}".encode())

    scene.run()

    (row, words, digest) = (
        scene.owner.cursor(row_factory=tuple_row)
        .execute("SELECT row, row::text, row_sha256 FROM archive.rows")
        .fetchone()
    ) or ({}, "", b"")
    assert hashlib.sha256(words.encode()).digest() == digest
    assert row["lat"] == exact
    assert row["created_at"].endswith("+00:00")
    assert verify(scene.workers).damaged == ()
