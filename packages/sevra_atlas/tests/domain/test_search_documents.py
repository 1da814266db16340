"""Documents follow their rows: made from the outbox or all at once, they are the same."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from databases import SevraDatabase
from factories import (
    make_artist,
    make_category,
    make_city,
    make_page,
    make_post,
    make_review,
    make_salon,
    make_service,
    make_tag,
    make_user,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.domain import search_documents, search_queue, search_vocabulary
from sevra_atlas.schema import PostTag, SalonService
from sevra_atlas.schema.access import APP, MAINTENANCE
from sevra_atlas.schema.enums import EntityType, PostStatus

DOCUMENT = (
    "entity_type::text, entity_id, locale, title, name_norm, tsv::text, popularity, rating_bucket,"
    " published_at, city_id, norm_version"
)


@pytest.fixture
def worker(sevra_db: SevraDatabase) -> Iterator[psycopg.Connection]:
    """Return a connection of the maintenance role, in autocommit."""
    with sevra_db.connect(MAINTENANCE, autocommit=True) as connection:
        yield connection


def documents(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        f"SELECT {DOCUMENT} FROM public.search_documents ORDER BY entity_type::text, entity_id".encode()
    ).fetchall()


def found(connection: psycopg.Connection, typed: str) -> set[str]:
    rows = connection.execute(
        "SELECT title FROM public.search_documents WHERE tsv @@ public.fa_query_v1(%s)", (typed,)
    )
    return {title for (title,) in rows}


def refreshed(connection: psycopg.Connection) -> search_vocabulary.Vocabulary:
    with connection.transaction():
        return search_vocabulary.refresh(connection)


def fill(session: Session) -> None:
    """Add a salon in Karaj with a service, an artist, a post with tag and category, a page."""
    city = make_city(session, name_fa="کرج", name_en="Karaj", slug="karaj")
    service = make_service(session, name_fa="کاشت ناخن", name_en="Nail extensions", slug="nails")
    salon = make_salon(
        session, name="سالن رویا", slug="roya", city_id=city.id, summary="آرام", description="باغ"
    )
    session.add(SalonService(salon_id=salon.id, service_id=service.id))
    make_artist(session, full_name="مریم رضایی", slug="maryam", city_id=city.id)
    category = make_category(session, name="مراقبت", slug="care")
    tag = make_tag(session, name="پوست", slug="skin")
    post = make_post(
        session,
        title="ماسک خانگی",
        slug="mask",
        status=PostStatus.PUBLISHED,
        content="<p class='زرد'>خیار&nbsp;و <b>عسل</b></p>",
        category_id=category.id,
    )
    session.add(PostTag(post_id=post.id, tag_id=tag.id))
    make_page(session, title="درباره ما", slug="about", status=PostStatus.PUBLISHED, content="<p>تاریخچه</p>")


def change(db: SevraDatabase, *statements: str) -> None:
    with db.session(APP) as session:
        for statement in statements:
            session.execute(text(statement))


def test_every_public_kind_is_found_by_its_name_its_surroundings_and_its_text(
    sevra_db: SevraDatabase, worker: psycopg.Connection
) -> None:
    with sevra_db.session() as session:
        fill(session)

    made = search_queue.drain(worker)

    assert made >= 4
    assert found(worker, "رویا کرج") == {"سالن رویا"}
    assert found(worker, "كاشت ناخن") == {"سالن رویا"}
    assert found(worker, "nail extension") == {"سالن رویا"}
    assert found(worker, "آرام باغ") == {"سالن رویا"}
    assert found(worker, "karaj") == {"سالن رویا", "مریم رضایی"}
    assert found(worker, "ماسک پوست مراقبت عسل خیار") == {"ماسک خانگی"}
    assert found(worker, "تاریخچه") == {"درباره ما"}
    assert found(worker, "زرد") == set()
    assert found(worker, "nbsp") == set()


def test_a_full_rebuild_gives_the_rows_that_the_outbox_gave(
    sevra_db: SevraDatabase, worker: psycopg.Connection
) -> None:
    with sevra_db.session() as session:
        fill(session)
    search_queue.drain(worker)
    change(
        sevra_db,
        "UPDATE cities SET name_fa = 'کرج نو'",
        "UPDATE tags SET name = 'مو'",
        "UPDATE service_definitions SET name_fa = 'مانیکور'",
        "UPDATE salons SET name = 'سالن نیلوفر'",
    )
    search_queue.drain(worker)
    incremental = documents(worker)
    with sevra_db.connect("sevra_owner", autocommit=True) as owner:
        owner.execute("DELETE FROM public.search_documents")

    done = search_documents.rebuild_all(worker, window=1)

    assert documents(worker) == incremental
    assert (done.public, done.written, done.removed) == (len(incremental), len(incremental), 0)
    assert found(worker, "نیلوفر مانیکور نو") == {"سالن نیلوفر"}
    assert search_documents.rebuild_all(worker).written == 0


def test_deleting_an_entity_removes_it_from_every_query_and_restoring_brings_it_back(
    sevra_db: SevraDatabase, worker: psycopg.Connection
) -> None:
    with sevra_db.session() as session:
        fill(session)
    search_queue.drain(worker)
    before = documents(worker)

    change(sevra_db, "DELETE FROM salons WHERE slug = 'roya'")

    assert found(worker, "رویا") == set()
    search_queue.drain(worker)
    assert found(worker, "کرج") == {"مریم رضایی"}
    worker.execute("SELECT public.restore_batch(max(id)) FROM public.deletion_batches")
    search_queue.drain(worker)
    assert documents(worker) == before


def test_what_is_suspended_leaves_at_once_and_a_rebuild_does_not_bring_it_back(
    sevra_db: SevraDatabase, worker: psycopg.Connection
) -> None:
    with sevra_db.session() as session:
        fill(session)
    search_queue.drain(worker)

    change(sevra_db, "UPDATE salons SET status = 'SUSPENDED'")

    assert found(worker, "رویا") == set()
    search_documents.rebuild_all(worker)
    assert found(worker, "رویا") == set()


def test_a_review_does_not_rewrite_the_search_vector_of_a_salon(
    sevra_db: SevraDatabase, worker: psycopg.Connection
) -> None:
    with sevra_db.session() as session:
        fill(session)
    search_queue.drain(worker)
    query = "SELECT tsv::text, popularity, rating_bucket, xmin::text FROM public.search_documents"
    query += " WHERE entity_type = 'SALON'"
    (before,) = worker.execute(query.encode()).fetchall()
    with sevra_db.session() as session:
        salon = session.execute(text("SELECT id FROM salons")).scalar_one()
        for _ in range(20):
            make_review(session, salon_id=salon, author_id=make_user(session).id, rating=5)
    search_queue.drain(worker)
    (rated,) = worker.execute(query.encode()).fetchall()
    with sevra_db.session() as session:
        make_review(session, salon_id=salon, author_id=make_user(session).id, rating=5)
    search_queue.drain(worker)
    (once_more,) = worker.execute(query.encode()).fetchall()

    assert rated[0] == before[0]
    assert rated[1:3] == (30, 5)
    assert once_more == rated


def test_a_pass_is_bounded_and_what_is_not_committed_stays(
    sevra_db: SevraDatabase, worker: psycopg.Connection
) -> None:
    with sevra_db.session() as session:
        for number in range(7):
            make_salon(session, name=f"سالن {number}", slug=f"s{number}")
    waiting = worker.execute("SELECT count(*) FROM public.outbox WHERE topic = 'search'").fetchone()

    with worker.transaction(force_rollback=True):
        first = search_queue.run_once(worker, batch=3)

    assert (first.taken, first.more) == (3, True)
    again = worker.execute("SELECT count(*) FROM public.outbox WHERE topic = 'search'").fetchone()
    assert again == waiting
    search_queue.drain(worker, batch=2)
    assert len(documents(worker)) == 7
    assert search_queue.run_once(worker).taken == 0


def test_a_pass_leaves_what_another_one_holds(sevra_db: SevraDatabase, worker: psycopg.Connection) -> None:
    with sevra_db.session() as session:
        make_salon(session, name="سالن", slug="s")
    with sevra_db.connect(MAINTENANCE) as other:
        taken = search_queue.run_once(other).taken

        assert taken > 0
        assert search_queue.run_once(worker).taken == 0


def test_the_vocabulary_counts_documents_and_forgets_words_that_are_gone(
    sevra_db: SevraDatabase, worker: psycopg.Connection
) -> None:
    with sevra_db.session() as session:
        fill(session)
    search_queue.drain(worker)

    words = refreshed(worker)

    counted = dict(worker.execute("SELECT lexeme, doc_count FROM public.search_lexemes").fetchall())
    assert words.words == len(counted)
    assert (counted["کرج"], counted["رویا"]) == (2, 1)
    change(sevra_db, "DELETE FROM salons")
    assert refreshed(worker).removed > 0
    counted = dict(worker.execute("SELECT lexeme, doc_count FROM public.search_lexemes").fetchall())
    assert "رویا" not in counted
    assert refreshed(worker) == search_vocabulary.Vocabulary(len(counted), 0, 0)


def test_one_kind_can_be_rebuilt_alone(sevra_db: SevraDatabase, worker: psycopg.Connection) -> None:
    with sevra_db.session() as session:
        fill(session)
    assert search_documents.are_missing(worker)

    search_documents.rebuild_all(worker, [EntityType.ARTIST])

    assert [row[3] for row in documents(worker)] == ["مریم رضایی"]
    assert not search_documents.are_missing(worker)
