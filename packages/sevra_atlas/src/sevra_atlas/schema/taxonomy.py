"""Services and specialties, and who offers them."""

from typing import ClassVar

from sqlalchemy import BigInteger, Boolean, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    Slugged,
    SoftDeletable,
    Timestamped,
    column,
    identity,
    index,
    live_index,
    live_key,
    reference,
    required_words,
    words,
)

_PRICE = "{c} BETWEEN 0 AND 10000000000"
_MINUTES = "{c} BETWEEN 1 AND 1440"


class ServiceCategory(Slugged, SoftDeletable, Base):
    """A group of services."""

    __tablename__ = "service_categories"
    __table_args__ = ({"comment": "groups of services"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (live_key("slug_key"), live_index("position", "id"))

    id: Mapped[int] = identity()
    name_fa: Mapped[str] = required_words(255, "Persian name")
    name_en: Mapped[str | None] = words(255, "English name")
    position: Mapped[int] = column("place in the list", Integer(), default="0")


class ServiceDefinition(Slugged, SoftDeletable, Base):
    """A service that salons offer."""

    __tablename__ = "service_definitions"
    __table_args__ = ({"comment": "services that salons offer"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        live_key("slug_key"),
        live_index("category_id", "position", "id"),
        index("category_id"),
    )

    id: Mapped[int] = identity()
    category_id: Mapped[int] = reference("service_categories.id", "group of the service")
    name_fa: Mapped[str] = required_words(255, "Persian name")
    name_en: Mapped[str | None] = words(255, "English name")
    description: Mapped[str | None] = words(5000, "what it is")
    position: Mapped[int] = column("place in its group", Integer(), default="0")


class Specialty(Slugged, SoftDeletable, Base):
    """What an artist is good at."""

    __tablename__ = "specialties"
    __table_args__ = ({"comment": "what artists are good at"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (live_key("slug_key"), live_index("position", "id"))

    id: Mapped[int] = identity()
    name_fa: Mapped[str] = required_words(255, "Persian name")
    name_en: Mapped[str | None] = words(255, "English name")
    position: Mapped[int] = column("place in the list", Integer(), default="0")


class SalonService(Timestamped, Base):
    """A service with its price at one salon."""

    __tablename__ = "salon_services"
    __table_args__ = (
        UniqueConstraint("salon_id", "service_id"),
        {"comment": "services with their prices at salons"},
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index(
            "service_id", "salon_id", where="is_active", name="salon_services_service_id_salon_id_active_idx"
        ),
        index("service_id"),
    )

    id: Mapped[int] = identity()
    salon_id: Mapped[int] = reference("salons.id", "the salon", ondelete="CASCADE")
    service_id: Mapped[int] = reference("service_definitions.id", "the service", ondelete="CASCADE")
    price_toman: Mapped[int | None] = column("price, toman", BigInteger(), checks=(_PRICE,))
    duration_min: Mapped[int | None] = column("duration, minutes", Integer(), checks=(_MINUTES,))
    is_active: Mapped[bool] = column("offered now", Boolean(), default="true")
    notes: Mapped[str | None] = words(2000, "what the salon adds")
    position: Mapped[int] = column("place in the salon's list", Integer(), default="0")


class ArtistSpecialty(Timestamped, Base):
    """A specialty with its price at one artist."""

    __tablename__ = "artist_specialties"
    __table_args__ = (
        UniqueConstraint("artist_id", "specialty_id"),
        {"comment": "specialties with their prices at artists"},
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index(
            "specialty_id",
            "artist_id",
            where="is_active",
            name="artist_specialties_specialty_id_artist_id_active_idx",
        ),
        index("specialty_id"),
    )

    id: Mapped[int] = identity()
    artist_id: Mapped[int] = reference("artists.id", "the artist", ondelete="CASCADE")
    specialty_id: Mapped[int] = reference("specialties.id", "the specialty", ondelete="CASCADE")
    price_toman: Mapped[int | None] = column("price, toman", BigInteger(), checks=(_PRICE,))
    duration_min: Mapped[int | None] = column("duration, minutes", Integer(), checks=(_MINUTES,))
    is_active: Mapped[bool] = column("offered now", Boolean(), default="true")
    note: Mapped[str | None] = words(2000, "what the artist adds")
    position: Mapped[int] = column("place in the artist's list", Integer(), default="0")
