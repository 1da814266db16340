"""What the application's role may not do, whatever statement it writes."""

import pytest
from databases import acting_as
from factories import make_review, make_salon, make_user
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from sevra_atlas.schema import metadata
from sevra_atlas.schema.access import MAINTENANCE, READONLY
from sevra_atlas.schema.soft_delete import soft_deletable_tables

SOFT_TABLES = [table.name for table in soft_deletable_tables(metadata)]
DENIED = "42501"


def refused(session: Session, sql: str) -> str | None:
    """Return the SQLSTATE with which a statement is refused, or None."""
    try:
        with session.begin_nested():
            session.execute(text(sql))
    except DBAPIError as error:
        return getattr(error.orig, "sqlstate", None)
    return None


@pytest.mark.parametrize("table", SOFT_TABLES)
def test_the_application_can_touch_no_base_table(session: Session, table: str) -> None:
    for statement in (
        f"SELECT 1 FROM public.{table}",
        f"DELETE FROM public.{table}",
        f"UPDATE public.{table} SET updated_at = now()",
        f"TRUNCATE public.{table}",
        f"TRUNCATE live.{table}",
    ):
        assert refused(session, statement) in {DENIED, "42809"}, statement


@pytest.mark.parametrize("table", SOFT_TABLES)
@pytest.mark.parametrize("column", ["deleted_at", "deletion_id", "version", "updated_at", "created_at"])
def test_the_application_cannot_write_what_the_database_keeps(
    session: Session, table: str, column: str
) -> None:
    assert refused(session, f"UPDATE {table} SET {column} = DEFAULT") == DENIED
    assert refused(session, f"INSERT INTO {table} ({column}) VALUES (DEFAULT)") == DENIED


@pytest.mark.parametrize(
    "assignment",
    [
        "salons SET review_count = 5",
        "salons SET rating_sum = 5",
        "salons SET follower_count = 5",
        "salons SET verification = 'VERIFIED'",
        "artists SET save_count = 5",
        "reviews SET like_count = 5",
        "reviews SET dislike_count = 5",
        "posts SET comments_count = 5",
        "posts SET views_count = 5",
        "comments SET likes_count = 5",
        "categories SET post_count = 5",
        "tags SET post_count = 5",
        "series SET post_count = 5",
    ],
)
def test_the_application_cannot_write_a_counter(session: Session, assignment: str) -> None:
    assert refused(session, f"UPDATE {assignment}") == DENIED


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO url_paths (path, kind) VALUES ('/x', 'static')",
        "UPDATE url_paths SET kind = 'gone'",
        "DELETE FROM url_paths",
        "INSERT INTO entities (entity_type, entity_id, state) VALUES ('SALON', 1, 'public')",
        "UPDATE entities SET state = 'public'",
        "DELETE FROM entities",
        "UPDATE deletion_batches SET reason = 'x'",
        "DELETE FROM deletion_batches",
        "UPDATE slug_history SET new_slug = 'x'",
        "DELETE FROM slug_history",
        "DELETE FROM entity_types",
        "DELETE FROM soft_delete_edges",
        "SELECT public.restore_batch(1)",
        "SELECT public.soft_delete_rows('salons', '{1}', 1)",
        "SELECT public.transfer_path('/x', 'SALON', 1, 'x')",
        "SELECT public.swap_slugs('SALON', 1, 2, 'x')",
        "SELECT public.reclaim_path('/x', 'x')",
        "SELECT * FROM public.rebuild_url_paths()",
        "SELECT public.roll_partitions('public.audit_log')",
        "SELECT public.drop_archive_partition('2026-01-01')",
        "SELECT public.move_to_archive('reviews', 1)",
        "SELECT public.erase_person(1)",
        "SELECT public.return_reference('posts', 'category_id', 1, ARRAY[1])",
        "SELECT * FROM public.trash",
        "DELETE FROM search_documents",
        "UPDATE sitemap_urls SET lastmod = now()",
        "INSERT INTO audit_log (table_name, row_key, action, changes) VALUES ('x', '1', 'insert', '{}')",
        "DELETE FROM audit_log",
        "UPDATE otp_attempts SET success = true",
        "DELETE FROM otp_attempts",
        "DELETE FROM revisions",
        "UPDATE city_stats SET salon_count = 1",
        "UPDATE retention_policies SET keep_days = 1",
        "DELETE FROM legal_holds",
        "CREATE TABLE public.mine (id integer)",
        "CREATE TABLE live.mine (id integer)",
        "INSERT INTO salons (id, name, slug) OVERRIDING SYSTEM VALUE VALUES (5, 'x', 'x')",
    ],
)
def test_the_application_cannot_reach_ledgers_and_procedures(session: Session, statement: str) -> None:
    assert refused(session, statement) == DENIED


def test_the_read_only_role_sees_what_the_application_sees_and_writes_nothing(session: Session) -> None:
    make_review(session)

    with acting_as(session, READONLY):
        for table in (*SOFT_TABLES, "url_paths", "entities", "opening_hours", "salon_services"):
            session.execute(text(f"SELECT * FROM {table} LIMIT 1"))

        assert refused(session, "UPDATE salons SET name = 'x'") == DENIED
        assert refused(session, "DELETE FROM salons") == DENIED
        assert refused(session, "INSERT INTO opening_hours VALUES (1, 1, '{[1,2)}')") == DENIED


def test_the_maintenance_role_owns_no_path_and_no_journal(session: Session) -> None:
    make_salon(session)

    with acting_as(session, MAINTENANCE):
        assert refused(session, "DELETE FROM url_paths") == DENIED
        assert refused(session, "UPDATE slug_history SET new_slug = 'x'") == DENIED
        assert refused(session, "DELETE FROM entities") == DENIED


def test_whoever_may_write_the_columns_but_not_delete_cannot_fake_a_deletion(session: Session) -> None:
    salon = make_salon(session)
    with acting_as(session, "sevra_owner"):
        session.execute(text("GRANT UPDATE, SELECT ON public.salons TO sevra_readonly"))

    with acting_as(session, READONLY):
        state = refused(session, f"UPDATE public.salons SET deleted_at = NULL WHERE id = {salon.id}")

    assert state == DENIED


def test_a_user_is_not_seen_by_who_was_deleted(session: Session) -> None:
    user = make_user(session)

    session.execute(text("DELETE FROM users WHERE id = :id"), {"id": user.id})

    seen = session.scalar(text("SELECT count(*) FROM users WHERE id = :id"), {"id": user.id})
    assert seen == 0
