"""One salon or one artist with everything its page shows. The number of statements is fixed."""

from datetime import date, datetime
from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, ColumnElement, FromClause, bindparam, literal_column, or_, select

from sevra_atlas.reads import tables
from sevra_atlas.reads.cards import (
    ArtistCard,
    SalonCard,
    artist_cards,
    card_columns,
    card_source,
    salon_cards,
)
from sevra_atlas.reads.opening import Minutes, OpenDay, SpecialDay, week_of
from sevra_atlas.reads.pictures import Picture
from sevra_atlas.reads.pictures import gallery as gallery_of
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import public_listing

GALLERY_SHOWN = 12


class SalonRow(SalonCard, frozen=True, kw_only=True):
    """A salon as its own row, with its cover."""

    description: str | None
    postal_code: str | None
    cover_id: int | None
    cover_key: str | None
    cover_width: int | None
    cover_height: int | None
    cover_alt: str | None


class ArtistRow(ArtistCard, frozen=True, kw_only=True):
    """An artist as its own row, with its cover."""

    bio: str | None
    cover_id: int | None
    cover_key: str | None
    cover_width: int | None
    cover_height: int | None
    cover_alt: str | None


class OfferedService(msgspec.Struct, frozen=True, kw_only=True):
    """A service that a salon offers, with its category; the price is in toman."""

    service_id: int
    name_fa: str
    name_en: str | None
    slug: str
    price_toman: int | None
    duration_min: int | None
    is_active: bool
    notes: str | None
    category_id: int | None
    category_name: str | None
    category_name_en: str | None
    category_slug: str | None


class HeldSpecialty(msgspec.Struct, frozen=True, kw_only=True):
    """A specialty of an artist; the price is in toman."""

    specialty_id: int
    name_fa: str
    name_en: str | None
    slug: str
    price_toman: int | None
    duration_min: int | None
    is_active: bool
    note: str | None
    position: int


class Certification(msgspec.Struct, frozen=True, kw_only=True):
    """A verified certification that has not expired."""

    id: int
    title: str
    issuer: str
    issuer_slug: str | None
    category: str | None
    level: str | None
    issued_at: date | None
    expires_at: date | None
    credential_id: str | None
    credential_url: str | None
    verified_at: datetime
    media_id: int | None


class Employment(msgspec.Struct, frozen=True, kw_only=True):
    """A present link between a salon and an artist."""

    id: int
    role_title: str | None


class SalonDetail(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a salon shows, reviews apart."""

    salon: SalonRow
    week: tuple[OpenDay, ...]
    special_days: tuple[SpecialDay, ...]
    services: tuple[OfferedService, ...]
    gallery: tuple[Picture, ...]
    artists: tuple[tuple[ArtistCard, str | None], ...]


class ArtistDetail(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of an artist shows, reviews apart."""

    artist: ArtistRow
    specialties: tuple[HeldSpecialty, ...]
    certifications: tuple[Certification, ...]
    gallery: tuple[Picture, ...]
    salons: tuple[tuple[SalonCard, str | None], ...]


class _Hours(msgspec.Struct):
    weekday: int
    open_minutes: Any


class _Exception(msgspec.Struct):
    on_date: date
    open_minutes: Any
    note: str | None


_COVER = tables.media.alias("cover")
_ID = bindparam("id", type_=BigInteger)


def _cover_columns() -> list[ColumnElement[Any]]:
    return [
        _COVER.c.id.label("cover_id"),
        _COVER.c.storage_key.label("cover_key"),
        _COVER.c.width.label("cover_width"),
        _COVER.c.height.label("cover_height"),
        _COVER.c.alt_text.label("cover_alt"),
    ]


def _row_source(listing: FromClause) -> FromClause:
    return card_source(listing).outerjoin(
        _COVER, (_COVER.c.id == listing.c.cover_media_id) & ~_COVER.c.is_private
    )


_SALON = Statement(
    select(
        *card_columns(tables.salons),
        tables.salons.c.description,
        tables.salons.c.postal_code,
        *_cover_columns(),
    )
    .select_from(_row_source(tables.salons))
    .where(tables.salons.c.id == _ID, public_listing(tables.salons)),
    SalonRow,
)
_ARTIST = Statement(
    select(*card_columns(tables.artists), tables.artists.c.bio, *_cover_columns())
    .select_from(_row_source(tables.artists))
    .where(tables.artists.c.id == _ID, public_listing(tables.artists)),
    ArtistRow,
)
_HOURS = Statement(
    select(tables.opening_hours.c.weekday, tables.opening_hours.c.open_minutes).where(
        tables.opening_hours.c.salon_id == _ID
    ),
    _Hours,
)
_SPECIAL_DAYS = Statement(
    select(
        tables.opening_exceptions.c.on_date,
        tables.opening_exceptions.c.open_minutes,
        tables.opening_exceptions.c.note,
    )
    .where(
        tables.opening_exceptions.c.salon_id == _ID,
        # A salon lives by the calendar of Tehran, whatever the time zone of the connection.
        tables.opening_exceptions.c.on_date >= literal_column("(now() AT TIME ZONE 'Asia/Tehran')::date"),
    )
    .order_by(tables.opening_exceptions.c.on_date)
    .limit(literal_column("10")),
    _Exception,
)


def _services() -> Statement[OfferedService]:
    offered, service, category = (
        tables.salon_services,
        tables.service_definitions,
        tables.service_categories,
    )
    return Statement(
        select(
            service.c.id.label("service_id"),
            service.c.name_fa,
            service.c.name_en,
            service.c.slug,
            offered.c.price_toman,
            offered.c.duration_min,
            offered.c.is_active,
            offered.c.notes,
            category.c.id.label("category_id"),
            category.c.name_fa.label("category_name"),
            category.c.name_en.label("category_name_en"),
            category.c.slug.label("category_slug"),
        )
        .select_from(
            offered.join(service, service.c.id == offered.c.service_id).outerjoin(
                category, category.c.id == service.c.category_id
            )
        )
        .where(offered.c.salon_id == _ID, offered.c.is_active)
        .order_by(
            category.c.position.asc().nulls_last(),
            category.c.id,
            offered.c.position,
            service.c.position,
            service.c.id,
        ),
        OfferedService,
    )


def _specialties() -> Statement[HeldSpecialty]:
    held, specialty = tables.artist_specialties, tables.specialties
    return Statement(
        select(
            specialty.c.id.label("specialty_id"),
            specialty.c.name_fa,
            specialty.c.name_en,
            specialty.c.slug,
            held.c.price_toman,
            held.c.duration_min,
            held.c.is_active,
            held.c.note,
            held.c.position,
        )
        .select_from(held.join(specialty, specialty.c.id == held.c.specialty_id))
        .where(held.c.artist_id == _ID, held.c.is_active)
        .order_by(held.c.position, specialty.c.position, specialty.c.id),
        HeldSpecialty,
    )


def _certifications() -> Statement[Certification]:
    table = tables.artist_certifications
    return Statement(
        select(
            *(
                table.c[name]
                for name in (
                    "id",
                    "title",
                    "issuer",
                    "issuer_slug",
                    "category",
                    "level",
                    "issued_at",
                    "expires_at",
                    "credential_id",
                    "credential_url",
                    "verified_at",
                    "media_id",
                )
            )
        )
        .where(
            table.c.artist_id == _ID,
            table.c.verified_at.is_not(None),
            or_(
                table.c.expires_at.is_(None),
                table.c.expires_at > literal_column("(now() AT TIME ZONE 'Asia/Tehran')::date"),
            ),
        )
        .order_by(table.c.issued_at.desc().nulls_last(), table.c.id),
        Certification,
    )


def _employment(own: str, other: str) -> Statement[Employment]:
    link = tables.salon_artists
    return Statement(
        select(link.c[other].label("id"), link.c.role_title)
        # A link is for everyone to see once the artist's side has accepted it.
        .where(
            link.c[own] == _ID,
            link.c.ended_at.is_(None),
            link.c.is_active,
            link.c.accepted_at.is_not(None),
        )
        .order_by(link.c.id)
        .limit(literal_column("100")),
        Employment,
    )


_SERVICES = _services()
_SPECIALTIES = _specialties()
_CERTIFICATIONS = _certifications()
_ARTISTS_OF_SALON = _employment("salon_id", "artist_id")
_SALONS_OF_ARTIST = _employment("artist_id", "salon_id")


async def find_salon(connection: AsyncConnection[Any], id_: int) -> SalonDetail | None:
    """Return a visible salon with its hours, services, gallery and artists, in seven statements."""
    salon = await _SALON.first(connection, {"id": id_})
    if salon is None:
        return None
    hours = await _HOURS.all(connection, {"id": id_})
    special = await _SPECIAL_DAYS.all(connection, {"id": id_})
    services = await _SERVICES.all(connection, {"id": id_})
    gallery = await gallery_of(connection, "SALON", id_, GALLERY_SHOWN)
    links = await _ARTISTS_OF_SALON.all(connection, {"id": id_})
    cards = {card.id: card for card in await artist_cards(connection, [link.id for link in links])}
    return SalonDetail(
        salon=salon,
        week=week_of({row.weekday: _minutes(row.open_minutes) for row in hours}),
        special_days=tuple(
            SpecialDay(row.on_date, tuple(_minutes(row.open_minutes)), row.note) for row in special
        ),
        services=tuple(services),
        gallery=tuple(gallery),
        artists=tuple((cards[link.id], link.role_title) for link in links if link.id in cards),
    )


async def find_artist(connection: AsyncConnection[Any], id_: int) -> ArtistDetail | None:
    """Return a visible artist with specialties, certifications, gallery and salons, in six statements."""
    artist = await _ARTIST.first(connection, {"id": id_})
    if artist is None:
        return None
    specialties = await _SPECIALTIES.all(connection, {"id": id_})
    certifications = await _CERTIFICATIONS.all(connection, {"id": id_})
    gallery = await gallery_of(connection, "ARTIST", id_, GALLERY_SHOWN)
    links = await _SALONS_OF_ARTIST.all(connection, {"id": id_})
    cards = {card.id: card for card in await salon_cards(connection, [link.id for link in links])}
    return ArtistDetail(
        artist=artist,
        specialties=tuple(specialties),
        certifications=tuple(certifications),
        gallery=tuple(gallery),
        salons=tuple((cards[link.id], link.role_title) for link in links if link.id in cards),
    )


def _minutes(stored: Any) -> list[Minutes]:
    """Return the intervals of an `int4multirange`; the server keeps every range closed below, open above."""
    return [(part.lower, part.upper) for part in stored]
