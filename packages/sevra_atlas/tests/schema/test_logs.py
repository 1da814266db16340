"""The audit, the partitions it lies in, legal holds, and the way of deleted rows into the archive."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from databases import acting_as, violated_by
from factories import make_artist, make_comment, make_media, make_post, make_review, make_salon, make_user
from sqlalchemy import text
from sqlalchemy.orm import Session

from pgevolve.history import read_history
from sevra_atlas.migrate import MIGRATIONS
from sevra_atlas.schema import (
    MediaLink,
    OtpAttempt,
    SalonOwner,
    VerificationDocument,
    VerificationRequest,
)
from sevra_atlas.schema.access import MAINTENANCE, OWNER

PARTITIONED = ("public.otp_attempts", "public.audit_log", "archive.rows")


def told(session: Session, table: str, key: object) -> list[tuple[str, Any]]:
    rows = session.execute(
        text(
            "SELECT action, changes FROM public.audit_log"
            " WHERE table_name = :table AND row_key = :key ORDER BY id"
        ),
        {"table": table, "key": str(key)},
    )
    return [(row.action, row.changes) for row in rows]


def delete(session: Session, table: str, row: int) -> int:
    session.flush()
    session.execute(text(f"DELETE FROM {table} WHERE id = :id"), {"id": row})
    with acting_as(session, OWNER):
        batch: int | None = session.scalar(text("SELECT max(id) FROM deletion_batches"))
    assert batch is not None
    return batch


def move(session: Session, table: str, batch: int) -> tuple[int, int]:
    moved = session.execute(
        text("SELECT gone, kept FROM move_to_archive(:table, :batch)"), {"table": table, "batch": batch}
    ).one()
    return moved.gone, moved.kept


def in_utc(session: Session) -> None:
    session.execute(text("SET LOCAL TimeZone = 'UTC'"))


def test_a_change_is_told_with_old_and_new_values_and_who_made_it(session: Session) -> None:
    actor = make_user(session)
    session.execute(
        text("SELECT set_config('sevra.actor_id', :id, true), set_config('sevra.request_id', 'r-1', true)"),
        {"id": str(actor.id)},
    )
    salon = make_salon(session, name="رویا")

    salon.name = "رویای نو"
    session.flush()

    entries = told(session, "salons", salon.id)
    assert [action for action, _ in entries] == ["insert", "update"]
    assert entries[1][1] == {"name": {"old": "رویا", "new": "رویای نو"}}
    who = session.execute(
        text("SELECT DISTINCT actor_id, request_id FROM public.audit_log WHERE table_name = 'salons'")
    )
    assert [tuple(row) for row in who] == [(actor.id, "r-1")]


def test_contact_data_are_told_as_changed_and_never_shown(session: Session) -> None:
    user = make_user(session, email="roya@example.com", phone_number="+989125550000")

    user.email = "else@example.com"
    session.flush()

    entries = told(session, "users", user.id)
    assert entries[1] == ("update", {"email": None})
    assert "example.com" not in json.dumps(entries)
    assert "5550000" not in json.dumps(entries)


def test_counters_are_no_change_that_somebody_made(session: Session) -> None:
    salon = make_salon(session)
    make_review(session, salon_id=salon.id)

    assert [action for action, _ in told(session, "salons", salon.id)] == ["insert"]


def test_a_row_with_a_composite_key_is_told_under_all_of_it(session: Session) -> None:
    salon, user = make_salon(session), make_user(session)
    session.add(SalonOwner(salon_id=salon.id, user_id=user.id))
    session.flush()
    session.execute(text("DELETE FROM salon_owners"))

    actions = [action for action, _ in told(session, "salon_owners", f"{salon.id}:{user.id}")]
    assert actions == ["insert", "delete"]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("public.audit_log", "UPDATE public.audit_log SET action = 'update'"),
        ("public.audit_log", "DELETE FROM public.audit_log"),
        ("public.otp_attempts", "UPDATE public.otp_attempts SET success = true"),
        ("archive.rows", "UPDATE archive.rows SET migration = 'x'"),
    ],
)
def test_what_is_only_added_to_stays(session: Session, table: str, change: str) -> None:
    session.add(OtpAttempt(phone_e164="+989120000000", purpose="LOGIN"))
    review = make_review(session)
    batch = delete(session, "reviews", review.id)
    with acting_as(session, MAINTENANCE):
        in_utc(session)
        move(session, "reviews", batch)
        assert violated_by(session, lambda: session.execute(text(change))) == "42501"
    with acting_as(session, OWNER):
        session.execute(text(f"GRANT SELECT, UPDATE, DELETE ON {table} TO sevra_maintenance"))

    with acting_as(session, MAINTENANCE):
        refusal = violated_by(session, lambda: session.execute(text(change)))

    assert refusal == f"{table.rpartition('.')[2]}_append_only"


@pytest.mark.parametrize("table", PARTITIONED)
def test_a_deployed_database_has_partitions_ahead(session: Session, table: str) -> None:
    with acting_as(session, MAINTENANCE):
        made = session.scalar(text("SELECT public.roll_partitions(:table)"), {"table": table})
        bounds = session.scalars(
            text(
                "SELECT pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i"
                " JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = CAST(:table AS regclass)"
            ),
            {"table": table},
        ).all()

    assert made == 0
    assert len(bounds) == 9
    assert "DEFAULT" in bounds


def test_a_row_that_came_before_its_partition_moves_into_it(session: Session) -> None:
    with acting_as(session, OWNER):
        today = session.scalar(text("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')"))
        session.execute(text(f"DROP TABLE public.otp_attempts_{today}"))
    session.add(OtpAttempt(phone_e164="+989120000000", purpose="LOGIN"))
    session.flush()

    def place() -> object:
        return session.scalar(text("SELECT tableoid::regclass::text FROM public.otp_attempts"))

    assert str(place()).endswith("otp_attempts_default")
    with acting_as(session, MAINTENANCE):
        made = session.scalar(text("SELECT public.roll_partitions('public.otp_attempts')"))

    assert made == 1
    assert str(place()).endswith(f"otp_attempts_{today}")


def test_partitions_that_are_kept_no_longer_go(session: Session) -> None:
    day = datetime.now(UTC).date() - timedelta(days=40)
    with acting_as(session, OWNER):
        session.execute(
            text(
                f"CREATE TABLE public.otp_attempts_{day:%Y%m%d} PARTITION OF public.otp_attempts"
                f" FOR VALUES FROM ('{day}') TO ('{day + timedelta(days=1)}')"
            )
        )

    with acting_as(session, MAINTENANCE):
        done = session.scalar(text("SELECT public.roll_partitions('public.otp_attempts')"))
        left = session.scalar(
            text("SELECT to_regclass(:name)"), {"name": f"public.otp_attempts_{day:%Y%m%d}"}
        )

    assert (done, left) == (1, None)


def test_only_known_tables_have_partitions_to_roll(session: Session) -> None:
    with acting_as(session, MAINTENANCE):
        roll = text("SELECT public.roll_partitions('public.salons')")
        assert violated_by(session, lambda: session.execute(roll)) == "22023"


def test_the_rows_of_a_batch_move_with_their_satellites_and_nothing_else(session: Session) -> None:
    user, salon, other = make_user(session), make_salon(session), make_salon(session)
    for row in (salon, other):
        session.add(SalonOwner(salon_id=row.id, user_id=user.id))
        session.add(MediaLink(media_id=make_media(session).id, entity_type="SALON", entity_id=row.id))
        make_review(session, salon_id=row.id, ip="192.0.2.1", user_agent="x")
        request = VerificationRequest(salon_id=row.id, requested_by_id=user.id)
        session.add(request)
        session.flush()
        paper = make_media(session, is_private=True)
        session.add(VerificationDocument(verification_request_id=request.id, media_id=paper.id))
    batch = delete(session, "salons", salon.id)

    with acting_as(session, MAINTENANCE):
        in_utc(session)
        order = (
            "media_links",
            "salon_owners",
            "verification_documents",
            "verification_requests",
            "reviews",
            "salons",
        )
        moved = {table: move(session, table, batch) for table in order}
        session.execute(text("UPDATE deletion_batches SET archived_at = now() WHERE id = :id"), {"id": batch})
        kept = session.execute(
            text("SELECT table_name, row, row::text AS words, row_sha256, migration FROM archive.rows")
        ).all()
        left = {table: session.scalar(text(f"SELECT count(*) FROM {table}")) for table in order}
        state = session.scalar(
            text("SELECT state::text FROM entities WHERE entity_type = 'SALON' AND entity_id = :id"),
            {"id": salon.id},
        )

    assert moved == dict.fromkeys(order, (1, 1))
    assert left == dict.fromkeys(order, 1)
    assert state == "archived"
    assert {row.row_sha256 for row in kept} == {hashlib.sha256(row.words.encode()).digest() for row in kept}
    review = next(row.row for row in kept if row.table_name == "reviews")
    assert (review["ip"], review["user_agent"]) == (None, None)
    assert not {"rating_key", "slug_key"} & next(row.row for row in kept if row.table_name == "salons").keys()
    assert {row.migration for row in kept} == {read_history(MIGRATIONS).names[-1]}


def test_no_way_to_reach_a_person_goes_to_the_archive(session: Session) -> None:
    user = make_user(session, email="roya@example.com", phone_number="+989125550001")
    batch = delete(session, "users", user.id)

    with acting_as(session, MAINTENANCE):
        in_utc(session)
        move(session, "users", batch)
        words = session.scalar(text("SELECT string_agg(row::text, '') FROM archive.rows"))

    assert words is not None
    assert "example.com" not in words
    assert "5550001" not in words


def test_the_archive_is_written_in_utc_and_only_from_tables_that_deletions_reach(session: Session) -> None:
    comment = make_comment(session)
    batch = delete(session, "comments", comment.id)

    with acting_as(session, MAINTENANCE):
        session.execute(text("SET LOCAL TimeZone = 'Asia/Tehran'"))
        assert violated_by(session, lambda: move(session, "comments", batch)) == "55000"
        in_utc(session)
        assert violated_by(session, lambda: move(session, "url_paths", batch)) == "22023"
        assert move(session, "comments", batch) == (1, 1)


@pytest.mark.parametrize("held", ["batch", "entity", "child", "nothing"])
def test_what_is_held_is_not_archived(session: Session, held: str) -> None:
    post = make_post(session)
    comment = make_comment(session, post_id=post.id)
    batch = delete(session, "posts", post.id)
    place = text(
        "INSERT INTO legal_holds (entity_type, entity_id, reason)"
        " VALUES (CAST(:kind AS entity_type), :id, 'دادگاه')"
    )
    with acting_as(session, MAINTENANCE):
        if held == "batch":
            session.execute(
                text("UPDATE deletion_batches SET hold_until = 'infinity', hold_reason = 'x' WHERE id = :id"),
                {"id": batch},
            )
        if held == "entity":
            session.execute(place, {"kind": "BLOG_POST", "id": post.id})
        if held == "child":
            session.execute(place, {"kind": "COMMENT", "id": comment.id})
        archive = text("UPDATE deletion_batches SET archived_at = now() WHERE id = :id")

        refusal = violated_by(session, lambda: session.execute(archive, {"id": batch}))
        released = text("UPDATE legal_holds SET released_at = now()")
        session.execute(released)
        session.execute(text("UPDATE deletion_batches SET hold_until = NULL, hold_reason = NULL"))
        later = violated_by(session, lambda: session.execute(archive, {"id": batch}))

    assert (refusal, later) == (None if held == "nothing" else "guard_legal_hold", None)


def test_a_person_who_is_held_is_not_erased(session: Session) -> None:
    user, other = make_user(session), make_user(session)

    def erase(user_id: int, number: int) -> None:
        session.execute(
            text(
                "INSERT INTO erasures (user_id, subject_hmac, due_at)"
                " VALUES (:id, CAST(:hmac AS bytea), now())"
            ),
            {"id": user_id, "hmac": bytes([number] * 32)},
        )

    with acting_as(session, MAINTENANCE):
        session.execute(
            text("INSERT INTO legal_holds (entity_type, entity_id, reason) VALUES ('USER', :id, 'x')"),
            {"id": user.id},
        )
        assert violated_by(session, lambda: erase(user.id, 1)) == "guard_legal_hold"
        assert violated_by(session, lambda: erase(other.id, 2)) is None
        assert violated_by(session, lambda: erase(other.id, 2)) == "erasures_subject_hmac_key"


def test_a_month_is_dropped_once_it_has_ended_and_lies_in_verified_segments(session: Session) -> None:
    month = date(2026, 1, 1)
    artist = make_artist(session)
    batch = delete(session, "artists", artist.id)
    with acting_as(session, OWNER):
        session.execute(
            text(
                "CREATE TABLE archive.rows_202601 PARTITION OF archive.rows"
                " FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00')"
            )
        )
    drop = text("SELECT public.drop_archive_partition(:month)")
    with acting_as(session, MAINTENANCE):
        session.execute(
            text(
                "INSERT INTO archive.rows"
                " (batch_id, table_name, row_id, row, row_sha256, migration, archived_at)"
                " VALUES (:batch, 'artists', 1, '{}', sha256('{}'), 'x', '2026-01-15')"
            ),
            {"batch": batch},
        )

        def refused() -> str | None:
            return violated_by(session, lambda: session.execute(drop, {"month": month}))

        assert refused() == "drop_archive_partition"
        session.execute(
            text(
                "INSERT INTO archive.segments"
                " (month, storage_key, sha256, row_count, byte_size, format_version)"
                " VALUES ('2026-01-01', 'x', sha256('x'), 1, 1, 1)"
            )
        )
        assert refused() == "drop_archive_partition"
        session.execute(text("UPDATE archive.segments SET verified_at = now()"))

        assert session.scalar(drop, {"month": month}) == 1
        assert refused() == "P0002"
        dropped = session.scalar(text("SELECT dropped_at IS NOT NULL FROM archive.segments"))
    assert dropped


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("month", "'2026-01-02'", "segments_month_check"),
        ("sha256", "'x'", "segments_sha256_check"),
        ("row_count", "-1", "segments_row_count_check"),
        ("dropped_at", "now()", "segments_check"),
    ],
)
def test_a_segment_that_breaks_a_rule_is_refused(
    session: Session, column: str, value: str, constraint: str
) -> None:
    facts = {
        "month": "'2026-01-01'",
        "storage_key": "'x'",
        "sha256": "sha256('x')",
        "row_count": "1",
        "byte_size": "1",
        "format_version": "1",
        "dropped_at": "NULL",
    }
    values = {**facts, column: value}
    insert = f"INSERT INTO archive.segments ({', '.join(values)}) VALUES ({', '.join(values.values())})"

    with acting_as(session, OWNER):
        assert violated_by(session, lambda: session.execute(text(insert))) == constraint


def test_the_application_sees_no_archive(session: Session) -> None:
    for table in ("rows", "segments"):
        look = text(f"SELECT FROM archive.{table}")
        assert violated_by(session, partial(session.execute, look)) == "42501"
