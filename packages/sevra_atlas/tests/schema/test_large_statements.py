"""Statements over many rows: one call for all of them, and what came of the way row by row."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from databases import SEARCH_PATHS, SevraDatabase
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from sevra_atlas.migrate import MIGRATIONS
from sevra_atlas.schema.access import APP, MAINTENANCE, OWNER
from sevra_atlas.schema.reference import KINDS
from sevra_atlas.schema.triggers import ANNOUNCED

# Functions that a deletion calls for each row; the others are called as often for one review as for many.
BY_ROW = {"guard_deletion_state"}

_REVIEWED = """
INSERT INTO provinces (name_fa, slug) VALUES ('استان', 'province');
INSERT INTO cities (province_id, name_fa, slug)
SELECT p.id, 'شهر', 'city-' || g FROM provinces p, generate_series(1, 2) g;
INSERT INTO salons (name, slug, city_id)
SELECT 'سالن', 'salon-' || g, (SELECT min(id) + g % 2 FROM cities) FROM generate_series(1, 4) g;
INSERT INTO artists (full_name, slug) VALUES ('هنرمند', 'artist');
INSERT INTO users (username, phone_number, referral_code)
SELECT 'user-' || g, '+98900' || (1000000 + g), 'code-' || g FROM generate_series(1, 260) g;
INSERT INTO reviews (author_id, salon_id, rating)
SELECT u.id, s.id, 1 + u.id % 5 FROM users u JOIN salons s ON s.slug = 'salon-1' OR u.id % 40 = s.id % 40
 ORDER BY s.id, u.id;
INSERT INTO reviews (author_id, artist_id, rating, status)
SELECT u.id, a.id, 1 + u.id % 5, CASE WHEN u.id % 3 = 0 THEN 'HIDDEN' ELSE 'PUBLISHED' END::review_status
  FROM users u, artists a WHERE u.id % 2 = 0 ORDER BY u.id;
INSERT INTO tags (name, slug) SELECT 'برچسب ' || g, 'tag-' || g FROM generate_series(1, 120) g;
INSERT INTO posts (title, slug, content, status, published_at, author_id)
SELECT 'نوشته', 'post-' || g, 'متن', 'published', now(), NULL FROM generate_series(1, 3) g;
INSERT INTO post_tags (post_id, tag_id) SELECT p.id, t.id FROM posts p, tags t WHERE t.id % 3 = p.id % 3;
INSERT INTO comments (post_id, user_id, content, status)
SELECT p.id, u.id, 'نظر', 'approved' FROM posts p JOIN users u ON u.id % 60 < p.id ORDER BY p.id, u.id;
INSERT INTO search_documents (entity_type, entity_id, title, name_norm, tsv)
SELECT entity_type, entity_id, 'نام', 'نام', '' FROM entities
 WHERE entity_type IN ('SALON', 'TAG', 'BLOG_POST', 'CITY');
INSERT INTO sitemap_urls (path, entity_type, entity_id, section)
SELECT u.path, u.entity_type, u.entity_id, s.section FROM url_paths u
  JOIN (VALUES ('SALON'::entity_type, 'salons'), ('TAG', 'taxonomy'), ('BLOG_POST', 'posts'), ('CITY', 'geo'))
    AS s (entity_type, section) USING (entity_type);
"""


def each(table: str, condition: str) -> str:
    """Delete rows by their number: one statement need not meet them in the same order in two databases."""
    return (
        f"DO $$ DECLARE k bigint; BEGIN FOR k IN SELECT id FROM {table} WHERE {condition} ORDER BY id"
        f" LOOP DELETE FROM {table} WHERE id = k; END LOOP; END $$"
    )


# Role and statement. Statements of few rows and of more than a hundred, which are announced in another way.
CHANGES = [
    (APP, "DELETE FROM salons WHERE slug = 'salon-1'"),
    (APP, each("salons", "slug IN ('salon-2', 'salon-3')")),
    (APP, "DELETE FROM artists"),
    (APP, each("users", "id % 7 = 0")),
    (APP, each("reviews", "rating = 2")),
    (APP, "DELETE FROM posts WHERE slug = 'post-1'"),
    (APP, each("tags", "true")),
    (APP, "UPDATE reviews SET status = 'HIDDEN' WHERE rating > 2"),
    (APP, "UPDATE reviews SET status = 'PUBLISHED', body = 'خوب' WHERE id % 11 = 0"),
    (APP, "UPDATE reviews SET body = body, rating = rating"),
    (APP, "UPDATE reviews SET rating = 6 - rating"),
    (APP, "UPDATE cities SET is_landing_enabled = NOT is_landing_enabled"),
    (APP, "UPDATE salons SET status = 'SUSPENDED' WHERE slug = 'salon-3'"),
    (APP, "UPDATE salons SET status = 'ACTIVE', city_id = (SELECT max(id) FROM cities)"),
    (APP, "UPDATE posts SET visibility = 'unlisted' WHERE slug = 'post-2'"),
    (APP, "UPDATE posts SET status = 'archived' WHERE slug = 'post-3'"),
    (APP, "UPDATE tags SET name = name || ' نو' WHERE id % 10 <> 0"),
    (APP, "UPDATE tags SET name = name || ' و' WHERE id % 10 = 0"),
    (APP, "DELETE FROM post_tags WHERE tag_id % 2 = 0"),
    (APP, "INSERT INTO post_tags SELECT p.id, t.id FROM posts p, tags t ON CONFLICT DO NOTHING"),
    (
        APP,
        (
            "INSERT INTO tags (name, slug) SELECT 'ت', 'tag-' || g FROM generate_series(60, 260) g"
            " ON CONFLICT (slug_key) WHERE deleted_at IS NULL DO UPDATE SET name = excluded.name"
        ),
    ),
    (OWNER, "UPDATE reviews SET updated_at = updated_at + '1 day', version = version + 1"),
    (OWNER, "UPDATE tags SET updated_at = updated_at + '1 day', version = version + 1 WHERE id % 10 = 0"),
    (OWNER, "DELETE FROM reviews WHERE deleted_at IS NOT NULL"),
    (OWNER, "DELETE FROM outbox"),
    (MAINTENANCE, "SELECT restore_batch((SELECT max(id) FROM deletion_batches WHERE restored_at IS NULL))"),
    (MAINTENANCE, "SELECT restore_batch((SELECT min(id) FROM deletion_batches WHERE restored_at IS NULL))"),
    (MAINTENANCE, "SELECT move_to_archive('reviews', (SELECT max(id) FROM deletion_batches))"),
]
COMPARED = {
    "archive.rows": "(batch_id, table_name, row_id)",
    "audit_log": "to_jsonb(t) - 'id'",
    **dict.fromkeys(
        (
            *("entities", "outbox", "url_paths", "slug_history", "deletion_batches", "search_documents"),
            *("sitemap_urls", "salons", "artists", "reviews", "users", "cities", "tags", "posts"),
            *("post_tags", "comments"),
        ),
        "t",
    ),
}


def row_by_row() -> Iterator[str]:
    """Yield what brings the former way back: bodies from their migrations, a trigger for each row."""
    for migration, name in (
        ("20261126_0923_announce_once", "sync_entity"),
        ("20261122_1420_blog", "announce"),
    ):
        up = (MIGRATIONS / migration / "up.sql").read_text(encoding="utf-8")
        found = re.search(
            rf"CREATE (OR REPLACE )?FUNCTION public\.{name}\(\).*?\n\$(f|function)\$;", up, re.DOTALL
        )
        assert found is not None
        yield re.sub("^CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", found[0])
    for table, kind in KINDS.items():
        yield f"DROP TRIGGER a10_entities ON public.{table}"
        yield (
            f"CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR UPDATE OR DELETE ON public.{table}"
            f" FOR EACH ROW EXECUTE FUNCTION public.sync_entity('{kind.entity_type}')"
        )


def act(connection: psycopg.Connection, role: str, statement: str) -> tuple[str | None, str | None] | None:
    """Execute a statement as a role; return what refused it, after which the transaction goes on."""
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL search_path = {SEARCH_PATHS[role]}".encode())
            connection.execute(f"SET LOCAL role = {role}".encode())
            connection.execute(statement.encode())
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            connection.execute("SET CONSTRAINTS ALL DEFERRED")
    except psycopg.Error as error:
        return error.sqlstate, error.diag.constraint_name
    finally:
        connection.execute("RESET role")
    return None


def content(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Return the rows of every table that a change may reach, without moments and order of the journal."""
    moment = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?"
    return {
        table: [
            re.sub(moment, "a moment", row)
            for (row,) in connection.execute(f"SELECT ({row})::text FROM {table} t ORDER BY 1".encode())
        ]
        for table, row in COMPARED.items()
    }


@pytest.fixture(scope="module")
def two_ways(
    server: LocalPostgres, sevra_template: str
) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    """Return connections to two databases with the same rows, the second of which works row by row."""
    with ExitStack() as stack:
        opened = []
        for statements in ((), row_by_row()):
            url = stack.enter_context(scratch_database(server.url(), sevra_template))
            connection = stack.enter_context(psycopg.connect(url, autocommit=True))
            connection.execute("SET TimeZone = 'UTC'")
            for statement in statements:
                connection.execute(statement.encode())
            connection.execute(_REVIEWED.encode())
            connection.execute("DELETE FROM outbox")
            opened.append(connection)
        yield opened[0], opened[1]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=8))
def test_by_statement_everything_becomes_what_it_became_row_by_row(
    two_ways: tuple[psycopg.Connection, psycopg.Connection], changes: list[tuple[str, str]]
) -> None:
    results: list[Any] = []
    for connection in two_ways:
        with connection.transaction(force_rollback=True):
            results.append(([act(connection, *change) for change in changes], content(connection)))

    assert results[0] == results[1]


@contextmanager
def reviewed(database: SevraDatabase) -> Iterator[psycopg.Connection]:
    """Open a superuser's session, with the application's search path, beside a salon of 260 reviews."""
    with psycopg.connect(database.admin_url, autocommit=True) as connection:
        connection.execute("SET track_functions = 'all'")
        connection.execute(_REVIEWED.encode())
        connection.execute("ANALYZE")
        connection.execute(f"SET search_path = {SEARCH_PATHS[APP]}".encode())
        yield connection


def calls(connection: psycopg.Connection, slug: str) -> dict[str, int]:
    """Return how often each function is called for the deletion of a salon, which is taken back."""
    counted = "SELECT funcname, calls FROM pg_stat_xact_user_functions"
    with connection.transaction(force_rollback=True):
        before = dict(connection.execute(counted).fetchall())
        taken = connection.execute("DELETE FROM salons WHERE slug = %s", (slug,)).rowcount
        assert taken == 1
        after = dict(connection.execute(counted).fetchall())
    called = {name: number - before.get(name, 0) for name, number in after.items()}
    return {name: number for name, number in called.items() if number}


def test_a_deletion_calls_functions_by_statement_however_many_rows_it_takes(sevra_db: SevraDatabase) -> None:
    with reviewed(sevra_db) as connection:
        few, many = calls(connection, "salon-2"), calls(connection, "salon-1")

    assert few["guard_deletion_state"] < 20
    assert many["guard_deletion_state"] > 260
    assert {name: number for name, number in many.items() if name not in BY_ROW} == {
        name: number for name, number in few.items() if name not in BY_ROW
    }


def test_a_plan_made_for_many_rows_does_not_read_all_entities_for_the_next_row(
    sevra_db: SevraDatabase,
) -> None:
    read = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'entities'"
    with reviewed(sevra_db) as connection, connection.transaction(force_rollback=True):
        # What the session read before counts until it is sent away, which it may not be yet.
        before = connection.execute(read).fetchone()
        for _ in range(8):
            connection.execute("UPDATE reviews SET body = 'خوب'")
        connection.execute("UPDATE reviews SET body = 'بد' WHERE id = (SELECT min(id) FROM reviews)")
        after = connection.execute(read).fetchone()

    assert after == (before or (0,))


@pytest.mark.parametrize("table", ANNOUNCED)
def test_the_rows_of_a_large_statement_can_be_compared(sevra_db: SevraDatabase, table: str) -> None:
    with psycopg.connect(sevra_db.admin_url) as connection:
        columns = connection.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
            " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
            (f"public.{table}",),
        ).fetchone()
        assert columns is not None

        connection.execute(f"SELECT {columns[0]} FROM public.{table} GROUP BY {columns[0]}".encode())
