"""Deletion and restore, through the application's and the maintenance role."""

import pytest
from databases import acting_as
from factories import make_city, make_review, make_salon, make_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from sevra_atlas.domain import trash
from sevra_atlas.domain.acting import Act
from sevra_atlas.domain.errors import (
    InUseError,
    NotFoundError,
    NotInTrashError,
    RestoreConflictError,
)
from sevra_atlas.schema import City, DeletionBatch, Review, Salon
from sevra_atlas.schema.access import MAINTENANCE


def test_a_deletion_says_what_it_took_and_remembers_who_and_why(session: Session) -> None:
    actor, salon = make_user(session), make_salon(session)
    for _ in range(3):
        make_review(session, salon_id=salon.id)

    deletion = trash.delete(session, Salon, salon.id, Act(actor.id, "closed", "r-1"))

    assert deletion.rows == 4
    batch = session.get_one(DeletionBatch, deletion.batch)
    assert (batch.actor_id, batch.reason, batch.request_id) == (actor.id, "closed", "r-1")


def test_a_session_forgets_the_children_that_it_had_loaded(session: Session) -> None:
    review = make_review(session)
    salon_id, review_id = review.salon_id, review.id
    assert session.get(Review, review_id) is review

    trash.delete(session, Salon, salon_id or 0)

    assert session.get(Review, review_id) is None
    assert session.get(Salon, salon_id) is None


def test_what_is_not_there_or_already_deleted_is_not_found(session: Session) -> None:
    salon_id = make_salon(session).id
    trash.delete(session, Salon, salon_id)

    for missing in (salon_id, 987_654_321):
        with pytest.raises(NotFoundError) as refusal:
            trash.delete(session, Salon, missing)
        assert (refusal.value.kind, refusal.value.key) == ("SALON", missing)


def test_a_city_with_a_live_salon_is_in_use(session: Session) -> None:
    city = make_city(session)
    salon = make_salon(session, city_id=city.id)

    with pytest.raises(InUseError) as refusal:
        trash.delete(session, City, city.id)
    assert refusal.value.constraint == "salons_city_id_restrict"

    trash.delete(session, Salon, salon.id)
    assert trash.delete(session, City, city.id).rows == 1


def test_a_batch_comes_back_whole_and_once(session: Session) -> None:
    review = make_review(session)
    deletion = trash.delete(session, Salon, review.salon_id or 0)

    with acting_as(session, MAINTENANCE):
        assert trash.restore(session, deletion.batch) == 2
        with pytest.raises(NotInTrashError):
            trash.restore(session, deletion.batch)

    assert session.scalars(select(Review.id)).all() == [review.id]


def test_a_review_whose_place_was_taken_stays_in_the_trash(session: Session) -> None:
    review = make_review(session)
    facts = {"author_id": review.author_id, "salon_id": review.salon_id}
    deletion = trash.delete(session, Review, review.id)
    make_review(session, **facts)

    with acting_as(session, MAINTENANCE), pytest.raises(RestoreConflictError) as refusal:
        trash.restore(session, deletion.batch)

    assert refusal.value.constraint == "reviews_author_target_live_key"


def test_a_child_of_a_deleted_parent_stays_in_the_trash(session: Session) -> None:
    review = make_review(session)
    salon_id = review.salon_id or 0
    deletion = trash.delete(session, Review, review.id)
    trash.delete(session, Salon, salon_id)

    with acting_as(session, MAINTENANCE), pytest.raises(RestoreConflictError) as refusal:
        trash.restore(session, deletion.batch)

    assert refusal.value.constraint == "reviews_salon_id_live"
    assert f"salons {salon_id} is deleted" in str(refusal.value)
