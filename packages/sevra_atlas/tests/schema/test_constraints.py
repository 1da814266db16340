"""What the database refuses, whoever writes it, and under which constraint's name."""

from collections.abc import Callable
from typing import Any

import pytest
from databases import violated_by
from factories import (
    make_artist,
    make_city,
    make_neighborhood,
    make_province,
    make_review,
    make_salon,
    make_user,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import (
    Base,
    SalonOwner,
)

Facts = dict[str, Any]


def added(session: Session, row: Base) -> Callable[[], None]:
    return lambda: session.add(row)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"name": " "}, "salons_name_check1"),
        ({"name": "x" * 256}, "salons_name_check"),
        ({"slug": "--"}, "salons_slug_key_check"),
        ({"slug": "۱۲۳"}, "salons_slug_key_check"),
        ({"slug": "a/b"}, "salons_slug_check3"),
        ({"slug": "a/"}, "salons_slug_check3"),
        ({"slug": "/a"}, "salons_slug_check3"),
        ({"slug": "a%b"}, "salons_slug_key_check"),
        ({"slug": "a.b"}, "salons_slug_key_check"),
        ({"slug": "Me"}, "salons_slug_key_check1"),
        ({"slug": "api"}, "salons_slug_key_check1"),
        ({"slug": "آ" * 301}, "salons_slug_check"),
        ({"slug": "﷽" * 255}, "salons_slug_check2"),
        ({"website": "ftp://example.com"}, "salons_website_check1"),
        ({"price_tier": 5}, "salons_price_tier_check"),
        ({"lat": 35.7}, "salons_check3"),
        ({"lat": 91, "lng": 0}, "salons_lat_check"),
        ({"lat": 0, "lng": 181}, "salons_lng_check"),
        ({"status": "DELETED"}, "salons_status_check"),
        ({"city_id": 987_654_321}, "salons_check"),
        ({"province_id": 987_654_321}, "salons_province_id_fkey"),
        ({"avatar_media_id": 987_654_321}, "salons_avatar_media_id_fkey"),
    ],
)
def test_a_salon_that_breaks_a_rule_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    assert violated_by(session, lambda: make_salon(session, **facts)) == constraint


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"username": "a b"}, "users_username_check2"),
        ({"username": "a/b"}, "users_username_check2"),
        ({"email": "nobody"}, "users_email_check1"),
        ({"email": ""}, "users_email_check1"),
        ({"phone_number": "09121234567"}, "users_phone_number_check"),
        ({"phone_number": None}, "users_check"),
        ({"password_hash": "secret"}, "users_password_hash_check1"),
        ({"status": "DELETED"}, "users_status_check"),
        ({"referral_code": "x" * 23}, "users_referral_code_check"),
    ],
)
def test_a_user_that_breaks_a_rule_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    assert violated_by(session, lambda: make_user(session, **facts)) == constraint


def test_a_suspended_user_may_be_without_a_phone(session: Session) -> None:
    assert violated_by(session, lambda: make_user(session, phone_number=None, status="SUSPENDED")) is None


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"username": "ROYA"}, "users_username_key_live_key"),
        ({"email": "Roya@Example.com"}, "users_email_key_live_key"),
        ({"phone_number": "+989121111111"}, "users_phone_number_live_key"),
        ({"referral_code": "roya"}, "users_referral_code_key"),
    ],
)
def test_what_identifies_a_person_is_theirs_alone(session: Session, facts: Facts, constraint: str) -> None:
    make_user(
        session,
        username="roya",
        email="roya@example.com",
        phone_number="+989121111111",
        referral_code="roya",
    )

    assert violated_by(session, lambda: make_user(session, **facts)) == constraint


def test_what_identified_a_deleted_person_is_free_again(session: Session) -> None:
    user = make_user(session, username="roya", phone_number="+989121111111")
    session.execute(text("DELETE FROM users WHERE id = :id"), {"id": user.id})

    assert (
        violated_by(session, lambda: make_user(session, username="roya", phone_number="+989121111111"))
        is None
    )


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"rating": 0}, "reviews_rating_check"),
        ({"rating": 6}, "reviews_rating_check"),
        ({"salon_id": None}, "reviews_check"),
        ({"body": "x" * 5001}, "reviews_body_check"),
        ({"author_id": 987_654_321}, "reviews_author_id_fkey"),
    ],
)
def test_a_review_that_breaks_a_rule_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    given = {"author_id": make_user(session).id, "salon_id": make_salon(session).id, **facts}

    assert violated_by(session, lambda: make_review(session, **given)) == constraint


def test_a_review_has_one_target(session: Session) -> None:
    both = {"salon_id": make_salon(session).id, "artist_id": make_artist(session).id}

    assert violated_by(session, lambda: make_review(session, **both)) == "reviews_check"


def test_one_live_review_per_author_and_target(session: Session) -> None:
    review = make_review(session)
    again = {"author_id": review.author_id, "salon_id": review.salon_id}

    assert violated_by(session, lambda: make_review(session, **again)) == "reviews_author_target_live_key"

    session.execute(text("DELETE FROM reviews WHERE id = :id"), {"id": review.id})
    assert violated_by(session, lambda: make_review(session, **again)) is None


def test_author_and_target_of_a_review_stay(session: Session) -> None:
    review, other = make_review(session), make_salon(session)

    moved = violated_by(session, lambda: setattr(review, "salon_id", other.id))

    assert moved == "reviews_target_fixed"


def test_nobody_reviews_what_is_theirs(session: Session) -> None:
    user, salon = make_user(session), make_salon(session)
    session.add(SalonOwner(salon_id=salon.id, user_id=user.id))
    session.flush()

    refusal = violated_by(session, lambda: make_review(session, author_id=user.id, salon_id=salon.id))

    assert refusal == "reviews_not_own"


def test_a_neighbourhood_belongs_to_the_city_of_the_salon(session: Session) -> None:
    city, elsewhere = make_city(session), make_neighborhood(session)

    refusal = violated_by(session, lambda: make_salon(session, city_id=city.id, neighborhood_id=elsewhere.id))

    assert refusal == "salons_neighborhood_id_city_id_fkey"


def test_a_neighbourhood_needs_its_city(session: Session) -> None:
    neighborhood = make_neighborhood(session)

    refusal = violated_by(session, lambda: make_salon(session, neighborhood_id=neighborhood.id))

    assert refusal == "salons_check1"


def test_the_province_of_a_salon_is_that_of_its_city_also_after_a_move(session: Session) -> None:
    city, other = make_city(session), make_province(session)
    salon = make_salon(session, city_id=city.id, province_id=other.id)
    session.refresh(salon)
    assert salon.province_id == city.province_id

    city.province_id = other.id
    session.flush()

    session.refresh(salon)
    assert salon.province_id == other.id


def test_the_primary_owner_is_one_of_the_owners(session: Session) -> None:
    user, salon = make_user(session), make_salon(session)

    refusal = violated_by(session, lambda: setattr(salon, "primary_owner_id", user.id))
    assert refusal == "salons_id_primary_owner_id_fkey"

    session.refresh(salon)
    salon.primary_owner_id = user.id
    session.flush()
    session.add(SalonOwner(salon_id=salon.id, user_id=user.id))
    session.flush()
    session.execute(text("DELETE FROM salon_owners"))
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.refresh(salon)
    assert salon.primary_owner_id is None
