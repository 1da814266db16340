"""Salons with their hours, services and owners."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from sevra_atlas.demo import hours, words
from sevra_atlas.demo.addresses import Addresses, persian_slug
from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.contacts import address_line, contacts, persian_digits, postal_code
from sevra_atlas.demo.listings import History, Pool, standing, two_scripts
from sevra_atlas.demo.marker import marked, marker
from sevra_atlas.demo.moments import OPENED, between
from sevra_atlas.demo.places import Place, spread
from sevra_atlas.demo.rows import (
    Deletion,
    OpeningException,
    OpeningHours,
    Rename,
    Salon,
    SalonOwner,
    SalonService,
    Successor,
)
from sevra_atlas.demo.size import Size

_TRADE = Weighted(words.TRADES, (58, 20, 9, 8, 5))
DOORS: dict[str, tuple[tuple[str, str], ...]] = {
    "women": (
        ("سالن زیبایی {}", "{}-beauty-salon"),
        ("خانهٔ زیبایی {}", "{}-beauty-house"),
        ("آرایشگاه زنانهٔ {}", "{}-hair-salon"),
        ("مرکز زیبایی {}", "{}-beauty-center"),
        ("استودیو زیبایی {}", "{}-beauty-studio"),
        ("سالن عروس {}", "{}-bridal-salon"),
    ),
    "men": (
        ("پیرایش {}", "{}-grooming"),
        ("آرایشگاه مردانهٔ {}", "{}-barber"),
        ("باربرشاپ {}", "{}-barbershop"),
        ("سالن مردانهٔ {}", "{}-mens-salon"),
    ),
    "nails": (
        ("استودیو ناخن {}", "{}-nail-studio"),
        ("سالن ناخن {}", "{}-nails"),
        ("نیل‌بار {}", "{}-nail-bar"),
    ),
    "skin": (
        ("مرکز پوست {}", "{}-skin-center"),
        ("خانهٔ پوست {}", "{}-skin-house"),
        ("فیشیال {}", "{}-facial"),
    ),
    "spa": (("اسپای {}", "{}-spa"), ("خانهٔ ماساژ {}", "{}-massage-house"), ("مرکز ماساژ {}", "{}-massage")),
}
# Services of the own trade, and of others: fewest and most.
_OFFER = {"women": (6, 22, 5), "men": (3, 6, 1), "nails": (4, 6, 3), "skin": (4, 6, 4), "spa": (3, 6, 2)}
_WOMEN_ONLY: dict[str, tuple[bool | None, ...]] = {
    "women": (True, True, True, True, True, True, True, None),
    "men": (False,),
    "nails": (True, True, True, True, None),
    "skin": (True, True, True, None, False),
    "spa": (True, True, False, None),
}
_OWNERLESS, _BARE = 0.08, 0.12
_TRIES = 60


@dataclass(slots=True)
class Salons:
    """Salons and what belongs to them, in the order of their ids; the doomed ones come last."""

    salons: list[Salon] = field(default_factory=list)
    trades: dict[int, str] = field(default_factory=dict)
    latin: dict[int, str] = field(default_factory=dict)
    owners: list[SalonOwner] = field(default_factory=list)
    hours: list[OpeningHours] = field(default_factory=list)
    exceptions: list[OpeningException] = field(default_factory=list)
    services: list[SalonService] = field(default_factory=list)
    bare: set[int] = field(default_factory=set)
    renames: list[Rename] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    successors: list[Successor] = field(default_factory=list)


class SalonMaker:
    """Makes salons; no two of a city have one name, no two have ever had one slug."""

    def __init__(self, size: Size, seed: int, owners: tuple[int, ...], pools: dict[str, Pool]) -> None:
        self._size = size
        self._chance = Chance(seed, "salons")
        self._owners = owners
        self._pools = pools
        self._addresses = Addresses()
        self._names: set[tuple[int, str]] = set()
        self._history = History("salons", self._addresses, size.renamed_salons)
        self._made = Salons()

    def make(self, places: tuple[Place, ...]) -> Salons:
        """Return all salons, the doomed ones included."""
        by_city = {place.city.id: place for place in places}
        counts = spread(self._size.salons, self._size, places, self._chance)
        seats = [city for city in sorted(counts) for _ in range(counts[city])]
        # Shuffled, so that an id says nothing about the city.
        for city in self._chance.sample(seats, len(seats)):
            self._add(by_city[city])
        for salon in self._chance.sample(self._made.salons, self._size.deleted_salons):
            self._add_doomed(salon)
        self._made.renames = self._history.renames
        self._name_successors()
        return self._made

    def _add(self, place: Place) -> None:
        chance, row = self._chance, len(self._made.salons) + 1
        trade = _TRADE.draw(chance)
        bare = chance.happens(_BARE)
        name, latin = self._name(place, trade)
        created_at = between(chance, OPENED)
        neighborhood = chance.pick(place.neighborhoods) if place.neighborhoods and not bare else None
        reach = contacts(chance, place, latin, row)
        lat, lng = self._position(place)
        shown = standing(chance)
        self._made.salons.append(
            Salon(
                id=row,
                name=name,
                slug=self._slug(row, name, latin, place),
                summary=None if bare else self._summary(trade, place),
                description=None if bare or chance.happens(0.3) else self._description(trade, name, place),
                phone=reach.phone,
                instagram=reach.instagram,
                website=reach.website,
                city_id=place.city.id,
                neighborhood_id=neighborhood.id if neighborhood and chance.happens(0.85) else None,
                address_line=None if chance.happens(0.07) else address_line(chance),
                postal_code=postal_code(chance) if chance.happens(0.4) else None,
                lat=lat,
                lng=lng,
                is_women_only=chance.pick(_WOMEN_ONLY[trade]),
                price_tier=None if bare else chance.pick((1, 1, 2, 2, 2, 2, 3, 3, 4, None)),
                avatar_media_id=None if bare else self._pools[trade].avatar(chance),
                cover_media_id=None if bare else self._pools[trade].cover(chance),
                verification=shown.verification,
                status=shown.status,
                primary_owner_id=self._own(row, created_at),
                created_at=created_at,
            )
        )
        self._made.trades[row], self._made.latin[row] = trade, latin
        if bare:
            self._made.bare.add(row)
            return
        self._furnish(row, trade, created_at)

    def _furnish(self, row: int, trade: str, created_at: datetime) -> None:
        chance = self._chance
        if chance.happens(0.92):
            self._made.hours.extend(hours.week_of(chance, row))
            if chance.happens(0.35):
                self._made.exceptions.extend(hours.exceptions_of(chance, row))
        if chance.happens(0.95):
            self._made.services.extend(self._services(row, trade, created_at))

    def _name(self, place: Place, trade: str) -> tuple[str, str]:
        """Return a name that is free in the city, and its Latin twin."""
        pool = words.words("men_words" if trade == "men" else "salon_words")
        attempt = 0
        while True:
            attempt += 1
            word = self._chance.pick(pool)
            persian, latin = self._chance.pick(DOORS[trade])
            name = persian.format(word.fa)
            if attempt > _TRIES:
                # A large city has more salons than there are names: branches carry a number.
                name = f"{name} {persian_digits(attempt - _TRIES + 1)}"
            if (place.city.id, name) not in self._names:
                self._names.add((place.city.id, name))
                return name, latin.format(word.latin)

    def _slug(self, row: int, name: str, latin: str, place: Place) -> str:
        city = latin_name(place)
        wanted, others = two_scripts(
            row,
            (persian_slug(name), persian_slug(f"{name} {place.city.name_fa}")),
            (latin, f"{latin}-{city}"),
        )
        return self._history.oldest(row, self._addresses.claim(*wanted), others)

    def _summary(self, trade: str, place: Place) -> str:
        text: str = self._chance.pick(words.phrases()["summary"][trade])
        return text.format(place=place.city.name_fa)

    def _description(self, trade: str, name: str, place: Place) -> str:
        parts = words.phrases()["description"]
        second = [text for text in parts["second"] if trade == "women" or "عروس" not in text]
        picked = (
            self._chance.pick(parts["first"]),
            self._chance.pick(second),
            self._chance.pick(parts["third"]),
        )
        return " ".join(picked).format(name=name, city=place.city.name_fa)

    def _position(self, place: Place) -> tuple[float | None, float | None]:
        if place.city.lat is None or place.city.lng is None or self._chance.happens(0.15):
            return None, None
        reach = 0.04 if place.is_capital else 0.01
        return (
            round(place.city.lat + (self._chance.fraction() - 0.5) * reach, 5),
            round(place.city.lng + (self._chance.fraction() - 0.5) * reach, 5),
        )

    def _own(self, row: int, created_at: datetime) -> int | None:
        """Give the salon one owner, sometimes two, and return the primary one."""
        if self._chance.happens(_OWNERLESS):
            return None
        owners = self._chance.sample(self._owners, 2 if self._chance.happens(0.1) else 1)
        self._made.owners.extend(SalonOwner(row, user, created_at) for user in owners)
        return owners[0]

    def _services(self, row: int, trade: str, created_at: datetime) -> Iterator[SalonService]:
        chance = self._chance
        fewest, most, foreign = _OFFER[trade]
        numbered = list(enumerate(words.services(), 1))
        own = [pair for pair in numbered if pair[1].trade == trade]
        other = [pair for pair in numbered if pair[1].trade not in {trade, "men"}]
        offered = chance.sample(own, chance.between(fewest, most))
        if trade != "men":
            offered += chance.sample(other, chance.between(0, foreign))
        level, first = chance.fraction(), len(self._made.services)
        for position, (service, word) in enumerate(sorted(offered, key=_number), 1):
            share = min(1.0, max(0.0, level + (chance.fraction() - 0.5) * 0.3))
            price = word.price_from + int((word.price_to - word.price_from) * share)
            yield SalonService(
                id=first + position,
                salon_id=row,
                service_id=service,
                price_toman=None if chance.happens(0.12) else price // 10_000 * 10_000,
                duration_min=None if chance.happens(0.1) else word.minutes + 5 * chance.between(-1, 3),
                is_active=not chance.happens(0.03),
                notes="قیمت پس از مشاوره نهایی می‌شود." if chance.happens(0.08) else None,
                position=position,
                created_at=created_at,
            )

    def _add_doomed(self, twin: Salon) -> None:
        """Add a salon like another one whose every text is marked, and whose end is planned."""
        row = len(self._made.salons) + 1
        self._made.salons.append(
            replace(
                twin,
                id=row,
                name=marked("salons", row, "name"),
                slug=self._addresses.claim(marker("salons", row, "slug")),
                summary=marked("salons", row, "summary"),
                description=marked("salons", row, "description"),
                phone=marker("salons", row, "phone"),
                instagram=f"zz-dead-salons-{row}",
                website=f"https://{marker('salons', row, 'website')}.example.com",
                address_line=marked("salons", row, "address-line"),
                postal_code=marker("salons", row, "postal-code"),
                status="ACTIVE",
                primary_owner_id=self._own(row, twin.created_at),
            )
        )
        self._made.trades[row] = self._made.trades[twin.id]
        self._furnish(row, self._made.trades[row], twin.created_at)
        self._made.deletions.append(
            Deletion("salons", row, self._chance.pick(("تعطیلی سالن", "ثبت تکراری", "درخواست مالک")))
        )

    def _name_successors(self) -> None:
        """Let the addresses of two deleted salons lead to a living one of the same city."""
        for deletion in self._made.deletions[:2]:
            dead = self._made.salons[deletion.id - 1]
            alive = next(
                salon
                for salon in self._made.salons
                if salon.city_id == dead.city_id and salon.status == "ACTIVE"
            )
            self._made.successors.append(Successor(dead.id, alive.id))


def _number(pair: tuple[int, words.ServiceWord]) -> int:
    return pair[0]


def latin_name(place: Place) -> str:
    """Return the Latin name of a place as a part of a slug."""
    return place.city.name_en.lower().replace(" ", "-").replace("'", "")
