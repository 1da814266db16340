"""What the bulk stands on: ids and names of the base, which lies in the database already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Cursor, sql

from sevra_atlas.demo import words
from sevra_atlas.demo.addresses import persian_slug
from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.places import Place, make_geography, spread
from sevra_atlas.demo.salons import latin_name
from sevra_atlas.demo.size import Size

# Tables whose rows have an id of their own, in the order of their references.
NUMBERED = (
    "users",
    "salons",
    "salon_services",
    "artists",
    "artist_specialties",
    "salon_artists",
    "categories",
    "tags",
    "series",
    "posts",
    "comments",
    "reviews",
    "follows",
    "saves",
)


@dataclass(frozen=True, slots=True)
class Town:
    """A city as a row of a listing needs it; the text parts are made once."""

    id: int
    province_id: int
    name: str
    latin: str
    slug: str
    area_code: str
    lat: float | None
    lng: float | None
    reach: float
    neighborhoods: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """The base: its towns, its public pictures, and the first free id of each table."""

    seed: int
    base: Size
    first: Mapping[str, int]
    towns: tuple[Town, ...]
    avatars: tuple[int, ...]
    covers: tuple[int, ...]
    services: int
    specialties: int


def ground_of(cursor: Cursor[Any], base: Size, seed: int) -> Ground:
    """Read what the base left, in the caller's transaction; the base was made from this size and seed."""
    places = make_geography(base, seed).places
    return Ground(
        seed=seed,
        base=base,
        first={table: _first_free(cursor, table) for table in NUMBERED},
        towns=tuple(_town(place) for place in places),
        avatars=_pictures(cursor, "AVATAR"),
        covers=_pictures(cursor, "COVER"),
        services=len(words.services()),
        specialties=len(words.specialties()),
    )


def seats(ground: Ground, listings: int, area: str) -> list[int]:
    """Return the place in `ground.towns` of each listing, mixed: an id says nothing about the town."""
    chance = Chance(ground.seed, area)
    places = make_geography(ground.base, ground.seed).places
    number = {place.city.id: index for index, place in enumerate(places)}
    counts = spread(listings, ground.base, places, chance)
    taken = [number[city] for city in sorted(counts) for _ in range(max(0, counts[city]))]
    return chance.sample(taken, len(taken))[:listings]


def _town(place: Place) -> Town:
    return Town(
        id=place.city.id,
        province_id=place.city.province_id,
        name=place.city.name_fa,
        latin=latin_name(place),
        slug=persian_slug(place.city.name_fa),
        area_code=place.area_code,
        lat=place.city.lat,
        lng=place.city.lng,
        reach=0.08 if place.is_capital else 0.02,
        neighborhoods=tuple(neighborhood.id for neighborhood in place.neighborhoods),
    )


def _first_free(cursor: Cursor[Any], table: str) -> int:
    row = cursor.execute(
        sql.SQL("SELECT coalesce(max(id), 0) + 1 FROM public.{}").format(sql.Identifier(table))
    ).fetchone()
    assert row is not None
    return int(row[0])


def _pictures(cursor: Cursor[Any], kind: str) -> tuple[int, ...]:
    cursor.execute(
        "SELECT id FROM public.media WHERE kind = %s::public.media_kind AND deleted_at IS NULL"
        " AND NOT is_private ORDER BY id",
        (kind,),
    )
    return tuple(row[0] for row in cursor)
