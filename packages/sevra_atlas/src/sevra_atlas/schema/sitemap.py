"""What search engines are told: meta data, the sitemap's rows and files, what visitors asked for."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Numeric,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, MappedColumn

from sevra_atlas.schema.base import Base, IndexSpec
from sevra_atlas.schema.columns import (
    WEB_ADDRESS,
    Timestamped,
    column,
    foreign_index,
    generated,
    identity,
    index,
    reference,
    words,
)
from sevra_atlas.schema.enums import CanonicalMode, EntityType, RobotsIndex, SitemapChangeFreq
from sevra_atlas.schema.reference import KINDS

_LOCALES = "{c} IN ('fa', 'en')"
_PAGED = ", ".join(sorted(f"'{kind.entity_type}'" for kind in KINDS.values() if kind.url_prefix is not None))
_PREFIXES = "|".join(sorted(kind.url_prefix for kind in KINDS.values() if kind.url_prefix is not None))
_SECTIONS = "{c} IN ('salons', 'artists', 'geo', 'posts', 'pages', 'taxonomy', 'static')"
_KINDS_OF = {
    "salons": "'SALON'",
    "artists": "'ARTIST'",
    "geo": "'PROVINCE', 'CITY'",
    "posts": "'BLOG_POST'",
    "pages": "'BLOG_PAGE'",
    "taxonomy": "'CATEGORY', 'TAG', 'SERIES'",
}
# A section that is none of these breaks the rule of its column, not this one.
_FITTING = "CASE section {} WHEN 'static' THEN entity_type IS NULL END".format(
    " ".join(
        f"WHEN '{section}' THEN coalesce(entity_type IN ({kinds}), false)"
        for section, kinds in _KINDS_OF.items()
    )
)


def _locale() -> MappedColumn[str]:
    return column("language of the page", Text(), default="'fa'", checks=(_LOCALES,))


def _entity(ondelete: str = "RESTRICT") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["entity_type", "entity_id"], ["entities.entity_type", "entities.entity_id"], ondelete=ondelete
    )


class SeoMeta(Timestamped, Base):
    """What the head of a page says, per entity and locale."""

    __tablename__ = "seo_meta"
    __table_args__ = (
        _entity(),
        UniqueConstraint("entity_type", "entity_id", "locale"),
        {"comment": "what the heads of pages say, per entity and locale"},
    )
    __checks__: ClassVar[tuple[str, ...]] = ("(canonical_mode = 'CUSTOM') = (canonical_url IS NOT NULL)",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        foreign_index("og_image_media_id"),
        foreign_index("twitter_image_media_id"),
    )

    id: Mapped[int] = identity()
    entity_type: Mapped[EntityType] = column("kind of the page", checks=(f"{{c}} IN ({_PAGED})",))
    entity_id: Mapped[int] = column("entity of the page")
    locale: Mapped[str] = _locale()
    title: Mapped[str | None] = words(255, "title of the page")
    og_title: Mapped[str | None] = words(255, "title where it is shared")
    twitter_title: Mapped[str | None] = words(255, "title on cards")
    h1: Mapped[str | None] = words(255, "headline")
    breadcrumb_label: Mapped[str | None] = words(255, "name in the path above the headline")
    description: Mapped[str | None] = words(1000, "description of the page")
    og_description: Mapped[str | None] = words(1000, "description where it is shared")
    twitter_desc: Mapped[str | None] = words(1000, "description on cards")
    canonical_mode: Mapped[CanonicalMode] = column("whose address is canonical", default="'SELF'")
    canonical_url: Mapped[str | None] = words(
        2048,
        "the canonical address, when it is another",
        # It stands in the head of a page.
        checks=(*WEB_ADDRESS, """{c} !~ '["''<>]'"""),
    )
    robots: Mapped[RobotsIndex] = column("what robots may do", default="'INDEX_FOLLOW'")
    og_image_media_id: Mapped[int | None] = reference("media.id", "picture where it is shared")
    twitter_image_media_id: Mapped[int | None] = reference("media.id", "picture on cards")


class SitemapUrl(Timestamped, Base):
    """One address of the sitemap."""

    __tablename__ = "sitemap_urls"
    __table_args__ = (
        _entity(),
        ForeignKeyConstraint(
            ["path", "entity_type", "entity_id"],
            ["url_paths.path", "url_paths.entity_type", "url_paths.entity_id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        UniqueConstraint("path", "locale"),
        {"comment": "addresses of the sitemap, one per entity and locale"},
    )
    __checks__: ClassVar[tuple[str, ...]] = (
        "num_nonnulls(entity_type, entity_id) IN (0, 2)",
        # Below the prefixes stand entities only, so their paths name them.
        f"entity_id IS NOT NULL OR path !~ '^({_PREFIXES})/'",
        _FITTING,
    )
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        IndexSpec(("entity_type", "entity_id", "locale"), "entity_id IS NOT NULL", unique=True, suffix="key"),
        index("path", "entity_type", "entity_id"),
        index(
            "section",
            "shard",
            "entity_type",
            "entity_id",
            "path",
            "locale",
            where="is_enabled",
            name="sitemap_urls_shard_idx",
        ),
    )

    id: Mapped[int] = identity()
    path: Mapped[str] = column("the address", Text(), ForeignKey("url_paths.path"))
    entity_type: Mapped[EntityType | None] = column("kind of the page; NULL for a route")
    entity_id: Mapped[int | None] = column("entity of the page; NULL for a route")
    locale: Mapped[str] = _locale()
    section: Mapped[str] = column("part of the sitemap", Text(), checks=(_SECTIONS,))
    shard: Mapped[int] = generated(
        "file of the section", "(coalesce(entity_id, 0) / 20000)::integer", Integer()
    )
    content_hash: Mapped[bytes | None] = column("hash of what the page shows", LargeBinary())
    lastmod: Mapped[datetime | None] = column(
        # A date that no file can state would keep the whole set from being written.
        "last change of what the page shows",
        checks=("isfinite({c})",),
    )
    changefreq: Mapped[SitemapChangeFreq | None] = column("how often it changes", default="'WEEKLY'")
    priority: Mapped[Decimal | None] = column(
        "weight among the pages", Numeric(2, 1), checks=("{c} BETWEEN 0 AND 1",)
    )
    is_enabled: Mapped[bool] = column("listed", Boolean(), default="true")
    is_manual: Mapped[bool] = column("made by hand; a rebuild keeps it", Boolean(), default="false")


class SitemapShard(Base):
    """One part of a section."""

    __tablename__ = "sitemap_shards"
    __table_args__ = ({"comment": "parts of the sitemap's sections"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (
        index("section", "shard", where="is_dirty", name="sitemap_shards_dirty_idx"),
    )

    section: Mapped[str] = column("part of the sitemap", Text(), checks=(_SECTIONS,), primary_key=True)
    shard: Mapped[int] = column("number in its section", Integer(), primary_key=True, autoincrement=False)
    is_dirty: Mapped[bool] = column("its files are to be written again", Boolean(), default="true")


class SitemapFile(Base):
    """One file of the sitemap."""

    __tablename__ = "sitemap_files"
    __table_args__ = (
        ForeignKeyConstraint(
            ["section", "shard"], ["sitemap_shards.section", "sitemap_shards.shard"], ondelete="CASCADE"
        ),
        {"comment": "files of the sitemap as written"},
    )
    __checks__: ClassVar[tuple[str, ...]] = ("url_count BETWEEN 1 AND 50000 AND byte_count <= 52428800",)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("section", "shard"),)

    name: Mapped[str] = column("name of the file, with the suffix of a split", Text(), primary_key=True)
    section: Mapped[str] = column("part of the sitemap", Text())
    shard: Mapped[int] = column("number in its section", Integer())
    url_count: Mapped[int] = column("addresses in it", Integer())
    byte_count: Mapped[int] = column("size before compression", BigInteger(), checks=("{c} >= 0",))
    content_hash: Mapped[bytes] = column(
        "SHA-256 before compression", LargeBinary(), checks=("octet_length({c}) = 32",)
    )
    lastmod: Mapped[datetime] = column("when its bytes last changed")


class SitemapFailure(Base):
    """A page that could not be brought in line."""

    __tablename__ = "sitemap_failures"
    __table_args__ = (_entity(), {"comment": "pages that could not be brought in line, until they can"})

    entity_type: Mapped[EntityType] = column("kind of the page", primary_key=True)
    entity_id: Mapped[int] = column("entity of the page", primary_key=True, autoincrement=False)
    attempts: Mapped[int] = column(
        "times it failed; from the fifth on it is left out", Integer(), default="1", checks=("{c} > 0",)
    )
    sqlstate: Mapped[str] = words(5, "what the database said the last time, by its code")
    message: Mapped[str] = words(1000, "and in its words")
    first_failed_at: Mapped[datetime] = column("when it failed first", default="now()")
    last_failed_at: Mapped[datetime] = column("when it failed last", default="now()")


class PathMiss(Base):
    """A path that nobody answers and somebody asked for."""

    __tablename__ = "path_misses"
    __table_args__ = ({"comment": "paths that were asked for and not found"},)
    __indexes__: ClassVar[tuple[IndexSpec, ...]] = (index("count DESC", "path"),)

    path: Mapped[str] = column("the path", Text(), primary_key=True)
    count: Mapped[int] = column("times it was asked for", BigInteger(), default="1", checks=("{c} > 0",))
    first_at: Mapped[datetime] = column("first time", default="now()")
    last_at: Mapped[datetime] = column("last time", default="now()")
    referrer: Mapped[str | None] = column("where the last one came from", Text())


class PathHitDelta(Base):
    """Uses of redirect rules that the roll-up has yet to add."""

    __tablename__ = "path_hit_deltas"
    __table_args__ = ({"comment": "uses of redirect rules, to be added by the roll-up"},)

    id: Mapped[int] = identity()
    path: Mapped[str] = column("the redirected path", Text())
    hits: Mapped[int] = column("uses since the last row", Integer(), checks=("{c} > 0",))
    on_date: Mapped[date] = column("day of the uses", Date(), default="CURRENT_DATE")
