"""Views beside the live ones: what is in the trash, what is there in English, what is for search engines."""

from collections.abc import Iterator

from sqlalchemy import MetaData

from pgevolve.objects import DeclaredObject, View
from sevra_atlas.schema.soft_delete import soft_deletable_tables

TRASH, INDEXABLE, ENGLISH = "public.trash", "public.indexable_entities", "public.english_pages"

# A page is there in English when it has an English name: that of a place, or what an editor wrote for it.
_ENGLISH = """
CREATE VIEW public.english_pages AS
SELECT e.entity_type, e.entity_id, named.name
  FROM public.entities e
  LEFT JOIN public.seo_meta s
    ON s.entity_type = e.entity_type AND s.entity_id = e.entity_id AND s.locale = 'en'
  LEFT JOIN public.provinces p ON e.entity_type = 'PROVINCE' AND p.id = e.entity_id
  LEFT JOIN public.cities c ON e.entity_type = 'CITY' AND c.id = e.entity_id
 CROSS JOIN LATERAL (
       SELECT coalesce(nullif(btrim(p.name_en), ''), nullif(btrim(c.name_en), ''),
                       nullif(btrim(s.breadcrumb_label), ''), nullif(btrim(s.h1), ''),
                       nullif(btrim(s.title), '')) AS name
       ) named
 WHERE e.state IN ('public', 'unlisted') AND named.name IS NOT NULL
"""

# The address of a site is not the database's business: a custom canonical is compared from its path on.
_INDEXABLE = r"""
CREATE VIEW public.indexable_entities AS
SELECT e.entity_type, e.entity_id, l.locale, u.path, u.display_path
  FROM public.entities e
  JOIN public.url_paths u
    ON u.entity_type = e.entity_type AND u.entity_id = e.entity_id AND u.kind = 'current'
 CROSS JOIN (VALUES ('fa'), ('en')) AS l (locale)
  LEFT JOIN public.seo_meta s
    ON s.entity_type = e.entity_type AND s.entity_id = e.entity_id AND s.locale = l.locale
 WHERE e.state = 'public'
   AND (l.locale = 'fa'
        OR EXISTS (SELECT FROM public.english_pages n
                    WHERE n.entity_type = e.entity_type AND n.entity_id = e.entity_id))
   AND coalesce(s.robots, 'INDEX_FOLLOW') = 'INDEX_FOLLOW'
   AND (s.canonical_url IS NULL
        OR regexp_replace(s.canonical_url, '^https?://[^/]+(/en(?=/))?', '') IN (u.path, u.display_path))
   AND (e.entity_type <> 'CITY'
        OR EXISTS (SELECT FROM public.salons x
                    WHERE x.city_id = e.entity_id AND x.deleted_at IS NULL AND x.status = 'ACTIVE')
        OR EXISTS (SELECT FROM public.artists x
                    WHERE x.city_id = e.entity_id AND x.deleted_at IS NULL AND x.status = 'ACTIVE'))
"""


_TRASH = """
CREATE VIEW public.trash AS
SELECT b.id AS batch_id, b.root_type, b.root_id, b.actor_id, b.reason, b.created_at, b.row_count, b.state,
       b.blocked_by, b.hold_until, b.created_at + make_interval(days => p.keep_days) AS archived_from,
       (SELECT jsonb_object_agg(c.name, c.n) FROM (
            {counts}) c WHERE c.n > 0) AS rows
  FROM public.deletion_batches b JOIN public.retention_policies p ON p.entity_type = b.root_type
 WHERE b.restored_at IS NULL AND b.archived_at IS NULL
"""
_COUNT = "SELECT '{table}'::text AS name, count(*) AS n FROM public.{table} WHERE deletion_id = b.id"


def other_views(metadata: MetaData) -> Iterator[DeclaredObject]:
    """Yield the views that are not live views."""
    yield View(_ENGLISH.strip(), comment="what has a page in English, and under which name")
    yield View(_INDEXABLE.strip(), comment="what search engines may be told of, per locale")
    counts = "\n            UNION ALL ".join(
        _COUNT.format(table=table.name) for table in soft_deletable_tables(metadata)
    )
    yield View(
        _TRASH.format(counts=counts).strip(),
        comment="open deletion batches: root, rows per table, when archiving may take them",
    )
