"""Reviews, votes on them, follows, saves, reactions."""

from datetime import date, datetime
from ipaddress import IPv4Address, IPv6Address
from typing import ClassVar

from sqlalchemy import Boolean, ForeignKeyConstraint, Integer, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    SoftDeletable,
    Timestamped,
    column,
    foreign_index,
    generated,
    identity,
    index,
    live_index,
    live_key,
    reference,
    required_words,
    words,
)
from sevra_atlas.schema.enums import EntityType, FollowTargetType, ReviewStatus, SaveTargetType

_PUBLISHED = "status = 'PUBLISHED'"
_ONE_TARGET = "num_nonnulls(salon_id, artist_id) = 1"


class Review(SoftDeletable, Base):
    """What a visitor says of a salon or an artist."""

    __tablename__ = "reviews"
    __table_args__ = ({"comment": "reviews of salons and artists"},)
    __checks__: ClassVar[tuple[str, ...]] = (_ONE_TARGET,)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        live_key(
            "author_id",
            "salon_id",
            "artist_id",
            name="reviews_author_target_live_key",
            nulls_not_distinct=True,
        ),
        live_index("salon_id", "created_at DESC", "id DESC", where=_PUBLISHED),
        live_index("artist_id", "created_at DESC", "id DESC", where=_PUBLISHED),
        live_index("salon_id", "rating", where=_PUBLISHED),
        live_index("artist_id", "rating", where=_PUBLISHED),
        live_index("status", "created_at DESC", "id DESC"),
        index("author_id"),
        foreign_index("salon_id"),
        foreign_index("artist_id"),
    )

    id: Mapped[int] = identity()
    author_id: Mapped[int] = reference("users.id", "who wrote it")
    salon_id: Mapped[int | None] = reference("salons.id", "the salon it is about")
    artist_id: Mapped[int | None] = reference("artists.id", "the artist it is about")
    rating: Mapped[int] = column("1 bad .. 5 good", SmallInteger(), checks=("{c} BETWEEN 1 AND 5",))
    title: Mapped[str | None] = words(255, "headline")
    body: Mapped[str | None] = words(5000, "text")
    status: Mapped[ReviewStatus] = column("whether it is shown", default="'PUBLISHED'")
    visited_at: Mapped[date | None] = column("day of the visit")
    ip: Mapped[IPv4Address | IPv6Address | None] = column("address of the writer, kept 30 days", INET())
    user_agent: Mapped[str | None] = words(255, "browser of the writer, kept 30 days")
    like_count: Mapped[int] = column(
        "votes for it", Integer(), default="0", checks=("{c} >= 0",), by_trigger=True
    )
    dislike_count: Mapped[int] = column(
        "votes against it", Integer(), default="0", checks=("{c} >= 0",), by_trigger=True
    )


class ReviewVote(Timestamped, Base):
    """One person's vote on one review."""

    __tablename__ = "review_votes"
    __table_args__ = ({"comment": "votes on reviews"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("user_id"),)

    review_id: Mapped[int] = reference("reviews.id", "the review", ondelete="CASCADE", primary_key=True)
    user_id: Mapped[int] = reference("users.id", "who votes", ondelete="CASCADE", primary_key=True)
    is_like: Mapped[bool] = column("for or against", Boolean())


class Follow(Base):
    """One person follows one salon or artist."""

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("follower_id", "salon_id", "artist_id", postgresql_nulls_not_distinct=True),
        {"comment": "who follows which salon or artist"},
    )
    __checks__: ClassVar[tuple[str, ...]] = (_ONE_TARGET,)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("follower_id", "created_at DESC", "id DESC"),
        foreign_index("salon_id"),
        foreign_index("artist_id"),
    )

    id: Mapped[int] = identity()
    follower_id: Mapped[int] = reference("users.id", "who follows", ondelete="CASCADE")
    salon_id: Mapped[int | None] = reference("salons.id", "the followed salon", ondelete="CASCADE")
    artist_id: Mapped[int | None] = reference("artists.id", "the followed artist", ondelete="CASCADE")
    target_type: Mapped[FollowTargetType] = generated(
        "what is followed",
        "CASE WHEN salon_id IS NOT NULL THEN 'SALON'::public.follow_target_type"
        " ELSE 'ARTIST'::public.follow_target_type END",
    )
    created_at: Mapped[datetime] = column("since when", default="now()")


class Save(Base):
    """One person keeps one salon, artist or post."""

    __tablename__ = "saves"
    __table_args__ = (
        UniqueConstraint("user_id", "salon_id", "artist_id", "post_id", postgresql_nulls_not_distinct=True),
        {"comment": "who keeps which salon, artist or post"},
    )
    __checks__: ClassVar[tuple[str, ...]] = ("num_nonnulls(salon_id, artist_id, post_id) = 1",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("user_id", "created_at DESC", "id DESC"),
        foreign_index("salon_id"),
        foreign_index("artist_id"),
        foreign_index("post_id"),
    )

    id: Mapped[int] = identity()
    user_id: Mapped[int] = reference("users.id", "who keeps it", ondelete="CASCADE")
    salon_id: Mapped[int | None] = reference("salons.id", "the kept salon", ondelete="CASCADE")
    artist_id: Mapped[int | None] = reference("artists.id", "the kept artist", ondelete="CASCADE")
    post_id: Mapped[int | None] = reference("posts.id", "the kept post", ondelete="CASCADE")
    target_type: Mapped[SaveTargetType] = generated(
        "what is kept",
        "CASE WHEN salon_id IS NOT NULL THEN 'SALON'::public.save_target_type"
        " WHEN artist_id IS NOT NULL THEN 'ARTIST'::public.save_target_type"
        " ELSE 'BLOG_POST'::public.save_target_type END",
    )
    created_at: Mapped[datetime] = column("since when", default="now()")


class Reaction(Base):
    """One person's reaction to a post, a comment or a review."""

    __tablename__ = "reactions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["entity_type", "entity_id"],
            ["entities.entity_type", "entities.entity_id"],
            ondelete="RESTRICT",
        ),
        UniqueConstraint("user_id", "entity_type", "entity_id"),
        {"comment": "reactions to posts, comments and reviews; one of a person to each"},
    )
    __checks__: ClassVar[tuple[str, ...]] = ("entity_type = 'BLOG_POST' OR reaction = 'like'",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("entity_type", "entity_id", "reaction"),)

    id: Mapped[int] = identity()
    user_id: Mapped[int] = reference("users.id", "who reacts", ondelete="CASCADE")
    entity_type: Mapped[EntityType] = column(
        "kind of what it is about", checks=("{c} IN ('BLOG_POST', 'COMMENT', 'REVIEW')",)
    )
    entity_id: Mapped[int] = column("id of what it is about")
    reaction: Mapped[str] = required_words(
        50, "the reaction", checks=("{c} IN ('like', 'love', 'clap', 'insightful', 'sad')",)
    )
    created_at: Mapped[datetime] = column("since when", default="now()")
