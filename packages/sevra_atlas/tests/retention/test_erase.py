"""A person is forgotten everywhere, stays forgotten after an old backup, and not while a hold is open."""

import logging
import subprocess
from gzip import decompress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from archive_scene import Scene
from factories import make_author, make_comment, make_post, make_review, make_salon, make_user
from psycopg import sql
from psycopg.rows import tuple_row
from structlog.testing import capture_logs

from pgevolve.local import find_dump_programs
from sevra_atlas.domain.errors import LastAdminError, NotFoundError
from sevra_atlas.domain.retention import erasing, holds
from sevra_atlas.domain.retention.conservation import balances
from sevra_atlas.domain.retention.errors import PersonHeldError
from sevra_atlas.domain.retention.exporting import export_month, open_months, sweep
from sevra_atlas.domain.retention.returning import restore
from sevra_atlas.domain.retention.rewriting import drop_month
from sevra_atlas.domain.retention.segment_store import LocalSegments
from sevra_atlas.domain.retention.verifying import verify, verify_segments
from sevra_atlas.schema import Follow, Report
from sevra_atlas.schema.access import MAINTENANCE
from sevra_atlas.schema.enums import EntityType

MARK = "zz-person"
PHONE = "+989121112233"
SECRET = b"x" * 32


@pytest.fixture
def store(tmp_path: Path) -> LocalSegments:
    return LocalSegments(tmp_path / "archive")


def make_person(scene: Scene) -> tuple[int, dict[str, int]]:
    """Make a person whose every text has a mark; return their id, and the ids of rows of theirs."""
    with scene.rows() as session:
        person = make_user(
            session,
            username=f"{MARK}-name",
            first_name=f"{MARK}-first",
            last_name=f"{MARK}-last",
            email=f"{MARK}@example.com",
            phone_number=PHONE,
            bio=f"{MARK}-bio",
            referral_code=f"{MARK}-code",
        )
        make_author(session, id=person.id, display_name=f"{MARK}-byline", bio=f"{MARK}-byline-bio")
        salon, post = make_salon(session), make_post(session)
        review = make_review(
            session,
            author_id=person.id,
            salon_id=salon.id,
            title=f"{MARK}-title",
            body=f"{MARK}-body",
            user_agent=f"{MARK}-browser",
        )
        comment = make_comment(session, user_id=person.id, post_id=post.id, content=f"{MARK}-comment")
        session.add_all(
            [
                Follow(follower_id=person.id, salon_id=salon.id),
                Report(
                    reporter_id=person.id,
                    target_type="SALON",
                    target_id=salon.id,
                    reason="x",
                    details=f"{MARK}-report",
                ),
            ]
        )
        session.flush()
        person.bio = f"{MARK}-bio-again"
        ids = {"salons": salon.id, "posts": post.id, "reviews": review.id, "comments": comment.id}
        return person.id, ids


def signed_in(scene: Scene, person: int) -> None:
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        superuser.execute(
            "INSERT INTO sessions (user_id, expires_at, user_agent)"
            " VALUES (%s, now() + interval '1 day', %s)",
            (person, f"{MARK}-browser"),
        )
        for user in (person, None):
            superuser.execute(
                "INSERT INTO otp_attempts (phone_e164, purpose, user_id, user_agent)"
                " VALUES (%s, 'LOGIN', %s, %s)",
                (PHONE, user, f"{MARK}-browser"),
            )


def traces(scene: Scene) -> list[str]:
    """Return the tables of any schema in which a mark or the phone stands, as a dump would write them."""
    found = []
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        tables = superuser.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in tables:
            row = superuser.execute(
                sql.SQL("SELECT count(*) FROM {} t WHERE to_jsonb(t)::text ~ %s").format(
                    sql.Identifier(schema, table)
                ),
                (f"{MARK}|{PHONE[1:]}",),
            ).fetchone()
            found += [table] if row != (0,) else []
    return sorted(found)


def broken(scene: Scene, store: LocalSegments) -> list[Any]:
    return [each for each in balances(scene.workers, store) if not each.is_kept]


@pytest.mark.parametrize("state", ["live", "in the trash", "archived", "elsewhere archived"])
def test_after_an_erasure_no_table_holds_the_persons_data(
    scene: Scene, store: LocalSegments, state: str
) -> None:
    person, ids = make_person(scene)
    if state != "archived":
        # By then the attempts to sign in are older than they are kept.
        signed_in(scene, person)
    assert "users" in traces(scene)
    if state != "live":
        scene.delete(*(("salons", ids["salons"]) if state == "elsewhere archived" else ("users", person)))
    if state.endswith("archived"):
        scene.age(31)
        assert scene.run().archived == 1

    erased = erasing.erase(scene.workers, store, SECRET, person)

    assert traces(scene) == []
    assert erased.certificate
    assert scene.value("SELECT completed_at IS NOT NULL FROM erasures WHERE user_id = %s", person)
    assert broken(scene, store) == []
    assert verify(scene.workers).damaged == ()
    scene.age(31)
    assert scene.run().failed == []
    assert broken(scene, store) == []


def test_no_fresh_dump_and_no_log_holds_the_persons_data(
    scene: Scene, store: LocalSegments, caplog: pytest.LogCaptureFixture
) -> None:
    person, _ = make_person(scene)
    signed_in(scene, person)
    assert MARK in dumped(scene)

    with caplog.at_level(logging.DEBUG), capture_logs() as events:
        erasing.erase(scene.workers, store, SECRET, person)
        assert scene.run().failed == []

    dump, said = dumped(scene), caplog.text + repr(events)
    assert "COPY public.erasures" in dump
    for trace in (MARK, PHONE, PHONE[1:]):
        assert trace not in dump
        assert trace not in said


def dumped(scene: Scene) -> str:
    """Return what pg_dump writes of the database, with the programs of its own version."""
    major = scene.owner.info.server_version // 10_000
    done = subprocess.run(
        [find_dump_programs(major, major).tool("pg_dump"), "--no-password", scene.database.admin_url],
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


def test_no_segment_holds_the_persons_data_and_the_rest_comes_back(
    scene: Scene, store: LocalSegments, tmp_path: Path
) -> None:
    person, ids = make_person(scene)
    with scene.rows() as session:
        other = make_salon(session).id
    scene.delete("salons", ids["salons"])
    salon = scene.delete("salons", other)
    scene.age(31)
    scene.run()
    scene.age_archive(70)
    (month,) = open_months(scene.workers)
    segment = export_month(scene.workers, store, month)
    assert not drop_month(scene.workers, store, segment)

    erased = erasing.erase(scene.workers, store, SECRET, person)
    sweep(scene.workers, store)

    assert erased.certificate["segments"] == 3
    assert verify_segments(scene.workers, store).damaged == ()
    (file,) = (tmp_path / "archive").glob("*.jsonl.gz")
    assert MARK.encode() not in decompress(file.read_bytes())
    assert traces(scene) == []
    assert restore(scene.workers, salon, segments=store).rows["salons"] == 1


def test_an_old_backup_is_erased_again(scene: Scene, store: LocalSegments) -> None:
    person, _ = make_person(scene)
    erasing.erase(scene.workers, store, SECRET, person)
    # As a backup of before brings it back: the row is full, and of the erasure nothing is known.
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        superuser.execute("DELETE FROM erasures")
        superuser.execute(f"UPDATE users SET first_name = '{MARK}-first' WHERE id = {person}".encode())
    assert "users" in traces(scene)

    replayed = erasing.replay(scene.workers, store, SECRET)

    assert (replayed.erased, replayed.unknown) == ((person,), 0)
    assert traces(scene) == []
    assert erasing.replay(scene.workers, store, SECRET) == erasing.Replayed((), 0)
    assert erasing.replay(scene.workers, store, b"y" * 32).erased == ()


def test_a_replay_with_nothing_to_do_is_one_query_and_none_where_nobody_was_erased(
    scene: Scene, store: LocalSegments
) -> None:
    asked: list[object] = []

    class Counting(psycopg.Cursor):
        def execute(self, query, *rest, **options):
            asked.append(query)
            return super().execute(query, *rest, **options)

    person, _ = make_person(scene)
    url = scene.database.url(MAINTENANCE)
    with psycopg.connect(url, autocommit=True, cursor_factory=Counting) as workers:
        assert erasing.replay(workers, store, SECRET) == erasing.Replayed((), 0)
        assert asked == []
        erasing.erase(scene.workers, store, SECRET, person)

        assert erasing.replay(workers, store, SECRET) == erasing.Replayed((), 0)
        assert len(asked) == 1


def test_whom_a_hold_keeps_does_not_keep_the_others_from_being_erased_again(
    scene: Scene, store: LocalSegments
) -> None:
    with scene.rows() as session:
        held, other = (make_user(session, first_name="رویا").id for _ in range(2))
    for user in (held, other):
        erasing.erase(scene.workers, store, SECRET, user)
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        superuser.execute("DELETE FROM erasures")
        superuser.execute("UPDATE users SET first_name = 'رویا'")
    holds.hold_entity(scene.workers, EntityType.USER, held, "court")

    replayed = erasing.replay(scene.workers, store, SECRET)

    assert (replayed.erased, replayed.unknown, replayed.refused) == ((other,), 0, (held,))
    assert scene.value("SELECT first_name FROM users WHERE id = %s", other) == ""


def test_a_hold_and_an_erasure_of_one_person_are_a_conflict(scene: Scene, store: LocalSegments) -> None:
    person, _ = make_person(scene)
    holds.hold_entity(scene.workers, EntityType.USER, person, "court")

    with pytest.raises(PersonHeldError) as refusal:
        erasing.erase(scene.workers, store, SECRET, person)

    assert refusal.value.code == "CONFLICT"
    assert "users" in traces(scene)
    assert list(store.names()) == []


def test_who_never_was_and_the_last_administrator_are_not_erased(scene: Scene, store: LocalSegments) -> None:
    with pytest.raises(NotFoundError):
        erasing.erase(scene.workers, store, SECRET, 987_654_321)
    with scene.rows() as session:
        admin = make_user(session).id
    scene.owner.execute("UPDATE users SET role = 'ADMIN' WHERE id = %s", (admin,))

    with pytest.raises(LastAdminError):
        erasing.erase(scene.workers, store, SECRET, admin)

    assert scene.value("SELECT status::text FROM users WHERE id = %s", admin) == "ACTIVE"


def test_the_words_of_others_stay(scene: Scene, store: LocalSegments) -> None:
    person, ids = make_person(scene)
    with scene.rows() as session:
        other = make_review(session, salon_id=ids["salons"], body="stays").id
        make_comment(session, post_id=ids["posts"], content="stays")
    before = scene.value("SELECT count(*) FROM follows")

    erasing.erase(scene.workers, store, SECRET, person)

    assert scene.value("SELECT body FROM reviews WHERE id = %s", other) == "stays"
    assert scene.value("SELECT count(*) FROM comments WHERE content = 'stays' AND deleted_at IS NULL") == 1
    assert scene.value("SELECT count(*) FROM follows") == before - 1
    with scene.owner.cursor(row_factory=tuple_row) as cursor:
        assert cursor.execute("SELECT follower_count, review_count FROM salons").fetchall() == [(0, 1)]
