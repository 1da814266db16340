"""What the workers do with their rights: the trash, the archive, its ways back and out, the roll-ups."""

from collections.abc import Iterator
from typing import Any

import pytest
from databases import acting_as, violated_by
from factories import make_comment, make_post, make_review, make_salon, make_user
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.schema import PostViewDelta
from sevra_atlas.schema.access import MAINTENANCE

ARCHIVED = "UPDATE deletion_batches SET archived_at = now() WHERE id = :batch"


@pytest.fixture
def workers(session: Session) -> Iterator[Session]:
    with acting_as(session, MAINTENANCE):
        session.execute(text("SET LOCAL TimeZone = 'UTC'"))
        yield session


def value(session: Session, sql: str, **parameters: Any) -> Any:
    return session.scalar(text(sql), parameters)


def deleted(session: Session, table: str, row: int) -> int:
    """Delete a row as the application does and return its batch."""
    session.execute(text(f"DELETE FROM {table} WHERE id = :row"), {"row": row})
    return int(value(session, "SELECT max(id) FROM deletion_batches"))


def test_the_workers_delete_and_restore_by_the_procedures(session: Session) -> None:
    salon = make_salon(session)
    make_review(session, salon_id=salon.id)

    with acting_as(session, MAINTENANCE):
        batch = value(
            session,
            "INSERT INTO deletion_batches (root_type, root_id, reason) VALUES ('SALON', :id, 'x')"
            " RETURNING id",
            id=salon.id,
        )
        taken = value(
            session, "SELECT soft_delete_rows('salons', ARRAY[:id], :batch)", id=salon.id, batch=batch
        )
        session.execute(
            text("UPDATE deletion_batches SET row_count = :n WHERE id = :id"), {"n": taken, "id": batch}
        )
        left = value(session, "SELECT count(*) FROM salons WHERE deleted_at IS NULL")
        restored = value(session, "SELECT restore_batch(:batch)", batch=batch)

    assert (taken, left, restored) == (2, 0, 2)


def test_the_paths_of_a_purged_entity_become_gone_and_may_be_reclaimed(session: Session) -> None:
    salon = make_salon(session, slug="roya")
    salon.slug = "roya-two"
    session.flush()
    batch = deleted(session, "salons", salon.id)
    gone = text("UPDATE url_paths SET kind = 'gone' WHERE entity_type = 'SALON' AND entity_id = :id")

    with acting_as(session, MAINTENANCE):
        session.execute(text("SET LOCAL TimeZone = 'UTC'"))
        session.execute(text("SELECT move_to_archive('salons', :batch)"), {"batch": batch})
        session.execute(text(ARCHIVED), {"batch": batch})
        too_early = violated_by(session, lambda: session.execute(gone, {"id": salon.id}))
        session.execute(text("UPDATE deletion_batches SET purged_at = now() WHERE id = :id"), {"id": batch})
        session.execute(text("UPDATE entities SET state = 'purged' WHERE state = 'archived'"))
        session.execute(gone, {"id": salon.id})
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        kinds = set(
            session.scalars(text("SELECT kind::text FROM url_paths WHERE path LIKE '/atlas/salon/%'"))
        )
        differences = session.execute(text("SELECT * FROM rebuild_url_paths()")).all()
        session.execute(text("SELECT reclaim_path('/atlas/salon/roya', 'asked for')"))

    assert (too_early, kinds, differences) == ("url_paths_kept", {"gone"}, [])
    assert make_salon(session, slug="roya").slug_key == "roya"


def test_a_return_from_the_archive_brings_whole_rows_and_decided_requests_back(workers: Session) -> None:
    # No salon ever had this id: as after the archive, its row is not there.
    workers.execute(
        text(
            "INSERT INTO salons (id, name, slug, review_count, rating_sum, version, created_at)"
            " OVERRIDING SYSTEM VALUE VALUES (9000, 'رویا', 'roya', 1, 5, 7, '2026-01-01')"
        )
    )
    with acting_as(workers, "sevra_app"):
        asker = make_user(workers).id
    workers.execute(
        text(
            "INSERT INTO verification_requests (id, requested_by_id, salon_id, status, decided_at)"
            " OVERRIDING SYSTEM VALUE VALUES (9000, :asker, 9000, 'VERIFIED', '2026-01-02')"
        ),
        {"asker": asker},
    )

    row = workers.execute(text("SELECT verification::text, version, review_count FROM salons")).one()

    assert tuple(row) == ("VERIFIED", 7, 1)


def test_the_workers_add_views_and_take_what_was_announced(session: Session) -> None:
    post = make_post(session)
    session.add(PostViewDelta(post_id=post.id, views=3))
    session.flush()

    with acting_as(session, MAINTENANCE):
        session.execute(
            text(
                "WITH seen AS (DELETE FROM post_view_deltas RETURNING post_id, views)"
                " UPDATE posts p SET views_count = p.views_count + s.views FROM seen s WHERE p.id = s.post_id"
            )
        )
        session.execute(
            text("SELECT FROM entities WHERE state = 'public' ORDER BY entity_id FOR NO KEY UPDATE")
        )
        taken = session.execute(
            text(
                "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox FOR UPDATE SKIP LOCKED)"
                " RETURNING topic::text"
            )
        ).all()
        views = value(session, "SELECT views_count FROM posts")

    assert views == 3
    assert taken


def test_the_workers_anonymise_what_stays(session: Session) -> None:
    review, comment = make_review(session, ip="192.0.2.1", body="x"), make_comment(session, user_agent="x")

    with acting_as(session, MAINTENANCE):
        session.execute(text("UPDATE reviews SET ip = NULL, body = NULL WHERE id = :id"), {"id": review.id})
        session.execute(text("UPDATE comments SET user_agent = NULL WHERE id = :id"), {"id": comment.id})

        assert value(session, "SELECT num_nonnulls(ip, body) FROM reviews") == 0
        assert value(session, "SELECT user_agent FROM comments") is None


def test_rows_of_a_held_batch_move_once_the_hold_is_released(session: Session) -> None:
    post = make_post(session)
    comment = make_comment(session, post_id=post.id)
    batch = deleted(session, "posts", post.id)
    move = text("SELECT gone FROM move_to_archive('comments', :batch)")

    with acting_as(session, MAINTENANCE):
        session.execute(text("SET LOCAL TimeZone = 'UTC'"))
        # The hold names one row of the batch, and every row of it stays.
        session.execute(
            text("INSERT INTO legal_holds (entity_type, entity_id, reason) VALUES ('BLOG_POST', :id, 'x')"),
            {"id": post.id},
        )
        held = violated_by(session, lambda: session.execute(move, {"batch": batch}))
        session.execute(text("UPDATE legal_holds SET released_at = now()"))
        moved = session.scalar(move, {"batch": batch})

        left = value(session, "SELECT count(*) FROM comments WHERE id = :id", id=comment.id)

    assert (held, moved, left) == ("move_to_archive", 1, 0)
