"""What is kept how long and what may not go; limits, effects and requests that happen once."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Integer, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    column,
    foreign_index,
    identity,
    index,
    reference,
    required_words,
    words,
)
from sevra_atlas.schema.enums import EntityType


class RetentionPolicy(Base):
    """How long a kind of row stays in the trash and in the archive."""

    __tablename__ = "retention_policies"
    __table_args__ = ({"comment": "days in the trash and in the archive, per kind"},)

    entity_type: Mapped[EntityType] = column(
        "kind of row", ForeignKey("entity_types.entity_type"), primary_key=True
    )
    keep_days: Mapped[int] = column("days in the trash", Integer(), default="30", checks=("{c} >= 1",))
    archive_days: Mapped[int | None] = column(
        "days in the archive; NULL = for ever", Integer(), default="1095", checks=("{c} >= 1",)
    )


class LegalHold(Base):
    """One entity that may be neither archived, purged nor erased."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        ForeignKeyConstraint(
            ["entity_type", "entity_id"],
            ["entities.entity_type", "entities.entity_id"],
            ondelete="RESTRICT",
        ),
        {"comment": "entities that may not go, and why"},
    )
    __checks__: ClassVar[tuple[str, ...]] = ("released_by_id IS NULL OR released_at IS NOT NULL",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        IndexSpec(
            ("entity_type", "entity_id"), "released_at IS NULL", unique=True, name="legal_holds_open_key"
        ),
        index("entity_type", "entity_id"),
        foreign_index("placed_by_id"),
        foreign_index("released_by_id"),
    )

    id: Mapped[int] = identity()
    entity_type: Mapped[EntityType] = column("kind of what is held")
    entity_id: Mapped[int] = column("id of what is held")
    reason: Mapped[str] = required_words(500, "why")
    placed_by_id: Mapped[int | None] = reference("users.id", "who placed it", ondelete="SET NULL")
    placed_at: Mapped[datetime] = column("since when", default="now()")
    released_by_id: Mapped[int | None] = reference("users.id", "who released it", ondelete="SET NULL")
    released_at: Mapped[datetime | None] = column("until when")


class Erasure(Base):
    """One person's request to be forgotten; it outlives the person's row."""

    __tablename__ = "erasures"
    __table_args__ = ({"comment": "requests of persons to be forgotten"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("due_at", where="completed_at IS NULL", name="erasures_due_idx"),
    )

    id: Mapped[int] = identity()
    user_id: Mapped[int] = column("id the person had; no reference, the row goes")
    subject_hmac: Mapped[bytes] = column(
        "keyed hash of the id, to erase again after a backup",
        LargeBinary(),
        checks=("octet_length({c}) = 32",),
        unique=True,
    )
    requested_at: Mapped[datetime] = column("when it was asked for", default="now()")
    due_at: Mapped[datetime] = column("when it has to be done")
    completed_at: Mapped[datetime | None] = column("when it was done")
    certificate: Mapped[Any] = column(
        "what was erased", JSONB(), checks=("jsonb_typeof({c}) = 'object'",), nullable=True
    )


class FileRemoval(Base):
    """A stored file that nobody names any more, until it is removed from where files lie."""

    __tablename__ = "file_removals"
    __table_args__ = (
        {"comment": "stored files to remove, written in the transaction that destroyed their row"},
    )
    __checks__: ClassVar[tuple[str, ...]] = ("(why = 'orphan') = (media_id IS NULL)",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("not_before", "id"),)

    id: Mapped[int] = identity()
    storage_key: Mapped[str] = required_words(255, "key in the store", unique=True)
    media_id: Mapped[int | None] = column(
        "id of the row that named it; no reference, the row is gone; NULL where none ever did", BigInteger()
    )
    why: Mapped[str] = column(
        "purged or erased with its row, or found without one",
        Text(),
        checks=("{c} IN ('purged', 'erased', 'orphan')",),
    )
    asked_at: Mapped[datetime] = column("since when", default="now()")
    not_before: Mapped[datetime] = column("when it is removed, or tried again", default="now()")
    attempts: Mapped[int] = column("tries that failed", SmallInteger(), default="0", checks=("{c} >= 0",))
    error: Mapped[str | None] = words(1000, "last failure")


class RateLimit(Base):
    """How far ahead one caller is of what is allowed."""

    __tablename__ = "rate_limits"
    __table_args__ = ({"comment": "theoretical arrival times of callers"},)

    key: Mapped[bytes] = column("keyed hash of limit and caller", LargeBinary(), primary_key=True)
    tat: Mapped[datetime] = column("theoretical arrival time of the next call")


class JobEffect(Base):
    """An effect that has happened, and so will not happen again."""

    __tablename__ = "job_effects"
    __table_args__ = ({"comment": "effects of jobs that have happened"},)

    key: Mapped[str] = column("name of the effect", Text(), primary_key=True)
    created_at: Mapped[datetime] = column("when", default="now()")


class JobFailure(Base):
    """Why a job failed for good."""

    __tablename__ = "job_failures"
    __table_args__ = ({"comment": "why jobs failed for good, as the queue's own tables have no room for it"},)

    job_id: Mapped[int] = column(
        "number of the job; no reference, the queue's tables belong to its library",
        BigInteger(),
        primary_key=True,
        autoincrement=False,
    )
    fault: Mapped[str] = required_words(200, "class of the last error")
    said: Mapped[str | None] = words(500, "its first line, where that tells nothing of persons")
    failed_at: Mapped[datetime] = column("when", default="now()")


class IdempotencyKey(Base):
    """The answer to a request that may be sent twice."""

    __tablename__ = "idempotency_keys"
    __table_args__ = ({"comment": "answers to requests that may be sent twice, kept 24 hours"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("created_at"),)

    user_id: Mapped[int] = reference("users.id", "who asked", ondelete="CASCADE", primary_key=True)
    path: Mapped[str] = column("what was asked", Text(), primary_key=True)
    key: Mapped[str] = words(128, "key of the request", primary_key=True)
    request_hash: Mapped[bytes] = column("hash of the request", LargeBinary())
    status: Mapped[int | None] = column(
        "status of the answer; NULL while it is worked on",
        SmallInteger(),
        checks=("{c} BETWEEN 100 AND 599",),
    )
    response: Mapped[Any] = column("the answer", JSONB(), nullable=True)
    created_at: Mapped[datetime] = column("when it was asked", default="now()")
