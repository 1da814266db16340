"""Names of people and their accounts.

Phone numbers are shaped like Iranian mobile numbers and begin with 0970, which no operator is known to use:
no message to a demo account reaches anybody.
"""

from dataclasses import dataclass
from datetime import datetime

from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.marker import marked, marker
from sevra_atlas.demo.moments import OPENED, between
from sevra_atlas.demo.places import Place
from sevra_atlas.demo.rows import Deletion, User
from sevra_atlas.demo.size import Size
from sevra_atlas.demo.words import Word, words

ADMIN, FIRST_MODERATOR, LAST_MODERATOR = 1, 2, 3
_SUBSCRIBERS = 10_000_000
# Coprime to the number of subscribers: numbers look unordered and never repeat.
_STRIDE = 7_919_313


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in both scripts."""

    first: Word
    last: Word
    gender: str

    @property
    def full(self) -> str:
        """Return first name and surname in Persian."""
        return f"{self.first.fa} {self.last.fa}"

    @property
    def latin(self) -> str:
        """Return the name as a Latin slug."""
        return f"{self.first.latin}-{self.last.latin}"

    @property
    def polite(self) -> str:
        """Return the surname with the form of address."""
        return f"{'خانم' if self.gender == 'FEMALE' else 'آقای'} {self.last.fa}"


def any_name(chance: Chance, share_of_women: float) -> Name:
    """Return a name; common surnames come first in their list and are drawn more often."""
    woman = chance.happens(share_of_women)
    first = chance.pick(words("female_names" if woman else "male_names"))
    return Name(first, chance.skewed(words("surnames"), 1.3), "FEMALE" if woman else "MALE")


@dataclass(frozen=True, slots=True)
class People:
    """Accounts: staff, owners of salons and artists, reviewers, reviewers that will be deleted, authors."""

    users: tuple[User, ...]
    salon_owners: tuple[int, ...]
    artist_owners: tuple[tuple[int, Name], ...]
    reviewers: tuple[User, ...]
    doomed: tuple[User, ...]
    authors: tuple[tuple[User, Name], ...]
    deletions: tuple[Deletion, ...]


class _Accounts:
    """Makes accounts one by one; a user name is taken once."""

    def __init__(self, chance: Chance, places: tuple[Place, ...]) -> None:
        self._chance = chance
        self._places = places
        self._usernames: set[str] = set()
        self.users: list[User] = []

    def add(self, name: Name, role: str, created_at: datetime) -> User:
        number = len(self.users) + 1
        user = User(
            id=number,
            username=self._username(name),
            first_name=name.first.fa,
            last_name=name.last.fa,
            phone_number=phone_of(number),
            is_phone_verified=self._chance.happens(0.8),
            referral_code=f"demo{number:06d}",
            role=role,
            gender=name.gender,
            bio=None,
            city_id=self._chance.pick(self._places).city.id if self._chance.happens(0.6) else None,
            created_at=created_at,
        )
        self.users.append(user)
        return user

    def add_doomed(self) -> User:
        number = len(self.users) + 1
        user = User(
            id=number,
            username=marker("users", number, "username"),
            first_name=marked("users", number, "first-name"),
            last_name=marked("users", number, "last-name"),
            phone_number=phone_of(number),
            is_phone_verified=True,
            referral_code=f"demo{number:06d}",
            role="USER",
            gender="UNSPECIFIED",
            bio=marked("users", number, "bio"),
            city_id=None,
            created_at=OPENED,
        )
        self.users.append(user)
        return user

    def _username(self, name: Name) -> str:
        stem = f"{name.first.latin}.{name.last.latin}".replace("-", ".")
        username = stem
        while username in self._usernames:
            username = f"{stem}{self._chance.between(60, 9999)}"
        self._usernames.add(username)
        return username


def phone_of(user: int) -> str:
    """Return the phone number of a demo account in E.164."""
    return f"+98970{user * _STRIDE % _SUBSCRIBERS:07d}"


def make_people(size: Size, seed: int, places: tuple[Place, ...]) -> People:
    """Return all accounts; the first is the administrator, nobody has a password."""
    chance = Chance(seed, "people")
    accounts = _Accounts(chance, places)
    for role in ("ADMIN", "MODERATOR", "MODERATOR"):
        accounts.add(any_name(chance, 0.5), role, OPENED)
    salon_owners = tuple(
        accounts.add(any_name(chance, 0.75), "SALON", between(chance, OPENED)).id
        for _ in range(size.salons * 3 // 4)
    )
    artist_owners = []
    for _ in range(size.artists * 9 // 20):
        name = any_name(chance, 0.8)
        artist_owners.append((accounts.add(name, "ARTIST", between(chance, OPENED)).id, name))
    reviewers = tuple(
        accounts.add(any_name(chance, 0.72), "USER", between(chance, OPENED)) for _ in range(size.reviewers)
    )
    doomed = tuple(accounts.add_doomed() for _ in range(size.deleted_users))
    names = [any_name(chance, 0.7) for _ in range(size.authors)]
    authors = tuple((accounts.add(name, "AUTHOR", OPENED), name) for name in names)
    return People(
        users=tuple(accounts.users),
        salon_owners=salon_owners,
        artist_owners=tuple(artist_owners),
        reviewers=reviewers,
        doomed=doomed,
        authors=authors,
        deletions=tuple(Deletion("users", user.id, "به درخواست کاربر") for user in doomed),
    )
