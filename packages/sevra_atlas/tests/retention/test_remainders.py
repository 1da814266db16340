"""A deletion comes back as far as its neighbours are there; the rest waits in the archive for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_scene import Scene, make_directory
from factories import make_comment, make_post, make_review, make_salon, make_user
from psycopg.rows import tuple_row
from test_export import broken, closed_month, exported
from test_return import archived, rows_of

from sevra_atlas.domain.errors import RestoreConflictError
from sevra_atlas.domain.retention import erasing, holds
from sevra_atlas.domain.retention.errors import DamagedBatchError, StillWaitingError
from sevra_atlas.domain.retention.holds import open_holds
from sevra_atlas.domain.retention.plan import read_plan
from sevra_atlas.domain.retention.remainders import remainders
from sevra_atlas.domain.retention.returning import Returned, restore
from sevra_atlas.domain.retention.rewriting import rewrite_purged
from sevra_atlas.domain.retention.run import CameBack, return_waiting, transacting
from sevra_atlas.domain.retention.segment_store import LocalSegments
from sevra_atlas.domain.retention.verifying import verify, verify_segments
from sevra_atlas.domain.trash import restore as restore_from_trash
from sevra_atlas.schema import Follow, ReviewVote
from sevra_atlas.schema.access import MAINTENANCE
from sevra_atlas.schema.enums import EntityType

PHONE = "+989120000001"


@pytest.fixture
def store(tmp_path) -> LocalSegments:
    return LocalSegments(tmp_path / "archive")


def reviewed_salon(scene: Scene, authors: int) -> tuple[int, list[int]]:
    """Make a salon that so many people reviewed, each with the vote of another; return all ids."""
    with scene.rows() as session:
        salon, reader = make_salon(session).id, make_user(session).id
        people = [make_user(session).id for _ in range(authors)]
        for person in people:
            review = make_review(session, salon_id=salon, author_id=person, rating=4, body="سلام")
            session.add(ReviewVote(review_id=review.id, user_id=reader, is_like=True))
        return salon, people


def restored(scene: Scene, batch: int | None, phone: str | None = None) -> Returned:
    assert batch is not None
    return restore(scene.workers, batch, phone=phone)


def authors_of_live_reviews(scene: Scene) -> set[int]:
    with scene.owner.cursor(row_factory=tuple_row) as cursor:
        return {row[0] for row in cursor.execute("SELECT author_id FROM reviews WHERE deleted_at IS NULL")}


def test_a_salon_comes_back_without_the_reviews_of_people_who_are_away(scene: Scene) -> None:
    salon, (here, in_trash, in_archive) = reviewed_salon(scene, 3)
    batch = archived(scene, "salons", salon)
    archived(scene, "users", in_archive)
    scene.delete("users", in_trash)

    returned = restored(scene, batch)

    assert returned.rows == {"salons": 1, "reviews": 1, "review_votes": 1}
    assert returned.waiting == {"reviews": 2, "review_votes": 2}
    assert returned.absent == {f"users {in_trash}": 1, f"users {in_archive}": 1}
    assert authors_of_live_reviews(scene) == {here}
    assert scene.value("SELECT row(review_count, rating_sum)::text FROM salons") == "(1,4)"
    assert scene.value("SELECT row_count FROM deletion_batches WHERE id = %s", batch) == 2
    (left,) = remainders(scene.workers)
    assert (left.batch, left.remainder_of, left.kind, left.row_id, left.rows) == (
        returned.remainder,
        batch,
        "SALON",
        salon,
        2,
    )
    assert (scene.state(batch), scene.state(left.batch)) == ("RESTORED", "ARCHIVED")
    plan = read_plan(scene.workers)
    assert (plan.remainders, plan.waiting) == ((left,), 1)
    assert scene.broken_balances() == []
    assert (verify(scene.workers).damaged, verify(scene.workers).misplaced) == ((), ())


@pytest.mark.parametrize("tables", [("salons", "users"), ("users", "salons")])
def test_when_everybody_is_back_everything_is_as_it_was(scene: Scene, tables: tuple[str, str]) -> None:
    with scene.rows() as session:
        ids = make_directory(session)
    before = rows_of(scene)
    batches = [archived(scene, table, ids[table]) for table in tables]

    returned = [restored(scene, batch, PHONE) for batch in batches]

    assert returned[0].waiting["reviews"] == 1
    rest = restored(scene, returned[0].remainder)
    after = rows_of(scene)
    assert {each: after[each] for each in after if after[each] != before[each]} == {}, rest
    assert (scene.archived(), remainders(scene.workers), scene.broken_balances()) == ({}, (), [])


def test_a_reply_waits_with_the_comment_that_it_answers(scene: Scene) -> None:
    with scene.rows() as session:
        post, gone, here = make_post(session).id, make_user(session).id, make_user(session).id
        theirs = make_comment(session, post_id=post, user_id=gone)
        reply = make_comment(session, post_id=post, user_id=here, parent_id=theirs.id)
        make_comment(session, post_id=post, user_id=here, parent_id=reply.id)
        mine = make_comment(session, post_id=post, user_id=here)
        answer = make_comment(session, post_id=post, user_id=here, parent_id=mine.id)
        make_comment(session, post_id=post, user_id=here, parent_id=answer.id)
    batch = archived(scene, "posts", post)
    person = scene.delete("users", gone)

    returned = restored(scene, batch)

    assert (returned.rows["comments"], returned.waiting["comments"]) == (3, 3)
    assert returned.absent == {f"users {gone}": 1}
    with scene.database.session(MAINTENANCE) as session:
        restore_from_trash(session, person)
    assert restored(scene, returned.remainder).rows == {"comments": 3}
    assert scene.value("SELECT count(*) FROM comments WHERE deleted_at IS NULL") == 6


def test_a_rest_comes_back_bit_by_bit_and_not_at_all_while_all_of_it_waits(scene: Scene) -> None:
    salon, people = reviewed_salon(scene, 3)
    batch = archived(scene, "salons", salon)
    away = [scene.delete("users", person) for person in people]
    rest = restored(scene, batch).remainder

    with pytest.raises(StillWaitingError) as refusal:
        restored(scene, rest)
    assert refusal.value.absent == sorted(f"users {person}" for person in people)
    assert scene.archived() == {"reviews": 3, "review_votes": 3}
    for number, person in enumerate(away, start=1):
        with scene.database.session(MAINTENANCE) as session:
            restore_from_trash(session, person)
        returned = restored(scene, rest)
        assert returned.rows == {"reviews": 1, "review_votes": 1}
        assert returned.waiting["reviews"] == 3 - number
        assert scene.broken_balances() == []
        rest = returned.remainder
    assert rest is None
    assert scene.value("SELECT review_count FROM salons") == 3
    # Each rest is one of the first deletion, however often it was divided.
    assert scene.value("SELECT array_agg(DISTINCT remainder_of_id)::text FROM deletion_batches") == (
        f"{{{batch},NULL}}"
    )


def test_a_follower_who_was_archived_meanwhile_is_a_follower_again(scene: Scene) -> None:
    with scene.rows() as session:
        salon, fan, friend = make_salon(session).id, make_user(session).id, make_user(session).id
        session.add_all([Follow(follower_id=each, salon_id=salon) for each in (fan, friend)])
    batch, person = archived(scene, "salons", salon), archived(scene, "users", fan)

    returned = restored(scene, batch)
    assert (returned.rows["follows"], returned.waiting) == (1, {"follows": 1})
    assert scene.value("SELECT follower_count FROM salons") == 1
    restored(scene, person, PHONE)
    restored(scene, returned.remainder)

    assert scene.value("SELECT follower_count FROM salons") == 2


def test_a_row_whose_place_was_taken_waits_and_the_others_come_back(scene: Scene) -> None:
    salon, (early, late) = reviewed_salon(scene, 2)
    batch = archived(scene, "salons", salon)
    away = [scene.delete("users", person) for person in (early, late)]
    rest = restored(scene, batch).remainder
    for person in away:
        with scene.database.session(MAINTENANCE) as session:
            restore_from_trash(session, person)
    scene.app.execute("INSERT INTO reviews (author_id, salon_id, rating) VALUES (%s, %s, 1)", (early, salon))

    returned = restored(scene, rest)

    assert (returned.rows["reviews"], returned.waiting["reviews"]) == (1, 1)
    assert returned.absent == {"reviews_author_target_live_key": 1}
    assert scene.value("SELECT row(review_count, rating_sum)::text FROM salons") == "(2,5)"
    assert scene.broken_balances() == []


def test_neither_a_forgotten_person_nor_their_words_come_back(scene: Scene, store: LocalSegments) -> None:
    salon, (person, _) = reviewed_salon(scene, 2)
    batch = archived(scene, "salons", salon)
    erasing.erase(scene.workers, store, b"x" * 32, person)

    returned = restored(scene, batch)

    assert returned.absent == {f"users {person}": 1}
    assert person not in authors_of_live_reviews(scene)
    kept = "SELECT row ->> 'body' FROM archive.rows WHERE table_name = 'reviews'"
    assert scene.value(kept) is None
    assert scene.value("SELECT deleted_at IS NOT NULL FROM users WHERE id = %s", person)
    assert scene.broken_balances() == []


def test_the_rest_is_held_and_purged_as_the_deletion_would_have_been(scene: Scene) -> None:
    salon, (person,) = reviewed_salon(scene, 1)
    batch = archived(scene, "salons", salon)
    scene.delete("users", person)
    holds.hold_batch(scene.workers, batch, "court")
    # Its days began when the salon was archived; a return does not begin them anew.
    scene.age_archive(1096)

    rest = restored(scene, batch).remainder
    assert rest is not None
    assert [(hold.batch, hold.reason) for hold in open_holds(scene.workers)] == [(rest, "court")]
    assert (scene.run().purged, scene.state(rest)) == (0, "ARCHIVED")
    holds.lift_batch(scene.workers, rest)

    assert sum(kind.to_purge for kind in read_plan(scene.workers).kinds) == 1
    assert (scene.run().purged, scene.state(rest)) == (1, "PURGED")
    assert scene.archived() == {}
    assert scene.value("SELECT state::text FROM entities WHERE entity_type = 'REVIEW'") == "purged"
    assert scene.value("SELECT state::text FROM entities WHERE entity_type = 'SALON'") == "public"
    assert scene.broken_balances() == []


def test_the_rest_of_a_dropped_month_leaves_its_file_for_the_present_month(
    scene: Scene, store: LocalSegments
) -> None:
    salon, (_, person) = reviewed_salon(scene, 2)
    (batch,) = closed_month(scene, ("salons", salon))
    exported(scene, store, drop=True)
    scene.delete("users", person)

    rest = restore(scene.workers, batch, segments=store).remainder

    assert scene.archived() == {"reviews": 1, "review_votes": 1}
    assert broken(scene, store) == []
    # No line of it stays: the rows may be purged under another number one day.
    assert rewrite_purged(scene.workers, store) == 5
    read = verify_segments(scene.workers, store)
    assert (read.lines, read.damaged, broken(scene, store)) == (0, (), [])
    assert verify(scene.workers).misplaced == ()
    with pytest.raises(StillWaitingError):
        restore(scene.workers, rest or 0, segments=store)
    assert broken(scene, store) == []


def test_a_root_whose_parent_is_away_takes_nothing_back(scene: Scene) -> None:
    salon, (person,) = reviewed_salon(scene, 1)
    review = scene.value("SELECT id FROM reviews")
    batch = archived(scene, "reviews", review)
    scene.delete("users", person)

    with pytest.raises(RestoreConflictError) as refusal:
        restored(scene, batch)

    assert refusal.value.constraint == "reviews_author_id_live"
    assert scene.archived() == {"reviews": 1, "review_votes": 1}
    assert scene.value("SELECT count(*) FROM deletion_batches WHERE remainder_of_id IS NOT NULL") == 0
    assert salon


def test_a_row_that_is_missing_refuses_a_rest_as_it_does_a_deletion(scene: Scene) -> None:
    salon, people = reviewed_salon(scene, 2)
    batch = archived(scene, "salons", salon)
    for person in people:
        scene.delete("users", person)
    rest = restored(scene, batch).remainder
    scene.owner.execute(
        "DELETE FROM archive.rows WHERE id = (SELECT min(id) FROM archive.rows WHERE table_name = 'reviews')"
    )

    with pytest.raises(DamagedBatchError):
        restored(scene, rest)


def came_back(scene: Scene, store: LocalSegments | None = None) -> CameBack:
    return return_waiting(transacting(scene.workers), segments=store)


def test_what_waited_comes_back_in_the_night_after_its_people_did(scene: Scene) -> None:
    (first, (one, other)), (second, (third,)) = reviewed_salon(scene, 2), reviewed_salon(scene, 1)
    salons = [archived(scene, "salons", salon) for salon in (first, second)]
    away = {person: scene.delete("users", person) for person in (one, other, third)}
    rests = [restored(scene, batch).remainder for batch in salons]
    before = scene.archived()

    assert came_back(scene) == CameBack()
    assert (scene.archived(), [left.batch for left in remainders(scene.workers)]) == (before, rests)
    for person in (one, third):
        with scene.database.session(MAINTENANCE) as session:
            restore_from_trash(session, away[person])
    done = came_back(scene)

    assert (done.batches, done.rows, done.failed) == (2, {"reviews": 2, "review_votes": 2}, [])
    assert authors_of_live_reviews(scene) == {one, third}
    (left,) = remainders(scene.workers)
    assert (left.remainder_of, left.rows) == (salons[0], 1)
    assert came_back(scene) == CameBack()
    assert (scene.broken_balances(), verify(scene.workers).misplaced) == ([], ())


@pytest.mark.parametrize("held", ["deletion", "review"])
def test_what_is_held_does_not_come_back_by_itself(scene: Scene, held: str) -> None:
    salon, (person,) = reviewed_salon(scene, 1)
    batch = archived(scene, "salons", salon)
    away = scene.delete("users", person)
    rest = restored(scene, batch).remainder
    review = scene.value("SELECT row_id FROM archive.rows WHERE table_name = 'reviews'")
    if held == "deletion":
        holds.hold_batch(scene.workers, rest or 0, "court")
    else:
        holds.hold_entity(scene.workers, EntityType.REVIEW, review, "court")
    with scene.database.session(MAINTENANCE) as session:
        restore_from_trash(session, away)

    assert came_back(scene) == CameBack()

    assert scene.archived() == {"reviews": 1, "review_votes": 1}
    if held == "deletion":
        holds.lift_batch(scene.workers, rest or 0)
    else:
        holds.lift_entity(scene.workers, EntityType.REVIEW, review)
    assert came_back(scene).rows == {"reviews": 1, "review_votes": 1}


def test_a_remainder_that_somebody_else_has_locked_is_passed_over(scene: Scene) -> None:
    (first, (one,)), (second, (other,)) = reviewed_salon(scene, 1), reviewed_salon(scene, 1)
    salons = [archived(scene, "salons", salon) for salon in (first, second)]
    away = [scene.delete("users", person) for person in (one, other)]
    locked, _ = (restored(scene, batch).remainder for batch in salons)
    for batch in away:
        with scene.database.session(MAINTENANCE) as session:
            restore_from_trash(session, batch)
    scene.age_archive(1096)

    # A purge takes what is over; whoever is first has it, and the other one finds it gone.
    with scene.owner.transaction():
        scene.owner.execute("SELECT FROM deletion_batches WHERE id = %s FOR UPDATE", (locked,))
        assert (came_back(scene).batches, authors_of_live_reviews(scene)) == (1, {other})
    assert scene.run().purged == 1
    assert came_back(scene) == CameBack()
    assert (scene.archived(), scene.broken_balances()) == ({}, [])


def test_a_damaged_remainder_is_named_and_the_others_come_back(scene: Scene) -> None:
    (first, (one,)), (second, (other,)) = reviewed_salon(scene, 1), reviewed_salon(scene, 1)
    salons = [archived(scene, "salons", salon) for salon in (first, second)]
    away = [scene.delete("users", person) for person in (one, other)]
    damaged, _ = (restored(scene, batch).remainder for batch in salons)
    for batch in away:
        with scene.database.session(MAINTENANCE) as session:
            restore_from_trash(session, batch)
    scene.workers.execute(
        "DELETE FROM archive.rows WHERE batch_id = %s AND table_name = 'reviews'", (damaged,)
    )

    done = came_back(scene)

    assert ([each.batch for each in done.failed], done.batches) == ([damaged], 1)
    assert authors_of_live_reviews(scene) == {other}


def test_a_month_that_left_the_database_is_read_only_when_something_was_restored_lately(
    scene: Scene, store: LocalSegments
) -> None:
    salon, (person,) = reviewed_salon(scene, 1)
    batch, away = archived(scene, "salons", salon), archived(scene, "users", person)
    rest = restored(scene, batch).remainder
    closed_month(scene)
    scene.owner.execute(
        "UPDATE deletion_batches SET restored_at = now() - interval '71 days' WHERE id = %s", (batch,)
    )
    exported(scene, store, drop=True)
    reads: list[str] = []

    class Reading(LocalSegments):
        def read(self, key: str) -> Iterator[bytes]:
            reads.append(key)
            return super().read(key)

    watched = Reading(Path(store.destination))
    assert (came_back(scene, watched), reads, scene.state(rest or 0)) == (CameBack(), [], "ARCHIVED")
    restore(scene.workers, away, phone=PHONE, segments=store)

    assert came_back(scene, watched).rows == {"reviews": 1, "review_votes": 1}

    assert len(reads) == 1
    assert (authors_of_live_reviews(scene), broken(scene, store)) == ({person}, [])
