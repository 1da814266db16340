"""Names, services and sentence parts that the demo data is made of, read from the tables beside this file."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

TRADES = ("women", "men", "nails", "skin", "spa")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in Persian and in Latin letters, the latter fit for a slug."""

    fa: str
    latin: str


@dataclass(frozen=True, slots=True)
class CategoryWord:
    """A group of services."""

    name_fa: str
    name_en: str
    slug: str


@dataclass(frozen=True, slots=True)
class ServiceWord:
    """A service; prices in toman, `trade` is the kind of salon that offers it."""

    category: str
    name_fa: str
    name_en: str
    slug: str
    trade: str
    price_from: int
    price_to: int
    minutes: int


@dataclass(frozen=True, slots=True)
class SpecialtyWord:
    """A specialty of artists."""

    name_fa: str
    name_en: str
    slug: str
    trade: str


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _table(name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(_text(name).splitlines())


@cache
def words(name: str) -> tuple[Word, ...]:
    """Return one list of names: `female_names`, `male_names`, `surnames`, `salon_words`, and the like."""
    return tuple(Word(**row) for row in _table(f"{name}.csv"))


@cache
def categories() -> tuple[CategoryWord, ...]:
    """Return the ten groups of services."""
    return tuple(CategoryWord(**row) for row in _table("service_categories.csv"))


@cache
def services() -> tuple[ServiceWord, ...]:
    """Return the sixty services, group by group."""
    return tuple(
        ServiceWord(
            category=row["category"],
            name_fa=row["name_fa"],
            name_en=row["name_en"],
            slug=row["slug"],
            trade=row["trade"],
            price_from=int(row["price_from"]),
            price_to=int(row["price_to"]),
            minutes=int(row["minutes"]),
        )
        for row in _table("services.csv")
    )


@cache
def specialties() -> tuple[SpecialtyWord, ...]:
    """Return the specialties of artists."""
    return tuple(SpecialtyWord(**row) for row in _table("specialties.csv"))


@cache
def phrases() -> dict[str, Any]:
    """Return the sentence parts, by topic and mood."""
    return tomllib.loads(_text("phrases.toml"))
