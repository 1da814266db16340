"""Provinces, cities and neighbourhoods, and the ids that filter values name."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, FromClause, Text, any_, bindparam, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads import tables
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import alphabetical, public_listing


class Province(msgspec.Struct, frozen=True, kw_only=True):
    """A province."""

    id: int
    name_fa: str
    name_en: str | None
    slug: str
    slug_key: str
    updated_at: datetime


class City(msgspec.Struct, frozen=True, kw_only=True):
    """A city with the province it lies in; `is_landing_enabled` is whether it has a page."""

    id: int
    name_fa: str
    name_en: str | None
    slug: str
    slug_key: str
    lat: float | None
    lng: float | None
    is_landing_enabled: bool
    landing_intro: str | None
    province_id: int
    province_name: str | None
    province_name_en: str | None
    province_slug: str | None
    updated_at: datetime


class Neighborhood(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a city."""

    id: int
    name_fa: str
    name_en: str | None
    slug: str
    city_id: int


class CityCount(msgspec.Struct, frozen=True, kw_only=True):
    """A city with a page, and how many visible salons it has: exact up to `COUNTED_A_CITY`, else one more."""

    id: int
    name_fa: str
    name_en: str | None
    slug: str
    province_id: int
    salons: int


class CityStats(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a city's page as the worker counted them last."""

    salon_count: int
    artist_count: int
    review_count: int
    avg_rating: Decimal
    updated_at: datetime


class _Id(msgspec.Struct):
    id: int


_PROVINCE_COLUMNS = [
    tables.provinces.c[name] for name in ("id", "name_fa", "name_en", "slug", "slug_key", "updated_at")
]
# Ordered by the normalised name: the order of Persian letters must not depend on the server's locale.
_PROVINCES = Statement(
    select(*_PROVINCE_COLUMNS).order_by(alphabetical(tables.provinces.c.name_fa), tables.provinces.c.id),
    Province,
)
_PROVINCE_BY_ID = Statement(
    select(*_PROVINCE_COLUMNS).where(tables.provinces.c.id == bindparam("id", type_=BigInteger)), Province
)

_PROVINCE = tables.provinces.alias("province")
_CITY_COLUMNS = [
    *(
        tables.cities.c[name]
        for name in (
            "id",
            "name_fa",
            "name_en",
            "slug",
            "slug_key",
            "lat",
            "lng",
            "is_landing_enabled",
            "landing_intro",
            "province_id",
            "updated_at",
        )
    ),
    _PROVINCE.c.name_fa.label("province_name"),
    _PROVINCE.c.name_en.label("province_name_en"),
    _PROVINCE.c.slug.label("province_slug"),
]
_CITY_SOURCE = tables.cities.outerjoin(_PROVINCE, _PROVINCE.c.id == tables.cities.c.province_id)
_CITY_BY_ID = Statement(
    select(*_CITY_COLUMNS)
    .select_from(_CITY_SOURCE)
    .where(tables.cities.c.id == bindparam("id", type_=BigInteger)),
    City,
)
_CITIES_OF_PROVINCE = Statement(
    select(*_CITY_COLUMNS)
    .select_from(_CITY_SOURCE)
    .where(tables.cities.c.province_id == bindparam("province", type_=BigInteger))
    .order_by(alphabetical(tables.cities.c.name_fa), tables.cities.c.id),
    City,
)
_NEIGHBORHOODS = Statement(
    select(*(tables.neighborhoods.c[name] for name in Neighborhood.__struct_fields__))
    .where(tables.neighborhoods.c.city_id == bindparam("city", type_=BigInteger))
    .order_by(alphabetical(tables.neighborhoods.c.name_fa), tables.neighborhoods.c.id),
    Neighborhood,
)

_CITY_STATS = Statement(
    select(*(tables.city_stats.c[name] for name in CityStats.__struct_fields__)).where(
        tables.city_stats.c.city_id == bindparam("city", type_=BigInteger)
    ),
    CityStats,
)

COUNTED_A_CITY = 1_000
"""The salons of a city are counted up to here, so that the cost of a page has a bound."""

_ONE_BY_ONE = (
    select(literal_column("1").label("one"))
    .where(public_listing(tables.salons), tables.salons.c.city_id == tables.cities.c.id)
    .limit(literal_column(str(COUNTED_A_CITY + 1)))
    .correlate(tables.cities)
    .lateral("counted")
)
_SALONS_OF_CITY = (
    select(func.count()).select_from(_ONE_BY_ONE).correlate(tables.cities).scalar_subquery().label("salons")
)
_CITY_COUNTS = Statement(
    select(
        tables.cities.c.id,
        tables.cities.c.name_fa,
        tables.cities.c.name_en,
        tables.cities.c.slug,
        tables.cities.c.province_id,
        _SALONS_OF_CITY,
    )
    .where(tables.cities.c.is_landing_enabled)
    # Equal counts are told apart by id: folding every name to order them would cost more than all the rest.
    .order_by(literal_column("salons").desc(), tables.cities.c.id),
    CityCount,
)


async def provinces(connection: AsyncConnection[Any]) -> list[Province]:
    """Return every province, in the order of the Persian alphabet."""
    return await _PROVINCES.all(connection)


async def find_province(connection: AsyncConnection[Any], id_: int) -> Province | None:
    """Return a province by id."""
    return await _PROVINCE_BY_ID.first(connection, {"id": id_})


async def find_city(connection: AsyncConnection[Any], id_: int) -> City | None:
    """Return a city by id, with or without a page."""
    return await _CITY_BY_ID.first(connection, {"id": id_})


async def cities_of(connection: AsyncConnection[Any], province_id: int) -> list[City]:
    """Return the cities of a province, in the order of the Persian alphabet."""
    return await _CITIES_OF_PROVINCE.all(connection, {"province": province_id})


async def neighborhoods_of(connection: AsyncConnection[Any], city_id: int) -> list[Neighborhood]:
    """Return the neighbourhoods of a city, in the order of the Persian alphabet."""
    return await _NEIGHBORHOODS.all(connection, {"city": city_id})


async def city_stats(connection: AsyncConnection[Any], city_id: int) -> CityStats | None:
    """Return the numbers of a city; None before the worker has counted them."""
    return await _CITY_STATS.first(connection, {"city": city_id})


async def city_counts(connection: AsyncConnection[Any]) -> list[CityCount]:
    """Return the cities that have a page, those with most visible salons first."""
    return await _CITY_COUNTS.all(connection)


def _named(table: FromClause) -> Statement[_Id]:
    """Return the query for the rows that a filter names, by id or by slug key."""
    return Statement(
        select(table.c.id)
        .where(
            or_(
                table.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
                table.c.slug_key == any_(bindparam("keys", type_=ARRAY(Text))),
            )
        )
        .order_by(table.c.id),
        _Id,
    )


_NAMED = {
    "province": _named(tables.provinces),
    "city": _named(tables.cities),
    "service": _named(tables.service_definitions),
    "specialty": _named(tables.specialties),
    "category": _named(tables.categories),
    "tag": _named(tables.tags),
    "series": _named(tables.series),
}

_NAMED_NEIGHBORHOODS = Statement(
    select(tables.neighborhoods.c.id)
    .where(
        or_(
            tables.neighborhoods.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
            tables.neighborhoods.c.slug_key == any_(bindparam("keys", type_=ARRAY(Text))),
        ),
        or_(
            bindparam("cities", type_=ARRAY(BigInteger)).is_(None),
            tables.neighborhoods.c.city_id == any_(bindparam("cities", type_=ARRAY(BigInteger))),
        ),
    )
    .order_by(tables.neighborhoods.c.id),
    _Id,
)


async def named_ids(
    connection: AsyncConnection[Any], kind: str, ids: Collection[int], keys: Collection[str]
) -> list[int]:
    """Return the ids of the live rows named by id or slug key, of one of the kinds in `_NAMED`."""
    rows = await _NAMED[kind].all(connection, {"ids": list(ids), "keys": list(keys)})
    return [row.id for row in rows]


async def named_neighborhoods(
    connection: AsyncConnection[Any],
    ids: Collection[int],
    keys: Collection[str],
    cities: Collection[int] | None,
) -> list[int]:
    """Return the ids of the named neighbourhoods, of the given cities only unless these are None.

    A slug is unique inside its city: without cities it may name several, and the caller decides.
    """
    parameters = {
        "ids": list(ids),
        "keys": list(keys),
        "cities": None if cities is None else list(cities),
    }
    return [row.id for row in await _NAMED_NEIGHBORHOODS.all(connection, parameters)]
