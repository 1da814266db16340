"""Reports, and the verification of listings."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Boolean, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, MappedColumn

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    Timestamped,
    column,
    foreign_index,
    generated,
    identity,
    index,
    reference,
    required_words,
    words,
)
from sevra_atlas.schema.enums import EntityType, ReportStatus, VerificationStatus


def _target(kind: str) -> MappedColumn[int | None]:
    return generated(
        f"the target, when it is a {kind.lower()}",
        f"CASE WHEN target_type = '{kind}'::public.entity_type THEN target_id END",
        BigInteger(),
        nullable=True,
    )


class Report(Timestamped, Base):
    """Somebody says that something is wrong."""

    __tablename__ = "reports"
    __table_args__ = (
        ForeignKeyConstraint(
            ["target_type", "target_id"],
            ["entities.entity_type", "entities.entity_id"],
            ondelete="RESTRICT",
        ),
        {"comment": "reports of visitors"},
    )
    __checks__: ClassVar[tuple[str, ...]] = (
        "(status IN ('RESOLVED', 'REJECTED')) = (resolved_at IS NOT NULL)",
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        IndexSpec(
            ("reporter_id", "target_type", "target_id"),
            "status IN ('OPEN', 'UNDER_REVIEW')",
            unique=True,
            name="reports_open_key",
        ),
        index("status", "created_at", "id"),
        index("target_type", "target_id", "status"),
        index("reporter_id"),
        foreign_index("assignee_id"),
        foreign_index("resolved_by_id"),
    )

    id: Mapped[int] = identity()
    reporter_id: Mapped[int] = reference("users.id", "who reports", ondelete="CASCADE")
    target_type: Mapped[EntityType] = column("kind of what is reported")
    target_id: Mapped[int] = column("id of what is reported")
    salon_id: Mapped[int | None] = _target("SALON")
    artist_id: Mapped[int | None] = _target("ARTIST")
    review_id: Mapped[int | None] = _target("REVIEW")
    reason: Mapped[str] = required_words(255, "what is wrong")
    details: Mapped[str | None] = words(5000, "more of it")
    status: Mapped[ReportStatus] = column("how far it has come", default="'OPEN'")
    assignee_id: Mapped[int | None] = reference("users.id", "who looks at it", ondelete="SET NULL")
    resolved_by_id: Mapped[int | None] = reference("users.id", "who decided", ondelete="SET NULL")
    resolution_note: Mapped[str | None] = words(2000, "what was decided")
    resolved_at: Mapped[datetime | None] = column("when it was decided")


class VerificationRequest(Timestamped, Base):
    """A listing asks to be verified; one open request at a time."""

    __tablename__ = "verification_requests"
    __table_args__ = ({"comment": "requests of listings to be verified"},)
    __checks__: ClassVar[tuple[str, ...]] = (
        "num_nonnulls(salon_id, artist_id) = 1",
        "(status = 'PENDING') = (decided_at IS NULL)",
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        IndexSpec(
            ("salon_id", "artist_id"),
            "status = 'PENDING'",
            unique=True,
            nulls_not_distinct=True,
            name="verification_requests_open_key",
        ),
        index("status", "created_at", "id"),
        index("salon_id", "id DESC", where="salon_id IS NOT NULL"),
        index("artist_id", "id DESC", where="artist_id IS NOT NULL"),
        index("requested_by_id"),
        foreign_index("reviewed_by_id"),
    )

    id: Mapped[int] = identity()
    requested_by_id: Mapped[int] = reference("users.id", "who asks", ondelete="CASCADE")
    salon_id: Mapped[int | None] = reference("salons.id", "the salon", ondelete="CASCADE")
    artist_id: Mapped[int | None] = reference("artists.id", "the artist", ondelete="CASCADE")
    status: Mapped[VerificationStatus] = column(
        "how far it has come", default="'PENDING'", checks=("{c} <> 'NONE'",)
    )
    notes: Mapped[str | None] = words(2000, "what the applicant says")
    decision_note: Mapped[str | None] = words(2000, "what the reviewer says")
    reviewed_by_id: Mapped[int | None] = reference("users.id", "who decided", ondelete="SET NULL")
    decided_at: Mapped[datetime | None] = column("when it was decided")


class VerificationDocument(Base):
    """A private file that proves something; it stays private while it is attached."""

    __tablename__ = "verification_documents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["media_id", "media_is_private"], ["media.id", "media.is_private"], ondelete="RESTRICT"
        ),
        UniqueConstraint("verification_request_id", "media_id"),
        {"comment": "private files that a request shows"},
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("media_id", "media_is_private"),)

    id: Mapped[int] = identity()
    verification_request_id: Mapped[int] = reference(
        "verification_requests.id", "the request", ondelete="CASCADE"
    )
    media_id: Mapped[int] = column("the file")
    media_is_private: Mapped[bool] = generated("constant: the file is private", "true", Boolean())
    label: Mapped[str | None] = words(255, "what it is")
    created_at: Mapped[datetime] = column("since when", default="now()")
