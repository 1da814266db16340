"""Provinces, cities and neighbourhoods as rows, and how many listings stand in which city."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from sevra_atlas.demo import facts
from sevra_atlas.demo.addresses import Addresses, persian_slug
from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.marker import marked, marker
from sevra_atlas.demo.moments import OPENED
from sevra_atlas.demo.rows import City, Deletion, Neighborhood, Province, Rename
from sevra_atlas.demo.size import Size

# How crowded a city is beside its neighbours; Tehran's part is in the size.
_CROWD = {
    "مشهد": 14.0,
    "اصفهان": 11.0,
    "شیراز": 10.0,
    "کرج": 9.0,
    "تبریز": 8.0,
    "اهواز": 5.0,
    "قم": 4.0,
    "رشت": 4.0,
    "کرمانشاه": 3.5,
    "ارومیه": 3.0,
}
_CROWD_OF_CAPITAL, _CROWD_OF_KNOWN_CITY, _CROWD_OF_OTHER_CITY = 1.8, 0.06, 0.015


@dataclass(frozen=True, slots=True)
class Place:
    """A city as the makers of listings need it."""

    city: City
    area_code: str
    is_capital: bool
    neighborhoods: tuple[Neighborhood, ...]


@dataclass(frozen=True, slots=True)
class Geography:
    """All places, the deletions and the renamings among them."""

    provinces: tuple[Province, ...]
    cities: tuple[City, ...]
    neighborhoods: tuple[Neighborhood, ...]
    places: tuple[Place, ...]
    renames: tuple[Rename, ...]
    deletions: tuple[Deletion, ...]


def make_geography(size: Size, seed: int) -> Geography:
    """Return every place of the facts, and one province, city and neighbourhood that will be deleted."""
    chance = Chance(seed, "geography")
    province_ids = {fact.iso_code: number for number, fact in enumerate(facts.provinces(), 1)}
    provinces = tuple(
        Province(province_ids[fact.iso_code], fact.name_fa, fact.name_en, fact.slug, OPENED)
        for fact in facts.provinces()
    )
    cities = [_city(number, fact, province_ids) for number, fact in enumerate(facts.cities(), 1)]
    neighborhoods = _neighborhoods(cities)
    small = [index for index, fact in enumerate(facts.cities()) if not _is_capital(fact)]
    hidden, *renamed = chance.sample(small, 1 + size.renamed_cities)
    cities[hidden] = replace(cities[hidden], is_landing_enabled=False)
    places = _places(cities, neighborhoods)
    renames = _rename(cities, renamed)
    dead_province, dead_city, dead_neighborhood = _doomed(len(provinces), cities, len(neighborhoods))
    return Geography(
        provinces=(*provinces, dead_province),
        cities=(*cities, dead_city),
        neighborhoods=(*neighborhoods, dead_neighborhood),
        places=places,
        renames=renames,
        deletions=(
            Deletion("neighborhoods", dead_neighborhood.id, "محلهٔ آزمایشی"),
            Deletion("cities", dead_city.id, "شهر آزمایشی"),
            Deletion("provinces", dead_province.id, "استان آزمایشی"),
        ),
    )


def spread(total: int, size: Size, places: tuple[Place, ...], chance: Chance) -> Counter[int]:
    """Return how many of `total` listings each city id has: capitals some, Tehran most, many cities none."""
    counts: Counter[int] = Counter()
    for place in places:
        if place.is_capital:
            counts[place.city.id] = size.capital_minimum
        if place.city.name_fa == "تهران":
            counts[place.city.id] = int(total * size.tehran_share)
    others = [place for place in places if place.city.name_fa != "تهران"]
    crowd = Weighted([place.city.id for place in others], [_crowd(place) for place in others])
    for _ in range(total - counts.total()):
        counts[crowd.draw(chance)] += 1
    return counts


def _crowd(place: Place) -> float:
    if place.is_capital:
        return _CROWD.get(place.city.name_fa, _CROWD_OF_CAPITAL)
    return _CROWD_OF_OTHER_CITY if place.city.lat is None else _CROWD_OF_KNOWN_CITY


def _is_capital(fact: facts.CityFact) -> bool:
    return any(
        province.iso_code == fact.province and province.capital == fact.name_fa
        for province in facts.provinces()
    )


def _city(number: int, fact: facts.CityFact, province_ids: dict[str, int]) -> City:
    intro = (
        f"<p>سالن‌ها و هنرمندان {fact.name_fa} را این‌جا می‌بینید: نشانی، ساعت کار، "
        "خدمات و نظر کسانی که پیش از شما رفته‌اند.</p>"
    )
    return City(
        id=number,
        province_id=province_ids[fact.province],
        name_fa=fact.name_fa,
        name_en=fact.name_en,
        slug=fact.slug,
        lat=fact.lat,
        lng=fact.lng,
        is_landing_enabled=True,
        landing_intro=intro if _is_capital(fact) else None,
        created_at=OPENED,
    )


def _neighborhoods(cities: list[City]) -> tuple[Neighborhood, ...]:
    by_slug = {city.slug: city.id for city in cities}
    return tuple(
        Neighborhood(number, by_slug[fact.city], fact.name_fa, fact.name_en, fact.slug, OPENED)
        for number, fact in enumerate(facts.neighborhoods(), 1)
    )


def _places(cities: list[City], neighborhoods: tuple[Neighborhood, ...]) -> tuple[Place, ...]:
    area_codes = {number: fact.area_code for number, fact in enumerate(facts.provinces(), 1)}
    within: dict[int, list[Neighborhood]] = defaultdict(list)
    for neighborhood in neighborhoods:
        within[neighborhood.city_id].append(neighborhood)
    return tuple(
        Place(city, area_codes[city.province_id], _is_capital(fact), tuple(within[city.id]))
        for city, fact in zip(cities, facts.cities(), strict=True)
    )


def _rename(cities: list[City], renamed: list[int]) -> tuple[Rename, ...]:
    """Give some cities an older slug to be loaded with; the first of them was renamed twice."""
    addresses = Addresses()
    for city in cities:
        addresses.claim(city.slug)
    renames = []
    for turn, index in enumerate(renamed):
        city = cities[index]
        other_script = persian_slug(city.name_fa) if city.slug.isascii() else city.name_en.lower()
        oldest = addresses.claim(persian_slug(f"شهر {city.name_fa}"))
        if turn == 0:
            between = addresses.claim(_dashed(other_script), f"{_dashed(other_script)}-iran")
            renames.append(Rename("cities", city.id, between))
        renames.append(Rename("cities", city.id, city.slug))
        cities[index] = replace(city, slug=oldest)
    return tuple(renames)


def _dashed(name: str) -> str:
    return persian_slug(name.replace("'", ""))


def _doomed(provinces: int, cities: list[City], neighborhoods: int) -> tuple[Province, City, Neighborhood]:
    province = Province(
        id=provinces + 1,
        name_fa=marked("provinces", provinces + 1, "name-fa"),
        name_en=marker("provinces", provinces + 1, "name-en"),
        slug=marker("provinces", provinces + 1, "slug"),
        created_at=OPENED,
    )
    number = len(cities) + 1
    city = replace(
        cities[-1],
        id=number,
        name_fa=marked("cities", number, "name-fa"),
        name_en=marker("cities", number, "name-en"),
        slug=marker("cities", number, "slug"),
        landing_intro=marked("cities", number, "landing-intro"),
    )
    neighborhood = Neighborhood(
        id=neighborhoods + 1,
        city_id=cities[0].id,
        name_fa=marked("neighborhoods", neighborhoods + 1, "name-fa"),
        name_en=marker("neighborhoods", neighborhoods + 1, "name-en"),
        slug=marker("neighborhoods", neighborhoods + 1, "slug"),
        created_at=OPENED,
    )
    return province, city, neighborhood
