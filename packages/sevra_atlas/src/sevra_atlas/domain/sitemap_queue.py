"""What was announced to the sitemap becomes rows of it, a bounded batch at a time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.domain.sitemap_fields import SITEMAP_FIELDS
from sevra_atlas.domain.sitemap_projection import Aligned, align, mark_dirty
from sevra_atlas.schema.enums import EntityType

BATCH = 1_000

_TAKE: LiteralString = """
DELETE FROM public.outbox
 WHERE id IN (SELECT id FROM public.outbox WHERE topic = 'sitemap'
               ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING entity_type::text, entity_id, created_at
"""
# Feeds are made of rows at each request: nobody else waits for what is announced to them.
_FORGET_FEEDS: LiteralString = """
DELETE FROM public.outbox
 WHERE id IN (SELECT id FROM public.outbox WHERE topic = 'feed' ORDER BY id LIMIT %(batch)s
                FOR UPDATE SKIP LOCKED)
"""
# Any number of pages show something of one of these. They are announced in turn, so a city with a hundred
# thousand salons is as many batches as it needs.
SPREAD: dict[EntityType, LiteralString] = {
    EntityType.PROVINCE: """
        SELECT 'CITY', id FROM public.cities WHERE province_id = ANY(%(ids)s)
        UNION ALL SELECT 'SALON', id FROM public.salons WHERE province_id = ANY(%(ids)s) AND city_id IS NULL
        UNION ALL SELECT 'ARTIST', id FROM public.artists WHERE province_id = ANY(%(ids)s) AND city_id IS NULL
    """,
    EntityType.CITY: """
        SELECT 'SALON', id FROM public.salons WHERE city_id = ANY(%(ids)s)
        UNION ALL SELECT 'ARTIST', id FROM public.artists WHERE city_id = ANY(%(ids)s)
    """,
    EntityType.SERVICE_CATEGORY: """
        SELECT DISTINCT 'SALON', o.salon_id
          FROM public.salon_services o JOIN public.service_definitions d ON d.id = o.service_id
         WHERE d.category_id = ANY(%(ids)s)
    """,
    EntityType.SERVICE: """
        SELECT DISTINCT 'SALON', salon_id FROM public.salon_services WHERE service_id = ANY(%(ids)s)
    """,
    EntityType.SPECIALTY: """
        SELECT DISTINCT 'ARTIST', artist_id FROM public.artist_specialties WHERE specialty_id = ANY(%(ids)s)
    """,
    EntityType.AUTHOR: "SELECT 'BLOG_POST', id FROM public.posts WHERE author_id = ANY(%(ids)s)",
    EntityType.MEDIA: """
        SELECT entity_type::text, entity_id FROM public.media_links WHERE media_id = ANY(%(ids)s)
        UNION SELECT 'SALON', id FROM public.salons WHERE avatar_media_id = ANY(%(ids)s)
        UNION SELECT 'SALON', id FROM public.salons WHERE cover_media_id = ANY(%(ids)s)
        UNION SELECT 'ARTIST', id FROM public.artists WHERE avatar_media_id = ANY(%(ids)s)
        UNION SELECT 'ARTIST', id FROM public.artists WHERE cover_media_id = ANY(%(ids)s)
        UNION SELECT 'BLOG_POST', id FROM public.posts WHERE cover_media_id = ANY(%(ids)s)
    """,
}
# With the time of the cause: a page is dated by it.
_ANNOUNCE: LiteralString = """
INSERT INTO public.outbox (topic, entity_type, entity_id, created_at)
SELECT 'sitemap', named.entity_type::public.entity_type, named.entity_id, %(at)s
  FROM ({}) named (entity_type, entity_id)
 WHERE NOT EXISTS (SELECT FROM public.outbox waiting
                    WHERE waiting.topic = 'sitemap' AND waiting.entity_id = named.entity_id
                      AND waiting.entity_type = named.entity_type::public.entity_type)
"""
# A handful of pages show something of one of these, and the other way round: looked at in the same batch,
# since two that announced one another would never come to an end.
BESIDE: tuple[tuple[EntityType, EntityType, LiteralString], ...] = (
    (
        EntityType.SALON,
        EntityType.ARTIST,
        "SELECT DISTINCT artist_id FROM public.salon_artists WHERE salon_id = ANY(%(ids)s)",
    ),
    (
        EntityType.ARTIST,
        EntityType.SALON,
        "SELECT DISTINCT salon_id FROM public.salon_artists WHERE artist_id = ANY(%(ids)s)",
    ),
    (
        EntityType.BLOG_POST,
        EntityType.TAG,
        "SELECT DISTINCT tag_id FROM public.post_tags WHERE post_id = ANY(%(ids)s)",
    ),
    # Who moves does not name the province that it leaves; there are so few that all are asked.
    (EntityType.CITY, EntityType.PROVINCE, "SELECT id FROM public.provinces"),
    (
        EntityType.CATEGORY,
        EntityType.CATEGORY,
        "SELECT id FROM public.categories WHERE parent_id = ANY(%(ids)s)",
    ),
)
# A city is listed while somebody works in it. A salon that moves or closes does not name the city that it
# leaves; there are so few cities that all are asked.
_THIN_CITIES: LiteralString = """
WITH listed AS (SELECT entity_id, locale FROM public.sitemap_urls WHERE entity_type = 'CITY'),
     listable AS (SELECT entity_id, locale FROM public.indexable_entities WHERE entity_type = 'CITY')
SELECT entity_id FROM (SELECT * FROM listed EXCEPT SELECT * FROM listable) gone
UNION SELECT entity_id FROM (SELECT * FROM listable EXCEPT SELECT * FROM listed) come
"""


@dataclass(frozen=True, slots=True)
class Drained:
    """What one pass did: announcements taken, rows of the sitemap changed, entities announced in turn."""

    taken: int
    aligned: Aligned
    announced: int
    more: bool


def run_once(connection: Connection[Any], *, batch: int = BATCH, now: datetime | None = None) -> Drained:
    """Take at most `batch` announcements and bring their rows in line; the caller commits.

    The caller leads: what waits already is not announced once more, so nobody else may take it meanwhile.
    Without a commit the announcements stay. `more` says that a full batch was taken or others were
    announced. Acts as the maintenance role.
    """
    now = now or datetime.now(UTC)
    taken = connection.execute(_TAKE, {"batch": batch}).fetchall()
    connection.execute(_FORGET_FEEDS, {"batch": batch})
    told: defaultdict[EntityType, dict[int, datetime]] = defaultdict(dict)
    for kind, id_, at in taken:
        named = told[EntityType(kind)]
        named[id_] = min(named.get(id_, at), at)
    announced = 0
    for kind in sorted(told.keys() & SPREAD.keys(), key=lambda kind: kind.value):
        question = _ANNOUNCE.replace("{}", SPREAD[kind])
        asked = {"ids": sorted(told[kind]), "at": max(told[kind].values())}
        announced += connection.execute(question, asked).rowcount
    aligned = Aligned()
    # Kinds and ids in one order, so that two workers lock in the same one.
    for kind, ids in sorted(_concerned(connection, told).items(), key=lambda entry: entry[0].value):
        aligned += align(connection, kind, sorted(ids), now, told[kind])
    mark_dirty(connection, aligned.shards)
    return Drained(len(taken), aligned, announced, more=len(taken) == batch or announced > 0)


def drain(connection: Connection[Any], *, batch: int = BATCH, now: datetime | None = None) -> Aligned:
    """Take everything that was announced, a transaction each batch; return how many rows changed.

    `connection` is in autocommit.
    """
    done = Aligned()
    while True:
        with connection.transaction():
            pass_ = run_once(connection, batch=batch, now=now)
        done += pass_.aligned
        if not pass_.more:
            return done


def _concerned(
    connection: Connection[Any], told: dict[EntityType, dict[int, datetime]]
) -> dict[EntityType, set[int]]:
    """Return the pages that are to be looked at, kind by kind: those announced and those beside them."""
    pages = {kind: set(ids) for kind, ids in told.items() if kind in SITEMAP_FIELDS and ids}
    for kind, beside, question in BESIDE:
        if kind in told:
            found = connection.execute(question, {"ids": list(told[kind])})
            pages.setdefault(beside, set()).update(id_ for (id_,) in found)
    if told.keys() & {EntityType.SALON, EntityType.ARTIST}:
        cities = connection.execute(_THIN_CITIES)
        newest = max(at for kind in told for at in told[kind].values())
        for (id_,) in cities:
            pages.setdefault(EntityType.CITY, set()).add(id_)
            told.setdefault(EntityType.CITY, {}).setdefault(id_, newest)
    return pages
