"""Reviews of a salon or an artist, newest first."""

from datetime import date, datetime
from typing import Any, Literal, TypeAlias

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import BigInteger, Integer, bindparam, func, select

from sevra_atlas.reads import tables
from sevra_atlas.reads.statement import Statement
from sevra_atlas.reads.tables import public_review

Target: TypeAlias = Literal["salon", "artist"]


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One published review; the writer's names are None once the account is gone."""

    id: int
    rating: int
    title: str | None
    body: str | None
    visited_at: date | None
    created_at: datetime
    like_count: int
    dislike_count: int
    author_id: int | None
    author_first_name: str | None
    author_last_name: str | None


class RatingShare(msgspec.Struct, frozen=True):
    """How many published reviews gave a rating."""

    rating: int
    count: int


def _newest(target: Target) -> Statement[Review]:
    review, author = tables.reviews, tables.users.alias("author")
    return Statement(
        select(
            *(
                review.c[name]
                for name in (
                    "id",
                    "rating",
                    "title",
                    "body",
                    "visited_at",
                    "created_at",
                    "like_count",
                    "dislike_count",
                )
            ),
            author.c.id.label("author_id"),
            author.c.first_name.label("author_first_name"),
            author.c.last_name.label("author_last_name"),
        )
        .select_from(review.outerjoin(author, author.c.id == review.c.author_id))
        .where(review.c[f"{target}_id"] == bindparam("target", type_=BigInteger), public_review(review))
        .order_by(review.c.created_at.desc(), review.c.id.desc())
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer)),
        Review,
    )


def _shares(target: Target) -> Statement[RatingShare]:
    review = tables.reviews
    return Statement(
        select(review.c.rating, func.count().label("count"))
        .where(review.c[f"{target}_id"] == bindparam("target", type_=BigInteger), public_review(review))
        .group_by(review.c.rating)
        .order_by(review.c.rating.desc()),
        RatingShare,
    )


NEWEST: dict[Target, Statement[Review]] = {"salon": _newest("salon"), "artist": _newest("artist")}
SHARES: dict[Target, Statement[RatingShare]] = {"salon": _shares("salon"), "artist": _shares("artist")}


async def newest_reviews(
    connection: AsyncConnection[Any], target: Target, target_id: int, *, limit: int, offset: int = 0
) -> list[Review]:
    """Return published reviews of a visible salon or artist, newest first."""
    return await NEWEST[target].all(connection, {"target": target_id, "limit": limit, "offset": offset})


async def rating_shares(
    connection: AsyncConnection[Any], target: Target, target_id: int
) -> list[RatingShare]:
    """Return how the published reviews divide over the ratings that were given, best first."""
    return await SHARES[target].all(connection, {"target": target_id})
