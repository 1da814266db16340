"""Salons and artists as lists show them: the row with its place and its picture, read by id."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, ColumnElement, FromClause, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads import tables
from sevra_atlas.reads.filters import Filters
from sevra_atlas.reads.listing import Order, Page, Where, capped_count, page_of_keys
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import public_listing


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What salons and artists have in common. A place or a picture that nobody may see is None."""

    id: int
    name: str
    slug: str
    slug_key: str
    summary: str | None
    phone: str | None
    instagram: str | None
    website: str | None
    avg_rating: Decimal
    review_count: int
    follower_count: int
    verification: str
    status: str
    created_at: datetime
    updated_at: datetime
    version: int
    province_id: int | None
    province_name: str | None
    province_name_en: str | None
    province_slug: str | None
    city_id: int | None
    city_name: str | None
    city_name_en: str | None
    city_slug: str | None
    city_has_page: bool | None
    neighborhood_id: int | None
    neighborhood_name: str | None
    neighborhood_name_en: str | None
    neighborhood_slug: str | None
    avatar_id: int | None
    avatar_key: str | None
    avatar_width: int | None
    avatar_height: int | None
    avatar_alt: str | None


class SalonCard(Listing, frozen=True, kw_only=True):
    """One salon in a list."""

    address_line: str | None
    lat: float | None
    lng: float | None
    is_women_only: bool | None
    price_tier: int | None


class ArtistCard(Listing, frozen=True, kw_only=True):
    """One artist in a list."""


Card = TypeVar("Card", bound=Listing)

_COMMON = (
    "id",
    "slug",
    "slug_key",
    "summary",
    "phone",
    "instagram",
    "website",
    "avg_rating",
    "review_count",
    "follower_count",
    "verification",
    "status",
    "created_at",
    "updated_at",
    "version",
    "city_id",
    "province_id",
    "neighborhood_id",
)
_OF_A_SALON = ("address_line", "lat", "lng", "is_women_only", "price_tier")

PROVINCE = tables.provinces.alias("province")
CITY = tables.cities.alias("city")
NEIGHBORHOOD = tables.neighborhoods.alias("neighborhood")
AVATAR = tables.media.alias("avatar")


def card_columns(listing: FromClause) -> list[ColumnElement[Any]]:
    """Return the labelled columns of a card; names are those of its class."""
    name = listing.c.full_name if "full_name" in listing.c else listing.c.name
    own = [listing.c[column] for column in _COMMON]
    if "price_tier" in listing.c:
        own += [listing.c[column] for column in _OF_A_SALON]
    return [
        name.label("name"),
        *own,
        PROVINCE.c.name_fa.label("province_name"),
        PROVINCE.c.name_en.label("province_name_en"),
        PROVINCE.c.slug.label("province_slug"),
        CITY.c.name_fa.label("city_name"),
        CITY.c.name_en.label("city_name_en"),
        CITY.c.slug.label("city_slug"),
        CITY.c.is_landing_enabled.label("city_has_page"),
        NEIGHBORHOOD.c.name_fa.label("neighborhood_name"),
        NEIGHBORHOOD.c.name_en.label("neighborhood_name_en"),
        NEIGHBORHOOD.c.slug.label("neighborhood_slug"),
        AVATAR.c.id.label("avatar_id"),
        AVATAR.c.storage_key.label("avatar_key"),
        AVATAR.c.width.label("avatar_width"),
        AVATAR.c.height.label("avatar_height"),
        AVATAR.c.alt_text.label("avatar_alt"),
    ]


def card_source(listing: FromClause) -> FromClause:
    """Return the listing joined with its place and its public picture, one row a listing."""
    return (
        listing.outerjoin(PROVINCE, PROVINCE.c.id == listing.c.province_id)
        .outerjoin(CITY, CITY.c.id == listing.c.city_id)
        .outerjoin(NEIGHBORHOOD, NEIGHBORHOOD.c.id == listing.c.neighborhood_id)
        .outerjoin(AVATAR, (AVATAR.c.id == listing.c.avatar_media_id) & ~AVATAR.c.is_private)
    )


def _cards_by_id(listing: FromClause, row: type[Card]) -> Statement[Card]:
    ids = bindparam("ids", type_=ARRAY(BigInteger))
    return Statement(
        select(*card_columns(listing))
        .select_from(card_source(listing))
        .where(listing.c.id == any_(ids), public_listing(listing)),
        row,
    )


_SALON_CARDS = _cards_by_id(tables.salons, SalonCard)
_ARTIST_CARDS = _cards_by_id(tables.artists, ArtistCard)


async def salon_page(
    connection: AsyncConnection[Any], filters: Filters, order: Order, where: Where
) -> Page[SalonCard]:
    """Return one page of visible salons in two statements; raises InvalidCursorError for a foreign key."""
    keys = await page_of_keys(connection, tables.salons, filters, order, where)
    return Page(await salon_cards(connection, keys.rows), keys.next_key)


async def artist_page(
    connection: AsyncConnection[Any], filters: Filters, order: Order, where: Where
) -> Page[ArtistCard]:
    """Return one page of visible artists in two statements; raises InvalidCursorError for a foreign key."""
    keys = await page_of_keys(connection, tables.artists, filters, order, where)
    return Page(await artist_cards(connection, keys.rows), keys.next_key)


async def count_salons(connection: AsyncConnection[Any], filters: Filters) -> tuple[int, bool]:
    """Return how many visible salons the filter leaves, up to the cap, and whether there are more."""
    return await capped_count(connection, tables.salons, filters)


async def count_artists(connection: AsyncConnection[Any], filters: Filters) -> tuple[int, bool]:
    """Return how many visible artists the filter leaves, up to the cap, and whether there are more."""
    return await capped_count(connection, tables.artists, filters)


async def salon_cards(connection: AsyncConnection[Any], ids: Sequence[int]) -> tuple[SalonCard, ...]:
    """Return the visible salons among these ids, in the order of the ids."""
    return _in_order(ids, await _SALON_CARDS.all(connection, {"ids": list(ids)}))


async def artist_cards(connection: AsyncConnection[Any], ids: Sequence[int]) -> tuple[ArtistCard, ...]:
    """Return the visible artists among these ids, in the order of the ids."""
    return _in_order(ids, await _ARTIST_CARDS.all(connection, {"ids": list(ids)}))


def _in_order(ids: Sequence[int], cards: Iterable[Card]) -> tuple[Card, ...]:
    by_id = {card.id: card for card in cards}
    # A listing that was hidden between the two statements is left out.
    return tuple(by_id[id_] for id_ in ids if id_ in by_id)
