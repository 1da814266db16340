"""The numbers of a city's page, counted again from the rows that a visitor sees."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection

BATCH = 500

_TAKE: LiteralString = """
DELETE FROM public.outbox
 WHERE id IN (SELECT id FROM public.outbox WHERE topic = 'city_stats'
               ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING entity_id
"""
_COUNT: LiteralString = """
INSERT INTO public.city_stats AS s (city_id, salon_count, artist_count, review_count, rating_sum)
SELECT c.id, count(*) FILTER (WHERE l.is_salon), count(*) FILTER (WHERE NOT l.is_salon),
       coalesce(sum(l.review_count), 0), coalesce(sum(l.rating_sum), 0)
  FROM public.cities c
  LEFT JOIN (SELECT city_id, true AS is_salon, review_count, rating_sum FROM public.salons
              WHERE deleted_at IS NULL AND status = 'ACTIVE' AND city_id = ANY(%(cities)s)
             UNION ALL SELECT city_id, false, review_count, rating_sum FROM public.artists
              WHERE deleted_at IS NULL AND status = 'ACTIVE' AND city_id = ANY(%(cities)s)) l
    ON l.city_id = c.id
 WHERE c.id = ANY(%(cities)s) AND c.deleted_at IS NULL
 GROUP BY c.id
 ORDER BY c.id
    ON CONFLICT (city_id) DO UPDATE
       SET salon_count = excluded.salon_count, artist_count = excluded.artist_count,
           review_count = excluded.review_count, rating_sum = excluded.rating_sum, updated_at = now()
     WHERE (s.salon_count, s.artist_count, s.review_count, s.rating_sum)
           IS DISTINCT FROM
           (excluded.salon_count, excluded.artist_count, excluded.review_count, excluded.rating_sum)
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one pass did: rows taken from the outbox, cities whose numbers were different."""

    taken: int
    cities: int
    more: bool


def run_once(connection: Connection[Any], *, batch: int = BATCH) -> Counted:
    """Take at most `batch` announcements and count their cities again; the caller commits.

    A change that commits after the count has an announcement of its own. Without a commit the announcements
    stay. Acts as the maintenance role, at READ COMMITTED.
    """
    cities = [city for (city,) in connection.execute(_TAKE, {"batch": batch})]
    counted = connection.execute(_COUNT, {"cities": sorted(set(cities))}).rowcount if cities else 0
    return Counted(len(cities), counted, more=len(cities) == batch)
