"""Pages that stand by themselves, and the menus of the site."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Boolean, ForeignKeyConstraint, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.blog import HAS_DATE, kept_by_lifecycle
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
)
from sevra_atlas.schema.enums import MenuLocation, PostStatus


class Page(Slugged, SoftDeletable, Base):
    """A page that stands by itself."""

    __tablename__ = "pages"
    __table_args__ = ({"comment": "pages that stand by themselves"},)
    __checks__: ClassVar[tuple[str, ...]] = (HAS_DATE,)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        live_key("slug_key"),
        live_index("published_at DESC", "id DESC", where="status = 'published'"),
    )

    id: Mapped[int] = identity()
    title: Mapped[str] = required_words(255, "headline")
    content: Mapped[str] = required_words(500_000, "text, HTML that was sanitised")
    status: Mapped[PostStatus] = column(
        "how far it has come", default="'draft'", checks=("{c} IN ('draft', 'published', 'archived')",)
    )
    published_at: Mapped[datetime | None] = kept_by_lifecycle("first publication")


class Menu(Timestamped, Base):
    """One menu of the site."""

    __tablename__ = "menus"
    __table_args__ = ({"comment": "menus of the site"},)

    id: Mapped[int] = identity()
    name: Mapped[str] = required_words(255, "name for those who edit it")
    location: Mapped[MenuLocation] = column("where it stands", unique=True)


class MenuItem(Timestamped, Base):
    """One entry of a menu; entries stand below entries of the same menu."""

    __tablename__ = "menu_items"
    __table_args__ = (
        UniqueConstraint("id", "menu_id"),
        ForeignKeyConstraint(
            ["parent_id", "menu_id"], ["menu_items.id", "menu_items.menu_id"], ondelete="CASCADE"
        ),
        {"comment": "entries of menus, below each other"},
    )
    __checks__: ClassVar[tuple[str, ...]] = ("parent_id <> id",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("menu_id", "parent_id", "position", "id"),
        index("parent_id", "menu_id"),
    )

    id: Mapped[int] = identity()
    menu_id: Mapped[int] = reference("menus.id", "the menu", ondelete="CASCADE")
    parent_id: Mapped[int | None] = column("the entry it stands below, in the same menu")
    label: Mapped[str] = required_words(255, "text of the link")
    url: Mapped[str] = required_words(
        2048,
        "where it leads",
        checks=(r"{c} ~ '^(/([^/\\]|$)|#|https?://[^/]|mailto:|tel:)'", "{c} !~ '[[:cntrl:]]'"),
    )
    position: Mapped[int] = column("place among its siblings", Integer(), default="0")
    target_blank: Mapped[bool] = column("opens in a new window", Boolean(), default="false")
