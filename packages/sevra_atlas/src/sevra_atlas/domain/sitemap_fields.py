"""What a visitor sees of a page, kind by kind: the queries whose answer is hashed for its date.

Each gives, for the ids of the parameter `ids`, the id and `facts`, a JSON value. Ratings, counters and
reviews are left out: they move too often for a date to tell anything. Left out as well are the names of the
shelves of a post, each of which is announced with every change of every post on it. No fact depends on the
day: a special day that is over and a certificate that expires are nobody's edit. A fact that is added,
dropped or put otherwise needs a new `FIELDS_VERSION`: the hashes of another version are replaced, and no date
moves. What the English page alone shows is `ENGLISH_FIELDS`. What a page reads and its facts do not,
`tests/domain/test_sitemap_catalogue.py` has to name.
"""

from typing import LiteralString

from sevra_atlas.schema.enums import EntityType

FIELDS_VERSION = 3

# As many pictures as a page shows.
_GALLERY: LiteralString = """
  LEFT JOIN (SELECT s.entity_id, jsonb_agg(jsonb_build_array(s.id, s.alt_text) ORDER BY s.place) AS shown
               FROM (SELECT k.entity_id, m.id, m.alt_text,
                            row_number() OVER (PARTITION BY k.entity_id ORDER BY k.position, k.id) AS place
                       FROM public.media_links k JOIN public.media m ON m.id = k.media_id
                      WHERE k.entity_type = '{kind}' AND k.entity_id = ANY(%(ids)s) AND k.kind = 'GALLERY'
                        AND NOT m.is_private AND m.deleted_at IS NULL) s
              WHERE s.place <= 12
              GROUP BY s.entity_id) gallery ON gallery.entity_id = l.id"""

_SALONS: LiteralString = """
SELECT l.id, jsonb_build_array(
         l.name, l.summary, l.description, l.phone, l.instagram, l.website, l.address_line, l.postal_code,
         l.lat, l.lng, l.is_women_only, l.price_tier, l.verification,
         l.avatar_media_id, avatar.alt_text, l.cover_media_id, cover.alt_text,
         c.name_fa, p.name_fa, n.name_fa,
         hours.shown, days.shown, offers.shown, gallery.shown, team.shown
       ) AS facts
  FROM public.salons l
  LEFT JOIN public.cities c ON c.id = l.city_id AND c.deleted_at IS NULL
  LEFT JOIN public.provinces p ON p.id = l.province_id AND p.deleted_at IS NULL
  LEFT JOIN public.neighborhoods n ON n.id = l.neighborhood_id AND n.deleted_at IS NULL
  LEFT JOIN public.media avatar ON avatar.id = l.avatar_media_id
  LEFT JOIN public.media cover ON cover.id = l.cover_media_id
  LEFT JOIN (SELECT h.salon_id,
                    jsonb_agg(jsonb_build_array(h.weekday, h.open_minutes::text) ORDER BY h.weekday) AS shown
               FROM public.opening_hours h WHERE h.salon_id = ANY(%(ids)s)
              GROUP BY h.salon_id) hours ON hours.salon_id = l.id
  LEFT JOIN (SELECT x.salon_id,
                    jsonb_agg(jsonb_build_array(x.on_date, x.open_minutes::text, x.note)
                              ORDER BY x.on_date) AS shown
               FROM public.opening_exceptions x WHERE x.salon_id = ANY(%(ids)s)
              GROUP BY x.salon_id) days ON days.salon_id = l.id
  LEFT JOIN (SELECT o.salon_id,
                    jsonb_agg(jsonb_build_array(g.name_fa, g.name_en, d.name_fa, o.price_toman,
                                                o.duration_min, o.notes)
                              ORDER BY g.position, g.id, o.position, d.position, d.id) AS shown
               FROM public.salon_services o
               JOIN public.service_definitions d ON d.id = o.service_id
               LEFT JOIN public.service_categories g ON g.id = d.category_id AND g.deleted_at IS NULL
              WHERE o.salon_id = ANY(%(ids)s) AND o.is_active AND d.deleted_at IS NULL
              GROUP BY o.salon_id) offers ON offers.salon_id = l.id{gallery}
  LEFT JOIN (SELECT w.salon_id, jsonb_agg(jsonb_build_array(a.full_name, w.role_title) ORDER BY w.id) AS shown
               FROM public.salon_artists w
              CROSS JOIN LATERAL (SELECT full_name FROM public.artists
                                   WHERE id = w.artist_id AND deleted_at IS NULL AND status = 'ACTIVE'
                                  OFFSET 0) a
              WHERE w.salon_id = ANY(%(ids)s) AND w.is_active AND w.ended_at IS NULL
                AND w.accepted_at IS NOT NULL
              GROUP BY w.salon_id) team ON team.salon_id = l.id
 WHERE l.id = ANY(%(ids)s)
"""

_ARTISTS: LiteralString = """
SELECT l.id, jsonb_build_array(
         l.full_name, l.summary, l.bio, l.phone, l.instagram, l.website, l.verification,
         l.avatar_media_id, avatar.alt_text, l.cover_media_id, cover.alt_text,
         c.name_fa, p.name_fa, n.name_fa,
         skills.shown, certificates.shown, gallery.shown, places.shown
       ) AS facts
  FROM public.artists l
  LEFT JOIN public.cities c ON c.id = l.city_id AND c.deleted_at IS NULL
  LEFT JOIN public.provinces p ON p.id = l.province_id AND p.deleted_at IS NULL
  LEFT JOIN public.neighborhoods n ON n.id = l.neighborhood_id AND n.deleted_at IS NULL
  LEFT JOIN public.media avatar ON avatar.id = l.avatar_media_id
  LEFT JOIN public.media cover ON cover.id = l.cover_media_id
  LEFT JOIN (SELECT h.artist_id,
                    jsonb_agg(jsonb_build_array(s.name_fa, h.price_toman, h.duration_min, h.note)
                              ORDER BY h.position, s.position, s.id) AS shown
               FROM public.artist_specialties h JOIN public.specialties s ON s.id = h.specialty_id
              WHERE h.artist_id = ANY(%(ids)s) AND h.is_active AND s.deleted_at IS NULL
              GROUP BY h.artist_id) skills ON skills.artist_id = l.id
  LEFT JOIN (SELECT y.artist_id,
                    jsonb_agg(jsonb_build_array(y.title, y.issuer, y.issued_at, y.expires_at)
                              ORDER BY y.issued_at DESC NULLS LAST, y.id) AS shown
               FROM public.artist_certifications y
              WHERE y.artist_id = ANY(%(ids)s) AND y.verified_at IS NOT NULL AND y.deleted_at IS NULL
              GROUP BY y.artist_id) certificates ON certificates.artist_id = l.id{gallery}
  LEFT JOIN (SELECT w.artist_id, jsonb_agg(jsonb_build_array(b.name, w.role_title) ORDER BY w.id) AS shown
               FROM public.salon_artists w
              CROSS JOIN LATERAL (SELECT name FROM public.salons
                                   WHERE id = w.salon_id AND deleted_at IS NULL AND status = 'ACTIVE'
                                  OFFSET 0) b
              WHERE w.artist_id = ANY(%(ids)s) AND w.is_active AND w.ended_at IS NULL
                AND w.accepted_at IS NOT NULL
              GROUP BY w.artist_id) places ON places.artist_id = l.id
 WHERE l.id = ANY(%(ids)s)
"""

_PROVINCES: LiteralString = """
SELECT l.id, jsonb_build_array(
         l.name_fa, l.name_en,
         (SELECT jsonb_agg(c.name_fa ORDER BY c.id) FROM public.cities c
           WHERE c.province_id = l.id AND c.is_landing_enabled AND c.deleted_at IS NULL)
       ) AS facts
  FROM public.provinces l WHERE l.id = ANY(%(ids)s)
"""

_CITIES: LiteralString = """
SELECT l.id, jsonb_build_array(
         l.name_fa, l.name_en, l.landing_intro, l.lat, l.lng, p.name_fa,
         (SELECT jsonb_agg(n.name_fa ORDER BY n.id) FROM public.neighborhoods n
           WHERE n.city_id = l.id AND n.deleted_at IS NULL)
       ) AS facts
  FROM public.cities l
  LEFT JOIN public.provinces p ON p.id = l.province_id AND p.deleted_at IS NULL
 WHERE l.id = ANY(%(ids)s)
"""

_POSTS: LiteralString = """
SELECT l.id, jsonb_build_array(
         l.title, l.excerpt, l.content, l.cover_media_id, cover.alt_text, l.category_id, l.series_id,
         l.series_position, a.display_name, a.avatar_id, tagged.shown
       ) AS facts
  FROM public.posts l
  LEFT JOIN public.author_profiles a ON a.id = l.author_id AND a.deleted_at IS NULL
  LEFT JOIN public.media cover ON cover.id = l.cover_media_id
  LEFT JOIN (SELECT m.post_id, jsonb_agg(m.tag_id ORDER BY m.tag_id) AS shown
               FROM public.post_tags m WHERE m.post_id = ANY(%(ids)s)
              GROUP BY m.post_id) tagged ON tagged.post_id = l.id
 WHERE l.id = ANY(%(ids)s)
"""

_PAGES: LiteralString = """
SELECT l.id, jsonb_build_array(l.title, l.content) AS facts FROM public.pages l WHERE l.id = ANY(%(ids)s)
"""

# A shelf shows its newest posts first; what stands on its later pages is no news of it.
_SHELF: LiteralString = """
SELECT l.id, jsonb_build_array(l.{name}, l.description,
         (SELECT jsonb_agg(jsonb_build_array(s.id, s.title, s.excerpt, s.series_position)
                           ORDER BY s.published_at DESC, s.id DESC)
            FROM (SELECT t.id, t.title, t.excerpt, t.series_position, t.published_at
                    FROM {on it} AND t.deleted_at IS NULL AND t.status = 'published'
                     AND t.visibility = 'public'
                   ORDER BY t.published_at DESC, t.id DESC LIMIT 24) s){beside}
       ) AS facts
  FROM public.{table} l WHERE l.id = ANY(%(ids)s)
"""

_CATEGORIES_BESIDE: LiteralString = """,
         (SELECT u.name FROM public.categories u WHERE u.id = l.parent_id AND u.deleted_at IS NULL),
         (SELECT jsonb_agg(u.name ORDER BY u.position, u.id) FROM public.categories u
           WHERE u.parent_id = l.id AND u.deleted_at IS NULL)"""


def _shelf(
    table: LiteralString, name: LiteralString, on_it: LiteralString, beside: LiteralString = ""
) -> LiteralString:
    shelf = _SHELF.replace("{table}", table).replace("{name}", name)
    return shelf.replace("{on it}", on_it).replace("{beside}", beside)


def _with_gallery(facts: LiteralString, kind: LiteralString) -> LiteralString:
    return facts.replace("{gallery}", _GALLERY.replace("{kind}", kind))


SITEMAP_FIELDS: dict[EntityType, LiteralString] = {
    EntityType.SALON: _with_gallery(_SALONS, "SALON"),
    EntityType.ARTIST: _with_gallery(_ARTISTS, "ARTIST"),
    EntityType.PROVINCE: _PROVINCES,
    EntityType.CITY: _CITIES,
    EntityType.BLOG_POST: _POSTS,
    EntityType.BLOG_PAGE: _PAGES,
    EntityType.CATEGORY: _shelf(
        "categories", "name", "public.posts t WHERE t.category_id = l.id", _CATEGORIES_BESIDE
    ),
    EntityType.TAG: _shelf(
        "tags",
        "name",
        # As the page of the tag reads them (`SORTED_AT_MOST` there). The bound also keeps the planner from
        # walking all posts by date for the few of a rare tag: 12 seconds each at a million posts.
        "(SELECT post_id FROM public.post_tags WHERE tag_id = l.id ORDER BY post_id DESC LIMIT 10001) m"
        " JOIN public.posts t ON t.id = m.post_id WHERE true",
    ),
    EntityType.SERIES: _shelf("series", "title", "public.posts t WHERE t.series_id = l.id"),
}
"""Kind → the query for what its page shows. Only these kinds have pages."""
