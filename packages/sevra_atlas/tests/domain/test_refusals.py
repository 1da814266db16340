"""What an error refused is told in words of closed sets, and of no other error is anything told."""

import psycopg
import pytest
from databases import SevraDatabase
from factories import make_artist, make_review, make_salon, make_user
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sevra_atlas.domain import trash
from sevra_atlas.domain.addresses.renaming import rename
from sevra_atlas.domain.errors import (
    DomainError,
    InvalidSlugError,
    NotFoundError,
    NotInTrashError,
    RestoreConflictError,
    SlugTakenError,
)
from sevra_atlas.domain.refusals import PARTS, Refusal, refusal_of
from sevra_atlas.domain.retention.errors import (
    BatchNotFoundError,
    DamagedBatchError,
    NotArchivedError,
    PurgedError,
    StillWaitingError,
    UnknownMigrationError,
)
from sevra_atlas.schema import Review, Salon
from sevra_atlas.schema.access import MAINTENANCE


def test_a_slug_that_another_row_has_is_told_by_its_kind(sevra_db: SevraDatabase) -> None:
    with sevra_db.session() as session:
        make_salon(session, slug="roya")
        salon = make_salon(session)
        artist, other = make_artist(session, slug="mina"), make_artist(session)

        with pytest.raises(SlugTakenError) as taken:
            rename(session, salon, slug="roya")
        with pytest.raises(SlugTakenError) as artists:
            rename(session, other, slug=artist.slug)

    assert refusal_of(taken.value) == Refusal("slug", "SALON")
    assert refusal_of(artists.value) == Refusal("slug", "ARTIST")


def test_every_kind_with_an_address_has_its_word() -> None:
    spoken = {SlugTakenError(part.lower().replace("_", " "), "x") for part in PARTS["slug"]}

    assert {refusal_of(error) for error in spoken} == {Refusal("slug", part) for part in PARTS["slug"]}
    assert "BLOG_POST" in PARTS["slug"]


def test_a_reference_to_a_deleted_row_is_told_by_its_check(sevra_db: SevraDatabase) -> None:
    with sevra_db.session() as session:
        user, salon = make_user(session).id, make_salon(session, status="ACTIVE").id
        trash.delete(session, Salon, salon)
    follow = f"INSERT INTO follows (follower_id, salon_id) VALUES ({user}, {salon})"

    with sevra_db.session() as session, pytest.raises(IntegrityError) as by_orm:
        session.execute(text(follow))
    with sevra_db.connect() as connection, pytest.raises(psycopg.IntegrityError) as by_driver:
        connection.execute(follow.encode())

    expected = Refusal("reference", "follows_salon_id_live")
    assert (refusal_of(by_orm.value), refusal_of(by_driver.value)) == (expected, expected)


def test_a_reference_to_a_row_that_never_was_is_another_error(sevra_db: SevraDatabase) -> None:
    with sevra_db.connect(MAINTENANCE) as connection, pytest.raises(psycopg.IntegrityError) as error:
        connection.execute(
            "INSERT INTO public.legal_holds (entity_type, entity_id, reason) VALUES ('SALON', 9, 'x')"
        )

    assert error.value.diag.constraint_name is not None
    assert refusal_of(error.value) is None


def test_the_words_of_references_are_the_checks_of_the_catalogue(sevra_db: SevraDatabase) -> None:
    with sevra_db.connect(MAINTENANCE) as connection:
        rows = connection.execute(
            "SELECT tgname::text FROM pg_trigger WHERE tgfoid = 'public.require_live_parent'::regproc"
        ).fetchall()

    assert PARTS["reference"] == tuple(sorted(name for (name,) in rows))


def test_a_restore_below_a_deleted_parent_is_a_conflict_and_one_of_nothing_is_not_in_the_trash(
    sevra_db: SevraDatabase,
) -> None:
    with sevra_db.session() as session:
        salon = make_salon(session).id
        review = make_review(session, salon_id=salon).id
        batch = trash.delete(session, Review, review).batch
        trash.delete(session, Salon, salon)

    with sevra_db.session(MAINTENANCE) as session:
        with pytest.raises(RestoreConflictError) as conflict:
            trash.restore(session, batch)
        with pytest.raises(NotInTrashError) as nothing:
            trash.restore(session, 999)

    assert refusal_of(conflict.value) == Refusal("restore", "conflict")
    assert refusal_of(nothing.value) == Refusal("restore", "not_in_trash")


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (PurgedError(1), "gone"),
        (StillWaitingError(1, ["users 3"]), "waiting"),
        (NotArchivedError(1, "TRASHED"), "not_archived"),
        (DamagedBatchError(1, "x"), "damaged"),
        (UnknownMigrationError("x"), "unknown_migration"),
    ],
)
def test_every_end_of_a_restore_has_its_word(error: DomainError, part: str) -> None:
    assert refusal_of(error) == Refusal("restore", part)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        NotFoundError("salon", 3),
        BatchNotFoundError(3),
        InvalidSlugError("x", "x"),
        SlugTakenError("a kind without an address", "x"),
    ],
)
def test_of_other_errors_nothing_is_told(error: Exception) -> None:
    assert refusal_of(error) is None
