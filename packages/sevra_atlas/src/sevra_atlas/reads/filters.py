"""What a list of salons or artists may be narrowed to: one condition a name, each over named parameters.

A filter is a mapping from names of this module to values. Its names alone decide the text of the query, its
values are parameters, so every text is compiled once.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    all_,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sevra_atlas.reads import tables

Filters: TypeAlias = Mapping[str, Any]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth, IUGG."""
_KM_A_DEGREE = math.pi * EARTH_RADIUS_KM / 180
_CELLS_A_DEGREE = 100
_CELLS_A_ROW = 36_000

NARROWING = frozenset({"names"})
"""Filters without an index: they look at no more than `NAMES_LOOKED_AT` rows of the order."""
NAMES_LOOKED_AT = 20_000


def near(lat: float, lng: float, radius_km: float) -> dict[str, Any]:
    """Return the filter for what lies within a radius of a point.

    One range of grid cells for each row of the grid; the box around the circle ends at the poles and at the
    date line.
    """
    rows = radius_km / _KM_A_DEGREE
    widest = min(abs(lat) + rows, 89.9)
    columns = min(rows / math.cos(math.radians(widest)), 180.0)
    west, east = _column(lng - columns), _column(lng + columns)
    span = range(_row(lat - rows), _row(lat + rows) + 1)
    return {
        "near": True,
        "lat": lat,
        "lng": lng,
        "radius_km": radius_km,
        "cells_from": [row * _CELLS_A_ROW + west for row in span],
        "cells_to": [row * _CELLS_A_ROW + east for row in span],
    }


def distance_km(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """Return the great-circle distance by the haversine formula, as `distance` does in the database."""
    half = math.sin(math.radians(other_lat - lat) / 2) ** 2 + math.cos(math.radians(lat)) * math.cos(
        math.radians(other_lat)
    ) * (math.sin(math.radians(other_lng - lng) / 2) ** 2)
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def distance(listing: FromClause) -> ColumnElement[float]:
    """Return the great-circle distance of a row from the parameters `lat` and `lng`, in kilometres."""
    lat, lng = bindparam("lat", type_=Double), bindparam("lng", type_=Double)
    two = literal_column("2", type_=Double)
    half = func.power(func.sin(func.radians(listing.c.lat - lat, type_=Double) / two), two) + func.cos(
        func.radians(lat)
    ) * (
        func.cos(func.radians(listing.c.lat))
        * func.power(func.sin(func.radians(listing.c.lng - lng, type_=Double) / two), two)
    )
    diameter = literal_column(repr(2 * EARTH_RADIUS_KM), type_=Double)
    return diameter * func.asin(func.sqrt(func.least(literal_column("1", type_=Double), half)))


def narrowed_source(listing: FromClause, names: frozenset[str]) -> FromClause:
    """Return what a list reads from: the listing, or its rows in the grid cells of the `near` filter."""
    if "near" not in names:
        return listing
    cells = (
        func.unnest(
            bindparam("cells_from", type_=ARRAY(BigInteger)), bindparam("cells_to", type_=ARRAY(BigInteger))
        )
        .table_valued("first", "last")
        .render_derived("cells")
    )
    return cells.join(listing, listing.c.geo_cell.between(cells.c.first, cells.c.last))


def conditions(listing: FromClause, names: frozenset[str]) -> list[ColumnElement[bool]]:
    """Return the conditions of the named filters; names that are parameters of another filter add none."""
    return [_CONDITIONS[name](listing) for name in sorted(names) if name in _CONDITIONS]


def _ids(name: str) -> ColumnElement[Any]:
    return any_(bindparam(name, type_=ARRAY(BigInteger)))


def _offers_service(listing: FromClause) -> ColumnElement[bool]:
    offered, service = tables.salon_services, tables.service_definitions
    return exists(
        select(literal_column("1"))
        .select_from(offered.join(service, service.c.id == offered.c.service_id))
        .where(offered.c.salon_id == listing.c.id, offered.c.is_active, service.c.id == _ids("services"))
    )


def _has_specialty(listing: FromClause) -> ColumnElement[bool]:
    held, specialty = tables.artist_specialties, tables.specialties
    return exists(
        select(literal_column("1"))
        .select_from(held.join(specialty, specialty.c.id == held.c.specialty_id))
        .where(held.c.artist_id == listing.c.id, held.c.is_active, specialty.c.id == _ids("specialties"))
    )


def name_of(listing: FromClause) -> ColumnElement[str]:
    """Return the column with the name that people know a listing by."""
    column: ColumnElement[str] = listing.c.full_name if "full_name" in listing.c else listing.c.name
    return column


_CONDITIONS: dict[str, Callable[[FromClause], ColumnElement[bool]]] = {
    "city": lambda t: t.c.city_id == bindparam("city", type_=BigInteger),
    "cities": lambda t: t.c.city_id == _ids("cities"),
    "province": lambda t: t.c.province_id == bindparam("province", type_=BigInteger),
    "provinces": lambda t: t.c.province_id == _ids("provinces"),
    "neighborhood": lambda t: t.c.neighborhood_id == bindparam("neighborhood", type_=BigInteger),
    "neighborhoods": lambda t: t.c.neighborhood_id == _ids("neighborhoods"),
    "services": _offers_service,
    "specialties": _has_specialty,
    "verified": lambda t: t.c.verification == literal_column("'VERIFIED'"),
    "unverified": lambda t: t.c.verification != literal_column("'VERIFIED'"),
    "women_only": lambda t: t.c.is_women_only,
    "not_women_only": lambda t: or_(t.c.is_women_only.is_(None), ~t.c.is_women_only),
    "price_tiers": lambda t: t.c.price_tier == any_(bindparam("price_tiers", type_=ARRAY(SmallInteger))),
    "min_rating": lambda t: t.c.avg_rating >= bindparam("min_rating", type_=Numeric),
    "min_reviews": lambda t: t.c.review_count >= bindparam("min_reviews", type_=Integer),
    "near": lambda t: distance(t) <= bindparam("radius_km", type_=Double),
    # The patterns are normalised words between percent signs; their alphabet holds no character to escape.
    "names": lambda t: func.fa_norm_v1(name_of(t)).like(all_(bindparam("names", type_=ARRAY(Text)))),
}


def _row(lat: float) -> int:
    return math.floor((max(-90.0, min(90.0, lat)) + 90) * _CELLS_A_DEGREE)


def _column(lng: float) -> int:
    return math.floor((max(-180.0, min(180.0, lng)) + 180) * _CELLS_A_DEGREE)
