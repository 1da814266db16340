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
SELECT jsonb_build_array(
         c.name_en, p.name_en, n.name_en,
         (SELECT jsonb_agg(d.name_en ORDER BY o.position, d.position, d.id)
            FROM public.salon_services o JOIN public.service_definitions d ON d.id = o.service_id
           WHERE o.salon_id = l.id AND o.is_active AND d.deleted_at IS NULL),
         (SELECT jsonb_agg(e.name ORDER BY w.id)
            FROM public.salon_artists w
            JOIN public.english_pages e ON e.entity_type = 'ARTIST' AND e.entity_id = w.artist_id
           WHERE w.salon_id = l.id AND w.is_active AND w.ended_at IS NULL AND w.accepted_at IS NOT NULL))
  FROM public.salons l {places}
 WHERE l.id = told.id
"""

_ARTISTS: LiteralString = """
SELECT jsonb_build_array(
         c.name_en, p.name_en, n.name_en,
         (SELECT jsonb_agg(s.name_en ORDER BY h.position, s.position, s.id)
            FROM public.artist_specialties h JOIN public.specialties s ON s.id = h.specialty_id
           WHERE h.artist_id = l.id AND h.is_active AND s.deleted_at IS NULL),
         (SELECT jsonb_agg(e.name ORDER BY w.id)
            FROM public.salon_artists w
            JOIN public.english_pages e ON e.entity_type = 'SALON' AND e.entity_id = w.salon_id
           WHERE w.artist_id = l.id AND w.is_active AND w.ended_at IS NULL AND w.accepted_at IS NOT NULL))
  FROM public.artists l {places}
 WHERE l.id = told.id
"""

_PROVINCES: LiteralString = """
SELECT jsonb_agg(c.name_en ORDER BY c.id) FROM public.cities c
 WHERE c.province_id = told.id AND c.is_landing_enabled AND c.deleted_at IS NULL
"""

_CITIES: LiteralString = """
SELECT jsonb_build_array(
         p.name_en,
         (SELECT jsonb_agg(n.name_en ORDER BY n.id) FROM public.neighborhoods n
           WHERE n.city_id = l.id AND n.deleted_at IS NULL))
  FROM public.cities l
  LEFT JOIN public.provinces p ON p.id = l.province_id AND p.deleted_at IS NULL
 WHERE l.id = told.id
"""

ENGLISH_FIELDS: dict[EntityType, LiteralString] = {
    EntityType.SALON: _SALONS.replace("{places}", _PLACES),
    EntityType.ARTIST: _ARTISTS.replace("{places}", _PLACES),
    EntityType.PROVINCE: _PROVINCES,
    EntityType.CITY: _CITIES,
}
"""Kind → the expression for the English names on its page; the other kinds show none."""
