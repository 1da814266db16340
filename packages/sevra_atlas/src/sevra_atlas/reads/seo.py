"""What the head of a page says by hand, and whether search engines may be told of it."""

from datetime import datetime
from typing import Any

import msgspec
from psycopg import AsyncConnection
from sqlalchemy import (
    BigInteger,
    FromClause,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy import column as named

from sevra_atlas.domain.languages import LOCALES, PERSIAN
from sevra_atlas.reads import tables
from sevra_atlas.reads.english import ENGLISH_PAGES
from sevra_atlas.reads.statement import Statement


class SeoMeta(msgspec.Struct, frozen=True, kw_only=True):
    """The stored head of one page in one language; what is None is made from the page itself."""

    id: int
    entity_type: str
    entity_id: int
    locale: str
    title: str | None
    description: str | None
    canonical_mode: str
    canonical_url: str | None
    robots: str
    og_title: str | None
    og_description: str | None
    og_image_media_id: int | None
    twitter_title: str | None
    twitter_desc: str | None
    twitter_image_media_id: int | None
    h1: str | None
    breadcrumb_label: str | None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a page's head, and whether the page may be in the sitemap.

    `locales` are the languages in which search engines may be told of the page, `is_indexable` whether the
    one that was asked for is among them; `lastmod` is when what it says changed last, as the sitemap has it.
    """

    is_indexable: bool
    is_in_english: bool
    locales: list[str]
    title: str | None
    description: str | None
    canonical_url: str | None
    robots: str | None
    og_title: str | None
    og_description: str | None
    og_image_key: str | None
    h1: str | None
    breadcrumb_label: str | None
    lastmod: datetime | None


_META = tables.seo_meta
_ID = bindparam("id", type_=BigInteger)

INDEXABLE = table(
    "indexable_entities",
    named("entity_type"),
    named("entity_id"),
    named("locale"),
    named("path"),
    named("display_path"),
)
"""The one view that says what search engines may be told of, one row for each language."""


def _of(kind: str, told: FromClause, locale: str = PERSIAN) -> Any:
    return and_(
        told.c.entity_type == literal_column(f"'{kind}'"),
        told.c.entity_id == _ID,
        told.c.locale == literal_column(f"'{locale}'"),
    )


_KINDS = (
    "SALON",
    "ARTIST",
    "CITY",
    "PROVINCE",
    "BLOG_POST",
    "BLOG_PAGE",
    "CATEGORY",
    "TAG",
    "SERIES",
)
_IMAGE = tables.media.alias("image")


def _meta(kind: str) -> Statement[SeoMeta]:
    return Statement(
        select(*(_META.c[name] for name in SeoMeta.__struct_fields__)).where(_of(kind, _META)), SeoMeta
    )


def _head(kind: str, locale: str) -> Statement[Head]:
    locales = (
        select(func.coalesce(func.array_agg(INDEXABLE.c.locale), literal_column("'{}'::text[]")))
        .where(INDEXABLE.c.entity_type == literal_column(f"'{kind}'"), INDEXABLE.c.entity_id == _ID)
        .scalar_subquery()
    )
    in_english = exists().where(
        ENGLISH_PAGES.c.entity_type == literal_column(f"'{kind}'"), ENGLISH_PAGES.c.entity_id == _ID
    )
    listed = select(locales.label("locales")).subquery("listed")
    return Statement(
        select(
            (literal_column(f"'{locale}'") == any_(listed.c.locales)).label("is_indexable"),
            in_english.label("is_in_english"),
            listed.c.locales,
            *(
                _META.c[name]
                for name in (
                    "title",
                    "description",
                    "canonical_url",
                    "og_title",
                    "og_description",
                    "h1",
                    "breadcrumb_label",
                )
            ),
            cast(_META.c.robots, Text).label("robots"),
            _IMAGE.c.storage_key.label("og_image_key"),
            tables.sitemap_urls.c.lastmod,
        ).select_from(
            listed.outerjoin(_META, _of(kind, _META, locale))
            .outerjoin(tables.sitemap_urls, _of(kind, tables.sitemap_urls, locale))
            .outerjoin(_IMAGE, (_IMAGE.c.id == _META.c.og_image_media_id) & ~_IMAGE.c.is_private)
        ),
        Head,
    )


_METAS = {kind: _meta(kind) for kind in _KINDS}
_HEADS = {(kind, locale): _head(kind, locale) for kind in _KINDS for locale in LOCALES}


async def find_seo_meta(connection: AsyncConnection[Any], kind: str, id_: int) -> SeoMeta | None:
    """Return the stored head of a page in Persian, or None."""
    return await _METAS[kind].first(connection, {"id": id_})


async def head_of(connection: AsyncConnection[Any], kind: str, id_: int, locale: str = PERSIAN) -> Head:
    """Return what is stored of the head of a page in a language, and whether it is for search engines."""
    head = await _HEADS[kind, locale].first(connection, {"id": id_})
    assert head is not None  # one row always: an outer join from a constant
    return head
