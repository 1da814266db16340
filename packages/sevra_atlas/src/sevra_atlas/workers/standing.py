"""How things stand in the database, in numbers: what is asked, and how dearly it may be paid for.

A question is one statement of the maintenance role. Each row that it gives is the name of a number, the
values of its labels and the number. Labels come from types, checks and lists of the schema only.
"""

from dataclasses import dataclass
from typing import Literal, LiteralString

from psycopg import sql

from sevra_atlas.domain.retention.due import OLDEST_DUE_SECONDS

STATEMENT_SECONDS = 1.0
"""After that the server gives a question up, if it has no limit of its own."""


@dataclass(frozen=True, slots=True)
class Family:
    """Numbers of one name: of what kind, what they tell, and what they are told apart by."""

    name: str
    text: str
    labels: tuple[str, ...] = ()
    kind: Literal["gauge", "counter"] = "gauge"


@dataclass(frozen=True, slots=True)
class Question:
    """One statement for the numbers of some families.

    One that reads a table which grows for ever has a pause, so that it is asked that seldom, however often
    somebody looks.
    """

    name: str
    statement: LiteralString | sql.Composed
    families: tuple[Family, ...]
    pause_seconds: float = 0
    limit_seconds: float = STATEMENT_SECONDS


_QUEUE_JOBS = Family("sevra_queue_jobs", "Jobs in the queue, by state.", ("queue", "state"))

# A partial index of the library holds what waits and what runs.
_QUEUE = Question(
    "queue",
    """
    SELECT 'sevra_queue_jobs', ARRAY[queue_name, status::text], count(*)::float8 FROM procrastinate_jobs
     WHERE status = ANY (ARRAY['todo', 'doing']::procrastinate_job_status[]) GROUP BY queue_name, status
    """,
    (_QUEUE_JOBS,),
)
# None holds what has failed: a week of ended jobs is read for it.
_DEAD_LETTERS = Question(
    "dead_letters",
    """
    SELECT 'sevra_queue_jobs', ARRAY[queue_name, 'failed'], count(*)::float8 FROM procrastinate_jobs
     WHERE status = 'failed' GROUP BY queue_name
    """,
    (_QUEUE_JOBS,),
    pause_seconds=60,
)
LAST_SUCCESS = Family(
    "sevra_job_last_success_timestamp_seconds", "When a scheduled job last succeeded anywhere.", ("job",)
)
# The library keeps the latest entry of each scheduled job.
_SCHEDULE = Question(
    "schedule",
    """
    SELECT 'sevra_job_last_success_timestamp_seconds', ARRAY[d.task_name],
           extract(epoch FROM max(e.at))::float8
      FROM procrastinate_periodic_defers d JOIN procrastinate_events e USING (job_id)
     WHERE e.type = 'succeeded' GROUP BY d.task_name
    """,
    (LAST_SUCCESS,),
)
# Asked from a place of the index onwards: for a topic of which nothing waits, `topic = x` may read all of
# the others.
_OUTBOX = Question(
    "outbox",
    """
    SELECT v.name, ARRAY[t.topic::text], v.value
      FROM unnest(enum_range(NULL::public.outbox_topic)) AS t (topic),
           LATERAL (VALUES
             ('sevra_outbox_rows', (
               SELECT count(*) FILTER (WHERE s.topic = t.topic)
                 FROM (SELECT o.topic FROM public.outbox o WHERE (o.topic, o.id) > (t.topic, 0)
                        ORDER BY o.topic, o.id LIMIT 10000) s
             )::float8),
             ('sevra_outbox_lag_seconds', coalesce((
               SELECT greatest(extract(epoch FROM clock_timestamp() - s.created_at), 0)
                 FROM (SELECT o.topic, o.created_at FROM public.outbox o WHERE (o.topic, o.id) > (t.topic, 0)
                        ORDER BY o.topic, o.id LIMIT 1) s
                WHERE s.topic = t.topic), 0)::float8)
           ) AS v (name, value)
    """,
    (
        Family("sevra_outbox_rows", "Changes that wait for a worker, at most 10,000 a topic.", ("topic",)),
        Family("sevra_outbox_lag_seconds", "Age of the oldest change that waits for a worker.", ("topic",)),
    ),
)
_SITEMAP = Question(
    "sitemap",
    """
    SELECT v.name, ARRAY[s.section], v.value
      FROM (SELECT section, count(*) AS shards FROM public.sitemap_shards GROUP BY section) AS s
      LEFT JOIN (SELECT section, count(*) AS files, sum(url_count) AS urls, sum(byte_count) AS bytes
                   FROM public.sitemap_files GROUP BY section) AS f USING (section),
           LATERAL (VALUES ('sevra_sitemap_shards', s.shards), ('sevra_sitemap_files', coalesce(f.files, 0)),
                           ('sevra_sitemap_urls', coalesce(f.urls, 0)),
                           ('sevra_sitemap_bytes', coalesce(f.bytes, 0))) AS v (name, value)
    UNION ALL
    SELECT 'sevra_sitemap_dirty_shards', ARRAY[]::text[], count(*)::float8
      FROM public.sitemap_shards WHERE is_dirty
    UNION ALL
    SELECT 'sevra_sitemap_age_seconds', ARRAY[]::text[],
           extract(epoch FROM clock_timestamp() - max(lastmod))::float8
      FROM public.sitemap_files HAVING count(*) > 0
    """,
    (
        Family("sevra_sitemap_shards", "Ranges of ids that the sitemap knows.", ("section",)),
        Family("sevra_sitemap_files", "Files of the published sitemap.", ("section",)),
        Family("sevra_sitemap_urls", "Addresses in the published sitemap.", ("section",)),
        Family("sevra_sitemap_bytes", "Bytes of the sitemap before compression.", ("section",)),
        Family("sevra_sitemap_dirty_shards", "Shards whose files are to be written again."),
        Family("sevra_sitemap_age_seconds", "Since the bytes of a sitemap file last changed."),
    ),
)
_RETENTION = Question(
    "retention",
    sql.SQL("""
    SELECT 'sevra_archive_oldest_due_seconds', ARRAY[]::text[], ({oldest})::float8
    UNION ALL
    SELECT 'sevra_legal_holds', ARRAY[]::text[], count(*)::float8
      FROM public.legal_holds WHERE released_at IS NULL
    """).format(oldest=OLDEST_DUE_SECONDS),
    (
        Family("sevra_archive_oldest_due_seconds", "For how long the longest waiting batch is due."),
        Family("sevra_legal_holds", "Entities that may not go."),
    ),
)
# The table keeps every deletion there ever was, and the numbers are few: they are counted together. Each
# restore that left something behind opened a batch for it, which is no deletion.
_BATCHES = Question(
    "batches",
    """
    WITH counted AS MATERIALIZED (
      SELECT root_type, state, count(*) AS batches, count(restored_at) AS restored,
             count(*) FILTER (WHERE hold_until > now()) AS held,
             count(*) FILTER (WHERE remainder_of_id IS NULL) AS deletions
        FROM public.deletion_batches GROUP BY root_type, state
    ), partly AS (
      SELECT r.root_type, count(*) AS returns
        FROM public.deletion_batches r WHERE r.remainder_of_id IS NOT NULL GROUP BY r.root_type
    )
    SELECT 'sevra_batches', ARRAY[s.state::text], coalesce(sum(c.batches), 0)::float8
      FROM unnest(enum_range(NULL::public.batch_state)) AS s (state) LEFT JOIN counted c USING (state)
     GROUP BY s.state
    UNION ALL
    SELECT v.name, v.labels, v.value
      FROM public.entity_types k
      LEFT JOIN (SELECT root_type, sum(deletions) AS deletions, sum(restored) AS restored
                   FROM counted GROUP BY root_type) AS c ON c.root_type = k.entity_type
      LEFT JOIN partly AS p ON p.root_type = k.entity_type,
           LATERAL (VALUES
             ('sevra_deletions_total', ARRAY[k.entity_type::text], coalesce(c.deletions, 0)::float8),
             ('sevra_restores_total', ARRAY[k.entity_type::text, 'whole'],
              (coalesce(c.restored, 0) - coalesce(p.returns, 0))::float8),
             ('sevra_restores_total', ARRAY[k.entity_type::text, 'partly'], coalesce(p.returns, 0)::float8)
           ) AS v (name, labels, value)
    UNION ALL
    SELECT 'sevra_held_batches', ARRAY[]::text[], coalesce(sum(held), 0)::float8
      FROM counted WHERE state IN ('TRASHED', 'BLOCKED', 'ARCHIVED')
    """,
    (
        Family("sevra_batches", "Deletions, by where their rows are.", ("state",)),
        Family("sevra_deletions_total", "Deletions since the beginning.", ("type",), "counter"),
        Family("sevra_restores_total", "Deletions that were taken back.", ("type", "outcome"), "counter"),
        Family("sevra_held_batches", "Deletions that may not go on, by a hold of their own."),
    ),
    pause_seconds=300,
    limit_seconds=4,
)
_ARCHIVE = Question(
    "archive",
    """
    SELECT v.name, v.labels, v.value
      FROM (VALUES ('otp_attempts', 'public.otp_attempts'), ('audit_log', 'public.audit_log'),
                   ('archive.rows', 'archive.rows')) AS t (shown, parent),
           LATERAL (SELECT count(*)::float8 AS partitions,
                           coalesce(sum(pg_total_relation_size(i.inhrelid)), 0)::float8 AS bytes
                      FROM pg_inherits i WHERE i.inhparent = t.parent::regclass) AS i,
           LATERAL (VALUES ('sevra_partitions', ARRAY[t.shown], i.partitions),
                           ('sevra_partition_bytes', ARRAY[t.shown], i.bytes)) AS v (name, labels, value)
    UNION ALL
    SELECT v.name, ARRAY[]::text[], v.value
      FROM (SELECT coalesce(sum(row_count), 0)::float8 AS rows, coalesce(sum(byte_size), 0)::float8 AS bytes
              FROM archive.segments) AS s,
           LATERAL (VALUES ('sevra_archive_segment_rows', s.rows),
                           ('sevra_archive_segment_bytes', s.bytes)) AS v (name, value)
    """,
    (
        Family("sevra_partitions", "Partitions of a table that grows by time.", ("table",)),
        Family("sevra_partition_bytes", "Size of such a table with its indexes.", ("table",)),
        Family("sevra_archive_segment_rows", "Archived rows in exported files."),
        Family("sevra_archive_segment_bytes", "Size of the exported files."),
    ),
    pause_seconds=60,
)
_ADDRESSES = Question(
    "addresses",
    """
    SELECT 'sevra_url_paths', ARRAY[k.kind::text], coalesce(p.paths, 0)::float8
      FROM unnest(enum_range(NULL::public.path_kind)) AS k (kind)
      LEFT JOIN (SELECT kind, count(*) AS paths FROM public.url_paths GROUP BY kind) AS p USING (kind)
    """,
    (Family("sevra_url_paths", "Paths in the ledger.", ("kind",)),),
    pause_seconds=3600,
    limit_seconds=4,
)
_JOURNAL = Question(
    "journal",
    """
    SELECT 'sevra_path_events_total', ARRAY[e.event], coalesce(h.events, 0)::float8
      FROM (VALUES ('assigned'), ('renamed'), ('transferred'), ('reclaimed')) AS e (event)
      LEFT JOIN (SELECT event, count(*) AS events FROM public.slug_history GROUP BY event) AS h USING (event)
    """,
    (Family("sevra_path_events_total", "What happened to addresses of pages.", ("event",), "counter"),),
    pause_seconds=3600,
    limit_seconds=4,
)

QUESTIONS = (
    _QUEUE,
    _DEAD_LETTERS,
    _SCHEDULE,
    _OUTBOX,
    _SITEMAP,
    _RETENTION,
    _BATCHES,
    _ARCHIVE,
    _ADDRESSES,
    _JOURNAL,
)
