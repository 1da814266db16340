"""Salons, artists and what hangs on them."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    SmallInteger,
)
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    WEB_ADDRESS,
    Located,
    Rated,
    Slugged,
    SoftDeletable,
    Timestamped,
    column,
    foreign_index,
    generated,
    identity,
    index,
    live_index,
    live_key,
    reference,
    required_words,
    words,
)
from sevra_atlas.schema.enums import AccountStatus, VerificationStatus

_ACTIVE = "status = 'ACTIVE'"
_DAY = "int4multirange(int4range(0, 1440))"


def _public_list(*keys: str) -> IndexSpec:
    """Return the index of a public list: read alone, nothing filtered or sorted afterwards."""
    return live_index(*keys, where=_ACTIVE, include=() if "id DESC" in keys else ("id",))


# Shared by salons and artists; the names of the tables differ, the columns do not.
_LISTING_INDEXES: tuple[IndexSpec, ...] = (
    live_key("slug_key"),
    _public_list("city_id", "rating_key DESC"),
    _public_list("city_id", "popular_key DESC"),
    _public_list("city_id", "created_at DESC", "id DESC"),
    _public_list("province_id", "rating_key DESC"),
    _public_list("neighborhood_id", "rating_key DESC"),
    _public_list("neighborhood_id", "popular_key DESC"),
    _public_list("rating_key DESC"),
    _public_list("popular_key DESC"),
    _public_list("created_at DESC", "id DESC"),
    _public_list("verification", "rating_key DESC"),
    live_index("status", "created_at DESC", "id DESC"),
    foreign_index("province_id"),
    foreign_index("city_id", "province_id"),
    foreign_index("neighborhood_id", "city_id"),
    foreign_index("avatar_media_id"),
    foreign_index("cover_media_id"),
    foreign_index("primary_owner_id"),
)


class Listing(Rated):
    """What salons and artists have in common."""

    __checks__: ClassVar[tuple[str, ...]] = (
        "city_id IS NULL OR province_id IS NOT NULL",
        "neighborhood_id IS NULL OR city_id IS NOT NULL",
    )

    id: Mapped[int] = identity("{c} < 17179869184")
    summary: Mapped[str | None] = words(500, "one paragraph for lists")
    phone: Mapped[str | None] = words(64, "contact number shown on the page")
    instagram: Mapped[str | None] = words(255, "name at Instagram")
    website: Mapped[str | None] = words(255, "web site", checks=WEB_ADDRESS)
    province_id: Mapped[int | None] = column(
        "province; copied from the city by trigger",
        ForeignKey("provinces.id", ondelete="RESTRICT"),
        server_default=FetchedValue(),
    )
    city_id: Mapped[int | None] = column("city")
    neighborhood_id: Mapped[int | None] = column("neighbourhood of the city")
    avatar_media_id: Mapped[int | None] = reference("media.id", "small picture")
    cover_media_id: Mapped[int | None] = reference("media.id", "large picture")
    verification: Mapped[VerificationStatus] = column(
        "whether papers were seen", default="'NONE'", by_trigger=True
    )
    status: Mapped[AccountStatus] = column(
        "whether visitors see it", default="'ACTIVE'", checks=("{c} <> 'DELETED'",)
    )
    primary_owner_id: Mapped[int | None] = column("the owner that is asked first; one of the owners")


def _listing_arguments(owners: str, owned: str, comment: str) -> tuple[Any, ...]:
    """Return the composite references of a listing and its table options."""
    return (
        ForeignKeyConstraint(
            ["city_id", "province_id"],
            ["cities.id", "cities.province_id"],
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        ForeignKeyConstraint(
            ["neighborhood_id", "city_id"],
            ["neighborhoods.id", "neighborhoods.city_id"],
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        ForeignKeyConstraint(
            ["id", "primary_owner_id"],
            [f"{owners}.{owned}", f"{owners}.user_id"],
            ondelete="SET NULL (primary_owner_id)",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        # Counters are updated in place: room on the page keeps those updates out of the indexes.
        {"comment": comment, "postgresql_with": {"fillfactor": 85}},
    )


class Salon(Slugged, Listing, Located, SoftDeletable, Base):
    """A salon."""

    __tablename__ = "salons"
    __table_args__ = _listing_arguments("salon_owners", "salon_id", "salons")
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (*_LISTING_INDEXES, _public_list("geo_cell"))

    name: Mapped[str] = required_words(255, "name on the door", sort_order=-2)
    description: Mapped[str | None] = words(20000, "text of the page")
    address_line: Mapped[str | None] = words(1000, "street and number")
    postal_code: Mapped[str | None] = words(32, "postal code")
    geo_cell: Mapped[int | None] = generated(
        "0.01 degree grid cell; a nearby search reads nine",
        "(floor((lat + 90) * 100) * 36000 + floor((lng + 180) * 100))::bigint",
        BigInteger(),
    )
    is_women_only: Mapped[bool | None] = column("women only; NULL = not stated", Boolean())
    price_tier: Mapped[int | None] = column(
        "1 cheap .. 4 expensive", SmallInteger(), checks=("{c} BETWEEN 1 AND 4",)
    )


class Artist(Slugged, Listing, SoftDeletable, Base):
    """An artist; the place of work is a salon."""

    __tablename__ = "artists"
    __table_args__ = _listing_arguments("artist_owners", "artist_id", "artists; they work at salons")
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = _LISTING_INDEXES

    full_name: Mapped[str] = required_words(255, "name of the artist", sort_order=-2)
    bio: Mapped[str | None] = words(20000, "text of the page")


class SalonOwner(Base):
    """Who may manage a salon."""

    __tablename__ = "salon_owners"
    __table_args__ = ({"comment": "who may manage a salon"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("user_id"),)

    salon_id: Mapped[int] = reference("salons.id", "the salon", ondelete="CASCADE", primary_key=True)
    user_id: Mapped[int] = reference("users.id", "its owner", ondelete="CASCADE", primary_key=True)
    created_at: Mapped[datetime] = column("since when", default="now()")


class ArtistOwner(Base):
    """Who may manage an artist."""

    __tablename__ = "artist_owners"
    __table_args__ = ({"comment": "who may manage an artist"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("user_id"),)

    artist_id: Mapped[int] = reference("artists.id", "the artist", ondelete="CASCADE", primary_key=True)
    user_id: Mapped[int] = reference("users.id", "the owner", ondelete="CASCADE", primary_key=True)
    created_at: Mapped[datetime] = column("since when", default="now()")


class OpeningHours(Base):
    """The week of a salon; a missing weekday is closed."""

    __tablename__ = "opening_hours"
    __table_args__ = ({"comment": "the week of a salon; a missing weekday is closed"},)

    salon_id: Mapped[int] = reference("salons.id", "the salon", ondelete="CASCADE", primary_key=True)
    weekday: Mapped[int] = column(
        "ISO weekday, 1 Monday .. 7 Sunday",
        SmallInteger(),
        checks=("{c} BETWEEN 1 AND 7",),
        primary_key=True,
        autoincrement=False,
    )
    open_minutes: Mapped[Any] = column(
        "open minutes of the day in Asia/Tehran",
        INT4MULTIRANGE(),
        checks=(f"NOT isempty({{c}}) AND {{c}} <@ {_DAY}",),
        nullable=False,
    )


class OpeningException(Base):
    """A day that differs from the week."""

    __tablename__ = "opening_exceptions"
    __table_args__ = ({"comment": "days on which a salon differs from its week"},)

    salon_id: Mapped[int] = reference("salons.id", "the salon", ondelete="CASCADE", primary_key=True)
    on_date: Mapped[date] = column("the day", Date(), primary_key=True)
    open_minutes: Mapped[Any] = column(
        "open minutes of that day; empty = closed",
        INT4MULTIRANGE(),
        checks=(f"{{c}} <@ {_DAY}",),
        nullable=False,
    )
    note: Mapped[str | None] = words(255, "why")


class ArtistCertification(SoftDeletable, Base):
    """Proof of training."""

    __tablename__ = "artist_certifications"
    __table_args__ = ({"comment": "proofs of an artist's training"},)
    __checks__: ClassVar[tuple[str, ...]] = (
        "expires_at > issued_at",
        "verified_by_id IS NULL OR verified_at IS NOT NULL",
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        live_index("artist_id", "issued_at DESC NULLS LAST", "id"),
        live_index("created_at", "id", where="verified_at IS NULL"),
        live_index("issuer_slug", where="issuer_slug IS NOT NULL"),
        index("artist_id"),
        foreign_index("media_id"),
        foreign_index("verified_by_id"),
    )

    id: Mapped[int] = identity()
    artist_id: Mapped[int] = reference("artists.id", "whose proof it is")
    title: Mapped[str] = required_words(255, "what was learnt")
    issuer: Mapped[str] = required_words(255, "who issued it")
    issuer_slug: Mapped[str | None] = words(128, "issuer, folded for filters")
    category: Mapped[str | None] = words(64, "field of the training")
    level: Mapped[str | None] = words(64, "level reached")
    issued_at: Mapped[date | None] = column("day of issue")
    expires_at: Mapped[date | None] = column("first day on which it is no longer valid")
    credential_id: Mapped[str | None] = words(128, "number of the certificate")
    credential_url: Mapped[str | None] = words(2048, "where the issuer confirms it", checks=WEB_ADDRESS)
    media_id: Mapped[int | None] = reference("media.id", "scan of the certificate")
    verified_at: Mapped[datetime | None] = column("when a moderator saw it; an edit clears it")
    verified_by_id: Mapped[int | None] = reference("users.id", "who saw it", ondelete="SET NULL")
    is_verified: Mapped[bool] = generated(
        "a moderator saw it", "verified_at IS NOT NULL", Boolean(), nullable=False
    )


class SalonArtist(Timestamped, Base):
    """Employment, with history."""

    __tablename__ = "salon_artists"
    __table_args__ = ({"comment": "who works where, with history"},)
    __checks__: ClassVar[tuple[str, ...]] = (
        "ended_at IS NULL OR NOT is_active",
        "ended_at >= started_at",
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        IndexSpec(("salon_id", "artist_id"), "ended_at IS NULL", unique=True, suffix="key"),
        index(
            "salon_id", "id", where="ended_at IS NULL AND is_active", name="salon_artists_salon_id_active_idx"
        ),
        index(
            "artist_id",
            "id",
            where="ended_at IS NULL AND is_active",
            name="salon_artists_artist_id_active_idx",
        ),
        index("salon_id"),
        index("artist_id"),
    )

    id: Mapped[int] = identity()
    salon_id: Mapped[int] = reference("salons.id", "place of work", ondelete="CASCADE")
    artist_id: Mapped[int] = reference("artists.id", "who works there", ondelete="CASCADE")
    role_title: Mapped[str | None] = words(255, "position")
    is_active: Mapped[bool] = column("shown on the pages", Boolean(), default="true")
    started_at: Mapped[date | None] = column("first day")
    ended_at: Mapped[date | None] = column("last day; NULL while it lasts")
    accepted_at: Mapped[datetime | None] = column("consent of the artist's side")
