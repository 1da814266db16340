"""Salons and artists with what belongs to them, row by row, each a function of its number."""

from collections.abc import Iterator
from functools import cache

from sevra_atlas.demo import words
from sevra_atlas.demo.addresses import persian_slug
from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.contacts import persian_digits
from sevra_atlas.demo.salons import DOORS
from sevra_atlas.demo.scale.amounts import Amounts
from sevra_atlas.demo.scale.bulk import NULL, Bulk, moment, opened_at
from sevra_atlas.demo.scale.ground import Ground, Town, seats
from sevra_atlas.demo.scale.ratings import Ratings

_TRADES = Weighted(words.TRADES, (58, 20, 9, 8, 5))
_VERIFICATION = Weighted(("NONE", "VERIFIED", "PENDING", "REJECTED"), (55, 37, 6, 2))
_WOMEN_ONLY = {"women": "t", "men": "f", "nails": "t", "skin": NULL, "spa": NULL}
_WEEK = (1, 2, 3, 4, 6, 7)
# One listing in so many is suspended; it is none that somebody follows or saves.
_SUSPENDED_EVERY, _SUSPENDED = 160, 7
FOLLOWED_EVERY, SAVED_EVERY = 5, 10
_HOURS_EVERY, _SERVICES_EVERY = 4, 2
_LISTING = ("verification", "status", "primary_owner_id", "created_at", "updated_at")
_KEPT = ("rating_sum", "review_count", "follower_count", "save_count")


def is_suspended(place: int) -> bool:
    """Say whether the listing with this number, from 0, is suspended."""
    return place % _SUSPENDED_EVERY == _SUSPENDED


@cache
def _signs(trade: str) -> tuple[tuple[str, str, str], ...]:
    """Return what may stand on a door: name, Persian slug, Latin slug."""
    pool = words.words("men_words" if trade == "men" else "salon_words")
    return tuple(
        (persian.format(word.fa), persian_slug(persian.format(word.fa)), latin.format(word.latin))
        for persian, latin in DOORS[trade]
        for word in pool
    )


def salons(ground: Ground, amounts: Amounts, ratings: Ratings) -> Iterator[Bulk]:
    """Yield salons, their owners, weeks and services."""
    first = ground.first["salons"]

    def rows() -> Iterator[str]:
        chance = Chance(ground.seed, "scale/salons")
        streets = words.words("streets")
        summaries, parts = words.phrases()["summary"], words.phrases()["description"]
        for place, seat in enumerate(seats(ground, amounts.salons, "scale/seats")):
            salon, town, trade = first + place, ground.towns[seat], _TRADES.draw(chance)
            name, persian, latin = chance.pick(_signs(trade))
            slug = f"{latin}-{town.latin}-{salon}" if salon % 2 == 0 else f"{persian}-{town.slug}-{salon}"
            text = f"{chance.pick(parts['first'])} {chance.pick(parts['third'])}"
            description = text.format(name=name, city=town.name) if chance.happens(0.5) else NULL
            at = moment(opened_at(place))
            total, count = ratings.of_salon(place)
            yield (
                f"{salon}\t{name}\t{slug}\t{chance.pick(summaries[trade]).format(place=town.name)}\t{description}"
                f"\t{town.area_code}0000{chance.below(10_000):04d}\t{town.province_id}\t{town.id}"
                f"\t{_neighborhood(chance, town)}"
                f"\tخیابان {chance.pick(streets).fa}، پلاک {persian_digits(1 + place % 280)}"
                f"\t{_position(chance, town)}\t{_WOMEN_ONLY[trade]}\t{chance.between(1, 4)}"
                f"\t{_picture(chance, ground.avatars, 0.6)}\t{_picture(chance, ground.covers, 0.4)}"
                f"\t{_VERIFICATION.draw(chance)}\t{'SUSPENDED' if is_suspended(place) else 'ACTIVE'}"
                f"\t{_owner(ground, amounts, place)}\t{at}\t{at}"
                f"\t{total}\t{count}\t{int(place % FOLLOWED_EVERY == 0)}\t{int(place % SAVED_EVERY == 0)}\n"
            )

    yield Bulk(
        "salons",
        (
            *("id", "name", "slug", "summary", "description", "phone", "province_id", "city_id"),
            *("neighborhood_id", "address_line", "lat", "lng", "is_women_only", "price_tier"),
            *("avatar_media_id", "cover_media_id", *_LISTING, *_KEPT),
        ),
        amounts.salons,
        rows,
        kept=_KEPT,
    )
    yield from _furniture(ground, amounts)


def _owner(ground: Ground, amounts: Amounts, place: int) -> int:
    return ground.first["users"] + place % amounts.owners


def _furniture(ground: Ground, amounts: Amounts) -> Iterator[Bulk]:
    """Yield what belongs to salons."""
    first = ground.first["salons"]

    def owned() -> Iterator[str]:
        for place in range(amounts.salons):
            yield f"{first + place}\t{_owner(ground, amounts, place)}\t{moment(opened_at(place))}\n"

    def hours() -> Iterator[str]:
        for place in range(0, amounts.salons, _HOURS_EVERY):
            start = 9 + place % 3
            for weekday in _WEEK:
                yield f"{first + place}\t{weekday}\t{{[{start * 60},{(start + 10) * 60})}}\n"

    def services() -> Iterator[str]:
        chance = Chance(ground.seed, "scale/services")
        offered, number = words.services(), ground.first["salon_services"]
        for place in range(0, amounts.salons, _SERVICES_EVERY):
            service = chance.below(len(offered) - 1)
            at = moment(opened_at(place))
            for position in (1, 2):
                word = offered[service + position - 1]
                price = chance.between(word.price_from, word.price_to) // 10_000 * 10_000
                yield (
                    f"{number}\t{first + place}\t{service + position}\t{price}\t{word.minutes}\t{position}"
                    f"\t{at}\t{at}\n"
                )
                number += 1

    yield Bulk("salon_owners", ("salon_id", "user_id", "created_at"), amounts.salons, owned)
    yield Bulk(
        "opening_hours",
        ("salon_id", "weekday", "open_minutes"),
        -(-amounts.salons // _HOURS_EVERY) * len(_WEEK),
        hours,
    )
    yield Bulk(
        "salon_services",
        (
            *("id", "salon_id", "service_id", "price_toman", "duration_min", "position"),
            *("created_at", "updated_at"),
        ),
        -(-amounts.salons // _SERVICES_EVERY) * 2,
        services,
    )


def artists(ground: Ground, amounts: Amounts, ratings: Ratings) -> Iterator[Bulk]:
    """Yield artists, a specialty of each, and where each works."""
    first, salon = ground.first["artists"], ground.first["salons"]

    def rows() -> Iterator[str]:
        chance = Chance(ground.seed, "scale/artists")
        women, men, surnames = words.words("female_names"), words.words("male_names"), words.words("surnames")
        trades, bios = words.specialties(), words.phrases()["bio"]
        for place, seat in enumerate(seats(ground, amounts.artists, "scale/artist seats")):
            artist, town = first + place, ground.towns[seat]
            given, last = chance.pick(women if chance.happens(0.8) else men), chance.pick(surnames)
            name = f"{given.fa} {last.fa}"
            slug = (
                f"{given.latin}-{last.latin}-{artist}"
                if artist % 2 == 0
                else f"{persian_slug(name)}-{artist}"
            )
            bio = f"{chance.pick(bios['first'])} {chance.pick(bios['second'])}".format(
                name=name,
                city=town.name,
                years=persian_digits(2 + place % 20),
                specialty=chance.pick(trades).name_fa,
            )
            at = moment(opened_at(place + 1))
            total, count = ratings.of_artist(place)
            yield (
                f"{artist}\t{name}\t{slug}\t{bio}\t{town.province_id}\t{town.id}"
                f"\t{_neighborhood(chance, town)}\t{_picture(chance, ground.avatars, 0.6)}"
                f"\t{_VERIFICATION.draw(chance)}\t{'SUSPENDED' if is_suspended(place) else 'ACTIVE'}\t{NULL}"
                f"\t{at}\t{at}\t{total}\t{count}\t{int(place % FOLLOWED_EVERY == 0)}\t0\n"
            )

    def specialties() -> Iterator[str]:
        number = ground.first["artist_specialties"]
        for place in range(amounts.artists):
            at = moment(opened_at(place + 1))
            yield f"{number + place}\t{first + place}\t{1 + place % ground.specialties}\t1\t{at}\t{at}\n"

    def links() -> Iterator[str]:
        number = ground.first["salon_artists"]
        for place in range(amounts.artists):
            at = moment(opened_at(place + 1))
            employer = salon + place * 5 % amounts.salons
            yield f"{number + place}\t{employer}\t{first + place}\tآرایشگر\t{at[:10]}\t{at}\t{at}\t{at}\n"

    yield Bulk(
        "artists",
        (
            *("id", "full_name", "slug", "bio", "province_id", "city_id", "neighborhood_id"),
            *("avatar_media_id", *_LISTING, *_KEPT),
        ),
        amounts.artists,
        rows,
        kept=_KEPT,
    )
    yield Bulk(
        "artist_specialties",
        ("id", "artist_id", "specialty_id", "position", "created_at", "updated_at"),
        amounts.artists,
        specialties,
    )
    yield Bulk(
        "salon_artists",
        (
            *("id", "salon_id", "artist_id", "role_title", "started_at"),
            *("accepted_at", "created_at", "updated_at"),
        ),
        amounts.artists,
        links,
    )


def _neighborhood(chance: Chance, town: Town) -> int | str:
    return chance.pick(town.neighborhoods) if town.neighborhoods and chance.happens(0.7) else NULL


def _position(chance: Chance, town: Town) -> str:
    if town.lat is None or town.lng is None:
        return f"{NULL}\t{NULL}"
    lat = town.lat + (chance.fraction() - 0.5) * town.reach
    return f"{lat:.5f}\t{town.lng + (chance.fraction() - 0.5) * town.reach:.5f}"


def _picture(chance: Chance, pool: tuple[int, ...], share: float) -> int | str:
    return chance.pick(pool) if pool and chance.happens(share) else NULL
