"""A batch comes back from the archive as it was, to what became of its neighbours, or not at all."""

import psycopg
import pytest
from archive_scene import Scene, make_directory
from databases import in_background, violated_by, wait_until_blocked
from factories import make_category, make_post, make_review, make_salon, make_user
from psycopg import sql
from psycopg.rows import tuple_row
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.domain.errors import NotInTrashError, RestoreConflictError
from sevra_atlas.domain.retention import holds
from sevra_atlas.domain.retention.errors import (
    BatchNotFoundError,
    DamagedBatchError,
    NotArchivedError,
    PurgedError,
    UnfitRowError,
    UnknownMigrationError,
)
from sevra_atlas.domain.retention.returning import restore
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch
from sevra_atlas.domain.retention.upconverting import Row, Upconverters, upconverters
from sevra_atlas.domain.trash import restore as restore_from_trash
from sevra_atlas.schema import Follow, metadata
from sevra_atlas.schema.access import MAINTENANCE
from sevra_atlas.schema.enums import EntityType

# What the way to the archive and back leaves behind on purpose.
JOURNALS = {"audit_log", "archive.rows", "archive.segments", "deletion_batches", "outbox", "slug_history"}
# Not archived; and a path is given to its owner anew.
ASIDE = {
    "users": ("phone_number", "is_phone_verified", "email", "email_key", "password_hash", "status"),
    "reviews": ("ip", "user_agent"),
    "comments": ("ip", "user_agent"),
    "url_paths": ("since",),
}


def rows_of(scene: Scene) -> dict[str, list[str]]:
    """Return every row of every table but the journals, as text."""
    with scene.owner.cursor(row_factory=tuple_row) as cursor:
        return {
            table: [
                row[0]
                for row in cursor.execute(
                    sql.SQL("SELECT (to_jsonb(t) - %s::text[])::text FROM {} t ORDER BY 1").format(
                        sql.Identifier("public", table)
                    ),
                    (list(ASIDE.get(table, ())),),
                )
            ]
            for table in sorted(set(metadata.tables) - JOURNALS)
        }


def archived(scene: Scene, table: str, row_id: int) -> int:
    """Delete a row and let it be archived; return its batch."""
    batch = scene.delete(table, row_id)
    scene.age(31, batch)
    ran = scene.run()
    assert (ran.archived, ran.failed) == (1, [])
    return batch


@pytest.mark.parametrize(
    "table",
    [
        "artists",
        "author_profiles",
        "categories",
        "cities",
        "posts",
        "reviews",
        "salons",
        "service_categories",
        "specialties",
        "tags",
        "users",
        "owner",
    ],
)
def test_archive_then_restore_is_the_identity_contact_columns_aside(scene: Scene, table: str) -> None:
    with scene.rows() as session:
        ids = make_directory(session)
    before = rows_of(scene)
    name = {"owner": "users"}.get(table, table)
    batch = archived(scene, name, ids[table])
    assert rows_of(scene) != before

    returned = restore(scene.workers, batch, phone="+989120000001" if name == "users" else None)

    after = rows_of(scene)
    assert {each: after[each] for each in after if after[each] != before[each]} == {}, returned
    assert returned.waiting == {}
    assert scene.state(batch) == "RESTORED"
    assert scene.archived() == {}
    assert scene.broken_balances() == []
    assert scene.value("SELECT count(*) FROM rebuild_url_paths()") == 0


def test_a_person_comes_back_suspended_without_a_phone_and_active_with_one(scene: Scene) -> None:
    with scene.rows() as session:
        silent, reachable = (make_user(session, email=f"{n}@example.com").id for n in "ab")
    first, second = archived(scene, "users", silent), archived(scene, "users", reachable)

    restore(scene.workers, first)
    restore(scene.workers, second, phone="+989120000002")

    seen = scene.owner.cursor(row_factory=tuple_row).execute(
        "SELECT status::text, phone_number, is_phone_verified, email FROM users ORDER BY id"
    )
    assert seen.fetchall() == [
        ("SUSPENDED", None, False, None),
        ("ACTIVE", "+989120000002", False, None),
    ]


def test_a_lost_reference_comes_back_without_an_edit_unless_it_was_set_meanwhile(scene: Scene) -> None:
    with scene.rows() as session:
        category, other = make_category(session).id, make_category(session).id
        kept, moved = (make_post(session, category_id=category).id for _ in range(2))
    batch = archived(scene, "categories", category)
    scene.app.execute("UPDATE posts SET category_id = %s WHERE id = %s", (other, moved))
    stamp = scene.value("SELECT row(version, updated_at)::text FROM posts WHERE id = %s", kept)

    returned = restore(scene.workers, batch)

    assert returned.references == 1
    assert scene.value("SELECT category_id FROM posts WHERE id = %s", kept) == category
    assert scene.value("SELECT category_id FROM posts WHERE id = %s", moved) == other
    assert scene.value("SELECT row(version, updated_at)::text FROM posts WHERE id = %s", kept) == stamp
    assert scene.value("SELECT post_count FROM categories WHERE id = %s", category) == 1


def test_followers_of_a_salon_that_visitors_do_not_see_come_back(scene: Scene) -> None:
    with scene.rows() as session:
        salon, fan = make_salon(session), make_user(session)
        session.add(Follow(follower_id=fan.id, salon_id=salon.id))
        session.flush()
        salon.status = "SUSPENDED"
        salon_id = salon.id

    assert restore(scene.workers, archived(scene, "salons", salon_id)).rows["follows"] == 1


def _review(scene: Scene) -> tuple[int, int, int]:
    with scene.rows() as session:
        review = make_review(session)
        return review.id, review.author_id, review.salon_id or 0


def test_a_child_of_a_deleted_or_archived_parent_stays_in_the_archive(scene: Scene) -> None:
    review, _, salon = _review(scene)
    batch = archived(scene, "reviews", review)
    parent = scene.delete("salons", salon)
    with pytest.raises(RestoreConflictError) as deleted:
        restore(scene.workers, batch)
    scene.age(31, parent)
    assert scene.run().archived == 1
    with pytest.raises(RestoreConflictError) as gone:
        restore(scene.workers, batch)

    assert deleted.value.constraint == "reviews_salon_id_live"
    assert gone.value.constraint == "reviews_salon_id_fkey"
    assert (scene.state(batch), scene.archived()) == ("ARCHIVED", {"reviews": 1, "salons": 1})
    restore(scene.workers, parent)
    assert restore(scene.workers, batch).rows == {"reviews": 1}


def test_a_row_whose_place_was_taken_stays_in_the_archive(scene: Scene) -> None:
    review, author, salon = _review(scene)
    batch = archived(scene, "reviews", review)
    scene.app.execute("INSERT INTO reviews (author_id, salon_id, rating) VALUES (%s, %s, 1)", (author, salon))

    with pytest.raises(RestoreConflictError) as refusal:
        restore(scene.workers, batch)

    assert refusal.value.constraint == "reviews_author_target_live_key"
    assert scene.archived() == {"reviews": 1}


def test_only_an_archived_batch_comes_back_and_once(scene: Scene) -> None:
    with scene.rows() as session:
        first, second, third = (make_salon(session).id for _ in range(3))
    purged = archived(scene, "salons", first)
    scene.age_archive(1096)
    scene.run()
    back = archived(scene, "salons", second)
    restore(scene.workers, back)
    trashed = scene.delete("salons", third)

    for batch, refusal in (
        (purged, PurgedError),
        (back, NotArchivedError),
        (trashed, NotArchivedError),
        (987_654_321, BatchNotFoundError),
    ):
        with pytest.raises(refusal):
            restore(scene.workers, batch)


@pytest.mark.parametrize(
    "damage",
    [
        'UPDATE archive.rows SET row = row || \'{"body": "x"}\'',
        "DELETE FROM archive.rows WHERE table_name = 'reviews'",
    ],
)
def test_a_damaged_batch_is_refused_whole(scene: Scene, damage: str) -> None:
    _, _, salon = _review(scene)
    batch = archived(scene, "salons", salon)
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(damage.encode())

    with pytest.raises(DamagedBatchError):
        restore(scene.workers, batch)

    assert scene.value("SELECT count(*) FROM salons") == 0


def test_a_hold_does_not_stop_a_return(scene: Scene) -> None:
    with scene.rows() as session:
        salon = make_salon(session).id
    batch = archived(scene, "salons", salon)
    holds.hold_batch(scene.workers, batch, "court")
    holds.hold_entity(scene.workers, EntityType.SALON, salon, "court")

    assert restore(scene.workers, batch).rows == {"salons": 1}


@pytest.mark.parametrize("way", ["from the trash", "from the archive"])
def test_a_restore_that_races_with_archiving_gives_a_live_row_or_an_archived_one(
    scene: Scene, way: str
) -> None:
    with scene.rows() as session:
        salon = make_salon(session).id
    batch = scene.delete("salons", salon)
    scene.age(31)
    outcome: list[object] = []
    with (
        scene.database.connect(MAINTENANCE, autocommit=True) as other,
        scene.database.connect("sevra_owner", autocommit=True) as watcher,
    ):

        def back() -> None:
            if way == "from the archive":
                outcome.append(restore(other, batch).rows)
                return
            outcome.append(other.execute("SELECT restore_batch(%s)", (batch,)).fetchone())

        started = []

        def meanwhile(step: ArchiveFault) -> None:
            if step is ArchiveFault.MOVE_ROOT:
                started.append(in_background(back))
                wait_until_blocked(watcher, other)

        assert scene.run(Watch(at=meanwhile)).archived == 1
        ((thread, caught),) = started
        thread.join()

    if way == "from the archive":
        assert (caught, outcome, scene.state(batch)) == ([], [{"salons": 1}], "RESTORED")
    else:
        assert isinstance(caught[0], psycopg.errors.NoDataFound)
        assert (scene.state(batch), scene.archived()) == ("ARCHIVED", {"salons": 1})
    assert scene.broken_balances() == []


def test_the_worker_passes_over_a_batch_that_is_being_restored(scene: Scene) -> None:
    with scene.rows() as session:
        salon = make_salon(session).id
    batch = scene.delete("salons", salon)
    scene.age(31)
    with scene.database.session(MAINTENANCE) as session:
        assert restore_from_trash(session, batch) == 1
        assert scene.run().archived == 0

    assert scene.run().archived == 0
    assert scene.state(batch) == "RESTORED"
    with scene.database.session(MAINTENANCE) as session, pytest.raises(NotInTrashError):
        restore_from_trash(session, batch)


def _named(row: Row) -> Row:
    return {**{key: value for key, value in row.items() if key != "phone"}, "telephone": row["phone"]}


def _with_motto(row: Row) -> Row:
    return {**row, "motto": f"{row['name']}!"}


def test_a_row_archived_before_two_later_migrations_is_restored(scene: Scene) -> None:
    with scene.rows() as session:
        salon = make_salon(session, name="رویا", phone="+982112345678").id
    batch = archived(scene, "salons", salon)
    head = scene.value("SELECT migration FROM archive.rows")
    # As the superuser: the views that stand on the column are no part of the matter.
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        superuser.execute("ALTER TABLE public.salons RENAME COLUMN phone TO telephone")
        superuser.execute("ALTER TABLE public.salons ADD COLUMN motto text NOT NULL DEFAULT ''")
    later = {"20990101_rename": {"salons": _named}, "20990102_motto": {"salons": _with_motto}}
    history = (*upconverters().migrations, *later)
    assert head == upconverters().migrations[-1]

    with pytest.raises(UnfitRowError) as unfit:
        restore(scene.workers, batch, converters=Upconverters(history, {}))
    assert unfit.value.missing == ["motto", "telephone"]
    with pytest.raises(UnknownMigrationError):
        restore(scene.workers, batch, converters=Upconverters(tuple(later), later))

    restore(scene.workers, batch, converters=Upconverters(history, later))

    row = scene.owner.cursor(row_factory=tuple_row).execute("SELECT name, telephone, motto FROM salons")
    assert row.fetchone() == ("رویا", "+982112345678", "رویا!")


def test_a_reference_is_set_by_the_workers_only_and_where_a_key_sets_null(session: Session) -> None:
    category = make_category(session)
    post = make_post(session)
    session.flush()
    call = "SELECT return_reference('{}', '{}', :value, ARRAY[:id])"

    def refused(table: str, column: str) -> str | None:
        query = text(call.format(table, column))
        return violated_by(session, lambda: session.execute(query, {"value": category.id, "id": post.id}))

    assert refused("posts", "category_id") == "42501"
    session.execute(text("SELECT set_config('role', 'sevra_maintenance', true)"))
    assert refused("posts", "views_count") == "22023"
    assert refused("posts", "category_id") is None


def test_nobody_else_skips_the_stamp_and_the_checks_of_an_edit(session: Session) -> None:
    salon = make_salon(session, status="SUSPENDED")
    follow = text("INSERT INTO follows (follower_id, salon_id) VALUES (:fan, :salon)")
    fan = make_user(session).id
    session.execute(text("SELECT set_config('sevra.returning', 'on', true)"))

    assert (
        violated_by(session, lambda: session.execute(follow, {"fan": fan, "salon": salon.id}))
        == "follows_salon_id_live"
    )
    session.execute(text("UPDATE salons SET name = 'x' WHERE id = :id"), {"id": salon.id})
    assert session.scalar(text("SELECT version FROM salons WHERE id = :id"), {"id": salon.id}) == 2
