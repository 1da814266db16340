"""Ratings before reviews: a salon's row holds the sum of its reviews, which are written after it.

One byte a review, drawn once; so a million salons with two reviews each cost two megabytes, and no salon is
updated after it was copied: its 27 indexes are written once.
"""

from collections.abc import Iterator

from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.scale.amounts import Amounts
from sevra_atlas.demo.scale.ground import Ground

_QUALITY = Weighted(range(4), (40, 37, 17, 6))
_RATINGS = tuple(
    Weighted((1, 2, 3, 4, 5), weights)
    for weights in ((1, 1, 4, 22, 72), (2, 4, 12, 30, 52), (6, 9, 22, 33, 30), (25, 22, 23, 18, 12))
)
# One review in so many is hidden: it has a rating, and no salon counts it.
HIDDEN_EVERY = 251


class Ratings:
    """Ratings of all reviews of salons, `each` for one salon in their order, and one for each artist."""

    def __init__(self, ground: Ground, amounts: Amounts) -> None:
        self._each = amounts.reviews_per_salon
        self.of_salons = bytes(_drawn(Chance(ground.seed, "scale/ratings"), amounts.salons, self._each))
        self.of_artists = bytes(_drawn(Chance(ground.seed, "scale/artist ratings"), amounts.artists, 1))

    def of_salon(self, place: int) -> tuple[int, int]:
        """Return sum and count of the published reviews of the salon with this number, from 0."""
        first = place * self._each
        total = count = 0
        for review in range(first, first + self._each):
            if not is_hidden(review):
                total += self.of_salons[review]
                count += 1
        return total, count

    def of_artist(self, place: int) -> tuple[int, int]:
        """Return sum and count of the published reviews of the artist with this number, from 0."""
        return (0, 0) if is_hidden(place) else (self.of_artists[place], 1)


def is_hidden(review: int) -> bool:
    """Say whether a review, by its number among its kind from 0, is hidden by a moderator."""
    return review % HIDDEN_EVERY == HIDDEN_EVERY - 1


def _drawn(chance: Chance, targets: int, each: int) -> Iterator[int]:
    for _ in range(targets):
        kind = _RATINGS[_QUALITY.draw(chance)]
        for _ in range(each):
            yield kind.draw(chance)
