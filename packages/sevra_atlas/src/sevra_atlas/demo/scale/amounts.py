"""How many rows a bulk load makes: everything follows from salons, posts and reviews a salon."""

from dataclasses import dataclass
from typing import Self

# A scale is this many salons: scale 1 is the standard demo, scale 500 a million salons.
SALONS_OF_A_SCALE = 2_000
# From this scale on rows are copied in bulk; below, the standard loader is quick enough and its data richer.
BULK_FROM = 20
_POSTS_OF_A_SCALE = 300
_REVIEWS_OF_A_SALON = 10
_MOST_ARTISTS = 200_000
_MOST_REVIEWERS = 500_000
_FEWEST_REVIEWERS = 200


@dataclass(frozen=True, slots=True)
class Amounts:
    """Numbers of rows that are made beside the base of the directory, which has salons of its own."""

    salons: int
    artists: int
    posts: int
    reviews_per_salon: int

    @classmethod
    def of(cls, scale: int, posts: int | None = None, reviews_per_salon: int | None = None) -> Self:
        """Return the numbers of a scale; posts and reviews a salon may be stated.

        Artists are 1.5 for each salon as in the standard demo, and 200,000 at most: a country has more chairs
        than artists who keep a page of their own.
        """
        salons = scale * SALONS_OF_A_SCALE
        return cls(
            salons=salons,
            artists=min(salons * 3 // 2, _MOST_ARTISTS),
            posts=scale * _POSTS_OF_A_SCALE if posts is None else posts,
            reviews_per_salon=_REVIEWS_OF_A_SALON if reviews_per_salon is None else reviews_per_salon,
        )

    @property
    def owners(self) -> int:
        """Accounts that own salons, four each."""
        return max(1, self.salons // 4)

    @property
    def reviewers(self) -> int:
        """Accounts that write; more than one target has reviews, so nobody reviews a target twice."""
        wanted = min(self.salons * self.reviews_per_salon // 10, _MOST_REVIEWERS)
        return max(wanted, _FEWEST_REVIEWERS, self.reviews_per_salon)

    @property
    def authors(self) -> int:
        """Accounts with a byline."""
        return min(200, max(3, self.posts // 50)) if self.posts else 0

    @property
    def users(self) -> int:
        """All accounts."""
        return self.owners + self.reviewers + self.authors
