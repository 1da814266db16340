"""How people prove who they are: codes, sessions, refresh tokens."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import ClassVar

from sqlalchemy import LargeBinary, SmallInteger
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import column, identity, index, reference, words
from sevra_atlas.schema.enums import OtpPurpose

_E164 = r"{c} ~ '^\+[1-9][0-9]{7,14}$'"


class OtpCode(Base):
    """The one open code per phone and purpose."""

    __tablename__ = "otp_codes"
    __table_args__ = ({"comment": "one open code per phone and purpose"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        IndexSpec(("phone_number", "purpose"), "consumed_at IS NULL", unique=True, name="otp_codes_open_key"),
        index("expires_at"),
    )

    id: Mapped[int] = identity()
    phone_number: Mapped[str] = column("E.164", checks=(_E164,))
    purpose: Mapped[OtpPurpose] = column("what it is for", default="'LOGIN'")
    nonce: Mapped[bytes] = column(
        "from which, with the pepper, the code is derived", LargeBinary(), checks=("octet_length({c}) = 16",)
    )
    key_id: Mapped[int] = column("which pepper", SmallInteger())
    code_hmac: Mapped[bytes] = column(
        "keyed hash of the code", LargeBinary(), checks=("octet_length({c}) = 32",)
    )
    expires_at: Mapped[datetime] = column("end of its life")
    attempts: Mapped[int] = column(
        "guesses so far", SmallInteger(), default="0", checks=("{c} BETWEEN 0 AND 5",)
    )
    consumed_at: Mapped[datetime | None] = column("when it was used")
    created_at: Mapped[datetime] = column("when it was asked for", default="now()")


class LoginSession(Base):
    """One login: the family of its refresh tokens."""

    __tablename__ = "sessions"
    __table_args__ = ({"comment": "logins; each is the family of its refresh tokens"},)
    __checks__: ClassVar[tuple[str, ...]] = ("(revoked_at IS NULL) = (revoke_reason IS NULL)",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("user_id", "created_at DESC", where="revoked_at IS NULL", name="sessions_open_idx"),
        index("user_id"),
        index("expires_at"),
    )

    id: Mapped[int] = identity()
    user_id: Mapped[int] = reference("users.id", "who logged in", ondelete="CASCADE")
    created_at: Mapped[datetime] = column("when", default="now()")
    last_used_at: Mapped[datetime] = column("last refresh", default="now()")
    expires_at: Mapped[datetime] = column("end, whatever is refreshed")
    revoked_at: Mapped[datetime | None] = column("when it was ended early")
    revoke_reason: Mapped[str | None] = words(50, "why it was ended early")
    user_agent: Mapped[str | None] = words(255, "browser")
    ip: Mapped[IPv4Address | IPv6Address | None] = column("address", INET())


class RefreshToken(Base):
    """One link of the rotation chain."""

    __tablename__ = "refresh_tokens"
    __table_args__ = ({"comment": "refresh tokens; each has one successor"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        IndexSpec(("session_id",), "used_at IS NULL", unique=True, name="refresh_tokens_unused_key"),
        index("session_id"),
        index("expires_at"),
    )

    id: Mapped[int] = identity()
    session_id: Mapped[int] = reference("sessions.id", "the login", ondelete="CASCADE")
    token_hash: Mapped[bytes] = column(
        "SHA-256 of 256 random bits", LargeBinary(), checks=("octet_length({c}) = 32",), unique=True
    )
    parent_id: Mapped[int | None] = reference(
        "refresh_tokens.id", "the token it replaced", ondelete="CASCADE", unique=True
    )
    successor_salt: Mapped[bytes | None] = column(
        "from which its successor is computed again, inside the grace window", LargeBinary()
    )
    expires_at: Mapped[datetime] = column("end of its life")
    used_at: Mapped[datetime | None] = column("when it was replaced")
    created_at: Mapped[datetime] = column("when it was given", default="now()")
