"""The native enums: labels as PostgreSQL holds them and as the API shows them."""

from enum import StrEnum


class AccountStatus(StrEnum):
    """Whether an account or a listing is open; DELETED is only ever shown, never stored."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    DELETED = "DELETED"


class BatchState(StrEnum):
    """Where a deletion batch stands."""

    TRASHED = "TRASHED"
    BLOCKED = "BLOCKED"
    ARCHIVED = "ARCHIVED"
    RESTORED = "RESTORED"
    PURGED = "PURGED"


class CanonicalMode(StrEnum):
    """Whose address a page names as canonical."""

    SELF = "SELF"
    CUSTOM = "CUSTOM"


class CommentStatus(StrEnum):
    """What moderation says of a comment."""

    PENDING = "pending"
    APPROVED = "approved"
    SPAM = "spam"
    REMOVED = "removed"


class EdgeAction(StrEnum):
    """What the deletion of a parent does to its live children."""

    CASCADE = "cascade"
    RESTRICT = "restrict"


class EntityState(StrEnum):
    """What a visitor may see of an entity."""

    HIDDEN = "hidden"
    PUBLIC = "public"
    UNLISTED = "unlisted"
    RETIRED = "retired"
    DELETED = "deleted"
    ARCHIVED = "archived"
    PURGED = "purged"


class EntityType(StrEnum):
    """The kinds of addressable rows."""

    SALON = "SALON"
    ARTIST = "ARTIST"
    REVIEW = "REVIEW"
    BLOG_POST = "BLOG_POST"
    BLOG_PAGE = "BLOG_PAGE"
    CITY = "CITY"
    PROVINCE = "PROVINCE"
    CATEGORY = "CATEGORY"
    TAG = "TAG"
    SERIES = "SERIES"
    NEIGHBORHOOD = "NEIGHBORHOOD"
    SERVICE_CATEGORY = "SERVICE_CATEGORY"
    SERVICE = "SERVICE"
    SPECIALTY = "SPECIALTY"
    AUTHOR = "AUTHOR"
    COMMENT = "COMMENT"
    USER = "USER"
    MEDIA = "MEDIA"
    CERTIFICATION = "CERTIFICATION"


class FollowTargetType(StrEnum):
    """What can be followed."""

    SALON = "SALON"
    ARTIST = "ARTIST"


class Gender(StrEnum):
    """Gender as a person states it."""

    FEMALE = "FEMALE"
    MALE = "MALE"
    OTHER = "OTHER"
    UNSPECIFIED = "UNSPECIFIED"


class MediaKind(StrEnum):
    """What a file is used as."""

    AVATAR = "AVATAR"
    COVER = "COVER"
    GALLERY = "GALLERY"
    LICENSE = "LICENSE"
    CERTIFICATE = "CERTIFICATE"
    OG_IMAGE = "OG_IMAGE"


class MediaStatus(StrEnum):
    """How far the image job has come with a file."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class MenuLocation(StrEnum):
    """Where a menu stands."""

    HEADER = "header"
    FOOTER = "footer"
    SIDEBAR = "sidebar"


class OrderStrategy(StrEnum):
    """What orders the posts of a series."""

    MANUAL = "manual"
    BY_DATE = "by_date"


class OtpPurpose(StrEnum):
    """What a code by text message is for."""

    LOGIN = "LOGIN"
    VERIFY = "VERIFY"


class OutboxTopic(StrEnum):
    """Which worker a change is for."""

    SEARCH = "search"
    SITEMAP = "sitemap"
    CITY_STATS = "city_stats"
    FEED = "feed"


class PathKind(StrEnum):
    """What a row of the path ledger stands for."""

    CURRENT = "current"
    ALIAS = "alias"
    STATIC = "static"
    RULE = "rule"
    GONE = "gone"


class PostStatus(StrEnum):
    """How far a post or a page has come."""

    DRAFT = "draft"
    REVIEW = "review"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class PostVisibility(StrEnum):
    """Who may see a published post."""

    PUBLIC = "public"
    PRIVATE = "private"
    UNLISTED = "unlisted"


class QueryMode(StrEnum):
    """What a redirect does with the query string."""

    PASS = "pass"  # noqa: S105 - a mode, not a secret
    IGNORE = "ignore"
    EXACT = "exact"


class RedirectType(StrEnum):
    """The answer of a redirect rule."""

    PERMANENT_301 = "PERMANENT_301"
    TEMPORARY_302 = "TEMPORARY_302"
    TEMPORARY_307 = "TEMPORARY_307"
    PERMANENT_308 = "PERMANENT_308"
    GONE_410 = "GONE_410"
    LEGAL_451 = "LEGAL_451"


class ReportStatus(StrEnum):
    """How far a report has come."""

    OPEN = "OPEN"
    UNDER_REVIEW = "UNDER_REVIEW"
    RESOLVED = "RESOLVED"
    REJECTED = "REJECTED"


class ReviewStatus(StrEnum):
    """Whether a review is shown."""

    PUBLISHED = "PUBLISHED"
    HIDDEN = "HIDDEN"
    REMOVED = "REMOVED"


class RobotsIndex(StrEnum):
    """What robots may do with a page."""

    INDEX_FOLLOW = "INDEX_FOLLOW"
    NOINDEX_FOLLOW = "NOINDEX_FOLLOW"
    NOINDEX_NOFOLLOW = "NOINDEX_NOFOLLOW"


class SaveTargetType(StrEnum):
    """What can be kept."""

    SALON = "SALON"
    ARTIST = "ARTIST"
    BLOG_POST = "BLOG_POST"


class SitemapChangeFreq(StrEnum):
    """How often a page changes, in the sitemap protocol's words."""

    ALWAYS = "ALWAYS"
    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"
    NEVER = "NEVER"


class UserRole(StrEnum):
    """What a user may do."""

    USER = "USER"
    SALON = "SALON"
    ARTIST = "ARTIST"
    AUTHOR = "AUTHOR"
    MODERATOR = "MODERATOR"
    ADMIN = "ADMIN"


class VerificationStatus(StrEnum):
    """Whether a listing's papers were seen."""

    NONE = "NONE"
    PENDING = "PENDING"
    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"


# Class → name of the PostgreSQL type.
ENUM_NAMES: dict[type[StrEnum], str] = {
    AccountStatus: "account_status",
    BatchState: "batch_state",
    CanonicalMode: "canonical_mode",
    CommentStatus: "comment_status",
    EdgeAction: "edge_action",
    EntityState: "entity_state",
    EntityType: "entity_type",
    FollowTargetType: "follow_target_type",
    Gender: "gender",
    MediaKind: "media_kind",
    MediaStatus: "media_status",
    MenuLocation: "menu_location",
    OrderStrategy: "order_strategy",
    OtpPurpose: "otp_purpose",
    OutboxTopic: "outbox_topic",
    PathKind: "path_kind",
    PostStatus: "post_status",
    PostVisibility: "post_visibility",
    QueryMode: "query_mode",
    RedirectType: "redirect_type",
    ReportStatus: "report_status",
    ReviewStatus: "review_status",
    RobotsIndex: "robots_index",
    SaveTargetType: "save_target_type",
    SitemapChangeFreq: "sitemap_change_freq",
    UserRole: "user_role",
    VerificationStatus: "verification_status",
}
