"""What a visitor sees of an English page beside what the Persian one has: the names that are in English.

Each is an expression over the id `told.id`, hashed with the facts of `SITEMAP_FIELDS` for the date of the
English page alone. It reads no table that those do not read, so nothing else has to be announced; the English
names of pages stand in `english_pages`, and their heads are announced with the pages.
"""

from typing import LiteralString

from sevra_atlas.schema.enums import EntityType

_PLACES: LiteralString = """
  LEFT JOIN public.cities c ON c.id = l.city_id AND c.deleted_at IS NULL
  LEFT JOIN public.provinces p ON p.id = l.province_id AND p.deleted_at IS NULL
  LEFT JOIN public.neighborhoods n ON n.id = l.neighborhood_id AND n.deleted_at IS NULL
"""

_SALONS: LiteralString = """
SELECT l.id, jsonb_build_array(c.name_en, p.name_en, n.name_en, offers.shown, team.shown) AS names
  FROM public.salons l {places}
  LEFT JOIN (SELECT o.salon_id, jsonb_agg(d.name_en ORDER BY o.position, d.position, d.id) AS shown
               FROM public.salon_services o JOIN public.service_definitions d ON d.id = o.service_id
              WHERE o.salon_id = ANY(%(english)s) AND o.is_active AND d.deleted_at IS NULL
              GROUP BY o.salon_id) offers ON offers.salon_id = l.id
  LEFT JOIN (SELECT w.salon_id, jsonb_agg(e.name ORDER BY w.id) AS shown
               FROM public.salon_artists w
              CROSS JOIN LATERAL (SELECT name FROM public.english_pages
                                   WHERE entity_type = 'ARTIST' AND entity_id = w.artist_id OFFSET 0) e
              WHERE w.salon_id = ANY(%(english)s) AND w.is_active AND w.ended_at IS NULL
                AND w.accepted_at IS NOT NULL
              GROUP BY w.salon_id) team ON team.salon_id = l.id
 WHERE l.id = ANY(%(english)s)
"""

_ARTISTS: LiteralString = """
SELECT l.id, jsonb_build_array(c.name_en, p.name_en, n.name_en, skills.shown, places.shown) AS names
  FROM public.artists l {places}
  LEFT JOIN (SELECT h.artist_id, jsonb_agg(s.name_en ORDER BY h.position, s.position, s.id) AS shown
               FROM public.artist_specialties h JOIN public.specialties s ON s.id = h.specialty_id
              WHERE h.artist_id = ANY(%(english)s) AND h.is_active AND s.deleted_at IS NULL
              GROUP BY h.artist_id) skills ON skills.artist_id = l.id
  LEFT JOIN (SELECT w.artist_id, jsonb_agg(e.name ORDER BY w.id) AS shown
               FROM public.salon_artists w
              CROSS JOIN LATERAL (SELECT name FROM public.english_pages
                                   WHERE entity_type = 'SALON' AND entity_id = w.salon_id OFFSET 0) e
              WHERE w.artist_id = ANY(%(english)s) AND w.is_active AND w.ended_at IS NULL
                AND w.accepted_at IS NOT NULL
              GROUP BY w.artist_id) places ON places.artist_id = l.id
 WHERE l.id = ANY(%(english)s)
"""

_PROVINCES: LiteralString = """
SELECT c.province_id AS id, jsonb_agg(c.name_en ORDER BY c.id) AS names FROM public.cities c
 WHERE c.province_id = ANY(%(english)s) AND c.is_landing_enabled AND c.deleted_at IS NULL
 GROUP BY c.province_id
"""

_CITIES: LiteralString = """
SELECT l.id, jsonb_build_array(
         p.name_en,
         (SELECT jsonb_agg(n.name_en ORDER BY n.id) FROM public.neighborhoods n
           WHERE n.city_id = l.id AND n.deleted_at IS NULL)) AS names
  FROM public.cities l
  LEFT JOIN public.provinces p ON p.id = l.province_id AND p.deleted_at IS NULL
 WHERE l.id = ANY(%(english)s)
"""

ENGLISH_FIELDS: dict[EntityType, LiteralString] = {
    EntityType.SALON: _SALONS.replace("{places}", _PLACES),
    EntityType.ARTIST: _ARTISTS.replace("{places}", _PLACES),
    EntityType.PROVINCE: _PROVINCES,
    EntityType.CITY: _CITIES,
}
"""Kind → the expression for the English names on its page; the other kinds show none."""

NO_NAMES: LiteralString = "SELECT NULL::bigint AS id, NULL::jsonb AS names LIMIT 0"
