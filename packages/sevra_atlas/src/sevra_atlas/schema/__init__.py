"""The schema: models, declared objects, reference rows. `metadata` is the whole of it.

Tables are mapped by bare name: as `sevra_app` (search path `live, public`) a model reads the live view, as
`sevra_owner` or `sevra_maintenance` (search path `public`) the base table.
"""

from pgevolve.objects import Function, declare, sql_files
from sevra_atlas.schema.access import ARCHIVE_SCHEMA, LIVE, ROLES, grants
from sevra_atlas.schema.accounts import AuthorProfile, User
from sevra_atlas.schema.audit import audit_triggers
from sevra_atlas.schema.base import Base, metadata
from sevra_atlas.schema.blog import (
    Category,
    Comment,
    Post,
    PostMedia,
    PostTag,
    PostViewDelta,
    Revision,
    Series,
    Tag,
)
from sevra_atlas.schema.core import DeletionBatch, Entity, EntityKind, OutboxEntry, SoftDeleteEdge
from sevra_atlas.schema.directory import (
    Artist,
    ArtistCertification,
    ArtistOwner,
    OpeningException,
    OpeningHours,
    Salon,
    SalonArtist,
    SalonOwner,
)
from sevra_atlas.schema.geography import City, CityStats, Neighborhood, Province
from sevra_atlas.schema.keeping import (
    Erasure,
    FileRemoval,
    IdempotencyKey,
    JobEffect,
    JobFailure,
    LegalHold,
    RateLimit,
    RetentionPolicy,
)
from sevra_atlas.schema.logs import ArchivedRow, ArchiveSegment, AuditEntry, OtpAttempt
from sevra_atlas.schema.media import Media, MediaLink
from sevra_atlas.schema.moderation import Report, VerificationDocument, VerificationRequest
from sevra_atlas.schema.pages import Menu, MenuItem, Page
from sevra_atlas.schema.reference import REFERENCE_ROWS
from sevra_atlas.schema.search import SearchDocument, SearchLexeme, SearchWeight
from sevra_atlas.schema.seo import RedirectRule, SlugHistory, UrlPath
from sevra_atlas.schema.signing_in import LoginSession, OtpCode, RefreshToken
from sevra_atlas.schema.sitemap import (
    PathHitDelta,
    PathMiss,
    SeoMeta,
    SitemapFailure,
    SitemapFile,
    SitemapShard,
    SitemapUrl,
)
from sevra_atlas.schema.social import Follow, Reaction, Review, ReviewVote, Save
from sevra_atlas.schema.soft_delete import live_objects
from sevra_atlas.schema.taxonomy import (
    ArtistSpecialty,
    SalonService,
    ServiceCategory,
    ServiceDefinition,
    Specialty,
)
from sevra_atlas.schema.triggers import table_triggers
from sevra_atlas.schema.views import other_views

# Constraints and generated columns call these as whoever writes, so everybody may.
_PURE = (
    "is_canonical_path",
    "canon_path_v1",
    "slug_key_v1",
    "fa_norm_v1",
    "fa_tokens_v1",
    "fa_stem_v1",
    "fa_vector_v1",
    "fa_query_v1",
    "trigrams_v1",
    "entity_state_of",
)

declare(
    metadata,
    *ROLES,
    LIVE,
    ARCHIVE_SCHEMA,
    *(
        Function(sql, public=any(f"FUNCTION public.{pure}(" in sql for pure in _PURE))
        for sql in sql_files(__name__)
    ),
    live_objects,
    other_views,
    *table_triggers(),
    audit_triggers,
    grants,
    *REFERENCE_ROWS,
)

__all__ = [
    "ArchiveSegment",
    "ArchivedRow",
    "Artist",
    "ArtistCertification",
    "ArtistOwner",
    "ArtistSpecialty",
    "AuditEntry",
    "AuthorProfile",
    "Base",
    "Category",
    "City",
    "CityStats",
    "Comment",
    "DeletionBatch",
    "Entity",
    "EntityKind",
    "Erasure",
    "FileRemoval",
    "Follow",
    "IdempotencyKey",
    "JobEffect",
    "JobFailure",
    "LegalHold",
    "LoginSession",
    "Media",
    "MediaLink",
    "Menu",
    "MenuItem",
    "Neighborhood",
    "OpeningException",
    "OpeningHours",
    "OtpAttempt",
    "OtpCode",
    "OutboxEntry",
    "Page",
    "PathHitDelta",
    "PathMiss",
    "Post",
    "PostMedia",
    "PostTag",
    "PostViewDelta",
    "Province",
    "RateLimit",
    "Reaction",
    "RedirectRule",
    "RefreshToken",
    "Report",
    "RetentionPolicy",
    "Review",
    "ReviewVote",
    "Revision",
    "Salon",
    "SalonArtist",
    "SalonOwner",
    "SalonService",
    "Save",
    "SearchDocument",
    "SearchLexeme",
    "SearchWeight",
    "SeoMeta",
    "Series",
    "ServiceCategory",
    "ServiceDefinition",
    "SitemapFailure",
    "SitemapFile",
    "SitemapShard",
    "SitemapUrl",
    "SlugHistory",
    "SoftDeleteEdge",
    "Specialty",
    "Tag",
    "UrlPath",
    "User",
    "VerificationDocument",
    "VerificationRequest",
    "metadata",
]
