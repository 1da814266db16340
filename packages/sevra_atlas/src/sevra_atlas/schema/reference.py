"""Rows that code depends on: the kinds of entities, the deletion edges, the static paths."""

from typing import NamedTuple

from pgevolve.objects import ReferenceRows
from sevra_atlas.schema.enums import EdgeAction, EntityType, PathKind, SitemapChangeFreq


class Kind(NamedTuple):
    """One row of entity_types; without a prefix there is no public page."""

    entity_type: EntityType
    table_name: str
    content_type_id: int
    url_prefix: str | None = None
    default_priority: float | None = None

    def row(self) -> dict[str, object]:
        """Return the row of the registry."""
        weekly = SitemapChangeFreq.WEEKLY if self.url_prefix is not None else None
        return {**self._asdict(), "default_changefreq": weekly}


class Edge(NamedTuple):
    """One row of soft_delete_edges."""

    parent_table: str
    child_table: str
    child_column: str
    action: EdgeAction


# The numbers belong to the API for ever.
_KINDS = (
    Kind(EntityType.SALON, "salons", 1, "/atlas/salon", 0.5),
    Kind(EntityType.ARTIST, "artists", 2, "/atlas/artist", 0.5),
    Kind(EntityType.REVIEW, "reviews", 3),
    Kind(EntityType.BLOG_POST, "posts", 4, "/blog/post", 0.6),
    Kind(EntityType.BLOG_PAGE, "pages", 5, "/blog/page", 0.5),
    Kind(EntityType.CITY, "cities", 6, "/atlas/city", 0.8),
    Kind(EntityType.PROVINCE, "provinces", 7, "/atlas/province", 0.9),
    Kind(EntityType.CATEGORY, "categories", 8, "/blog/category", 0.4),
    Kind(EntityType.TAG, "tags", 9, "/blog/tag", 0.3),
    Kind(EntityType.SERIES, "series", 10, "/blog/series", 0.3),
    Kind(EntityType.NEIGHBORHOOD, "neighborhoods", 11),
    Kind(EntityType.SERVICE_CATEGORY, "service_categories", 12),
    Kind(EntityType.SERVICE, "service_definitions", 13),
    Kind(EntityType.SPECIALTY, "specialties", 14),
    Kind(EntityType.AUTHOR, "author_profiles", 15),
    Kind(EntityType.COMMENT, "comments", 16),
    Kind(EntityType.USER, "users", 17),
    Kind(EntityType.MEDIA, "media", 18),
    Kind(EntityType.CERTIFICATION, "artist_certifications", 19),
)

KINDS: dict[str, Kind] = {kind.table_name: kind for kind in _KINDS}

_CASCADE, _RESTRICT = EdgeAction.CASCADE, EdgeAction.RESTRICT

EDGES = (
    Edge("users", "author_profiles", "id", _CASCADE),
    Edge("users", "reviews", "author_id", _CASCADE),
    Edge("users", "comments", "user_id", _CASCADE),
    Edge("provinces", "cities", "province_id", _RESTRICT),
    Edge("provinces", "salons", "province_id", _RESTRICT),
    Edge("provinces", "artists", "province_id", _RESTRICT),
    Edge("cities", "neighborhoods", "city_id", _CASCADE),
    Edge("cities", "salons", "city_id", _RESTRICT),
    Edge("cities", "artists", "city_id", _RESTRICT),
    Edge("neighborhoods", "salons", "neighborhood_id", _RESTRICT),
    Edge("neighborhoods", "artists", "neighborhood_id", _RESTRICT),
    Edge("salons", "reviews", "salon_id", _CASCADE),
    Edge("salons", "comments", "salon_id", _CASCADE),
    Edge("artists", "reviews", "artist_id", _CASCADE),
    Edge("artists", "comments", "artist_id", _CASCADE),
    Edge("artists", "artist_certifications", "artist_id", _CASCADE),
    Edge("service_categories", "service_definitions", "category_id", _CASCADE),
    Edge("categories", "categories", "parent_id", _RESTRICT),
    Edge("posts", "comments", "post_id", _CASCADE),
    Edge("comments", "comments", "parent_id", _CASCADE),
    Edge("media", "users", "avatar_media_id", _RESTRICT),
    Edge("media", "salons", "avatar_media_id", _RESTRICT),
    Edge("media", "salons", "cover_media_id", _RESTRICT),
    Edge("media", "artists", "avatar_media_id", _RESTRICT),
    Edge("media", "artists", "cover_media_id", _RESTRICT),
    Edge("media", "artist_certifications", "media_id", _RESTRICT),
    Edge("media", "author_profiles", "avatar_id", _RESTRICT),
    Edge("media", "posts", "cover_media_id", _RESTRICT),
)

# Shares of a ranking's score, in thousandths: the match, the ratings, the age, the name as typed.
_WEIGHTS = {"text": 600, "rating": 200, "fresh": 50, "exact": 150}

# Routes of the application that a redirect rule may lead to and no content may take.
STATIC_PATHS = ("/", "/atlas", "/blog", "/search")

REFERENCE_ROWS = (
    ReferenceRows("entity_types", ("entity_type",), tuple(kind.row() for kind in _KINDS)),
    ReferenceRows(
        "soft_delete_edges",
        ("parent_table", "child_table", "child_column"),
        tuple(edge._asdict() for edge in EDGES),
    ),
    # Every kind has a policy; the days are the operator's to change.
    ReferenceRows(
        "retention_policies", ("entity_type",), tuple({"entity_type": kind.entity_type} for kind in _KINDS)
    ),
    ReferenceRows(
        "search_weights",
        ("name",),
        tuple({"name": name, "weight": weight} for name, weight in _WEIGHTS.items()),
    ),
    ReferenceRows(
        "url_paths",
        ("path",),
        tuple({"path": path, "kind": PathKind.STATIC, "display_path": path} for path in STATIC_PATHS),
        where="kind = 'static'",
    ),
)
