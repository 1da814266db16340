"""Provinces, cities and neighbourhoods of Iran, read from the tables beside this file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class ProvinceFact:
    """A province; `iso_code` is its ISO 3166-2 code, `capital` the Persian name of a city in it."""

    iso_code: str
    name_fa: str
    name_en: str
    slug: str
    capital: str
    area_code: str


@dataclass(frozen=True, slots=True)
class CityFact:
    """A city; `province` is an ISO code, `lat` and `lng` are degrees or both None."""

    province: str
    name_fa: str
    name_en: str
    slug: str
    lat: float | None
    lng: float | None


@dataclass(frozen=True, slots=True)
class NeighborhoodFact:
    """A neighbourhood; `city` is the slug of its city."""

    city: str
    name_fa: str
    name_en: str
    slug: str


def _table(name: str) -> Iterator[dict[str, str]]:
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


@cache
def provinces() -> tuple[ProvinceFact, ...]:
    """Return the 31 provinces by ISO code."""
    return tuple(ProvinceFact(**row) for row in _table("provinces.csv"))


@cache
def cities() -> tuple[CityFact, ...]:
    """Return the cities, province by province, the larger ones of a province first."""
    return tuple(
        CityFact(
            province=row["province"],
            name_fa=row["name_fa"],
            name_en=row["name_en"],
            slug=row["slug"],
            lat=float(row["lat"]) if row["lat"] else None,
            lng=float(row["lng"]) if row["lng"] else None,
        )
        for row in _table("cities.csv")
    )


@cache
def neighborhoods() -> tuple[NeighborhoodFact, ...]:
    """Return the neighbourhoods, city by city."""
    return tuple(NeighborhoodFact(**row) for row in _table("neighborhoods.csv"))
