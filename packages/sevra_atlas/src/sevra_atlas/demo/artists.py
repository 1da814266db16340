"""Artists with their specialties, certificates, owners and places of work."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sevra_atlas.demo import words
from sevra_atlas.demo.addresses import Addresses, persian_slug
from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.contacts import contacts, persian_digits
from sevra_atlas.demo.listings import History, Pool, standing, two_scripts
from sevra_atlas.demo.marker import marked, marker
from sevra_atlas.demo.moments import EPOCH, OPENED, between
from sevra_atlas.demo.people import ADMIN, LAST_MODERATOR, Name, any_name
from sevra_atlas.demo.places import Place, spread
from sevra_atlas.demo.rows import (
    Artist,
    ArtistCertification,
    ArtistOwner,
    ArtistSpecialty,
    Deletion,
    Rename,
    SalonArtist,
)
from sevra_atlas.demo.salons import Salons
from sevra_atlas.demo.size import Size

_TRADE = Weighted(words.TRADES, (58, 16, 12, 8, 6))
_SHARE_OF_WOMEN = {"women": 1.0, "men": 0.0, "nails": 1.0, "skin": 0.95, "spa": 0.7}
_ROLES = {
    "women": ("آرایشگر", "رنگ‌کار", "میکاپ آرتیست", "مدیر فنی"),
    "men": ("آرایشگر", "استایلیست", "مدیر فنی"),
    "nails": ("ناخن‌کار", "طراح ناخن"),
    "skin": ("کارشناس پوست", "فیشیالیست"),
    "spa": ("ماساژور", "مسئول اسپا"),
}
_LEVELS = ("مقدماتی", "پیشرفته", "مربیگری", None)
_BARE = 0.1


@dataclass(slots=True)
class Artists:
    """Artists and what belongs to them, in the order of their ids; the doomed ones come last."""

    artists: list[Artist] = field(default_factory=list)
    names: dict[int, Name] = field(default_factory=dict)
    trades: dict[int, str] = field(default_factory=dict)
    owners: list[ArtistOwner] = field(default_factory=list)
    specialties: list[ArtistSpecialty] = field(default_factory=list)
    certifications: list[ArtistCertification] = field(default_factory=list)
    links: list[SalonArtist] = field(default_factory=list)
    bare: set[int] = field(default_factory=set)
    renames: list[Rename] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)


class ArtistMaker:
    """Makes artists; those with an account of their own carry its name."""

    def __init__(
        self, size: Size, seed: int, owners: tuple[tuple[int, Name], ...], pools: dict[str, Pool]
    ) -> None:
        self._size = size
        self._chance = Chance(seed, "artists")
        self._owners = iter(owners)
        self._pools = pools
        self._addresses = Addresses()
        self._history = History("artists", self._addresses, size.renamed_artists)
        self._made = Artists()
        self._workplaces: dict[tuple[int, str], list[int]] = defaultdict(list)

    def make(self, places: tuple[Place, ...], salons: Salons) -> Artists:
        """Return all artists, the doomed ones included, working at the living salons."""
        dead = {deletion.id for deletion in salons.deletions}
        for salon in salons.salons:
            if salon.id not in dead:
                self._workplaces[salon.city_id, salons.trades[salon.id]].append(salon.id)
        by_city = {place.city.id: place for place in places}
        counts = spread(self._size.artists, self._size, places, self._chance)
        seats = [city for city in sorted(counts) for _ in range(counts[city])]
        for city in self._chance.sample(seats, len(seats)):
            self._add(by_city[city])
        living = list(self._made.artists)
        for artist in self._chance.sample(living, self._size.deleted_artists):
            self._add_doomed(artist)
        self._doom_certifications()
        self._made.renames = self._history.renames
        return self._made

    def _add(self, place: Place) -> None:
        chance, row = self._chance, len(self._made.artists) + 1
        trade, bare, shown = _TRADE.draw(chance), chance.happens(_BARE), standing(chance)
        owner, name = self._person(trade)
        created_at = between(chance, OPENED)
        neighborhood = chance.pick(place.neighborhoods) if place.neighborhoods else None
        reach = contacts(chance, place, name.latin, row)
        self._made.trades[row], self._made.names[row] = trade, name
        specialties = () if bare else tuple(self._specialties(row, trade))
        main = words.specialties()[specialties[0].specialty_id - 1].name_fa if specialties else None
        self._made.artists.append(
            Artist(
                id=row,
                full_name=name.full,
                slug=self._slug(row, name, place),
                summary=f"{main} در {place.city.name_fa}" if main else None,
                bio=self._bio(name, main, place, trade) if main and chance.happens(0.8) else None,
                phone=reach.phone,
                instagram=reach.instagram,
                website=reach.website,
                city_id=place.city.id,
                neighborhood_id=neighborhood.id if neighborhood and chance.happens(0.5) else None,
                avatar_media_id=None if bare else self._pools[trade].avatar(chance),
                cover_media_id=self._pools[trade].cover(chance) if main and chance.happens(0.4) else None,
                verification=shown.verification,
                status=shown.status,
                primary_owner_id=owner,
                created_at=created_at,
            )
        )
        if owner is not None:
            self._made.owners.append(ArtistOwner(row, owner, created_at))
        if bare:
            self._made.bare.add(row)
        else:
            self._made.specialties.extend(specialties)
            self._certify(self._made.artists[-1], trade)
        self._employ(self._made.artists[-1], trade)

    def _person(self, trade: str) -> tuple[int | None, Name]:
        """Return the account that manages an artist, or None, and the artist's name."""
        if self._chance.happens(0.45):
            owner = next(self._owners, None)
            # A man with an account does not work in a women's salon: then the artist has no account.
            if owner is not None and (owner[1].gender == "FEMALE") == (_SHARE_OF_WOMEN[trade] > 0):
                return owner
        return None, any_name(self._chance, _SHARE_OF_WOMEN[trade])

    def _slug(self, row: int, name: Name, place: Place) -> str:
        city = place.city.name_en.lower().replace(" ", "-").replace("'", "")
        wanted, others = two_scripts(
            row,
            (persian_slug(name.full), persian_slug(f"{name.full} {place.city.name_fa}")),
            (name.latin, f"{name.latin}-{city}"),
        )
        return self._history.oldest(row, self._addresses.claim(*wanted), others)

    def _bio(self, name: Name, main: str, place: Place, trade: str) -> str:
        parts = words.phrases()["bio"]
        second = [text for text in parts["second"] if trade == "women" or "عروس" not in text]
        text = f"{self._chance.pick(parts['first'])} {self._chance.pick(second)}"
        years = persian_digits(self._chance.between(3, 22))
        return text.format(name=name.full, years=years, specialty=main, city=place.city.name_fa)

    def _specialties(self, row: int, trade: str) -> Iterator[ArtistSpecialty]:
        chance, first = self._chance, len(self._made.specialties)
        numbered = [n for n, word in enumerate(words.specialties(), 1) if word.trade == trade]
        for position, specialty in enumerate(chance.sample(numbered, chance.between(1, 4)), 1):
            yield ArtistSpecialty(
                id=first + position,
                artist_id=row,
                specialty_id=specialty,
                price_toman=chance.between(20, 600) * 10_000 if chance.happens(0.6) else None,
                duration_min=15 * chance.between(2, 12) if chance.happens(0.6) else None,
                note="با نوبت قبلی" if chance.happens(0.1) else None,
                position=position,
                created_at=EPOCH - timedelta(days=chance.between(1, 900)),
            )

    def _certify(self, artist: Artist, trade: str) -> None:
        chance = self._chance
        if not chance.happens(0.32):
            return
        topics = [word.name_fa for word in words.specialties() if word.trade == trade]
        for topic in chance.sample(topics, chance.between(1, 3)):
            issued_at = EPOCH.date() - timedelta(days=chance.between(60, 3_000))
            verified = chance.happens(0.6)
            row = len(self._made.certifications) + 1
            self._made.certifications.append(
                ArtistCertification(
                    id=row,
                    artist_id=artist.id,
                    title=f"دورهٔ {topic}",
                    issuer=f"آموزشگاه {chance.pick(words.words('salon_words')).fa}",
                    category=topic,
                    level=chance.pick(_LEVELS),
                    issued_at=issued_at,
                    expires_at=issued_at + timedelta(days=3_650) if chance.happens(0.3) else None,
                    credential_id=f"DEMO-{row:06d}",
                    verified_at=between(chance, artist.created_at) if verified else None,
                    verified_by_id=chance.between(ADMIN, LAST_MODERATOR) if verified else None,
                    created_at=artist.created_at,
                )
            )

    def _employ(self, artist: Artist, trade: str) -> None:
        """Link the artist to salons of the own trade in the own city: one now, sometimes one before."""
        chance = self._chance
        salons = chance.sample(self._workplaces[artist.city_id, trade], 2)
        started_at = artist.created_at.date() - timedelta(days=chance.between(30, 1_500))
        if salons and chance.happens(0.8):
            accepted = between(chance, artist.created_at) if chance.happens(0.88) else None
            self._link(salons[0], artist, trade, (started_at, None), accepted)
        if len(salons) > 1 and chance.happens(0.25):
            ended_at = started_at - timedelta(days=chance.between(0, 200))
            period = (ended_at - timedelta(days=chance.between(90, 1_500)), ended_at)
            self._link(salons[1], artist, trade, period, artist.created_at)

    def _link(
        self,
        salon: int,
        artist: Artist,
        trade: str,
        period: tuple[date, date | None],
        accepted_at: datetime | None,
    ) -> None:
        started_at, ended_at = period
        self._made.links.append(
            SalonArtist(
                id=len(self._made.links) + 1,
                salon_id=salon,
                artist_id=artist.id,
                role_title=self._chance.pick(_ROLES[trade]),
                is_active=ended_at is None,
                started_at=started_at,
                ended_at=ended_at,
                accepted_at=accepted_at,
                created_at=artist.created_at,
            )
        )

    def _add_doomed(self, twin: Artist) -> None:
        """Add an artist like another one whose every text is marked, and whose end is planned."""
        row = len(self._made.artists) + 1
        self._made.artists.append(
            replace(
                twin,
                id=row,
                full_name=marked("artists", row, "full-name"),
                slug=self._addresses.claim(marker("artists", row, "slug")),
                summary=marked("artists", row, "summary"),
                bio=marked("artists", row, "bio"),
                phone=marker("artists", row, "phone"),
                instagram=f"zz-dead-artists-{row}",
                website=f"https://{marker('artists', row, 'website')}.example.com",
                status="ACTIVE",
                primary_owner_id=None,
            )
        )
        trade = self._made.trades[twin.id]
        self._made.trades[row], self._made.names[row] = trade, self._made.names[twin.id]
        self._made.specialties.extend(self._specialties(row, trade))
        self._employ(self._made.artists[-1], trade)
        self._add_doomed_certification(row)
        self._made.deletions.append(Deletion("artists", row, self._chance.pick(("بازنشستگی", "ثبت تکراری"))))

    def _doom_certifications(self) -> None:
        """Add certificates of living artists that will be deleted alone."""
        for artist in self._made.artists[: self._size.deleted_artists]:
            certification = self._add_doomed_certification(artist.id)
            self._made.deletions.append(Deletion("artist_certifications", certification, "سند نادرست"))

    def _add_doomed_certification(self, artist: int) -> int:
        row = len(self._made.certifications) + 1
        mark = "artist_certifications"
        self._made.certifications.append(
            ArtistCertification(
                id=row,
                artist_id=artist,
                title=marked(mark, row, "title"),
                issuer=marked(mark, row, "issuer"),
                category=marker(mark, row, "category"),
                level=marker(mark, row, "level"),
                issued_at=EPOCH.date() - timedelta(days=400),
                expires_at=None,
                credential_id=marker(mark, row, "credential-id"),
                verified_at=EPOCH - timedelta(days=2),
                verified_by_id=ADMIN,
                created_at=EPOCH - timedelta(days=3),
            )
        )
        return row
