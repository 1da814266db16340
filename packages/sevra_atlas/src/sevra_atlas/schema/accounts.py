"""People with an account, and the byline they write under."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Boolean, Integer, Text
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    SoftDeletable,
    column,
    foreign_index,
    generated,
    identity,
    live_index,
    live_key,
    reference,
    required_words,
    words,
)
from sevra_atlas.schema.enums import AccountStatus, Gender, UserRole, VerificationStatus


class User(SoftDeletable, Base):
    """One person with an account."""

    __tablename__ = "users"
    __table_args__ = ({"comment": "one person with an account"},)
    __checks__: ClassVar[tuple[str, ...]] = ("phone_number IS NOT NULL OR status = 'SUSPENDED'",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        live_key("username_key"),
        live_key("phone_number"),
        live_key("email_key", where="email_key IS NOT NULL"),
        live_index("role", "status", "created_at DESC", "id DESC"),
        live_index("created_at DESC", "id DESC"),
        foreign_index("city_id"),
        foreign_index("avatar_media_id"),
    )

    id: Mapped[int] = identity()
    username: Mapped[str] = required_words(150, "name the person chose", checks=("{c} !~ '[[:space:]/]'",))
    username_key: Mapped[str] = generated(
        "user name in lower case", 'lower(username COLLATE "C")', Text(), nullable=False
    )
    first_name: Mapped[str] = words(150, "given name", default="''")
    last_name: Mapped[str] = words(150, "family name", default="''")
    email: Mapped[str | None] = words(
        254,
        "e-mail address; NULL when unknown",
        checks=("{c} LIKE '%_@_%'", "{c} !~ '[[:space:][:cntrl:]]'"),
    )
    email_key: Mapped[str | None] = generated(
        "e-mail address in lower case", 'lower(email COLLATE "C")', Text()
    )
    phone_number: Mapped[str | None] = column(
        "E.164; NULL only after a return from the archive",
        checks=(r"{c} ~ '^\+[1-9][0-9]{7,14}$'",),
    )
    is_phone_verified: Mapped[bool] = column("the person answered a code", Boolean(), default="false")
    avatar_media_id: Mapped[int | None] = reference("media.id", "profile picture")
    score: Mapped[int] = column("points earned", Integer(), default="0")
    referral_code: Mapped[str] = words(
        22, "random code to invite others with", checks=("btrim({c}) <> ''",), unique=True
    )
    role: Mapped[UserRole] = column("what the person may do", default="'USER'")
    status: Mapped[AccountStatus] = column(
        "whether the account is open", default="'ACTIVE'", checks=("{c} <> 'DELETED'",)
    )
    verification: Mapped[VerificationStatus] = column("whether papers were seen", default="'NONE'")
    gender: Mapped[Gender] = column("gender as stated", default="'UNSPECIFIED'")
    bio: Mapped[str | None] = words(5000, "what the person says of themselves")
    password_hash: Mapped[str | None] = words(
        255,
        "argon2id string; never leaves the server",
        checks=(r"{c} LIKE '$argon2id$%' OR {c} ~ '^\$2[aby]\$'",),
    )
    city_id: Mapped[int | None] = reference("cities.id", "where the person lives", ondelete="SET NULL")
    last_login_at: Mapped[datetime | None] = column("last login")


class AuthorProfile(SoftDeletable, Base):
    """The public byline of a user; it shares the user's id."""

    __tablename__ = "author_profiles"
    __table_args__ = ({"comment": "public bylines of users, under the user's id"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (foreign_index("avatar_id"),)

    id: Mapped[int] = reference(
        "users.id", "the user, whose id it shares", primary_key=True, autoincrement=False, sort_order=-100
    )
    display_name: Mapped[str] = required_words(255, "name below the headline")
    bio: Mapped[str] = words(10_000, "what the byline says of the author", default="''")
    avatar_id: Mapped[int | None] = reference("media.id", "picture of the author")
