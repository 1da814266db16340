"""Counters never drift: after every commit each stored number equals the number counted from the rows."""

import random
import threading
from collections.abc import Callable
from typing import LiteralString

import psycopg
import pytest
from databases import SevraDatabase, acting_as
from factories import make_artist, make_review, make_salon, make_user
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from sevra_atlas.domain.invariants import COUNTERS, broken
from sevra_atlas.schema import Follow, Review, ReviewVote, User
from sevra_atlas.schema.access import MAINTENANCE, OWNER


def drift(session: Session) -> list[str]:
    """Return the rows whose stored numbers differ from the counted ones; parents in the trash included."""
    with acting_as(session, OWNER):
        connection = session.connection().connection.driver_connection
        assert connection is not None
        return broken(connection, COUNTERS)


def numbers(session: Session, row: object) -> tuple[int, int]:
    session.refresh(row)
    return row.review_count, row.rating_sum  # type: ignore[attr-defined]


def test_a_review_counts_while_it_is_live_and_published(session: Session) -> None:
    salon = make_salon(session)
    review = make_review(session, salon_id=salon.id, rating=4)
    assert numbers(session, salon) == (1, 4)

    review.status = "HIDDEN"  # type: ignore[assignment]
    session.flush()
    assert numbers(session, salon) == (0, 0)

    review.status = "PUBLISHED"  # type: ignore[assignment]
    review.rating = 2
    session.flush()
    assert numbers(session, salon) == (1, 2)

    session.execute(delete(Review).where(Review.id == review.id))
    assert numbers(session, salon) == (0, 0)
    assert drift(session) == []


def test_deleting_a_user_moves_the_counters_of_everything_they_reviewed(session: Session) -> None:
    user, salon, artist = make_user(session), make_salon(session), make_artist(session)
    make_review(session, author_id=user.id, salon_id=salon.id)
    make_review(session, author_id=user.id, artist_id=artist.id)

    session.execute(delete(User).where(User.id == user.id))

    assert (numbers(session, salon), numbers(session, artist)) == ((0, 0), (0, 0))
    assert drift(session) == []


def test_counters_of_a_salon_in_the_trash_stay_exact(session: Session) -> None:
    salon = make_salon(session)
    review = make_review(session, salon_id=salon.id)
    session.execute(text("DELETE FROM salons WHERE id = :id"), {"id": salon.id})
    assert drift(session) == []

    with acting_as(session, MAINTENANCE):
        batch = session.scalar(text("SELECT max(id) FROM deletion_batches"))
        session.execute(text("SELECT restore_batch(:batch)"), {"batch": batch})

    assert drift(session) == []
    assert numbers(session, salon) == (1, review.rating)


def test_votes_are_counted_when_cast_changed_and_taken_back(session: Session) -> None:
    review, user, other = make_review(session), make_user(session), make_user(session)
    vote = ReviewVote(review_id=review.id, user_id=user.id, is_like=True)
    session.add_all([vote, ReviewVote(review_id=review.id, user_id=other.id, is_like=False)])
    session.flush()
    session.refresh(review)
    assert (review.like_count, review.dislike_count) == (1, 1)

    vote.is_like = False
    session.flush()
    session.refresh(review)
    assert (review.like_count, review.dislike_count) == (0, 2)

    session.execute(text("DELETE FROM review_votes"))
    session.refresh(review)
    assert (review.like_count, review.dislike_count) == (0, 0)


def test_follows_are_counted_and_a_repeated_follow_counts_once(session: Session) -> None:
    salon, artist, user = make_salon(session), make_artist(session), make_user(session)
    follow = text(
        "INSERT INTO follows (follower_id, salon_id, artist_id) VALUES (:user, :salon, :artist)"
        " ON CONFLICT (follower_id, salon_id, artist_id) DO NOTHING"
    )
    for _ in range(2):
        session.execute(follow, {"user": user.id, "salon": salon.id, "artist": None})
        session.execute(follow, {"user": user.id, "salon": None, "artist": artist.id})

    for row in (salon, artist):
        session.refresh(row)
        assert row.follower_count == 1
    session.execute(delete(Follow))
    assert drift(session) == []


def test_a_vote_leaves_version_and_time_of_the_review_alone(session: Session) -> None:
    review = make_review(session)
    before = (review.version, review.updated_at)

    session.add(ReviewVote(review_id=review.id, user_id=make_user(session).id, is_like=True))
    session.flush()

    session.refresh(review)
    assert (review.version, review.updated_at) == before


def test_a_bulk_statement_updates_each_parent_once(embedded_db: SevraDatabase) -> None:
    with embedded_db.session() as session:
        salon_id = make_salon(session).id
    with embedded_db.connect(OWNER) as owner:
        owner.execute(
            "INSERT INTO users (username, phone_number, referral_code)"
            " SELECT 'bulk' || i, '+98911' || lpad(i::text, 7, '0'), 'bulk' || i"
            " FROM generate_series(1, 10000) i"
        )
        owner.execute(
            "INSERT INTO reviews (author_id, salon_id, rating) SELECT id, %s, 1 + id %% 5 FROM users",
            (salon_id,),
        )

    # Each on a connection of its own: a session's numbers of one transaction may hold those of the last.
    assert updates_of_salons(embedded_db, "UPDATE reviews SET rating = 5") == 1
    # The mark of the deletion and one counter update.
    assert updates_of_salons(embedded_db, "DELETE FROM live.salons") == 2

    with embedded_db.connect(OWNER) as owner:
        assert owner.execute("SELECT row_count FROM deletion_batches").fetchone() == (10_001,)
        assert broken(owner, COUNTERS) == []


def updates_of_salons(database: SevraDatabase, statement: LiteralString) -> int:
    """Run a statement and return how many row versions of salons it wrote."""
    with database.connect(OWNER) as owner:
        owner.execute(statement)
        row = owner.execute(
            "SELECT n_tup_upd FROM pg_stat_xact_user_tables WHERE relname = 'salons'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def write_at_random(sevra_db: SevraDatabase, seed: int, ids: dict[str, list[int]]) -> Callable[[], None]:
    """Return one writer's work: a fixed number of random acts, each its own transaction."""
    chance = random.Random(seed)

    def one(connection: psycopg.Connection) -> None:
        column = chance.choice(["salon_id", "artist_id"])
        target = chance.choice(ids[column])
        match chance.randrange(6):
            case 0 | 1:
                connection.execute(
                    f"INSERT INTO reviews (author_id, {column}, rating) VALUES (%s, %s, %s)"
                    " ON CONFLICT DO NOTHING",
                    (chance.choice(ids["users"]), target, chance.randint(1, 5)),
                )
            case 2:
                # Parents in whatever order the rows lie: the lock pass puts them in order.
                connection.execute(
                    "UPDATE reviews SET rating = %s WHERE author_id = %s",
                    (chance.randint(1, 5), chance.choice(ids["users"])),
                )
            case 3:
                connection.execute(
                    "UPDATE reviews SET status = CASE status WHEN 'HIDDEN' THEN 'PUBLISHED'::review_status"
                    " ELSE 'HIDDEN' END WHERE author_id = %s",
                    (chance.choice(ids["users"]),),
                )
            case 4:
                connection.execute("DELETE FROM reviews WHERE author_id = %s", (chance.choice(ids["users"]),))
            case _:
                connection.execute(
                    f"INSERT INTO follows (follower_id, {column}) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    (chance.choice(ids["users"]), target),
                )

    def work() -> None:
        with sevra_db.connect(autocommit=True) as connection:
            for _ in range(40):
                one(connection)

    return work


@pytest.mark.parametrize("seed", [1, 2])
def test_counters_are_exact_after_any_mix_of_concurrent_writers(sevra_db: SevraDatabase, seed: int) -> None:
    with sevra_db.session() as session:
        ids = {
            "salon_id": [make_salon(session).id for _ in range(3)],
            "artist_id": [make_artist(session).id for _ in range(3)],
        }
    writers, errors = 8, []

    def guarded(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)

    threads = []
    for number in range(writers):
        # Each writer has authors of its own: what meets is the parents, as with visitors of a site.
        with sevra_db.session() as session:
            users = [make_user(session).id for _ in range(3)]
        act = write_at_random(sevra_db, seed * 100 + number, {**ids, "users": users})
        threads.append(threading.Thread(target=guarded, args=(act,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    with sevra_db.connect(OWNER, autocommit=True) as owner:
        assert broken(owner, COUNTERS) == []
        reviews = owner.execute("SELECT count(*) FROM reviews").fetchone()
        assert reviews is not None
        assert reviews[0] > 20
