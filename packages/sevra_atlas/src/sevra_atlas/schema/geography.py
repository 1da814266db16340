"""Provinces, cities, neighbourhoods, and the numbers of a city's page."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import BigInteger, Boolean, Integer, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    Located,
    Slugged,
    SoftDeletable,
    column,
    generated,
    identity,
    index,
    live_index,
    live_key,
    reference,
    required_words,
    words,
)


class Province(Slugged, SoftDeletable, Base):
    """First level."""

    __tablename__ = "provinces"
    __table_args__ = ({"comment": "provinces, first level of the geography"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (live_key("slug_key"), live_index("name_fa"))

    id: Mapped[int] = identity()
    name_fa: Mapped[str] = required_words(255, "Persian name")
    name_en: Mapped[str | None] = words(255, "English name")


class City(Slugged, Located, SoftDeletable, Base):
    """Second level, with a landing page."""

    __tablename__ = "cities"
    __table_args__ = (
        UniqueConstraint("id", "province_id"),
        {"comment": "cities, second level of the geography, with a landing page"},
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        live_key("slug_key"),
        live_index("province_id", "name_fa", "id"),
        index("province_id"),
    )

    id: Mapped[int] = identity()
    province_id: Mapped[int] = reference("provinces.id", "province the city lies in")
    name_fa: Mapped[str] = required_words(255, "Persian name")
    name_en: Mapped[str | None] = words(255, "English name")
    is_landing_enabled: Mapped[bool] = column(
        "false = no landing page; the row stays in lists", Boolean(), default="true"
    )
    landing_intro: Mapped[str | None] = words(20000, "sanitised HTML above the list")


class Neighborhood(Slugged, SoftDeletable, Base):
    """Third level."""

    __tablename__ = "neighborhoods"
    __table_args__ = (
        UniqueConstraint("id", "city_id"),
        {"comment": "neighbourhoods, third level of the geography"},
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        live_key("city_id", "slug_key"),
        live_index("city_id", "name_fa", "id"),
        index("city_id"),
    )

    id: Mapped[int] = identity()
    city_id: Mapped[int] = reference("cities.id", "city the neighbourhood lies in")
    name_fa: Mapped[str] = required_words(255, "Persian name")
    name_en: Mapped[str | None] = words(255, "English name")


class CityStats(Base):
    """Numbers of a city's page, counted again by the worker."""

    __tablename__ = "city_stats"
    __table_args__ = ({"comment": "numbers of the cities' pages, kept by the worker"},)
    __checks__: ClassVar[tuple[str, ...]] = (
        "salon_count >= 0 AND artist_count >= 0",
        "review_count >= 0 AND rating_sum BETWEEN review_count AND 5 * review_count::bigint",
    )

    city_id: Mapped[int] = reference(
        "cities.id", "the city", ondelete="CASCADE", primary_key=True, autoincrement=False
    )
    salon_count: Mapped[int] = column("public salons", Integer(), default="0")
    artist_count: Mapped[int] = column("public artists", Integer(), default="0")
    review_count: Mapped[int] = column("their reviews", Integer(), default="0")
    rating_sum: Mapped[int] = column("sum of their ratings", BigInteger(), default="0")
    avg_rating: Mapped[Decimal] = generated(
        "mean rating; 0 when there is no review",
        "CASE WHEN review_count = 0 THEN 0 ELSE round(rating_sum::numeric / review_count, 2) END",
        Numeric(3, 2),
        nullable=False,
    )
    updated_at: Mapped[datetime] = column("when they were counted", default="now()")
