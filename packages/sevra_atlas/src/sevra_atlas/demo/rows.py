"""The demo data as values: one class a table, field names are column names; ids are the database's ids."""

from dataclasses import dataclass
from datetime import date, datetime

from sevra_atlas.demo.blog import rows as blog
from sevra_atlas.demo.moments import OPENED


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account."""

    id: int
    username: str
    first_name: str
    last_name: str
    phone_number: str
    is_phone_verified: bool
    referral_code: str
    role: str
    gender: str
    bio: str | None
    city_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Province:
    """A province."""

    id: int
    name_fa: str
    name_en: str
    slug: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class City:
    """A city with its landing page."""

    id: int
    province_id: int
    name_fa: str
    name_en: str
    slug: str
    lat: float | None
    lng: float | None
    is_landing_enabled: bool
    landing_intro: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """A neighbourhood of a city."""

    id: int
    city_id: int
    name_fa: str
    name_en: str
    slug: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceCategory:
    """A group of services."""

    id: int
    name_fa: str
    name_en: str
    slug: str
    position: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """A service."""

    id: int
    category_id: int
    name_fa: str
    name_en: str
    slug: str
    description: str | None
    position: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Specialty:
    """A specialty of artists."""

    id: int
    name_fa: str
    name_en: str
    slug: str
    position: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to draw and store."""

    id: int
    storage_key: str
    kind: str
    motif: str
    width: int
    height: int
    alt_text: str
    title: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Media:
    """A stored picture; size and hash are those of the file."""

    id: int
    storage_key: str
    url: str
    mime: str
    width: int
    height: int
    size_bytes: int
    sha256: bytes
    alt_text: str
    title: str
    status: str
    kind: str
    uploaded_by_id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Salon:
    """A salon."""

    id: int
    name: str
    slug: str
    summary: str | None
    description: str | None
    phone: str | None
    instagram: str | None
    website: str | None
    city_id: int
    neighborhood_id: int | None
    address_line: str | None
    postal_code: str | None
    lat: float | None
    lng: float | None
    is_women_only: bool | None
    price_tier: int | None
    avatar_media_id: int | None
    cover_media_id: int | None
    verification: str
    status: str
    primary_owner_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SalonOwner:
    """Who may manage a salon."""

    salon_id: int
    user_id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """One weekday of a salon; `open_minutes` is written as a PostgreSQL multirange."""

    salon_id: int
    weekday: int
    open_minutes: str


@dataclass(frozen=True, slots=True)
class OpeningException:
    """One day that differs from the week."""

    salon_id: int
    on_date: date
    open_minutes: str
    note: str


@dataclass(frozen=True, slots=True)
class SalonService:
    """A service with its price in toman and its duration in minutes."""

    id: int
    salon_id: int
    service_id: int
    price_toman: int | None
    duration_min: int | None
    is_active: bool
    notes: str | None
    position: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist."""

    id: int
    full_name: str
    slug: str
    summary: str | None
    bio: str | None
    phone: str | None
    instagram: str | None
    website: str | None
    city_id: int
    neighborhood_id: int | None
    avatar_media_id: int | None
    cover_media_id: int | None
    verification: str
    status: str
    primary_owner_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ArtistOwner:
    """Who may manage an artist."""

    artist_id: int
    user_id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ArtistSpecialty:
    """A specialty of an artist with its price."""

    id: int
    artist_id: int
    specialty_id: int
    price_toman: int | None
    duration_min: int | None
    note: str | None
    position: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ArtistCertification:
    """A proof of training."""

    id: int
    artist_id: int
    title: str
    issuer: str
    category: str
    level: str | None
    issued_at: date
    expires_at: date | None
    credential_id: str
    verified_at: datetime | None
    verified_by_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SalonArtist:
    """Employment, past or present."""

    id: int
    salon_id: int
    artist_id: int
    role_title: str
    is_active: bool
    started_at: date
    ended_at: date | None
    accepted_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MediaLink:
    """A picture in a gallery."""

    id: int
    media_id: int
    entity_type: str
    entity_id: int
    position: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a salon or of an artist."""

    id: int
    author_id: int
    salon_id: int | None
    artist_id: int | None
    rating: int
    title: str | None
    body: str
    status: str
    visited_at: date
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewVote:
    """A vote on a review."""

    review_id: int
    user_id: int
    is_like: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Follow:
    """Somebody follows a salon or an artist."""

    id: int
    follower_id: int
    salon_id: int | None
    artist_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RedirectRule:
    """A redirect rule, exact or by prefix."""

    id: int
    type: str
    from_path: str | None = None
    from_prefix: str | None = None
    to_entity_type: str | None = None
    to_entity_id: int | None = None
    to_static_path: str | None = None
    to_prefix: str | None = None
    note: str = "نشانی‌های سامانهٔ پیشین"
    created_at: datetime = OPENED


@dataclass(frozen=True, slots=True)
class Rename:
    """A new slug for a row that was loaded with an older one."""

    table: str
    id: int
    slug: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """A row to delete through its live view; what hangs on it goes along."""

    table: str
    id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Successor:
    """Where the addresses of a deleted salon lead."""

    salon_id: int
    successor_id: int


@dataclass(frozen=True, slots=True)
class DemoData:
    """Everything, in the order in which it can be loaded."""

    provinces: tuple[Province, ...]
    cities: tuple[City, ...]
    neighborhoods: tuple[Neighborhood, ...]
    users: tuple[User, ...]
    pictures: tuple[Picture, ...]
    service_categories: tuple[ServiceCategory, ...]
    service_definitions: tuple[ServiceDefinition, ...]
    specialties: tuple[Specialty, ...]
    salons: tuple[Salon, ...]
    salon_owners: tuple[SalonOwner, ...]
    opening_hours: tuple[OpeningHours, ...]
    opening_exceptions: tuple[OpeningException, ...]
    salon_services: tuple[SalonService, ...]
    artists: tuple[Artist, ...]
    artist_owners: tuple[ArtistOwner, ...]
    artist_specialties: tuple[ArtistSpecialty, ...]
    artist_certifications: tuple[ArtistCertification, ...]
    salon_artists: tuple[SalonArtist, ...]
    media_links: tuple[MediaLink, ...]
    reviews: tuple[Review, ...]
    review_votes: tuple[ReviewVote, ...]
    follows: tuple[Follow, ...]
    redirect_rules: tuple[RedirectRule, ...]
    author_profiles: tuple[blog.AuthorProfile, ...]
    categories: tuple[blog.Category, ...]
    tags: tuple[blog.Tag, ...]
    series: tuple[blog.Series, ...]
    posts: tuple[blog.Post, ...]
    post_tags: tuple[blog.PostTag, ...]
    post_media: tuple[blog.PostMedia, ...]
    comments: tuple[blog.Comment, ...]
    pages: tuple[blog.Page, ...]
    menus: tuple[blog.Menu, ...]
    menu_items: tuple[blog.MenuItem, ...]
    seo_meta: tuple[blog.SeoMeta, ...]
    reactions: tuple[blog.Reaction, ...]
    saves: tuple[blog.Save, ...]
    renames: tuple[Rename, ...]
    successors: tuple[Successor, ...]
    deletions: tuple[Deletion, ...]
