"""What is only ever added to, in partitions by time: attempts to sign in, the audit, the archive."""

from datetime import date, datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec, Name
from sevra_atlas.schema.columns import column, identity, index, reference, words
from sevra_atlas.schema.enums import OtpPurpose

ARCHIVE = "archive"


class OtpAttempt(Base):
    """One attempt to sign in with a code."""

    __tablename__ = "otp_attempts"
    __table_args__ = (
        {
            "comment": "attempts to sign in with a code, in partitions by day",
            "postgresql_partition_by": "RANGE (created_at)",
        },
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("phone_e164", "created_at DESC"),
        index("ip", "created_at DESC"),
        index("user_id", "created_at DESC"),
    )

    id: Mapped[int] = identity()
    phone_e164: Mapped[str] = column("number the code went to", Text())
    ip: Mapped[IPv4Address | IPv6Address | None] = column("address of the visitor", INET())
    user_agent: Mapped[str | None] = words(255, "browser of the visitor")
    purpose: Mapped[OtpPurpose] = column("what the code was for")
    success: Mapped[bool] = column("the code was right", Boolean(), default="false")
    user_id: Mapped[int | None] = reference("users.id", "whose number it is", ondelete="SET NULL")
    created_at: Mapped[datetime] = column("when", default="now()", primary_key=True)


class AuditEntry(Base):
    """One change of one row, and who made it."""

    __tablename__ = "audit_log"
    __table_args__ = (
        {"comment": "who changed what, in partitions by month", "postgresql_partition_by": "RANGE (at)"},
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("table_name", "row_key", "at DESC"),
        index("actor_id", "at DESC"),
    )

    id: Mapped[int] = identity()
    at: Mapped[datetime] = column("when", default="now()", primary_key=True)
    actor_id: Mapped[int | None] = column("who; no reference, the row may go", BigInteger())
    request_id: Mapped[str | None] = column("request in which it happened", Text())
    table_name: Mapped[str] = column("table of the row", Name())
    row_key: Mapped[str] = column("key of the row; parts of a composite one apart by a colon", Text())
    action: Mapped[str] = column(
        "insert, update or delete", Text(), checks=("{c} IN ('insert', 'update', 'delete')",)
    )
    changes: Mapped[Any] = column(
        "column to old and new value; null where the value is not kept", JSONB(), nullable=False
    )


class ArchivedRow(Base):
    """One row that left the hot tables."""

    __tablename__ = "rows"
    __table_args__ = (
        {
            "schema": ARCHIVE,
            "comment": "rows that left the hot tables, in partitions by month",
            "postgresql_partition_by": "RANGE (archived_at)",
        },
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("batch_id"), index("table_name", "row_id"))

    id: Mapped[int] = identity()
    batch_id: Mapped[int] = reference("deletion_batches.id", "deletion that took it")
    table_name: Mapped[str] = column("table it was in", Name())
    row_id: Mapped[int | None] = column("its id; NULL where the key is composite", BigInteger())
    row: Mapped[Any] = column("its columns, without contact data and generated ones", JSONB(), nullable=False)
    row_sha256: Mapped[bytes] = column(
        "hash of the columns as text", LargeBinary(), checks=("octet_length({c}) = 32",)
    )
    migration: Mapped[str] = column("last migration at that time", Text())
    archived_at: Mapped[datetime] = column("when it left", default="now()", primary_key=True)


class ArchiveSegment(Base):
    """One file to which a month of the archive was written."""

    __tablename__ = "segments"
    __table_args__ = ({"schema": ARCHIVE, "comment": "files to which months of the archive were written"},)
    __checks__: ClassVar[tuple[str, ...]] = ("dropped_at IS NULL OR verified_at IS NOT NULL",)

    month: Mapped[date] = column(
        "first day of the month",
        checks=("{c} = date_trunc('month', {c}::timestamp)::date",),
        primary_key=True,
    )
    part: Mapped[int] = column(
        "number of the file in its month", SmallInteger(), default="1", primary_key=True, autoincrement=False
    )
    storage_key: Mapped[str] = column("where the file lies", Text(), unique=True)
    sha256: Mapped[bytes] = column("hash of the file", LargeBinary(), checks=("octet_length({c}) = 32",))
    row_count: Mapped[int] = column("rows in it", BigInteger(), checks=("{c} >= 0",))
    byte_size: Mapped[int] = column("bytes of it", BigInteger(), checks=("{c} >= 0",))
    format_version: Mapped[int] = column("how it is written", SmallInteger())
    exported_at: Mapped[datetime] = column("when it was written", default="now()")
    verified_at: Mapped[datetime | None] = column("when it was read back and was right")
    rewritten_at: Mapped[datetime | None] = column("when rows were last taken out of it")
    dropped_at: Mapped[datetime | None] = column("when the month's partition was dropped")
