"""What the workers are told, and what they are not bothered with."""

from collections import Counter

from databases import acting_as
from factories import make_city, make_review, make_salon, make_service
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import SalonService
from sevra_atlas.schema.access import OWNER


def drained(session: Session) -> Counter[tuple[str, str, int]]:
    """Return what is in the outbox as (topic, type, id), and empty it."""
    with acting_as(session, OWNER):
        taken = session.execute(
            text("DELETE FROM outbox RETURNING topic::text, entity_type::text, entity_id")
        ).all()
    return Counter((topic, kind, key) for topic, kind, key in taken)


def test_a_changed_salon_is_announced_once_per_topic_with_its_city(session: Session) -> None:
    city = make_city(session)
    salon = make_salon(session, city_id=city.id)
    drained(session)

    salon.summary = "تازه"
    session.flush()

    assert drained(session) == {
        ("search", "SALON", salon.id): 1,
        ("sitemap", "SALON", salon.id): 1,
        ("city_stats", "CITY", city.id): 1,
    }


def test_a_salon_that_moves_is_announced_to_both_cities(session: Session) -> None:
    here, there = make_city(session), make_city(session)
    salon = make_salon(session, city_id=here.id)
    drained(session)

    salon.city_id = there.id
    session.flush()

    cities = {key for topic, _, key in drained(session) if topic == "city_stats"}
    assert cities == {here.id, there.id}


def test_a_deletion_announces_the_salon_and_not_the_reviews_that_go_with_it(session: Session) -> None:
    salon = make_salon(session)
    for _ in range(3):
        make_review(session, salon_id=salon.id)
    drained(session)

    session.execute(text("DELETE FROM salons WHERE id = :id"), {"id": salon.id})

    told = drained(session)
    assert {kind for _, kind, _ in told} <= {"SALON", "CITY"}
    assert ("search", "SALON", salon.id) in told


def test_an_update_that_changes_nothing_is_not_announced(session: Session) -> None:
    make_salon(session)
    drained(session)

    session.execute(text("UPDATE salons SET name = name"))

    assert drained(session) == {}


def test_a_statement_announces_an_entity_once_however_many_rows_it_touches(session: Session) -> None:
    salon = make_salon(session)
    session.add_all(SalonService(salon_id=salon.id, service_id=make_service(session).id) for _ in range(3))
    session.flush()
    drained(session)

    session.execute(text("DELETE FROM salon_services"))

    assert drained(session) == {("search", "SALON", salon.id): 1, ("sitemap", "SALON", salon.id): 1}


def test_a_review_announces_what_it_is_about(session: Session) -> None:
    salon = make_salon(session)
    drained(session)

    make_review(session, salon_id=salon.id)

    assert drained(session)["sitemap", "SALON", salon.id] >= 1


def test_a_change_of_state_reaches_search_and_sitemap_in_its_own_transaction(session: Session) -> None:
    city = make_city(session)
    drained(session)

    city.is_landing_enabled = False
    session.flush()

    told = drained(session)
    assert {topic for topic, kind, key in told if (kind, key) == ("CITY", city.id)} == {"search", "sitemap"}
    state = session.execute(
        text("SELECT state::text FROM entities WHERE entity_type = 'CITY' AND entity_id = :id"),
        {"id": city.id},
    )
    assert state.scalar_one() == "hidden"
