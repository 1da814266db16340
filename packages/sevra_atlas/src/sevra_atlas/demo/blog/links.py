"""The pages of the directory that posts lead to, under their newest addresses."""

from collections.abc import Mapping
from dataclasses import dataclass

from sevra_atlas.demo.blog.text import Link
from sevra_atlas.demo.blog.vocabulary import frames
from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.rows import City, Rename, Salon
from sevra_atlas.demo.salons import Salons

_TRADE_OF_CATEGORIES = {"skin": "skin", "nails": "nails", "men": "men", "wellness": "spa"}


@dataclass(frozen=True, slots=True)
class Directory:
    """Cities and salons that visitors may see."""

    cities: tuple[City, ...]
    salons: tuple[Salon, ...]
    trades: Mapping[int, str]
    newest: Mapping[tuple[str, int], str]
    names: Mapping[int, City]

    def city_names(self, language: str) -> tuple[str, ...]:
        """Return the names of the cities that posts speak of."""
        return tuple(_name(city, language) for city in self.cities)

    def city(self, language: str, chance: Chance) -> Link:
        """Return a link to one of the cities."""
        city = chance.pick(self.cities)
        name = _name(city, language)
        label = frames(language).city_label.format(city=name)
        return Link("city", self.path_of_city(city), label, name)

    def salon(self, category: str, chance: Chance) -> Link:
        """Return a link to a salon whose trade goes with a group of subjects; salons have Persian names."""
        trade = _TRADE_OF_CATEGORIES.get(category, "women")
        salon = chance.pick([salon for salon in self.salons if self.trades[salon.id] == trade] or self.salons)
        slug = self.newest.get(("salons", salon.id), salon.slug)
        return Link("salon", f"/atlas/salon/{slug}", salon.name, self.names[salon.city_id].name_fa)

    def path_of_city(self, city: City) -> str:
        """Return the newest address of a city."""
        return f"/atlas/city/{self.newest.get(('cities', city.id), city.slug)}"


def directory_of(cities: tuple[City, ...], salons: Salons, renames: tuple[Rename, ...]) -> Directory:
    """Return the directory: capitals, which have an introduction, and active salons that stay."""
    doomed = {deletion.id for deletion in salons.deletions if deletion.table == "salons"}
    return Directory(
        cities=tuple(city for city in cities if city.landing_intro and "zz-dead" not in city.landing_intro),
        salons=tuple(salon for salon in salons.salons if salon.status == "ACTIVE" and salon.id not in doomed),
        trades=salons.trades,
        newest={(rename.table, rename.id): rename.slug for rename in renames},
        names={city.id: city for city in cities},
    )


def _name(city: City, language: str) -> str:
    return city.name_fa if language == "fa" else city.name_en
