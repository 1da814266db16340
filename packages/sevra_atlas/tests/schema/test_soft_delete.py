"""A deleted row is never seen, and comes back exactly as it was."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from databases import SevraDatabase, acting_as
from factories import (
    SOFT_MODELS,
    make_artist,
    make_certification,
    make_city,
    make_media,
    make_neighborhood,
    make_review,
    make_salon,
    make_service,
    make_specialty,
    make_user,
)
from psycopg import errors
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from sevra_atlas.schema import (
    City,
    DeletionBatch,
    Entity,
    MediaLink,
    Neighborhood,
    Review,
    Salon,
    SalonOwner,
    SalonService,
    Specialty,
    metadata,
)
from sevra_atlas.schema.access import MAINTENANCE, OWNER
from sevra_atlas.schema.reference import KINDS
from sevra_atlas.schema.soft_delete import soft_deletable_tables

# What a deletion and its restore leave behind on purpose.
JOURNALS = {"audit_log", "deletion_batches", "outbox"}


def digest(connection: psycopg.Connection) -> str:
    """Return a hash over every column of every row of every table but the journals."""
    hashes = hashlib.sha256()
    for table in sorted(set(metadata.tables) - JOURNALS):
        rows = connection.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1").fetchall()
        hashes.update(json.dumps([table, rows]).encode())
    return hashes.hexdigest()


def restore(session: Session, batch: int) -> None:
    with acting_as(session, MAINTENANCE):
        session.execute(text("SELECT restore_batch(:batch)"), {"batch": batch})


def newest_batch(session: Session) -> DeletionBatch:
    return session.scalars(select(DeletionBatch).order_by(DeletionBatch.id.desc()).limit(1)).one()


@pytest.mark.parametrize(("model", "make"), SOFT_MODELS)
def test_a_deleted_row_is_gone_from_every_way_of_asking(
    session: Session, model: type[Any], make: Callable[[Session], Any]
) -> None:
    row = make(session)
    row_id, table = row.id, model.__tablename__
    session.expunge_all()

    assert session.execute(delete(model).where(model.id == row_id)).rowcount == 1  # type: ignore[attr-defined]

    assert session.get(model, row_id) is None
    assert session.scalars(select(model).where(model.id == row_id)).all() == []
    assert session.scalar(text(f"SELECT count(*) FROM {table} WHERE id = {row_id}")) == 0
    assert session.execute(text(f"SELECT 1 FROM {table} WHERE id = {row_id} FOR UPDATE")).all() == []
    entity = session.get_one(Entity, (KINDS[table].entity_type, row_id))
    assert entity.state == "deleted"
    with acting_as(session, OWNER):
        kept = text(f"SELECT deletion_id FROM {table} WHERE id = {row_id} AND deleted_at IS NOT NULL")
        assert session.scalar(kept) == newest_batch(session).id


@pytest.mark.parametrize(("model", "make"), SOFT_MODELS)
def test_a_second_deletion_counts_nothing(
    session: Session, model: type[Any], make: Callable[[Session], Any]
) -> None:
    row_id = make(session).id
    session.execute(delete(model).where(model.id == row_id))

    again = session.execute(delete(model).where(model.id == row_id))

    assert again.rowcount == 0  # type: ignore[attr-defined]
    assert (
        session.scalar(text("SELECT count(*) FROM deletion_batches WHERE root_id = :id"), {"id": row_id}) == 1
    )


def test_every_soft_deletable_table_is_in_these_tests() -> None:
    made = {model.__tablename__ for model, _ in SOFT_MODELS}

    assert made == {table.name for table in soft_deletable_tables(metadata)}


def fill(session: Session) -> dict[str, int]:
    """Make a small directory in which every edge and every satellite has a row; return some ids."""
    user, author = make_user(session), make_user(session)
    city = make_city(session)
    place = make_neighborhood(session, city_id=city.id)
    salon = make_salon(session, city_id=city.id, neighborhood_id=place.id)
    artist = make_artist(session)
    make_certification(session, artist_id=artist.id)
    picture = make_media(session)
    service = make_service(session)
    session.add_all(
        [
            SalonOwner(salon_id=salon.id, user_id=user.id),
            SalonService(salon_id=salon.id, service_id=service.id, price_toman=100_000),
            MediaLink(media_id=picture.id, entity_type="SALON", entity_id=salon.id),
        ]
    )
    salon.slug = f"renamed-{salon.id}"
    session.flush()
    early = make_review(session, salon_id=salon.id, rating=1)
    session.execute(delete(Review).where(Review.id == early.id))
    for rating in (5, 4):
        make_review(session, salon_id=salon.id, rating=rating)
    make_review(session, salon_id=salon.id, author_id=author.id, rating=2)
    make_review(session, artist_id=artist.id, author_id=author.id, rating=3)
    return {
        "salons": salon.id,
        "artists": artist.id,
        "users": author.id,
        "service_categories": service.category_id,
        "media": picture.id,
        "service_definitions": service.id,
    }


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("salons", 4),
        ("artists", 3),
        ("users", 3),
        ("service_categories", 2),
        ("media", 1),
        ("service_definitions", 1),
    ],
)
def test_delete_and_restore_leave_every_column_of_every_row_as_it_was(
    sevra_db: SevraDatabase, table: str, rows: int
) -> None:
    with sevra_db.session() as session:
        ids = fill(session)
    with sevra_db.connect(OWNER, autocommit=True) as owner, sevra_db.connect(autocommit=True) as app:
        before = digest(owner)

        app.execute(f"DELETE FROM {table} WHERE id = %s", (ids[table],))

        assert digest(owner) != before
        batch = owner.execute("SELECT max(id), count(*) FROM deletion_batches WHERE restored_at IS NULL")
        batch_id, _ = batch.fetchone() or (0, 0)
        held = owner.execute("SELECT row_count FROM deletion_batches WHERE id = %s", (batch_id,)).fetchone()
        assert held == (rows,)
        with sevra_db.connect(MAINTENANCE, autocommit=True) as maintenance:
            assert maintenance.execute("SELECT restore_batch(%s)", (batch_id,)).fetchone() == (rows,)
        assert digest(owner) == before


def test_restoring_a_salon_does_not_bring_back_a_review_deleted_before(session: Session) -> None:
    review = make_review(session)
    review_id, salon_id = review.id, review.salon_id
    session.execute(delete(Review).where(Review.id == review_id))
    session.execute(delete(Salon).where(Salon.id == salon_id))

    restore(session, newest_batch(session).id)

    assert session.scalars(select(Salon.id).where(Salon.id == salon_id)).one()
    assert session.scalars(select(Review.id).where(Review.id == review_id)).all() == []


def test_a_batch_is_restored_once(session: Session) -> None:
    session.execute(delete(Salon).where(Salon.id == make_salon(session).id))
    batch = newest_batch(session).id
    restore(session, batch)

    with (
        acting_as(session, MAINTENANCE),
        pytest.raises(DBAPIError, match="not in the trash") as refusal,
        session.begin_nested(),
    ):
        session.execute(text("SELECT restore_batch(:batch)"), {"batch": batch})

    assert isinstance(refusal.value.orig, errors.NoDataFound)


def refusal_of(session: Session, batch: int) -> str | None:
    with acting_as(session, MAINTENANCE):
        try:
            with session.begin_nested():
                session.execute(text("SELECT restore_batch(:batch)"), {"batch": batch})
        except DBAPIError as error:
            return str(error.orig.diag.constraint_name)  # type: ignore[union-attr]
    return None


def test_a_child_waits_in_the_trash_for_its_parent(session: Session) -> None:
    review = make_review(session)
    salon_id = review.salon_id
    session.execute(delete(Review).where(Review.id == review.id))
    child = newest_batch(session).id
    session.execute(delete(Salon).where(Salon.id == salon_id))
    parent = newest_batch(session).id

    assert refusal_of(session, child) == "reviews_salon_id_live"

    restore(session, parent)
    assert refusal_of(session, child) is None


def test_a_review_does_not_come_back_over_a_newer_one(session: Session) -> None:
    review = make_review(session)
    author, salon = review.author_id, review.salon_id
    session.execute(delete(Review).where(Review.id == review.id))
    batch = newest_batch(session).id
    make_review(session, author_id=author, salon_id=salon)

    assert refusal_of(session, batch) == "reviews_author_target_live_key"


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("DELETE FROM provinces WHERE id = {province}", "cities_province_id_restrict"),
        ("DELETE FROM cities WHERE id = {city}", "salons_city_id_restrict"),
        ("DELETE FROM neighborhoods WHERE id = {neighborhood}", "salons_neighborhood_id_restrict"),
        ("DELETE FROM media WHERE id = {media}", "salons_cover_media_id_restrict"),
    ],
)
def test_a_parent_that_is_in_use_stays(session: Session, sql: str, constraint: str) -> None:
    place = make_neighborhood(session)
    city = session.get_one(City, place.city_id)
    picture = make_media(session)
    salon = make_salon(session, city_id=city.id, neighborhood_id=place.id, cover_media_id=picture.id)
    ids = {
        "province": city.province_id,
        "city": city.id,
        "neighborhood": place.id,
        "media": picture.id,
    }

    with pytest.raises(DBAPIError, match="still refers") as refusal, session.begin_nested():
        session.execute(text(sql.format(**ids)))
    assert refusal.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]

    session.execute(delete(Salon).where(Salon.id == salon.id))
    if constraint != "cities_province_id_restrict":
        assert session.execute(text(sql.format(**ids))).rowcount == 1  # type: ignore[attr-defined]


def test_a_city_takes_its_neighbourhoods_along(session: Session) -> None:
    place = make_neighborhood(session)

    session.execute(delete(City).where(City.id == place.city_id))

    assert session.scalars(select(Neighborhood.id).where(Neighborhood.id == place.id)).all() == []
    assert newest_batch(session).row_count == 2


def test_what_hangs_on_a_salon_stays_untouched_in_the_trash(session: Session) -> None:
    salon, user = make_salon(session), make_user(session)
    session.add(SalonOwner(salon_id=salon.id, user_id=user.id))
    session.flush()

    session.execute(delete(Salon).where(Salon.id == salon.id))

    assert (
        session.scalar(text("SELECT count(*) FROM salon_owners WHERE salon_id = :id"), {"id": salon.id}) == 1
    )


def test_a_deletion_remembers_who_why_and_in_which_request(session: Session) -> None:
    actor, salon = make_user(session), make_salon(session)
    session.execute(
        text(
            "SELECT set_config('sevra.actor_id', :actor, true), set_config('sevra.reason', 'spam', true),"
            " set_config('sevra.request_id', 'r-1', true)"
        ),
        {"actor": str(actor.id)},
    )

    session.execute(delete(Salon).where(Salon.id == salon.id))

    batch = newest_batch(session)
    assert (batch.root_type, batch.root_id) == ("SALON", salon.id)
    assert (batch.actor_id, batch.reason, batch.request_id) == (actor.id, "spam", "r-1")


def test_a_statement_over_many_rows_makes_one_batch_per_row(session: Session) -> None:
    made = [make_salon(session).id for _ in range(3)]

    taken = session.execute(delete(Salon).where(Salon.id.in_(made)))

    assert taken.rowcount == 3  # type: ignore[attr-defined]
    roots = session.scalars(select(DeletionBatch.root_id).where(DeletionBatch.root_id.in_(made))).all()
    assert sorted(roots) == sorted(made)


@pytest.mark.parametrize(
    ("insert", "constraint"),
    [
        (
            "INSERT INTO reviews (author_id, salon_id, rating) VALUES ({user}, {salon}, 5)",
            "reviews_salon_id_live",
        ),
        ("INSERT INTO follows (follower_id, salon_id) VALUES ({user}, {salon})", "follows_salon_id_live"),
        ("INSERT INTO salon_owners VALUES ({salon}, {user})", "salon_owners_salon_id_live"),
        (
            "INSERT INTO opening_hours VALUES ({salon}, 1, '{{[540,600)}}')",
            "opening_hours_salon_id_live",
        ),
    ],
)
def test_nothing_new_refers_to_a_deleted_row(session: Session, insert: str, constraint: str) -> None:
    salon, user = make_salon(session), make_user(session)
    session.execute(delete(Salon).where(Salon.id == salon.id))

    with pytest.raises(DBAPIError, match="is deleted") as refusal, session.begin_nested():
        session.execute(text(insert.format(salon=salon.id, user=user.id)))

    assert refusal.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_the_key_of_a_deleted_row_stays_reserved(session: Session) -> None:
    salon = make_salon(session, slug="رز-طلایی")
    session.execute(delete(Salon).where(Salon.id == salon.id))

    with pytest.raises(DBAPIError, match="reserved") as refusal, session.begin_nested():
        make_salon(session, slug="رز طلايي")

    assert refusal.value.orig.diag.constraint_name == "url_paths_pkey"  # type: ignore[union-attr]


def test_a_view_costs_nothing_over_the_predicate_it_stands_for(session: Session) -> None:
    through_view = (
        "SELECT id FROM {} WHERE city_id = 1 AND status = 'ACTIVE' ORDER BY rating_key DESC LIMIT 20"
    )
    written_out = through_view.replace("WHERE", "WHERE deleted_at IS NULL AND")

    with acting_as(session, OWNER):
        plans = [
            "\n".join(session.scalars(text(f"EXPLAIN {sql.format(relation)}")))
            for sql, relation in ((through_view, "live.salons"), (written_out, "public.salons"))
        ]

    # 18 names the table in a sort key when it comes through a view.
    assert plans[0].replace("salons.", "") == plans[1].replace("salons.", "")


def test_an_upsert_against_the_key_of_a_dead_row_inserts_a_new_one(session: Session) -> None:
    old = make_specialty(session, slug="rang")
    session.execute(delete(Specialty).where(Specialty.id == old.id))
    upsert = text(
        "INSERT INTO specialties (name_fa, slug) VALUES ('رنگ', 'rang')"
        " ON CONFLICT (slug_key) WHERE deleted_at IS NULL DO UPDATE SET name_fa = excluded.name_fa"
        " RETURNING id"
    )

    new = session.scalar(upsert)

    assert new != old.id
    assert session.scalar(upsert) == new


def test_a_deletion_announces_itself_in_its_own_transaction(session: Session) -> None:
    salon = make_salon(session)
    with acting_as(session, OWNER):
        session.execute(text("DELETE FROM outbox"))

    session.execute(delete(Salon).where(Salon.id == salon.id))

    with acting_as(session, OWNER):
        topics = session.scalars(
            text("SELECT DISTINCT topic::text FROM outbox WHERE entity_type = 'SALON' AND entity_id = :id"),
            {"id": salon.id},
        ).all()
    assert set(topics) == {"search", "sitemap"}
