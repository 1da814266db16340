"""What a scrape reads: an index's end where a table is long, the whole of one only where it has a pause."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from databases import SevraDatabase

from sevra_atlas.schema.access import MAINTENANCE
from sevra_atlas.workers.standing import QUESTIONS

ROWS = 30_000
FILL = """
SET session_replication_role = replica;
INSERT INTO outbox (topic, entity_type, entity_id)
SELECT 'sitemap', 'SALON', n FROM generate_series(1, {rows}) n;
INSERT INTO deletion_batches (root_type, root_id, created_at, restored_at)
SELECT 'SALON', n, now() - interval '90 days', now() FROM generate_series(1, {rows}) n;
INSERT INTO deletion_batches (root_type, root_id, created_at)
SELECT 'SALON', n, now() - n * interval '1 hour' FROM generate_series(1, 1000) n;
INSERT INTO procrastinate.procrastinate_jobs (queue_name, task_name, status)
SELECT 'seo', 'seo.render_shards', 'succeeded' FROM generate_series(1, {rows}) n;
INSERT INTO procrastinate.procrastinate_events (job_id, type)
SELECT id, 'succeeded' FROM procrastinate.procrastinate_jobs;
INSERT INTO procrastinate.procrastinate_periodic_defers (task_name, defer_timestamp, job_id)
SELECT 'seo.render_shards', 1, max(id) FROM procrastinate.procrastinate_jobs;
INSERT INTO procrastinate.procrastinate_jobs (queue_name, task_name, status)
SELECT 'search', 'search.verify', 'todo' FROM generate_series(1, 10) n;
INSERT INTO url_paths (path, kind, entity_type, entity_id, display_path)
SELECT '/atlas/salon/s' || n, 'current', 'SALON', n, '/atlas/salon/s' || n FROM generate_series(1, {rows}) n;
INSERT INTO slug_history (entity_type, entity_id, new_slug, path, event)
SELECT 'SALON', n, 's' || n, '/atlas/salon/s' || n, 'assigned' FROM generate_series(1, {rows}) n;
"""
LONG = {
    "outbox",
    "deletion_batches",
    "procrastinate_jobs",
    "procrastinate_events",
    "url_paths",
    "slug_history",
}


@pytest.fixture
def filled(sevra_db: SevraDatabase) -> SevraDatabase:
    with psycopg.connect(sevra_db.admin_url, autocommit=True) as admin:
        admin.execute(FILL.format(rows=ROWS).encode())
        admin.execute("VACUUM ANALYZE")
    return sevra_db


def nodes(top: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield top
    for child in top.get("Plans", ()):
        yield from nodes(child)


def test_only_a_question_with_a_pause_reads_a_long_table_from_end_to_end(filled: SevraDatabase) -> None:
    whole = {}
    with filled.connect(MAINTENANCE, autocommit=True) as connection:
        for question in QUESTIONS:
            explain = psycopg.sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) {}").format(
                psycopg.sql.SQL(question.statement)
                if isinstance(question.statement, str)
                else question.statement
            )
            row = connection.execute(explain).fetchone()
            assert row is not None
            whole[question.name] = {
                node["Relation Name"]
                for node in nodes(row[0][0]["Plan"])
                if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LONG
            }

    paused = {question.name for question in QUESTIONS if question.pause_seconds}
    assert {name for name, tables in whole.items() if tables} <= paused
    assert whole["batches"] == {"deletion_batches"}
    assert (whole["addresses"], whole["journal"]) == ({"url_paths"}, {"slug_history"})
