"""Every table that a page reads dates the page, or stands here with the reason why it does not."""

import asyncio
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, LiteralString

import pytest
from databases import SevraDatabase
from factories import make_comment, make_review
from postgast import extract_tables, parse
from psycopg import AsyncConnection, AsyncCursor
from sitemap_scene import Bench

from sevra_atlas.domain import search_queue, sitemap_queue
from sevra_atlas.domain.search_texts import TEXTS
from sevra_atlas.domain.sitemap_fields import SITEMAP_FIELDS
from sevra_atlas.reads.post_lists import SORTED_AT_MOST
from sevra_atlas.reads.seo import head_of
from sevra_atlas.schema.enums import EntityType
from sevra_atlas.schema.triggers import ANNOUNCED
from sevra_atlas.site import blog_views, views
from sevra_atlas.site.site import Site

Reads = dict[EntityType, set[str]]

VIEWS: dict[EntityType, Callable[..., Any]] = {
    EntityType.SALON: lambda *place: views.salon(*place, datetime.now(UTC)),
    EntityType.ARTIST: views.artist,
    EntityType.PROVINCE: views.province,
    EntityType.CITY: views.city,
    EntityType.BLOG_POST: blog_views.post,
    EntityType.BLOG_PAGE: blog_views.static_page,
    EntityType.CATEGORY: blog_views.category,
    EntityType.TAG: blog_views.tag,
    EntityType.SERIES: blog_views.series,
}

# The frame of every page: the head is hashed with the facts, its picture by id, and the views and the row
# are the sitemap's own.
HEAD = {"seo_meta", "media", "indexable_entities", "english_pages", "sitemap_urls"}

_RATED = "what people say moves too often for a date to tell anything"
_RANKED = "which salons and artists come first is a matter of ratings"
_ON_A_CARD = "a card of something else; the page itself says its name"
_SHELVES = "announced with every post on it, so that all its posts would be looked at with each of them"

_ON_CARDS_OF_POSTS = dict.fromkeys(("author_profiles", "categories", "post_tags", "tags"), _ON_A_CARD)

UNDATED: dict[EntityType, dict[str, str]] = {
    EntityType.SALON: {"reviews": _RATED, "users": _RATED},
    EntityType.ARTIST: {"reviews": _RATED, "users": _RATED},
    EntityType.PROVINCE: {"salons": _RANKED, "neighborhoods": _ON_A_CARD},
    EntityType.CITY: {"salons": _RANKED, "artists": _RANKED},
    EntityType.BLOG_POST: {
        "categories": _SHELVES,
        "tags": _SHELVES,
        "series": _SHELVES,
        "comments": _RATED,
        "users": _RATED,
    },
    EntityType.CATEGORY: _ON_CARDS_OF_POSTS,
    EntityType.TAG: _ON_CARDS_OF_POSTS,
    EntityType.SERIES: _ON_CARDS_OF_POSTS,
}

SALON, ARTIST = "/atlas/salon/roya", "/atlas/artist/maryam"
CITY, PROVINCE = "/atlas/city/karaj", "/atlas/province/alborz"
POST, PAGE = "/blog/post/mask", "/blog/page/about"
CATEGORY, CHILD = "/blog/category/care", "/blog/category/masks"
TAG, SERIES = "/blog/tag/skin", "/blog/series/first-steps"

CHANGES: list[tuple[str, set[str]]] = [
    ("UPDATE salons SET summary = 'تازه'", {SALON}),
    ("UPDATE salons SET name = 'نو'", {SALON, ARTIST}),
    ("UPDATE artists SET full_name = 'نو'", {SALON, ARTIST}),
    ("UPDATE service_categories SET name_fa = 'نو'", {SALON}),
    ("UPDATE service_definitions SET name_fa = 'نو'", {SALON}),
    ("UPDATE salon_services SET price_toman = 7", {SALON}),
    ("UPDATE opening_hours SET open_minutes = '{[600,700)}'", {SALON}),
    ("INSERT INTO opening_hours SELECT id, 5, '{[600,700)}' FROM salons", {SALON}),
    ("DELETE FROM opening_hours WHERE weekday = 5", {SALON}),
    ("UPDATE opening_exceptions SET note = 'تعمیر'", {SALON}),
    ("DELETE FROM opening_exceptions", {SALON}),
    ("UPDATE specialties SET name_fa = 'نو'", {ARTIST}),
    ("UPDATE artist_specialties SET price_toman = 7", {ARTIST}),
    ("UPDATE artist_certifications SET verified_at = NULL", {ARTIST}),
    ("UPDATE artist_certifications SET verified_at = now()", {ARTIST}),
    ("DELETE FROM artist_certifications", {ARTIST}),
    ("UPDATE media SET alt_text = 'نو' WHERE id = (SELECT cover_media_id FROM salons)", {SALON}),
    ("UPDATE media SET alt_text = 'نو' WHERE id = (SELECT avatar_media_id FROM artists)", {ARTIST}),
    ("UPDATE media SET alt_text = 'نو' WHERE id = (SELECT cover_media_id FROM posts)", {POST}),
    ("UPDATE media SET alt_text = 'گالری' WHERE id IN (SELECT media_id FROM media_links)", {SALON, ARTIST}),
    ("UPDATE media_links SET kind = 'CERTIFICATE'", {SALON, ARTIST}),
    ("UPDATE media_links SET kind = 'GALLERY'", {SALON, ARTIST}),
    ("DELETE FROM media WHERE id IN (SELECT media_id FROM media_links)", {SALON, ARTIST}),
    ("UPDATE salon_artists SET role_title = 'مدیر'", {SALON, ARTIST}),
    ("UPDATE cities SET name_fa = 'نو'", {PROVINCE, CITY, SALON, ARTIST}),
    ("UPDATE provinces SET name_fa = 'نو'", {PROVINCE, CITY, SALON, ARTIST}),
    ("UPDATE neighborhoods SET name_fa = 'نو'", {CITY, SALON}),
    ("DELETE FROM neighborhoods WHERE id NOT IN (SELECT neighborhood_id FROM salons)", set()),
    ("UPDATE artists SET neighborhood_id = (SELECT id FROM neighborhoods)", {ARTIST}),
    ("UPDATE neighborhoods SET name_fa = 'دیگر'", {CITY, SALON, ARTIST}),
    ("UPDATE author_profiles SET display_name = 'نو'", {POST}),
    ("UPDATE posts SET content = 'نو'", {POST}),
    ("UPDATE posts SET title = 'نو'", {POST, CATEGORY, TAG, SERIES}),
    ("UPDATE categories SET name = 'نو' WHERE slug = 'care'", {CATEGORY, CHILD}),
    ("UPDATE categories SET name = 'نو' WHERE slug = 'masks'", {CATEGORY, CHILD}),
    ("UPDATE categories SET parent_id = NULL", {CATEGORY, CHILD}),
    ("UPDATE series SET title = 'نو'", {SERIES}),
    ("UPDATE tags SET name = 'نو'", {TAG}),
    ("DELETE FROM post_tags", {POST, TAG}),
    ("UPDATE pages SET content = 'نو'", {PAGE}),
]


def _pairs(tables: Reads) -> set[tuple[str, str]]:
    return {(kind.value, table) for kind, named in tables.items() for table in named}


def tables_of(sql: str) -> set[str]:
    """Return the tables and views that a query names, without their schema."""
    named = re.sub(r"%\(\w+\)s", "NULL", sql).replace("%%", "%")
    return {table.rpartition(".")[2] for table in extract_tables(parse(named))}


def kind_of(address: str, prefixes: dict[str, EntityType]) -> EntityType:
    """Return the kind of page at an address."""
    return prefixes[address.rpartition("/")[0]]


@pytest.fixture
def prefixes(filled: Bench) -> dict[str, EntityType]:
    """Return the kinds that have pages by the beginning of their addresses."""
    rows = filled.worker.execute(
        "SELECT url_prefix, entity_type::text FROM public.entity_types WHERE url_prefix IS NOT NULL"
    )
    return {prefix: EntityType(kind) for prefix, kind in rows}


def test_every_kind_with_a_page_has_its_fields(prefixes: dict[str, EntityType]) -> None:
    assert set(prefixes.values()) == SITEMAP_FIELDS.keys() == VIEWS.keys()


def test_every_table_that_a_page_reads_dates_it_or_is_named_with_a_reason(filled: Bench) -> None:
    dated = {kind: tables_of(facts) for kind, facts in SITEMAP_FIELDS.items()}
    with filled.db.session() as session:
        make_review(session, salon_id=_id(filled, "salons"))
        make_review(session, artist_id=_id(filled, "artists"))
        make_comment(session, post_id=_id(filled, "posts"))

    read = {kind: _read_by_page(filled.db, kind, _first_of(filled, kind)) for kind in VIEWS}

    assert _pairs(read) - _pairs(dated) == _pairs(
        {kind: (HEAD | UNDATED.get(kind, {}).keys()) - dated[kind] for kind in VIEWS}
    )
    assert _pairs(dated) - _pairs(read) == set()


def test_every_table_of_a_date_is_announced_to_the_page_that_shows_it() -> None:
    unheard = [
        (kind.value, table)
        for kind, facts in SITEMAP_FIELDS.items()
        for table in tables_of(facts)
        if kind not in _reached("sitemap", table, _sitemap_steps())
    ]

    assert unheard == []


def test_every_table_of_a_document_is_announced_to_it() -> None:
    steps = [(kind, EntityType(to)) for kind, sql in search_queue.SPREAD.items() for to in _targets(sql)]

    unheard = [
        (kind.value, table)
        for kind, text in TEXTS.items()
        for table in tables_of(text)
        if kind not in _reached("search", table, steps)
    ]

    assert unheard == []


def test_a_change_dates_the_pages_that_show_it_and_no_other(filled: Bench) -> None:
    for change, pages in CHANGES:
        filled.later(minutes=1)
        assert filled.moved(change) == pages, change


def test_every_table_of_a_date_is_changed_above_for_every_kind_that_shows_it(
    prefixes: dict[str, EntityType],
) -> None:
    changed = {
        (kind_of(page, prefixes), re.match(r"(?:UPDATE|INSERT INTO|DELETE FROM) (\w+)", change)[1])
        for change, pages in CHANGES
        for page in pages
    }
    dated = {(kind, table) for kind, facts in SITEMAP_FIELDS.items() for table in tables_of(facts)}

    assert dated - changed == set()


class _Recording(AsyncCursor[Any]):
    sent: list[str]

    async def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        self.sent.append(query.decode())
        return await super().execute(query, *args, **kwargs)


def _read_by_page(db: SevraDatabase, kind: EntityType, id_: int) -> set[str]:
    """Return the tables and views that the first page of an entity reads, its head included."""
    _Recording.sent = []

    async def read() -> None:
        connection = await AsyncConnection.connect(db.url(), autocommit=True, cursor_factory=_Recording)
        async with connection:
            await VIEWS[kind](connection, Site("https://sevra.example"), id_, 1)
            await head_of(connection, kind.value, id_)

    asyncio.run(read())
    return set().union(*map(tables_of, _Recording.sent))


def _id(bench: Bench, table: LiteralString) -> int:
    row = bench.worker.execute(f"SELECT min(id) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def _first_of(bench: Bench, kind: EntityType) -> int:
    row = bench.worker.execute(
        "SELECT min(entity_id) FROM sitemap_urls WHERE entity_type::text = %s", (kind.value,)
    ).fetchone()
    assert row is not None
    return int(row[0])


def _targets(sql: str) -> set[str]:
    """Return the kinds that a query of a spread announces in turn."""
    kinds = "|".join(kind.value for kind in EntityType)
    named = set(re.findall(rf"SELECT (?:DISTINCT )?'({kinds})'", sql))
    return named | ({"SALON", "ARTIST"} if "media_links" in sql else set())


def _sitemap_steps() -> list[tuple[EntityType, EntityType]]:
    spread = [(kind, EntityType(to)) for kind, sql in sitemap_queue.SPREAD.items() for to in _targets(sql)]
    return spread + [(kind, beside) for kind, beside, _ in sitemap_queue.BESIDE]


def _reached(topic: str, table: str, steps: list[tuple[EntityType, EntityType]]) -> set[EntityType]:
    """Return the kinds that hear of a change of a table, whether named or told in turn."""
    reached = set(_announced(topic, table))
    while more := {to for kind, to in steps if kind in reached} - reached:
        reached |= more
    return reached


def _announced(topic: str, table: str) -> Iterator[EntityType]:
    for argument in ANNOUNCED.get(table, ()):
        to, kind, _ = argument.split(":")
        if to == topic:
            # The kind stands in the row: all of them.
            yield from EntityType if kind == "entity_type" else (EntityType(kind),)


def test_a_tag_is_dated_by_the_posts_that_its_page_reads() -> None:
    """The bound also keeps the planner from walking all posts for the few of a rare tag."""
    assert f"LIMIT {SORTED_AT_MOST + 1}) m" in SITEMAP_FIELDS[EntityType.TAG]
