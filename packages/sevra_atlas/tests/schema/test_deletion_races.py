"""Deletions that meet other sessions: waited for, refused or taken along, never half-done."""

import psycopg
import pytest
from databases import SevraDatabase, in_background, wait_until_blocked
from factories import (
    make_salon,
    make_user,
)
from psycopg import errors

from sevra_atlas.schema.access import MAINTENANCE

pytestmark = pytest.mark.others_slow


@pytest.mark.parametrize(
    "level", [psycopg.IsolationLevel.REPEATABLE_READ, psycopg.IsolationLevel.SERIALIZABLE]
)
def test_a_deletion_outside_read_committed_is_refused(
    sevra_db: SevraDatabase, level: psycopg.IsolationLevel
) -> None:
    with sevra_db.session() as session:
        salon_id = make_salon(session).id
    with sevra_db.connect() as app:
        app.isolation_level = level

        with pytest.raises(errors.ActiveSqlTransaction):
            app.execute("DELETE FROM salons WHERE id = %s", (salon_id,))


@pytest.mark.parametrize("outcome", ["commit", "rollback"])
def test_a_review_written_while_its_salon_is_deleted_waits_and_is_refused_or_stays(
    sevra_db: SevraDatabase, outcome: str
) -> None:
    with sevra_db.session() as session:
        salon_id, user_id = make_salon(session).id, make_user(session).id
    with sevra_db.connect() as deleting, sevra_db.connect(autocommit=True) as writing:
        with psycopg.connect(sevra_db.admin_url, autocommit=True) as watcher:
            deleting.execute("DELETE FROM salons WHERE id = %s", (salon_id,))
            thread, caught = in_background(
                lambda: writing.execute(
                    "INSERT INTO reviews (author_id, salon_id, rating) VALUES (%s, %s, 5)",
                    (user_id, salon_id),
                )
            )
            wait_until_blocked(watcher, writing)

            getattr(deleting, outcome)()
            thread.join()

        living = writing.execute("SELECT count(*) FROM reviews").fetchone()
        if outcome == "commit":
            assert isinstance(caught[0], errors.ForeignKeyViolation)
            assert living == (0,)
        else:
            assert caught == []
            assert living == (1,)


def test_a_deletion_waits_for_a_review_that_is_being_written_and_takes_it_along(
    sevra_db: SevraDatabase,
) -> None:
    with sevra_db.session() as session:
        salon_id, user_id = make_salon(session).id, make_user(session).id
    with sevra_db.connect() as writing, sevra_db.connect(autocommit=True) as deleting:
        with psycopg.connect(sevra_db.admin_url, autocommit=True) as watcher:
            writing.execute(
                "INSERT INTO reviews (author_id, salon_id, rating) VALUES (%s, %s, 5)", (user_id, salon_id)
            )
            thread, caught = in_background(
                lambda: deleting.execute("DELETE FROM salons WHERE id = %s", (salon_id,))
            )
            wait_until_blocked(watcher, deleting)

            writing.commit()
            thread.join()

        assert caught == []
        assert deleting.execute("SELECT count(*) FROM reviews").fetchone() == (0,)
        assert deleting.execute("SELECT row_count FROM deletion_batches").fetchone() == (2,)


def test_two_sessions_that_delete_one_row_make_one_batch(sevra_db: SevraDatabase) -> None:
    with sevra_db.session() as session:
        salon_id = make_salon(session).id
    counts: list[int] = []
    with sevra_db.connect() as first, sevra_db.connect(autocommit=True) as second:
        with psycopg.connect(sevra_db.admin_url, autocommit=True) as watcher:
            first.execute("DELETE FROM salons WHERE id = %s", (salon_id,))
            thread, caught = in_background(
                lambda: counts.append(
                    second.execute("DELETE FROM salons WHERE id = %s", (salon_id,)).rowcount
                )
            )
            wait_until_blocked(watcher, second)

            first.commit()
            thread.join()

        assert caught == []
        assert counts == [0]
        assert second.execute("SELECT count(*) FROM deletion_batches").fetchone() == (1,)


def test_a_deletion_that_waits_for_an_entity_finds_it_as_the_other_session_left_it(
    sevra_db: SevraDatabase,
) -> None:
    with sevra_db.session() as session:
        salon_id, other_id = make_salon(session).id, make_salon(session).id
    with (
        sevra_db.connect(MAINTENANCE) as naming,
        sevra_db.connect(autocommit=True) as deleting,
        psycopg.connect(sevra_db.admin_url, autocommit=True) as watcher,
    ):
        naming.execute(
            "UPDATE entities SET successor_type = 'SALON', successor_id = %s"
            " WHERE entity_type = 'SALON' AND entity_id = %s",
            (other_id, salon_id),
        )
        thread, caught = in_background(
            lambda: deleting.execute("DELETE FROM salons WHERE id = %s", (salon_id,))
        )
        wait_until_blocked(watcher, deleting)

        naming.commit()
        thread.join()

        row = watcher.execute(
            "SELECT state::text, successor_id FROM entities WHERE entity_type = 'SALON' AND entity_id = %s",
            (salon_id,),
        ).fetchone()

    assert caught == []
    assert row == ("deleted", other_id)
