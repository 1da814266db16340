"""What the database says of what is published: current paths, ratings, dates."""

from typing import Any, LiteralString

from psycopg import Connection

from sevra_atlas.domain.languages import ENGLISH_ROUTES, localized
from sevra_atlas.domain.slugs import encode_path
from sevra_atlas.seo_lint.facts import Known

_PATHS: LiteralString = """
SELECT coalesce(display_path, path) FROM url_paths WHERE kind IN ('current', 'static')
"""
_ENGLISH: LiteralString = """
SELECT u.display_path FROM english_pages n JOIN url_paths u USING (entity_type, entity_id)
 WHERE u.kind = 'current'
"""
_RATINGS: LiteralString = """
SELECT u.display_path, l.avg_rating::float8, l.review_count
  FROM (SELECT 'SALON'::entity_type AS kind, id, avg_rating, review_count FROM salons
        UNION ALL SELECT 'ARTIST', id, avg_rating, review_count FROM artists) l
  JOIN url_paths u ON u.entity_type = l.kind AND u.entity_id = l.id AND u.kind = 'current'
 WHERE l.review_count > 0
"""
_DATES: LiteralString = """
SELECT p.display_path, u.locale, u.lastmod FROM sitemap_urls u JOIN url_paths p USING (path)
 WHERE u.is_enabled AND u.lastmod IS NOT NULL
"""


def known_of(connection: Connection[Any]) -> Known:
    """Return what the application's role reads of paths, ratings and dates, all of it."""
    return Known(
        paths=frozenset(encode_path(path) for (path,) in connection.execute(_PATHS)),
        english=ENGLISH_ROUTES | frozenset(encode_path(path) for (path,) in connection.execute(_ENGLISH)),
        ratings={
            encode_path(path): (average, count) for path, average, count in connection.execute(_RATINGS)
        },
        dates={
            localized(encode_path(path), locale): lastmod
            for path, locale, lastmod in connection.execute(_DATES)
        },
    )
