"""What each page of the blog says: read from the database, handed to a template as one value."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from typing import Any

from markupsafe import Markup
from psycopg import AsyncConnection

from sevra_atlas.reads import taxonomy
from sevra_atlas.reads.comments import count_threads, threads_below
from sevra_atlas.reads.filters import Filters
from sevra_atlas.reads.listing import COUNTED_AT_MOST, Where
from sevra_atlas.reads.post_details import (
    PostRow,
    beside_in_series,
    find_post,
    posts_of_series,
    related_posts,
    similar_posts,
)
from sevra_atlas.reads.post_lists import count_posts
from sevra_atlas.reads.posts import PostCard, post_page
from sevra_atlas.reads.static_pages import find_static_page
from sevra_atlas.reads.taxonomy import Category
from sevra_atlas.site import blog_jsonld, heads, jsonld, links, persian
from sevra_atlas.site.jsonld import Site
from sevra_atlas.site.views import NoSuchPageError, Paging, Steps, View, paging_of

POSTS_A_PAGE = 12
COMMENTS_A_PAGE = 20
_BESIDE_A_POST = 3
_SHELVES_SHOWN = 24
_BEGINNING = 2_000
# The last tag may have been cut.
_TAG = re.compile("<[^>]*>?")

_BLOG: Steps = (("خانه", links.HOME), ("مجله", links.BLOG))


async def blog(connection: AsyncConnection[Any], site: Site, number: int) -> View:
    """Return the list of all posts, newest first; on its first page the categories too."""
    rows, paging = await _posts(connection, {}, number, links.BLOG)
    shelves: list[Category] = []
    if number == 1:
        shelves, _ = await taxonomy.categories(connection, (), Where(_SHELVES_SHOWN))
    path = links.page_path(links.BLOG, number)
    return View(
        template="blog.html",
        title=heads.title("مجله زیبایی: راهنما و خواندنی‌ها", "مجله زیبایی", number=number),
        description=heads.description(
            "راهنمای انتخاب سالن، مراقبت از پوست، مو و ناخن و گفت‌وگو با هنرمندان زیبایی.", number=number
        ),
        path=path,
        feed_path=links.feed_path(),
        steps=_BLOG,
        nodes=(
            blog_jsonld.blog(site),
            jsonld.item_list(site, site.absolute(path), "نوشته‌های مجله", _items(rows), _first(number)),
        ),
        body={
            "posts": rows,
            "shelves": [shelf for shelf in shelves if shelf.post_count],
            "paging": paging,
        },
    )


async def category(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a category: its posts, newest first, and the categories in it."""
    row = await taxonomy.find_category(connection, id_)
    if row is None:
        raise NoSuchPageError
    parent = None
    if row.parent_id is not None:
        parent = await taxonomy.find_category(connection, row.parent_id)
    children = await taxonomy.children_of(connection, id_) if number == 1 else []
    above: Steps = () if parent is None else ((parent.name, links.category_path(parent.slug)),)
    first = links.category_path(row.slug)
    rows, paging = await _posts(connection, {"category": id_}, number, first)
    shown = ("دسته", row.name, row.description, first, (*_BLOG, *above, (row.name, first)))
    return replace(_shelf(site, shown, rows, paging, children), feed_path=links.feed_path(first))


async def tag(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a tag: the posts that bear it, newest first."""
    row = await taxonomy.find_tag(connection, id_)
    if row is None:
        raise NoSuchPageError
    first = links.tag_path(row.slug)
    rows, paging = await _posts(connection, {"tag": id_}, number, first)
    shown = ("برچسب", row.name, row.description, first, (*_BLOG, (row.name, first)))
    return _shelf(site, shown, rows, paging, ())


async def series(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a series: its posts in its own order."""
    row = await taxonomy.find_series(connection, id_)
    if row is None:
        raise NoSuchPageError
    first = links.series_path(row.slug)
    total, capped = await count_posts(connection, {"series": id_})
    paging = paging_of(total, capped, POSTS_A_PAGE, number, first)
    rows = await posts_of_series(connection, row, Where(POSTS_A_PAGE, (number - 1) * POSTS_A_PAGE))
    path = links.page_path(first, number)
    return View(
        template="series.html",
        title=heads.title(f"{row.title}، مجموعه نوشته‌ها", row.title, number=number),
        description=heads.description(
            row.description, _how_many(paging, f"در مجموعه {row.title}"), number=number
        ),
        path=path,
        steps=(*_BLOG, (row.title, first)),
        nodes=(
            blog_jsonld.series(site, site.absolute(first), row),
            jsonld.item_list(site, site.absolute(path), row.title, _items(rows), _first(number)),
        ),
        body={"series": row, "posts": rows, "paging": paging, "first": _first(number)},
    )


async def post(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a post with one page of its comments; later pages show the comments alone."""
    row = await find_post(connection, id_)
    if row is None:
        raise NoSuchPageError
    first = links.post_path(row.slug)
    total, capped = await count_threads(connection, "post", id_)
    paging = paging_of(total, capped, COMMENTS_A_PAGE, number, first)
    window = Where(COMMENTS_A_PAGE, (number - 1) * COMMENTS_A_PAGE)
    threads = await threads_below(connection, "post", id_, "-created_at", window)
    told_in = None if row.series_id is None else await taxonomy.find_series(connection, row.series_id)
    before, after = None, None
    if told_in is not None and number == 1:
        before, after = await beside_in_series(connection, row, told_in)
    path = links.page_path(first, number)
    summary = row.excerpt or _plain(row.content)
    return View(
        template="post.html",
        title=heads.title(row.title, number=number),
        description=heads.description(summary, _what_of(row), number=number),
        path=path,
        steps=_steps_of(row, first),
        # The post is one thing on every page of its comments, so its id is that of the first.
        nodes=(blog_jsonld.post(site, site.absolute(first), row, told_in, summary),),
        image_key=row.cover_key,
        is_indexable=row.visibility == "public",
        is_article=True,
        feed_path=links.feed_path(),
        body={
            "post": row,
            "content": _trusted(row.content),
            "address": first,
            "threads": threads,
            "series": told_in,
            "before": before,
            "after": after,
            "related": await _beside(connection, row) if number == 1 else (),
            "paging": paging,
        },
    )


async def static_page(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a page that stands by itself; it has no further pages."""
    row = await find_static_page(connection, id_)
    if row is None or number != 1:
        raise NoSuchPageError
    path = links.static_page_path(row.slug)
    return View(
        template="page.html",
        title=heads.title(row.title),
        description=heads.description(_plain(row.content)),
        path=path,
        steps=((_BLOG[0]), (row.title, path)),
        nodes=(blog_jsonld.static_page(site, site.absolute(path), row),),
        body={"page": row, "content": _trusted(row.content)},
    )


def _shelf(
    site: Site,
    shown: tuple[str, str, str, str, Steps],
    rows: Sequence[PostCard],
    paging: Paging,
    children: Sequence[Category],
) -> View:
    """Return a category or a tag: what kind it is, its name, its description, its address, the way to it."""
    kind, name, description, first, steps = shown
    path = links.page_path(first, paging.number)
    return View(
        template="shelf.html",
        title=heads.title(f"{kind} {name} در مجله زیبایی", f"{kind} {name}", name, number=paging.number),
        description=heads.description(
            description, _how_many(paging, f"با {kind} {name}"), number=paging.number
        ),
        path=path,
        steps=steps,
        nodes=(jsonld.item_list(site, site.absolute(path), name, _items(rows), _first(paging.number)),),
        body={
            "kind": kind,
            "name": name,
            "intro": description,
            "posts": rows,
            "children": children,
            "paging": paging,
        },
    )


async def _posts(
    connection: AsyncConnection[Any], filters: Filters, number: int, path: str
) -> tuple[tuple[PostCard, ...], Paging]:
    offset = (number - 1) * POSTS_A_PAGE
    if offset > COUNTED_AT_MOST:
        raise NoSuchPageError
    total, capped = await count_posts(connection, filters)
    paging = paging_of(total, capped, POSTS_A_PAGE, number, path)
    page = await post_page(connection, filters, "-published_at", Where(POSTS_A_PAGE, offset))
    return page.rows, paging


async def _beside(connection: AsyncConnection[Any], row: PostRow) -> tuple[PostCard, ...]:
    """Return what to read next: posts with the same tags, filled up with those of the category."""
    found = await related_posts(connection, row.id)
    if len(found) < _BESIDE_A_POST:
        known = {card.id for card in found}
        found += tuple(card for card in await similar_posts(connection, row) if card.id not in known)
    return found[:_BESIDE_A_POST]


def _steps_of(row: PostRow, path: str) -> Steps:
    shelf: Steps = ()
    if row.category_name is not None and row.category_slug is not None:
        shelf = ((row.category_name, links.category_path(row.category_slug)),)
    return (*_BLOG, *shelf, (row.title, path))


def _items(rows: Sequence[PostCard]) -> list[tuple[str, str]]:
    return [(row.title, links.post_path(row.slug)) for row in rows]


def _first(number: int) -> int:
    return (number - 1) * POSTS_A_PAGE + 1


def _how_many(paging: Paging, where: str) -> str:
    if paging.total == 0:
        return f"هنوز نوشته‌ای {where} منتشر نشده است"
    more = "بیش از " if paging.is_capped else ""
    return f"{more}{persian.number(paging.total)} نوشته {where}"


def _what_of(row: PostRow) -> str:
    by = f" از {row.author_name}" if row.author_name else ""
    return f"نوشته‌ای{by} که خواندنش {persian.reading_time(row.reading_time_sec)} زمان می‌برد"


def _plain(content: str) -> str:
    """Return the beginning of a text without its tags."""
    return " ".join(unescape(_TAG.sub(" ", content[:_BEGINNING])).split())


def _trusted(content: str) -> Markup:
    """Return stored HTML as it is: it was sanitised when it was stored, and only then."""
    return Markup(content)  # noqa: S704 - sanitised on write
