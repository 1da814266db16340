"""The rows of the sitemap: one per indexable entity and language, always the same from the same rows.

`indexable_entities` says what is listed, `SITEMAP_FIELDS` what its date follows. Acts as the maintenance role
or the owner, whose search path is `public`, at READ COMMITTED; the caller commits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.domain.languages import ENGLISH_ROUTES
from sevra_atlas.domain.sitemap_english import ENGLISH_FIELDS, NO_NAMES
from sevra_atlas.domain.sitemap_fields import FIELDS_VERSION, SITEMAP_FIELDS
from sevra_atlas.schema.enums import EntityType

SECTIONS: dict[str, tuple[EntityType, ...]] = {
    "salons": (EntityType.SALON,),
    "artists": (EntityType.ARTIST,),
    "geo": (EntityType.PROVINCE, EntityType.CITY),
    "posts": (EntityType.BLOG_POST,),
    "pages": (EntityType.BLOG_PAGE,),
    "taxonomy": (EntityType.CATEGORY, EntityType.TAG, EntityType.SERIES),
}
STATIC = "static"
SECTION_OF = {kind: section for section, kinds in SECTIONS.items() for kind in kinds}

# The rows of a list of ids lie beside one another. Compiling and parallel workers cost more than a window.
_PLANNED: LiteralString = """
SELECT set_config('random_page_cost', '1.1', true), set_config('jit', 'off', true),
       set_config('max_parallel_workers_per_gather', '0', true)
"""
# The lock makes a deletion wait, or this one wait for the deletion: what is gone is not listed again.
_LOCK: LiteralString = """
SELECT entity_id FROM public.entities
 WHERE entity_type = %(kind)s::public.entity_type AND state = 'public' AND entity_id = ANY(%(ids)s)
 ORDER BY entity_id FOR NO KEY UPDATE
"""
_REMOVE: LiteralString = """
DELETE FROM public.sitemap_urls u
 WHERE u.entity_type = %(kind)s::public.entity_type AND u.entity_id = ANY(%(ids)s)
   AND NOT EXISTS (SELECT FROM public.indexable_entities i
                    WHERE i.entity_type = u.entity_type AND i.entity_id = u.entity_id
                      AND i.locale = u.locale)
RETURNING shard
"""
# What has a page in English, for whose rows the English names are read.
_ENGLISH: LiteralString = """
SELECT entity_id FROM public.english_pages
 WHERE entity_type = %(kind)s::public.entity_type AND entity_id = ANY(%(ids)s)
"""
# Rows as they should be. The hash begins with the version of the fields. Facts and names are made once for
# both languages. The list of ids stands beside the view: the planner does not carry it over, and would read
# all entities of the kind for those of a window.
_LISTED: LiteralString = """
WITH told AS MATERIALIZED (
  SELECT f.id, f.facts, n.names FROM ({facts}) f LEFT JOIN ({english}) n ON n.id = f.id
)
SELECT i.path, i.entity_type, i.entity_id, i.locale, %(section)s AS section,
       set_byte('\\x00', 0, %(version)s)
       || sha256(convert_to(jsonb_build_array(told.facts,
                                              CASE i.locale WHEN 'en' THEN told.names END,
                                              m.title, m.og_title, m.twitter_title, m.h1,
                                              m.breadcrumb_label, m.description, m.og_description,
                                              m.twitter_desc, m.og_image_media_id,
                                              m.twitter_image_media_id)::text, 'UTF8')) AS content_hash,
       t.default_changefreq AS changefreq, t.default_priority AS priority
  FROM told
  JOIN public.indexable_entities i
    ON i.entity_type = %(kind)s::public.entity_type AND i.entity_id = told.id AND i.entity_id = ANY(%(ids)s)
   AND (i.locale = 'fa' OR i.entity_id = ANY(%(english)s))
  JOIN public.entity_types t ON t.entity_type = i.entity_type
  LEFT JOIN public.seo_meta m
    ON m.entity_type = i.entity_type AND m.entity_id = i.entity_id AND m.locale = i.locale
"""
# Of a row of another version only the hash is replaced. Who listed a page by hand keeps what it says of
# frequency and weight.
_WRITE: LiteralString = """
INSERT INTO public.sitemap_urls AS u (path, entity_type, entity_id, locale, section, content_hash, lastmod,
                                      changefreq, priority)
SELECT w.path, w.entity_type, w.entity_id, w.locale, w.section, w.content_hash,
       coalesce(since.at, e.first_public_at, %(now)s), w.changefreq, w.priority
  FROM ({}) w
  JOIN public.entities e ON e.entity_type = w.entity_type AND e.entity_id = w.entity_id
  LEFT JOIN unnest(%(told)s::bigint[], %(times)s::timestamptz[]) since (id, at) ON since.id = w.entity_id
 ORDER BY w.entity_id, w.locale
    ON CONFLICT (entity_type, entity_id, locale) WHERE entity_id IS NOT NULL DO UPDATE
       SET path = excluded.path, content_hash = excluded.content_hash,
           lastmod = CASE
             WHEN u.content_hash IS NULL THEN coalesce(u.lastmod, excluded.lastmod)
             WHEN u.content_hash = excluded.content_hash
               OR get_byte(u.content_hash, 0) <> %(version)s THEN u.lastmod
             ELSE greatest(u.lastmod, %(now)s) END,
           changefreq = CASE WHEN u.is_manual THEN u.changefreq ELSE excluded.changefreq END,
           priority = CASE WHEN u.is_manual THEN u.priority ELSE excluded.priority END
     WHERE (u.path, u.content_hash) IS DISTINCT FROM (excluded.path, excluded.content_hash)
        OR NOT u.is_manual
           AND (u.changefreq, u.priority) IS DISTINCT FROM (excluded.changefreq, excluded.priority)
RETURNING shard
"""
# Pages that `align()` would change, seen at one moment; nothing is locked.
_DIFFERENT: LiteralString = """
SELECT DISTINCT coalesce(w.entity_id, u.entity_id)
  FROM ({}) w
  FULL JOIN (SELECT * FROM public.sitemap_urls
              WHERE entity_type = %(kind)s::public.entity_type AND entity_id = ANY(%(ids)s)) u
    ON u.entity_id = w.entity_id AND u.locale = w.locale
 WHERE w.entity_id IS NULL OR u.entity_id IS NULL
    OR (u.path, u.content_hash) IS DISTINCT FROM (w.path, w.content_hash)
    OR NOT u.is_manual AND (u.changefreq, u.priority) IS DISTINCT FROM (w.changefreq, w.priority)
"""
_LISTS: dict[EntityType, LiteralString] = {
    kind: _LISTED.replace("{facts}", fields).replace("{english}", ENGLISH_FIELDS.get(kind, NO_NAMES))
    for kind, fields in SITEMAP_FIELDS.items()
}
_WRITES: dict[EntityType, LiteralString] = {
    kind: _WRITE.replace("{}", listed) for kind, listed in _LISTS.items()
}
_DIFFERENCES: dict[EntityType, LiteralString] = {
    kind: _DIFFERENT.replace("{}", listed) for kind, listed in _LISTS.items()
}
# The triggers take a row away and move it without a word to its shard. Both are announced; a rename stands in
# the journal with the time of its transaction, as the announcement does.
_MOVED: LiteralString = """
SELECT DISTINCT (e.entity_id / 20000)::integer
  FROM public.entities e
  JOIN unnest(%(told)s::bigint[], %(times)s::timestamptz[]) since (id, at) ON since.id = e.entity_id
 WHERE e.entity_type = %(kind)s::public.entity_type AND e.first_public_at IS NOT NULL
   AND (NOT EXISTS (SELECT FROM public.sitemap_urls u
                     WHERE u.entity_type = e.entity_type AND u.entity_id = e.entity_id)
        OR EXISTS (SELECT FROM public.slug_history h
                    WHERE h.entity_type = e.entity_type AND h.entity_id = e.entity_id
                      AND h.changed_at >= since.at))
"""
_MARK: LiteralString = """
INSERT INTO public.sitemap_shards AS s (section, shard)
SELECT section, shard FROM unnest(%(sections)s::text[], %(shards)s::integer[]) marked (section, shard)
 ORDER BY section COLLATE "C", shard
    ON CONFLICT (section, shard) DO UPDATE SET is_dirty = true WHERE NOT s.is_dirty
"""
# Results of a search are not for indexing. No column tells when a route began to look different.
_STATIC: LiteralString = """
WITH wanted AS (
  SELECT path, locale FROM public.url_paths CROSS JOIN (VALUES ('fa'), ('en')) AS l (locale)
   WHERE kind = 'static' AND path <> '/search' AND (locale = 'fa' OR path = ANY(%(english)s))
), gone AS (
  DELETE FROM public.sitemap_urls u
   WHERE u.section = 'static' AND NOT u.is_manual
     AND (u.path, u.locale) NOT IN (SELECT path, locale FROM wanted) RETURNING 1
), come AS (
  INSERT INTO public.sitemap_urls (path, locale, section)
  SELECT path, locale, 'static' FROM wanted
      ON CONFLICT (path, locale) DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM come)
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the database said of a page that could not be brought in line."""

    kind: EntityType
    id: int
    sqlstate: str
    message: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.id}"


@dataclass(frozen=True, slots=True)
class Aligned:
    """Rows that were written because they differed, and rows that were removed.

    `shards`, by section and number, have files that differ from their rows now. `left_out` are pages that
    failed too often, `recovered` is how many that failed before no longer do.
    """

    written: int = 0
    removed: int = 0
    shards: frozenset[tuple[str, int]] = frozenset()
    left_out: tuple[Refusal, ...] = ()
    recovered: int = 0

    def __add__(self, other: "Aligned") -> "Aligned":
        return Aligned(
            self.written + other.written,
            self.removed + other.removed,
            self.shards | other.shards,
            self.left_out + other.left_out,
            self.recovered + other.recovered,
        )


def align(
    connection: Connection[Any],
    kind: EntityType,
    ids: Sequence[int],
    now: datetime,
    told: Mapping[int, datetime] | None = None,
) -> Aligned:
    """Bring the rows of these entities in line; the caller marks the shards and commits.

    `now` becomes the date of what changed; what was not listed is dated by its announcement in `told`, or by
    the first time it was public. Locks the rows of `entities`, in the order of their ids, until the commit.
    """
    told = told or {}
    asked: dict[str, Any] = {
        "kind": kind.value,
        "ids": list(ids),
        "section": SECTION_OF[kind],
        "version": FIELDS_VERSION,
        "now": now,
        "told": list(told),
        "times": list(told.values()),
    }
    connection.execute(_PLANNED)
    public = _first(connection, _LOCK, asked)
    asked["english"] = _first(connection, _ENGLISH, asked)
    removed = _first(connection, _REMOVE, asked)
    written = _first(connection, _WRITES[kind], {**asked, "ids": public}) if public else []
    moved = _first(connection, _MOVED, asked) if told else []
    shards = frozenset((SECTION_OF[kind], shard) for shard in (*removed, *written, *moved))
    return Aligned(len(written), len(removed), shards)


def different(connection: Connection[Any], kind: EntityType, ids: Sequence[int]) -> set[int]:
    """Return those of the entities whose rows `align()` would change. Locks nothing and writes nothing."""
    asked: dict[str, Any] = {
        "kind": kind.value,
        "ids": list(ids),
        "section": SECTION_OF[kind],
        "version": FIELDS_VERSION,
    }
    connection.execute(_PLANNED)
    asked["english"] = _first(connection, _ENGLISH, asked)
    return set(_first(connection, _DIFFERENCES[kind], asked))


def _first(connection: Connection[Any], query: LiteralString, asked: Mapping[str, Any]) -> list[int]:
    """Return the numbers that a query gives. It is planned each time: lists of ids differ in length."""
    return [number for (number,) in connection.execute(query, asked, prepare=False)]


def align_static(connection: Connection[Any]) -> Aligned:
    """List the routes of the application that are for indexing; the caller marks the shard and commits."""
    row = connection.execute(_STATIC, {"english": sorted(ENGLISH_ROUTES)}).fetchone()
    assert row is not None, "a sum has one row"
    return Aligned(written=row[0], shards=frozenset({(STATIC, 0)} if row[0] else ()))


def mark_dirty(connection: Connection[Any], shards: Iterable[tuple[str, int]]) -> None:
    """Say that the files of these shards are to be written again; locks them in one order."""
    ordered = sorted(shards)
    if ordered:
        sections, numbers = zip(*ordered, strict=True)
        connection.execute(_MARK, {"sections": list(sections), "shards": list(numbers)})
