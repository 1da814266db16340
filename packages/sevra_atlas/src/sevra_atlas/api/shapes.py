"""The wire shapes of the contract. Ids and money are decimal strings, times RFC 3339 in UTC."""

from typing import Annotated, Literal

from msgspec import Meta as Described

from sevra_atlas.api.messages import Wire

Id = Annotated[str, Described(pattern="^[1-9][0-9]*$", description="A decimal string.")]
Time = Annotated[
    str, Described(description="RFC 3339, UTC, milliseconds.", examples=["2026-01-31T08:30:00.000Z"])
]
Toman = Annotated[str, Described(pattern="^[0-9]+$", description="Whole toman as a decimal string.")]
Verification = Literal["NONE", "PENDING", "VERIFIED", "REJECTED"]
Status = Literal["ACTIVE", "SUSPENDED", "DELETED"]


class Rendition(Wire, frozen=True, kw_only=True):
    """A smaller or differently coded copy of a picture."""

    url: str
    mime: str
    width: int | None
    height: int | None
    size_bytes: int


class Renditions(Wire, frozen=True, kw_only=True):
    """The copies of a picture; null where there is none."""

    avif: Rendition | None
    webp: Rendition | None
    thumbnail: Rendition | None


class Media(Wire, frozen=True, kw_only=True):
    """A public file; its address is absolute."""

    id: Id
    url: str
    storage_key: str
    type: str
    mime: str
    size_bytes: int
    width: int | None
    height: int | None
    duration: int | None
    alt_text: str
    title: str
    kind: str | None
    status: str
    variants: Renditions
    created_at: Time


class Province(Wire, frozen=True, kw_only=True):
    """A province."""

    id: Id
    name_fa: str
    name_en: str | None
    slug: str


class City(Wire, frozen=True, kw_only=True):
    """A city; without a landing page it is still an answer here."""

    id: Id
    name_fa: str
    name_en: str | None
    slug: str
    lat: float | None
    lng: float | None
    is_landing_enabled: bool
    landing_intro: str | None
    province_id: Id
    province: Province | None


class Neighborhood(Wire, frozen=True, kw_only=True):
    """A part of a city."""

    id: Id
    name_fa: str
    slug: str
    city_id: Id


class CityStats(Wire, frozen=True, kw_only=True):
    """The numbers of a city, as they were counted last."""

    salon_count: int
    artist_count: int
    review_count: int
    avg_rating: Annotated[float, Described(ge=0, le=5, description="0 when there is no review.")]
    updated_at: Time


class SeoMeta(Wire, frozen=True, kw_only=True):
    """What the head of a page says by hand, in one language; null is made from the page itself."""

    id: Id
    entity_type: str
    entity_id: Id
    locale: Literal["fa", "en"]
    title: str | None
    description: str | None
    canonical_mode: Literal["SELF", "CUSTOM"]
    canonical_url: str | None
    robots: Literal["INDEX_FOLLOW", "NOINDEX_FOLLOW", "NOINDEX_NOFOLLOW"]
    og_title: str | None
    og_description: str | None
    og_image_media_id: Id | None
    twitter_title: str | None
    twitter_desc: str | None
    twitter_image_media_id: Id | None
    h1: str | None
    breadcrumb_label: str | None


class CityDetail(City, frozen=True, kw_only=True):
    """A city with its neighbourhoods. Its numbers are null until they are counted."""

    neighborhoods: list[Neighborhood]
    city_stats: CityStats | None
    seo_meta: SeoMeta | None


class PlaceName(Wire, frozen=True, kw_only=True):
    """A place as another object names it."""

    id: Id
    name_fa: str
    name_en: str | None
    slug: str


class ListingFields(Wire, frozen=True, kw_only=True):
    """What a salon and an artist have in common."""

    id: Id
    slug: str
    summary: str | None
    phone: str | None
    instagram: str | None
    website: str | None
    avg_rating: Annotated[float, Described(ge=0, le=5, description="0 when there is no review.")]
    review_count: int
    follower_count: int
    verification: Verification
    status: Status
    avatar: Media | None
    city: PlaceName | None
    neighborhood: Neighborhood | None
    created_at: Time
    updated_at: Time


class SalonCard(ListingFields, frozen=True, kw_only=True):
    """A salon in a list."""

    name: str
    address_line: str | None
    full_address: str | None
    lat: float | None
    lng: float | None
    is_women_only: bool | None
    price_tier: Annotated[int, Described(ge=1, le=4)] | None


class SalonFound(SalonCard, frozen=True, kw_only=True):
    """A salon in a list; the distance is there when the list asks for what is near a point."""

    distance_km: Annotated[float, Described(ge=0, description="Null unless `near` was given.")] | None


class ArtistCard(ListingFields, frozen=True, kw_only=True):
    """An artist in a list."""

    full_name: str


class Interval(Wire, frozen=True, kw_only=True):
    """From opening to closing, `HH:MM` in Tehran; a close past midnight is that of the next day."""

    open: str
    close: str


class Day(Wire, frozen=True, kw_only=True):
    """A day of the week; 0 is Saturday. No interval means closed."""

    day: Annotated[int, Described(ge=0, le=6)]
    intervals: list[Interval]


class SpecialDay(Wire, frozen=True, kw_only=True):
    """A date that differs from its weekday."""

    date: str
    intervals: list[Interval]
    note: str | None


class OpeningHours(Wire, frozen=True, kw_only=True):
    """The week from Saturday, empty when the salon has not stated its hours, and the coming special days."""

    weekly_json: list[Day]
    exceptions: list[SpecialDay]


class ServiceCategory(Wire, frozen=True, kw_only=True):
    """A category of services."""

    id: Id
    name_fa: str
    slug: str


class SalonService(Wire, frozen=True, kw_only=True):
    """A service with its price at one salon."""

    service_id: Id
    name_fa: str
    slug: str
    price_toman: Toman | None
    duration_min: int | None
    is_active: bool
    notes: str | None
    category: ServiceCategory | None


class SalonArtist(Wire, frozen=True, kw_only=True):
    """An artist who works at a salon."""

    artist: ArtistCard
    role_title: str | None
    is_active: bool


class ArtistSalon(Wire, frozen=True, kw_only=True):
    """A salon at which an artist works."""

    salon: SalonCard
    role_title: str | None
    is_active: bool


class Specialty(Wire, frozen=True, kw_only=True):
    """A specialty of an artist."""

    specialty_id: Id
    name_fa: str
    slug: str
    price_toman: Toman | None
    duration_min: int | None
    is_active: bool
    note: str | None
    order: int


class Certification(Wire, frozen=True, kw_only=True):
    """A verified certification."""

    id: Id
    title: str
    issuer: str
    issuer_slug: str | None
    category: str | None
    level: str | None
    issued_at: str | None
    expires_at: str | None
    credential_id: str | None
    credential_url: str | None
    is_verified: bool
    verified_at: Time | None
    media: Media | None


class Salon(SalonCard, frozen=True, kw_only=True):
    """A salon in full."""

    description: str | None
    postal_code: str | None
    province: PlaceName | None
    cover: Media | None
    gallery: list[Media]
    opening_hours: OpeningHours
    services: list[SalonService]
    salon_artists: list[SalonArtist]
    seo_meta: SeoMeta | None
    seo_meta_id: Id | None
    version: int


class Artist(ArtistCard, frozen=True, kw_only=True):
    """An artist in full."""

    bio: str | None
    cover: Media | None
    gallery: list[Media]
    specialties: list[Specialty]
    certifications: list[Certification]
    salons: list[ArtistSalon]
    seo_meta: SeoMeta | None
    seo_meta_id: Id | None
    version: int
