"""What refers to a row by SET NULL is remembered in the archived row, so that a restore can set it again."""

import hashlib
from typing import Any

import pytest
from databases import acting_as
from factories import (
    make_author,
    make_category,
    make_certification,
    make_city,
    make_media,
    make_post,
    make_salon,
    make_series,
    make_user,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import Base, SalonOwner
from sevra_atlas.schema.access import MAINTENANCE, OWNER


def archived(session: Session, table: str, row: Base, *before: str) -> dict[str, Any]:
    """Delete a row, archive what hangs on it and then itself; return the row as the archive has it."""
    session.flush()
    session.execute(text(f"DELETE FROM {table} WHERE id = :id"), {"id": row.id})  # type: ignore[attr-defined]
    with acting_as(session, MAINTENANCE):
        session.execute(text("SET LOCAL TimeZone = 'UTC'"))
        batch = session.scalar(text("SELECT max(id) FROM deletion_batches"))
        for name in (*before, table):
            moved = session.execute(
                text("SELECT gone, kept FROM move_to_archive(:table, :batch)"),
                {"table": name, "batch": batch},
            ).one()
            assert moved.gone == moved.kept
        kept = session.execute(
            text("SELECT row, row::text AS words, row_sha256 FROM archive.rows WHERE table_name = :table"),
            {"table": table},
        ).one()
    assert kept.row_sha256 == hashlib.sha256(kept.words.encode()).digest()
    found: dict[str, Any] = kept.row
    return found


def value(session: Session, table: str, column: str, row: Base) -> object:
    with acting_as(session, OWNER):
        return session.scalar(
            text(f"SELECT {column} FROM {table} WHERE id = :id"),
            {"id": row.id},  # type: ignore[attr-defined]
        )


@pytest.mark.parametrize(
    ("table", "column", "make"),
    [
        ("categories", "category_id", make_category),
        ("series", "series_id", make_series),
        ("author_profiles", "author_id", make_author),
    ],
)
def test_the_posts_of_an_archived_row_are_remembered_and_lose_it(
    session: Session, table: str, column: str, make: Any
) -> None:
    named, other = make(session), make(session)
    posts = [make_post(session, **{column: named.id}) for _ in range(2)]
    make_post(session, **{column: other.id})

    row = archived(session, table, named)

    assert row["_referrers"] == {f"posts.{column}": [post.id for post in posts]}
    assert [value(session, "posts", column, post) for post in posts] == [None, None]


def test_a_lost_reference_is_no_change_by_hand(session: Session) -> None:
    category = make_category(session)
    post = make_post(session, category_id=category.id)

    archived(session, "categories", category)

    assert value(session, "posts", "version", post) == 1


def test_the_people_of_an_archived_city_are_remembered(session: Session) -> None:
    city = make_city(session)
    user = make_user(session, city_id=city.id)

    assert archived(session, "cities", city)["_referrers"] == {"users.city_id": [user.id]}


def test_posts_in_the_trash_are_remembered_too(session: Session) -> None:
    category = make_category(session)
    post = make_post(session, category_id=category.id)
    session.execute(text("DELETE FROM posts WHERE id = :id"), {"id": post.id})

    assert archived(session, "categories", category)["_referrers"] == {"posts.category_id": [post.id]}


def test_a_row_that_nothing_refers_to_remembers_nothing(session: Session) -> None:
    assert "_referrers" not in archived(session, "categories", make_category(session))


def test_every_reference_that_an_archived_user_leaves_behind_is_remembered(session: Session) -> None:
    user = make_user(session)
    file = make_media(session, uploaded_by_id=user.id)
    proof = make_certification(session)
    with acting_as(session, OWNER):
        session.execute(
            text(
                "UPDATE artist_certifications SET verified_at = now(), verified_by_id = :user WHERE id = :id"
            ),
            {"user": user.id, "id": proof.id},
        )

    row = archived(session, "users", user)

    assert row["_referrers"] == {
        "artist_certifications.verified_by_id": [proof.id],
        "media.uploaded_by_id": [file.id],
    }


def test_the_salon_whose_primary_owner_goes_is_remembered_in_the_ownership(session: Session) -> None:
    user, salon = make_user(session), make_salon(session)
    session.add(SalonOwner(salon_id=salon.id, user_id=user.id))
    session.flush()
    salon.primary_owner_id = user.id

    archived(session, "users", user, "salon_owners")

    with acting_as(session, MAINTENANCE):
        ownership = session.scalar(text("SELECT row FROM archive.rows WHERE table_name = 'salon_owners'"))
    assert ownership is not None
    assert ownership["_referrers"] == {"salons.primary_owner_id": [salon.id]}
    assert value(session, "salons", "primary_owner_id", salon) is None
