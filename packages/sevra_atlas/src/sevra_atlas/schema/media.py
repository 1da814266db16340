"""Stored files and where they appear."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    SoftDeletable,
    column,
    foreign_index,
    identity,
    index,
    live_index,
    reference,
    required_words,
    words,
)
from sevra_atlas.schema.enums import EntityType, MediaKind, MediaStatus


class Media(SoftDeletable, Base):
    """One stored file."""

    __tablename__ = "media"
    __table_args__ = (UniqueConstraint("id", "is_private"), {"comment": "stored files"})
    __checks__: ClassVar[tuple[str, ...]] = (
        "(url IS NULL) = is_private",
        "kind IS DISTINCT FROM 'LICENSE' OR is_private",
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        live_index("uploaded_by_id", "created_at DESC", "id DESC"),
        live_index("created_at DESC", "id DESC"),
        live_index("kind", "id DESC", where="kind IS NOT NULL"),
        index("created_at", where="status IN ('PENDING', 'PROCESSING')", name="media_unfinished_idx"),
        foreign_index("sha256"),
        foreign_index("uploaded_by_id"),
    )

    id: Mapped[int] = identity()
    storage_key: Mapped[str] = required_words(
        255, "random key in the store, never made from the file name", unique=True
    )
    url: Mapped[str | None] = words(
        2048,
        "public address; NULL for a private file",
        # On the web or below this site.
        checks=(
            r"{c} ~ '^(https?://[^/\\?#[:space:][:cntrl:]]|/[^/\\[:space:][:cntrl:]])[^[:space:][:cntrl:]]*$'",
        ),
    )
    type: Mapped[str] = words(
        50, "image, video or file", default="'image'", checks=("{c} IN ('image', 'video', 'file')",)
    )
    mime: Mapped[str] = words(
        100, "media type, read from the bytes", checks=("{c} NOT IN ('image/svg+xml', 'text/html')",)
    )
    width: Mapped[int | None] = column("pixels", Integer(), checks=("{c} > 0",))
    height: Mapped[int | None] = column("pixels", Integer(), checks=("{c} > 0",))
    duration: Mapped[int | None] = column("seconds", Integer(), checks=("{c} > 0",))
    size_bytes: Mapped[int] = column(
        "size of the stored file", BigInteger(), default="0", checks=("{c} BETWEEN 0 AND 10485760",)
    )
    sha256: Mapped[bytes | None] = column(
        "hash of the stored file", LargeBinary(), checks=("octet_length({c}) = 32",)
    )
    variants: Mapped[Any] = column(
        "name to key, mime, width, height, sizeBytes",
        JSONB(),
        default="'{}'",
        checks=("jsonb_typeof({c}) = 'object'",),
        nullable=False,
    )
    alt_text: Mapped[str] = words(255, "text for those who do not see it", default="''")
    title: Mapped[str] = words(255, "caption", default="''")
    status: Mapped[MediaStatus] = column("how far the image job has come", default="'PENDING'")
    attempts: Mapped[int] = column("runs of the image job", SmallInteger(), default="0")
    error: Mapped[str | None] = words(1000, "last failure of the image job")
    kind: Mapped[MediaKind | None] = column("what it was uploaded as")
    is_private: Mapped[bool] = column("has only signed addresses", Boolean(), default="false")
    uploaded_by_id: Mapped[int | None] = reference(
        "users.id", "who uploaded it", ondelete="SET NULL", closes_cycle=True
    )


class MediaLink(Base):
    """A picture in a gallery."""

    __tablename__ = "media_links"
    __table_args__ = (
        ForeignKeyConstraint(
            ["entity_type", "entity_id"],
            ["entities.entity_type", "entities.entity_id"],
            ondelete="RESTRICT",
        ),
        UniqueConstraint("entity_type", "entity_id", "kind", "media_id"),
        {"comment": "galleries and other many-to-many uses of files"},
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("entity_type", "entity_id", "kind", "position", "id"),
        index("media_id"),
    )

    id: Mapped[int] = identity()
    media_id: Mapped[int] = reference("media.id", "the file", ondelete="CASCADE")
    entity_type: Mapped[EntityType] = column("kind of the entity that shows it")
    entity_id: Mapped[int] = column("entity that shows it")
    kind: Mapped[MediaKind] = column("what it is used as", default="'GALLERY'")
    position: Mapped[int] = column("place in the gallery", Integer(), default="0")
    created_at: Mapped[datetime] = column("since when", default="now()")
