"""The tables of places: complete, consistent, spelt in Persian letters."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from sevra_atlas.demo.facts import cities, neighborhoods, provinces
from sevra_atlas.domain.slugs import slug_key_v1
from sevra_atlas.schema.columns import RESERVED_SLUGS

# Iran's bounding box with the islands, degrees.
SOUTH, NORTH, WEST, EAST = 25.0, 39.8, 44.0, 63.4


def test_there_are_the_31_provinces_with_their_iso_codes() -> None:
    codes = [province.iso_code for province in provinces()]

    assert codes == [f"IR-{number:02d}" for number in range(31)]


def test_each_province_has_names_and_an_area_code_of_its_own() -> None:
    for facts in zip(
        *((p.name_fa, p.name_en, p.slug, p.capital, p.area_code) for p in provinces()), strict=True
    ):
        assert len(set(facts)) == 31


def test_there_are_at_least_430_cities() -> None:
    assert len(cities()) >= 430


def test_every_city_lies_in_a_province_that_exists() -> None:
    codes = {province.iso_code for province in provinces()}

    assert {city.province for city in cities()} == codes


def test_every_capital_is_a_city_of_its_province_with_coordinates() -> None:
    located = {(city.province, city.name_fa) for city in cities() if city.lat is not None}

    assert {(province.iso_code, province.capital) for province in provinces()} <= located


def test_coordinates_come_in_pairs_and_lie_in_iran() -> None:
    for city in cities():
        assert (city.lat is None) == (city.lng is None), city
        if city.lat is not None and city.lng is not None:
            assert SOUTH <= city.lat <= NORTH, city
            assert WEST <= city.lng <= EAST, city


def test_no_two_cities_share_a_place() -> None:
    places = Counter((city.lat, city.lng) for city in cities() if city.lat is not None)

    assert [place for place, number in places.items() if number > 1] == []


def test_no_province_has_two_cities_of_one_name() -> None:
    names = Counter((city.province, slug_key_v1(city.name_fa)) for city in cities())

    assert [name for name, number in names.items() if number > 1] == []


def test_cities_of_one_name_are_told_apart_by_the_province_in_their_slugs() -> None:
    province_of = {province.iso_code: province for province in provinces()}
    shared = {name for name, number in Counter(city.name_fa for city in cities()).items() if number > 1}

    namesakes = [city for city in cities() if city.name_fa in shared]

    assert len(namesakes) >= 20
    for city in namesakes:
        province = province_of[city.province]
        own = slug_key_v1(province.name_fa), province.slug
        assert slug_key_v1(city.slug).endswith(own) or city.name_fa == province.capital, city


@pytest.mark.parametrize("places", [provinces, cities], ids=["provinces", "cities"])
def test_slugs_are_usable_and_no_two_have_one_key(places: Callable[[], Sequence[Any]]) -> None:
    keys = [slug_key_v1(place.slug) for place in places()]

    assert len(set(keys)) == len(keys)
    assert not set(keys) & {"", *RESERVED_SLUGS}
    assert not any(key.isdigit() for key in keys)


def test_about_half_of_the_city_slugs_are_persian() -> None:
    persian = sum(not city.slug.isascii() for city in cities())

    assert 0.45 <= persian / len(cities()) <= 0.55


def test_neighborhoods_belong_to_cities_and_have_slugs_of_their_own() -> None:
    keys = Counter((place.city, slug_key_v1(place.slug)) for place in neighborhoods())

    assert {place.city for place in neighborhoods()} <= {city.slug for city in cities()}
    assert len({place.city for place in neighborhoods()}) >= 15
    assert max(keys.values()) == 1


@pytest.mark.parametrize("places", [provinces, cities, neighborhoods])
def test_names_are_written_in_persian_letters_and_latin_ones(places: Callable[[], Sequence[Any]]) -> None:
    for place in places():
        assert not set("يكىةۀ") & set(place.name_fa + place.slug), place
        assert place.name_fa == unicodedata.normalize("NFC", place.name_fa).strip()
        assert not place.name_fa.isascii()
        assert place.name_en.isascii()
        assert place.name_en == place.name_en.strip() != ""
