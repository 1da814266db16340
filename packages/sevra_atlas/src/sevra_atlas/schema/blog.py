"""The blog: posts, what files them, their attachments and history, comments."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    FetchedValue,
    ForeignKeyConstraint,
    Integer,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, MappedColumn

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    Slugged,
    SoftDeletable,
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
from sevra_atlas.schema.enums import CommentStatus, EntityType, OrderStrategy, PostStatus, PostVisibility

PUBLIC_POST = "status = 'published' AND visibility = 'public'"
HAS_DATE = "status <> 'published' OR published_at IS NOT NULL"


def kept_by_lifecycle(comment: str) -> MappedColumn[datetime | None]:
    """Return a time that the writer may give and `posts_lifecycle` may change."""
    return column(
        comment,
        checks=("isfinite({c})",),
        server_default=FetchedValue(),
        server_onupdate=FetchedValue(for_update=True),
        nullable=True,
    )


def _count(comment: str) -> MappedColumn[int]:
    return column(comment, Integer(), default="0", by_trigger=True, checks=("{c} >= 0",))


class Category(Slugged, SoftDeletable, Base):
    """A shelf of the blog; shelves stand in shelves."""

    __tablename__ = "categories"
    __table_args__ = ({"comment": "categories of the blog, in each other"},)
    __checks__: ClassVar[tuple[str, ...]] = ("parent_id <> id",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        live_key("slug_key"),
        live_index("parent_id", "position", "id"),
        foreign_index("parent_id"),
    )

    id: Mapped[int] = identity()
    name: Mapped[str] = required_words(255, "name of the category")
    parent_id: Mapped[int | None] = reference("categories.id", "category it stands in", ondelete="SET NULL")
    description: Mapped[str] = words(5000, "what is filed here", default="''")
    position: Mapped[int] = column("place among its siblings", Integer(), default="0")
    post_count: Mapped[int] = _count("public posts")


class Tag(Slugged, SoftDeletable, Base):
    """A word that posts share."""

    __tablename__ = "tags"
    __table_args__ = ({"comment": "tags of the blog"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (live_key("slug_key"), live_index("name", "id"))

    id: Mapped[int] = identity()
    name: Mapped[str] = required_words(255, "name of the tag")
    description: Mapped[str] = words(5000, "what it stands for", default="''")
    post_count: Mapped[int] = _count("public posts")


class Series(Slugged, SoftDeletable, Base):
    """Posts in an order."""

    __tablename__ = "series"
    __table_args__ = ({"comment": "series of posts"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (live_key("slug_key"), live_index("title", "id"))

    id: Mapped[int] = identity()
    title: Mapped[str] = required_words(255, "title of the series")
    description: Mapped[str] = words(5000, "what it is about", default="''")
    order_strategy: Mapped[OrderStrategy] = column("what orders its posts", default="'manual'")
    post_count: Mapped[int] = _count("public posts")


class Post(Slugged, SoftDeletable, Base):
    """A post of the blog."""

    __tablename__ = "posts"
    __table_args__ = ({"comment": "posts of the blog"},)
    __checks__: ClassVar[tuple[str, ...]] = (
        HAS_DATE,
        "(status = 'scheduled') = (scheduled_at IS NOT NULL)",
        "series_id IS NULL OR series_position IS NOT NULL",
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        live_key("slug_key"),
        live_index("published_at DESC", "id DESC", where=PUBLIC_POST),
        live_index("category_id", "published_at DESC", "id DESC", where=PUBLIC_POST),
        live_index("author_id", "published_at DESC", "id DESC", where=PUBLIC_POST),
        live_index("series_id", "series_position", "published_at", "id", where=PUBLIC_POST),
        live_index("series_id", "published_at", "id", where=PUBLIC_POST),
        IndexSpec(
            ("published_at DESC", "id DESC"),
            f"deleted_at IS NULL AND {PUBLIC_POST} AND is_hot",
            name="posts_hot_live_idx",
        ),
        live_index("scheduled_at", "id", where="status = 'scheduled'"),
        live_index("status", "updated_at DESC", "id DESC"),
        live_index("author_id", "updated_at DESC", "id DESC"),
        foreign_index("author_id"),
        foreign_index("category_id"),
        foreign_index("series_id"),
        foreign_index("cover_media_id"),
    )

    id: Mapped[int] = identity()
    title: Mapped[str] = required_words(255, "headline")
    excerpt: Mapped[str] = words(1000, "what lists show", default="''")
    content: Mapped[str] = words(500_000, "text, HTML that was sanitised", default="''")
    is_hot: Mapped[bool] = column("shown among the hot posts", Boolean(), default="false")
    reading_time_sec: Mapped[int] = column(
        "seconds it takes to read", Integer(), default="0", checks=("{c} >= 0",)
    )
    status: Mapped[PostStatus] = column("how far it has come", default="'draft'")
    visibility: Mapped[PostVisibility] = column("who may see it once published", default="'public'")
    published_at: Mapped[datetime | None] = kept_by_lifecycle("first publication")
    scheduled_at: Mapped[datetime | None] = kept_by_lifecycle("when it is due, while scheduled")
    author_id: Mapped[int | None] = reference("author_profiles.id", "byline", ondelete="SET NULL")
    category_id: Mapped[int | None] = reference("categories.id", "where it is filed", ondelete="SET NULL")
    series_id: Mapped[int | None] = reference("series.id", "series it belongs to", ondelete="SET NULL")
    series_position: Mapped[int | None] = column(
        "place in the series, by hand; the next one when absent",
        Integer(),
        server_default=FetchedValue(),
        server_onupdate=FetchedValue(for_update=True),
        nullable=True,
    )
    cover_media_id: Mapped[int | None] = reference("media.id", "picture at its head")
    views_count: Mapped[int] = column(
        "views, from the roll-up", BigInteger(), default="0", by_trigger=True, checks=("{c} >= 0",)
    )
    comments_count: Mapped[int] = _count("approved live comments")


class PostTag(Base):
    """A post bears a tag."""

    __tablename__ = "post_tags"
    __table_args__ = ({"comment": "which post bears which tag"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("tag_id", "post_id"),)

    post_id: Mapped[int] = reference("posts.id", "the post", ondelete="CASCADE", primary_key=True)
    tag_id: Mapped[int] = reference("tags.id", "the tag", ondelete="CASCADE", primary_key=True)
    created_at: Mapped[datetime] = column("since when", default="now()")


class PostMedia(Base):
    """A file that a post shows."""

    __tablename__ = "post_media"
    __table_args__ = (
        UniqueConstraint("post_id", "media_id", "attachment_type"),
        {"comment": "files that posts show"},
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("media_id"),)

    id: Mapped[int] = identity()
    post_id: Mapped[int] = reference("posts.id", "the post", ondelete="CASCADE")
    media_id: Mapped[int] = reference("media.id", "the file")
    attachment_type: Mapped[str] = words(50, "where it is shown", default="'in-content'")
    position: Mapped[int] = column("place in the post", Integer(), default="0")


class Revision(Base):
    """A former text of a post."""

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("post_id", "version"),
        {"comment": "former texts of posts, the 100 newest of each; written by trigger"},
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (foreign_index("editor_id"),)

    id: Mapped[int] = identity()
    post_id: Mapped[int] = reference("posts.id", "the post", ondelete="CASCADE")
    version: Mapped[int] = column("number of the revision of its post", Integer())
    editor_id: Mapped[int | None] = reference("users.id", "who replaced it", ondelete="SET NULL")
    title: Mapped[str] = column("headline it had", Text())
    excerpt: Mapped[str] = column("excerpt it had", Text())
    content: Mapped[str] = column("text it had", Text())
    change_note: Mapped[str] = words(255, "why, as the editor put it", default="''")
    created_at: Mapped[datetime] = column("when it was replaced", default="now()")


class PostViewDelta(Base):
    """Views that the roll-up has yet to add."""

    __tablename__ = "post_view_deltas"
    __table_args__ = ({"comment": "views of posts, to be added by the roll-up"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("post_id"),)

    id: Mapped[int] = identity()
    post_id: Mapped[int] = reference("posts.id", "the post", ondelete="CASCADE")
    views: Mapped[int] = column("views since the last row", Integer(), checks=("{c} > 0",))
    created_at: Mapped[datetime] = column("when they were counted", default="now()")


def _approved_of(target: str) -> IndexSpec:
    return live_index(target, "created_at DESC", "id DESC", where="status = 'approved'")


class Comment(SoftDeletable, Base):
    """What somebody says below a post, a salon or an artist."""

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("id", "target_type", "target_id"),
        ForeignKeyConstraint(
            ["parent_id", "target_type", "target_id"],
            ["comments.id", "comments.target_type", "comments.target_id"],
            ondelete="RESTRICT",
        ),
        {"comment": "comments on posts, salons and artists"},
    )
    __checks__: ClassVar[tuple[str, ...]] = (
        "num_nonnulls(post_id, salon_id, artist_id) = 1",
        "parent_id <> id",
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        _approved_of("post_id"),
        _approved_of("salon_id"),
        _approved_of("artist_id"),
        live_index("status", "created_at", "id"),
        live_index("user_id", "created_at DESC"),
        foreign_index("post_id"),
        foreign_index("salon_id"),
        foreign_index("artist_id"),
        index("user_id"),
        index("parent_id", "target_type", "target_id"),
    )

    id: Mapped[int] = identity()
    post_id: Mapped[int | None] = reference("posts.id", "the post it stands below")
    salon_id: Mapped[int | None] = reference("salons.id", "the salon it stands below")
    artist_id: Mapped[int | None] = reference("artists.id", "the artist it stands below")
    target_type: Mapped[EntityType] = generated(
        "kind of what it stands below",
        "CASE WHEN post_id IS NOT NULL THEN 'BLOG_POST'::public.entity_type"
        " WHEN salon_id IS NOT NULL THEN 'SALON'::public.entity_type"
        " ELSE 'ARTIST'::public.entity_type END",
    )
    target_id: Mapped[int] = generated("id of what it stands below", "coalesce(post_id, salon_id, artist_id)")
    user_id: Mapped[int] = reference("users.id", "who wrote it")
    parent_id: Mapped[int | None] = column("the comment it answers, below the same target")
    content: Mapped[str] = required_words(2000, "text")
    status: Mapped[CommentStatus] = column("what moderation says", default="'pending'")
    likes_count: Mapped[int] = _count("likes")
    ip: Mapped[IPv4Address | IPv6Address | None] = column("address of the writer, kept 30 days", INET())
    user_agent: Mapped[str | None] = words(255, "browser of the writer, kept 30 days")
    edited_at: Mapped[datetime | None] = column("last change of the text by its writer")
