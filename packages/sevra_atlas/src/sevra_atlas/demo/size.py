"""How much demo data there is."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of live rows to make; the rows that will be deleted come on top of them.

    `posts` are public, four in five of them Persian; `hidden_posts` are drafts, unlisted, archived and so on.
    With no `posts` there is no blog at all.
    `salons` and `artists` are at least what `capital_minimum` in each of 31 capitals and `tehran_share` take.
    """

    salons: int
    artists: int
    reviews: int
    reviewers: int
    votes: int
    follows: int
    pictures: int
    renamed_salons: int
    renamed_artists: int
    renamed_cities: int
    deleted_salons: int
    deleted_artists: int
    deleted_users: int
    deleted_reviews: int
    authors: int
    posts: int
    hidden_posts: int
    renamed_posts: int
    deleted_posts: int
    comments: int
    deleted_comments: int
    reactions: int
    saves: int
    capital_minimum: int
    tehran_share: float

    @classmethod
    def standard(cls) -> Self:
        """Return the size of the public demo: 2,000 salons, 3,000 artists, 20,000 reviews, 300 posts."""
        return cls(
            salons=2_000,
            artists=3_000,
            reviews=20_000,
            reviewers=5_000,
            votes=12_000,
            follows=8_000,
            pictures=340,
            renamed_salons=44,
            renamed_artists=24,
            renamed_cities=4,
            deleted_salons=44,
            deleted_artists=20,
            deleted_users=12,
            deleted_reviews=60,
            authors=14,
            posts=300,
            hidden_posts=24,
            renamed_posts=16,
            deleted_posts=8,
            comments=1_200,
            deleted_comments=12,
            reactions=2_400,
            saves=1_500,
            capital_minimum=5,
            tehran_share=0.22,
        )

    def times(self, scale: int, reviews_per_salon: int | None = None) -> Self:
        """Return this size so many times over: listings, people and opinions, not the pictures they share."""
        salons = self.salons * scale
        return replace(
            self,
            salons=salons,
            artists=self.artists * scale,
            reviews=self.reviews * scale if reviews_per_salon is None else salons * reviews_per_salon,
            reviewers=self.reviewers * scale,
            votes=self.votes * scale,
            follows=self.follows * scale,
        )

    @classmethod
    def tiny(cls) -> Self:
        """Return a size for tests: every province and city, few listings, Tehran with more than one page."""
        return cls(
            salons=60,
            artists=80,
            reviews=600,
            reviewers=300,
            votes=300,
            follows=200,
            pictures=24,
            renamed_salons=6,
            renamed_artists=4,
            renamed_cities=2,
            deleted_salons=4,
            deleted_artists=3,
            deleted_users=2,
            deleted_reviews=5,
            authors=4,
            posts=24,
            hidden_posts=8,
            renamed_posts=3,
            deleted_posts=2,
            comments=70,
            deleted_comments=3,
            reactions=80,
            saves=60,
            capital_minimum=1,
            tehran_share=0.4,
        )


STANDARD = Size.standard()
