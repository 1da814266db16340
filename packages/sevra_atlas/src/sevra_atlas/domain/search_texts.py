"""What the search knows of an entity, kind by kind: the queries that read it from the rows.

Each gives, for the ids of the parameter `ids`: id, title, what stands beside the name (`near`), its English
text, summary, body, popularity, rating bucket, publication and city. Names of places, services and tags count
while they are live. Whether the entity itself is public, the caller has asked. Counts become steps of a tenth
of their logarithm: a document changes with every tenth review or so, not with each.
"""

from typing import LiteralString

from sevra_atlas.schema.enums import EntityType

_SALONS: LiteralString = """
SELECT l.id, l.name AS title,
       concat_ws(' ', offered.names, n.name_fa, c.name_fa, p.name_fa) AS near,
       concat_ws(' ', offered.english, c.name_en, p.name_en) AS english,
       l.summary, l.description AS body,
       floor(10 * ln(1 + l.review_count))::integer AS popularity,
       round(l.avg_rating)::smallint AS rating_bucket,
       NULL::timestamptz AS published_at, l.city_id
  FROM public.salons l
  LEFT JOIN LATERAL (
       SELECT string_agg(d.name_fa, ' ' ORDER BY d.id) AS names,
              string_agg(d.name_en, ' ' ORDER BY d.id) AS english
         FROM public.salon_services o JOIN public.service_definitions d ON d.id = o.service_id
        WHERE o.salon_id = l.id AND o.is_active AND d.deleted_at IS NULL
  ) offered ON true
  LEFT JOIN public.cities c ON c.id = l.city_id AND c.deleted_at IS NULL
  LEFT JOIN public.provinces p ON p.id = l.province_id AND p.deleted_at IS NULL
  LEFT JOIN public.neighborhoods n ON n.id = l.neighborhood_id AND n.deleted_at IS NULL
 WHERE l.id = ANY(%(ids)s)
"""

_ARTISTS: LiteralString = """
SELECT l.id, l.full_name AS title,
       concat_ws(' ', held.names, n.name_fa, c.name_fa, p.name_fa) AS near,
       concat_ws(' ', held.english, c.name_en, p.name_en) AS english,
       l.summary, l.bio AS body,
       floor(10 * ln(1 + l.review_count))::integer AS popularity,
       round(l.avg_rating)::smallint AS rating_bucket,
       NULL::timestamptz AS published_at, l.city_id
  FROM public.artists l
  LEFT JOIN LATERAL (
       SELECT string_agg(s.name_fa, ' ' ORDER BY s.id) AS names,
              string_agg(s.name_en, ' ' ORDER BY s.id) AS english
         FROM public.artist_specialties h JOIN public.specialties s ON s.id = h.specialty_id
        WHERE h.artist_id = l.id AND h.is_active AND s.deleted_at IS NULL
  ) held ON true
  LEFT JOIN public.cities c ON c.id = l.city_id AND c.deleted_at IS NULL
  LEFT JOIN public.provinces p ON p.id = l.province_id AND p.deleted_at IS NULL
  LEFT JOIN public.neighborhoods n ON n.id = l.neighborhood_id AND n.deleted_at IS NULL
 WHERE l.id = ANY(%(ids)s)
"""

# Tags and character references of HTML part words, as a space does.
_POSTS: LiteralString = """
SELECT l.id, l.title, concat_ws(' ', tagged.names, c.name) AS near, NULL AS english, l.excerpt AS summary,
       regexp_replace(l.content, '<[^>]*>|&#?[a-zA-Z0-9]{1,10};', ' ', 'g') AS body,
       floor(10 * ln(1 + l.views_count))::integer AS popularity, 0::smallint AS rating_bucket,
       l.published_at, NULL::bigint AS city_id
  FROM public.posts l
  LEFT JOIN public.categories c ON c.id = l.category_id AND c.deleted_at IS NULL
  LEFT JOIN LATERAL (
       SELECT string_agg(t.name, ' ' ORDER BY t.id) AS names
         FROM public.post_tags m JOIN public.tags t ON t.id = m.tag_id
        WHERE m.post_id = l.id AND t.deleted_at IS NULL
  ) tagged ON true
 WHERE l.id = ANY(%(ids)s)
"""

_PAGES: LiteralString = """
SELECT l.id, l.title, NULL AS near, NULL AS english, NULL AS summary,
       regexp_replace(l.content, '<[^>]*>|&#?[a-zA-Z0-9]{1,10};', ' ', 'g') AS body,
       0 AS popularity, 0::smallint AS rating_bucket, l.published_at, NULL::bigint AS city_id
  FROM public.pages l
 WHERE l.id = ANY(%(ids)s)
"""

TEXTS: dict[EntityType, LiteralString] = {
    EntityType.SALON: _SALONS,
    EntityType.ARTIST: _ARTISTS,
    EntityType.BLOG_POST: _POSTS,
    EntityType.BLOG_PAGE: _PAGES,
}
"""Kind → the query for what search knows of it. Only these kinds have documents."""
