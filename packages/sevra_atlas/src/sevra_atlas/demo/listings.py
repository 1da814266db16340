"""What salons and artists share in the demo data: slugs in two scripts, verification, pictures, a status."""

from dataclasses import dataclass
from itertools import pairwise

from sevra_atlas.demo.addresses import Addresses
from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.rows import Picture, Rename

_VERIFICATION = Weighted(("NONE", "VERIFIED", "PENDING", "REJECTED"), (55, 37, 6, 2))


@dataclass(frozen=True, slots=True)
class Pool:
    """Pictures by use; listings share them."""

    avatars: tuple[Picture, ...]
    covers: tuple[Picture, ...]
    gallery: tuple[Picture, ...]

    def avatar(self, chance: Chance) -> int | None:
        """Return the id of a small picture, or None for a listing without one."""
        return chance.pick(self.avatars).id if self.avatars and chance.happens(0.8) else None

    def cover(self, chance: Chance) -> int | None:
        """Return the id of a wide picture, or None for a listing without one."""
        return chance.pick(self.covers).id if self.covers and chance.happens(0.65) else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether papers were seen and whether visitors see the listing."""

    verification: str
    status: str


def standing(chance: Chance) -> Standing:
    """Return the standing of one listing; one in 160 is suspended."""
    return Standing(_VERIFICATION.draw(chance), "SUSPENDED" if chance.happens(1 / 160) else "ACTIVE")


def two_scripts(row: int, persian: tuple[str, ...], latin: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the wanted slugs of one row first and those in the other script second: even ids are Latin."""
    return (latin, persian) if row % 2 == 0 else (persian, latin)


class History:
    """Older slugs of some rows: one former slug, or two for every fourth of them."""

    def __init__(self, table: str, addresses: Addresses, left: int) -> None:
        self._table = table
        self._addresses = addresses
        self._left = left
        self.renames: list[Rename] = []

    def oldest(self, row: int, newest: str, others: tuple[str, ...]) -> str:
        """Return the slug a row is loaded with, and remember the renamings that lead to `newest`."""
        if self._left == 0:
            return newest
        self._left -= 1
        former = [self._addresses.claim(*others)]
        if self._left % 4 == 0:
            former.append(self._addresses.claim(f"{others[-1]}-{'new' if newest.isascii() else 'جدید'}"))
        for _, slug in pairwise((*former, newest)):
            self.renames.append(Rename(self._table, row, slug))
        return former[0]
