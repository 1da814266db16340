"""What the database refuses of the rows that hang on others, and what it keeps by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from databases import acting_as, violated_by
from factories import (
    make_artist,
    make_certification,
    make_media,
    make_post,
    make_review,
    make_salon,
    make_service,
    make_specialty,
    make_user,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import (
    ArtistSpecialty,
    Base,
    Follow,
    MediaLink,
    OpeningException,
    OpeningHours,
    RedirectRule,
    SalonArtist,
    SalonService,
    Save,
)
from sevra_atlas.schema.access import OWNER
from sevra_atlas.schema.enums import AccountStatus

Facts = dict[str, Any]


def added(session: Session, row: Base) -> Callable[[], None]:
    return lambda: session.add(row)


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        (OpeningHours(weekday=0, open_minutes="{[540,600)}"), "opening_hours_weekday_check"),
        (OpeningHours(weekday=8, open_minutes="{[540,600)}"), "opening_hours_weekday_check"),
        (OpeningHours(weekday=1, open_minutes="{}"), "opening_hours_open_minutes_check"),
        (OpeningHours(weekday=1, open_minutes="{[540,1441)}"), "opening_hours_open_minutes_check"),
        (
            OpeningException(on_date="2026-03-21", open_minutes="{[-1,5)}"),
            "opening_exceptions_open_minutes_check",
        ),
        (OpeningException(on_date="2026-03-21", open_minutes="{}"), None),
    ],
)
def test_hours_lie_within_a_day(session: Session, row: Any, constraint: str | None) -> None:
    facts = {
        "salon": make_salon(session).id,
        "minutes": row.open_minutes,
        "key": row.weekday if isinstance(row, OpeningHours) else row.on_date,
    }
    sql = text(f"INSERT INTO {row.__tablename__} VALUES (:salon, :key, CAST(:minutes AS int4multirange))")

    assert violated_by(session, lambda: session.execute(sql, facts)) == constraint


def test_overlapping_hours_are_stored_as_one_interval(session: Session) -> None:
    salon = make_salon(session)
    session.execute(
        text("INSERT INTO opening_hours VALUES (:id, 1, '{[540,700),[660,800)}')"), {"id": salon.id}
    )

    stored = session.scalar(text("SELECT open_minutes::text FROM opening_hours"))

    assert stored == "{[540,800)}"


def test_a_certification_that_changes_is_no_longer_verified(session: Session) -> None:
    proof = make_certification(session)
    session.execute(text("UPDATE artist_certifications SET verified_at = now(), verified_by_id = :user"),
                    {"user": make_user(session).id})  # fmt: skip
    session.refresh(proof)
    assert proof.is_verified

    proof.title = "کراتین"
    session.flush()

    session.refresh(proof)
    assert not proof.is_verified
    assert proof.verified_by_id is None


def test_a_certification_that_does_not_change_stays_verified(session: Session) -> None:
    proof = make_certification(session)
    session.execute(text("UPDATE artist_certifications SET verified_at = now()"))

    session.execute(text("UPDATE artist_certifications SET title = title"))

    session.refresh(proof)
    assert proof.is_verified


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"issued_at": "2020-01-01", "expires_at": "2020-01-01"}, "artist_certifications_check"),
        ({"credential_url": "example.com"}, "artist_certifications_credential_url_check1"),
        ({"title": ""}, "artist_certifications_title_check1"),
    ],
)
def test_a_certification_that_breaks_a_rule_is_refused(
    session: Session, facts: Facts, constraint: str
) -> None:
    assert violated_by(session, lambda: make_certification(session, **facts)) == constraint


def test_nobody_verified_what_is_not_verified(session: Session) -> None:
    proof, user = make_certification(session), make_user(session)

    refusal = violated_by(session, lambda: setattr(proof, "verified_by_id", user.id))

    assert refusal == "artist_certifications_check1"


def test_employment_that_ended_is_not_active_and_a_second_one_may_follow(session: Session) -> None:
    pair = {"salon_id": make_salon(session).id, "artist_id": make_artist(session).id}
    session.add(SalonArtist(**pair))
    session.flush()

    twice = violated_by(session, added(session, SalonArtist(**pair)))
    assert twice == "salon_artists_salon_id_artist_id_key"
    still_active = text("UPDATE salon_artists SET ended_at = current_date")
    assert violated_by(session, lambda: session.execute(still_active)) == "salon_artists_check"

    session.execute(text("UPDATE salon_artists SET ended_at = current_date, is_active = false"))
    assert violated_by(session, added(session, SalonArtist(**pair))) is None


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"price_toman": -1}, "{}_price_toman_check"),
        ({"price_toman": 10_000_000_001}, "{}_price_toman_check"),
        ({"duration_min": 0}, "{}_duration_min_check"),
        ({"duration_min": 1441}, "{}_duration_min_check"),
    ],
)
def test_an_offer_has_a_price_and_a_duration_in_range(
    session: Session, facts: Facts, constraint: str
) -> None:
    service = SalonService(salon_id=make_salon(session).id, service_id=make_service(session).id, **facts)
    specialty = ArtistSpecialty(
        artist_id=make_artist(session).id, specialty_id=make_specialty(session).id, **facts
    )

    assert violated_by(session, added(session, service)) == constraint.format("salon_services")
    assert violated_by(session, added(session, specialty)) == constraint.format("artist_specialties")


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"mime": "image/svg+xml"}, "media_mime_check1"),
        ({"type": "page"}, "media_type_check1"),
        ({"width": 0}, "media_width_check"),
        ({"size_bytes": 10_485_761}, "media_size_bytes_check"),
        ({"sha256": b"short"}, "media_sha256_check"),
        ({"variants": []}, "media_variants_check"),
        ({"url": None}, "media_check"),
        ({"is_private": True, "url": "/x"}, "media_check"),
        ({"kind": "LICENSE"}, "media_check1"),
    ],
)
def test_a_file_that_breaks_a_rule_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    assert violated_by(session, lambda: make_media(session, **facts)) == constraint


def test_a_gallery_shows_a_file_once_and_belongs_to_something(session: Session) -> None:
    facts = {"media_id": make_media(session).id, "entity_type": "SALON", "entity_id": make_salon(session).id}
    session.add(MediaLink(**facts))
    session.flush()

    again = violated_by(session, added(session, MediaLink(**facts)))
    nowhere = violated_by(session, added(session, MediaLink(**{**facts, "entity_id": 987_654_321})))

    assert again == "media_links_entity_type_entity_id_kind_media_id_key"
    assert nowhere == "media_links_entity_type_entity_id_fkey"


def test_a_follow_has_one_target_and_happens_once(session: Session) -> None:
    user, salon, artist = make_user(session), make_salon(session), make_artist(session)
    follow = Follow(follower_id=user.id, salon_id=salon.id)
    session.add(follow)
    session.flush()

    both = Follow(follower_id=user.id, salon_id=salon.id, artist_id=artist.id)
    again = Follow(follower_id=user.id, salon_id=salon.id)

    session.refresh(follow)
    assert follow.target_type == "SALON"
    assert violated_by(session, added(session, both)) == "follows_check"
    assert violated_by(session, added(session, again)) == "follows_follower_id_salon_id_artist_id_key"


def test_what_is_hidden_cannot_be_saved(session: Session) -> None:
    user, salon = make_user(session), make_salon(session, status="SUSPENDED")
    draft, private = make_post(session, status="draft"), make_post(session, visibility="private")
    unlisted = make_post(session, visibility="unlisted")

    def refused(**target: int) -> str | None:
        return violated_by(session, added(session, Save(user_id=user.id, **target)))

    assert refused(salon_id=salon.id) == "saves_salon_id_live"
    assert refused(post_id=draft.id) == refused(post_id=private.id) == "saves_post_id_live"
    assert refused(post_id=unlisted.id) is None


def test_what_is_hidden_cannot_be_followed_and_what_was_followed_stays_so(session: Session) -> None:
    user, salon, artist = make_user(session), make_salon(session), make_artist(session, status="SUSPENDED")
    follow = Follow(follower_id=user.id, salon_id=salon.id)
    session.add(follow)
    session.flush()
    salon.status = AccountStatus.SUSPENDED
    session.flush()

    late = Follow(follower_id=make_user(session).id, salon_id=salon.id)
    of_artist = Follow(follower_id=user.id, artist_id=artist.id)

    assert session.get(Follow, follow.id) is follow
    assert violated_by(session, added(session, late)) == "follows_salon_id_live"
    assert violated_by(session, added(session, of_artist)) == "follows_artist_id_live"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({}, "redirect_rules_check"),
        ({"from_path": "/a", "from_prefix": "/b/", "to_static_path": "/"}, "redirect_rules_check"),
        (
            {"from_path": "/a", "to_static_path": "/", "to_external_url": "https://e.com"},
            "redirect_rules_check2",
        ),
        ({"from_path": "/a", "type": "GONE_410", "to_static_path": "/"}, "redirect_rules_check2"),
        ({"from_path": "/a"}, "redirect_rules_check2"),
        ({"from_path": "/a", "to_prefix": "/b/"}, "redirect_rules_check3"),
        ({"from_path": "/a", "to_external_url": "javascript:1"}, "redirect_rules_to_external_url_check1"),
        ({"from_path": "/a", "to_external_url": "https:///x"}, "redirect_rules_to_external_url_check1"),
        ({"from_path": "/a", "to_external_url": "https://\\x"}, "redirect_rules_to_external_url_check1"),
        (
            {"from_path": "/a", "to_external_url": "https://e.com/\nx: y"},
            "redirect_rules_to_external_url_check1",
        ),
        (
            {"from_path": "/a", "to_external_url": "https://e.com/a b"},
            "redirect_rules_to_external_url_check1",
        ),
        ({"from_prefix": "/a", "to_static_path": "/"}, "redirect_rules_from_prefix_check1"),
        ({"from_prefix": "/", "to_static_path": "/"}, "redirect_rules_from_prefix_check1"),
        ({"from_prefix": "/A/", "to_static_path": "/"}, "redirect_rules_from_prefix_check1"),
        ({"from_path": "/a%b", "to_static_path": "/"}, "claim_path"),
        (
            {"from_path": "/a", "to_static_path": "/nowhere"},
            "redirect_rules_to_static_path_to_static_kind_fkey",
        ),
        (
            {"from_path": "/a", "to_static_path": "/a"},
            "redirect_rules_to_static_path_to_static_kind_fkey",
        ),
    ],
)
def test_a_rule_that_leads_nowhere_is_refused(session: Session, facts: Facts, constraint: str) -> None:
    facts = {"from_prefix": None, **facts} if facts else {"to_static_path": "/"}

    assert violated_by(session, added(session, RedirectRule(**facts))) == constraint


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("INSERT INTO url_paths (path, kind) VALUES ('/About/', 'static')", "url_paths_path_check"),
        (
            "INSERT INTO url_paths (path, kind) VALUES ('/' || repeat('a', 660), 'static')",
            "url_paths_path_check1",
        ),
        ("INSERT INTO url_paths (path, kind) VALUES ('/a', 'current')", "url_paths_check1"),
        ("INSERT INTO url_paths (path, kind) VALUES ('/a', 'alias')", "url_paths_check1"),
        (
            "INSERT INTO url_paths (path, kind, entity_type) VALUES ('/a', 'static', 'SALON')",
            "url_paths_check",
        ),
        (
            "INSERT INTO url_paths (path, kind, entity_type, entity_id) VALUES ('/a', 'alias', 'SALON', 99)",
            "url_paths_entity_type_entity_id_fkey",
        ),
        ("INSERT INTO url_paths (path, kind) VALUES ('/atlas', 'static')", "url_paths_pkey"),
        ("UPDATE entities SET successor_type = 'SALON'", "entities_successor_type_successor_id_fkey"),
        (
            "UPDATE entities SET successor_type = entity_type, successor_id = entity_id",
            "entities_check",
        ),
        (
            (
                "INSERT INTO deletion_batches (root_type, root_id) SELECT entity_type, entity_id"
                " FROM entities CROSS JOIN generate_series(1, 2) LIMIT 2"
            ),
            "deletion_batches_open_key",
        ),
        (
            (
                "INSERT INTO deletion_batches (root_type, root_id, purged_at)"
                " SELECT entity_type, entity_id, now() FROM entities LIMIT 1"
            ),
            "deletion_batches_check",
        ),
        (
            (
                "INSERT INTO deletion_batches (root_type, root_id, blocked_at)"
                " SELECT entity_type, entity_id, now() FROM entities LIMIT 1"
            ),
            "deletion_batches_check1",
        ),
        (
            (
                "INSERT INTO deletion_batches (root_type, root_id, hold_until)"
                " SELECT entity_type, entity_id, 'infinity' FROM entities LIMIT 1"
            ),
            "deletion_batches_check2",
        ),
        ("UPDATE salons SET deleted_at = now()", "salons_check4"),
        ("UPDATE salons SET review_count = 100, rating_sum = 501", "salons_check2"),
        ("UPDATE salons SET review_count = 2, rating_sum = 1", "salons_check2"),
        ("UPDATE salons SET follower_count = -1", "salons_follower_count_check"),
    ],
)
def test_the_owner_too_is_bound_by_the_rules(session: Session, statement: str, constraint: str) -> None:
    make_salon(session)

    with acting_as(session, OWNER):
        assert violated_by(session, lambda: session.execute(text(statement))) == constraint


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ("purged_at = now(), archived_at = now()", "PURGED"),
        ("restored_at = now(), archived_at = now()", "RESTORED"),
        ("archived_at = now(), blocked_at = now(), blocked_by = 'x'", "ARCHIVED"),
        ("blocked_at = now(), blocked_by = 'x'", "BLOCKED"),
        ("row_count = 1", "TRASHED"),
    ],
)
def test_the_state_of_a_batch_follows_from_its_times(session: Session, columns: str, state: str) -> None:
    salon = make_salon(session)
    session.execute(text("DELETE FROM salons WHERE id = :id"), {"id": salon.id})

    with acting_as(session, OWNER):
        session.execute(text(f"UPDATE deletion_batches SET {columns}"))
        assert session.scalar(text("SELECT state::text FROM deletion_batches")) == state


def test_the_last_administrator_stays(session: Session) -> None:
    first, second = make_user(session, role="ADMIN"), make_user(session, role="ADMIN")

    assert violated_by(session, lambda: setattr(first, "role", "USER")) is None
    first.role = "USER"  # type: ignore[assignment]
    session.flush()
    for change in ("role = 'MODERATOR'", "status = 'SUSPENDED'"):
        sql = text(f"UPDATE users SET {change} WHERE id = {second.id}")
        assert violated_by(session, lambda sql=sql: session.execute(sql)) == "users_last_admin"  # type: ignore[misc]
    deletion = text(f"DELETE FROM users WHERE id = {second.id}")
    assert violated_by(session, lambda: session.execute(deletion)) == "users_last_admin"


def test_a_change_by_hand_raises_the_version_and_nothing_else_does(session: Session) -> None:
    salon = make_salon(session)
    version = salon.version

    session.execute(text("UPDATE salons SET name = name"))
    make_review(session, salon_id=salon.id)
    session.refresh(salon)
    assert (salon.version, salon.review_count) == (version, 1)

    salon.name = "دیگر"
    session.flush()
    assert salon.version == version + 1


def test_the_keys_of_a_list_hold_mean_count_and_id(session: Session) -> None:
    salon = make_salon(session)
    for rating in (5, 4, 4):
        make_review(session, salon_id=salon.id, rating=rating)

    row = session.execute(
        text(
            "SELECT rating_key >> 54 AS mean, (rating_key >> 34) & 1048575 AS reviews,"
            " 17179869183 - (rating_key & 17179869183) AS id, popular_key >> 34 AS popular, avg_rating"
            " FROM salons WHERE id = :id"
        ),
        {"id": salon.id},
    ).one()

    assert (row.mean, row.reviews, row.id) == (433, 3, salon.id)
    assert row.popular == (13 * 1000 + 38000) // 13
    assert str(row.avg_rating) == "4.33"
