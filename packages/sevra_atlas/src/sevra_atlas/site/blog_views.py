"""What each page of the blog says: read from the database, handed to a template as one value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from markupsafe import Markup
from psycopg import AsyncConnection

from sevra_atlas.reads import taxonomy
from sevra_atlas.reads.comments import count_threads, threads_below
from sevra_atlas.reads.filters import Filters
from sevra_atlas.reads.listing import COUNTED_AT_MOST, Where
from sevra_atlas.reads.post_details import (
    Neighbour,
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
from sevra_atlas.site import blog_jsonld, heads, jsonld, links
from sevra_atlas.site.language import Language
from sevra_atlas.site.site import Site, entities
from sevra_atlas.site.views import NoSuchPageError, Paging, Steps, View, paging_of

POSTS_A_PAGE = 12
COMMENTS_A_PAGE = 20
_BESIDE_A_POST = 3
_SHELVES_SHOWN = 24
_BEGINNING = 2_000
# The last tag may have been cut.
_TAG = re.compile("<[^>]*>?")


async def blog(connection: AsyncConnection[Any], site: Site, number: int) -> View:
    """Return the list of all posts, newest first; on its first page the categories too."""
    rows, paging = await _posts(connection, site, {}, number, links.BLOG)
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
        steps=_blog_steps(site),
        nodes=(
            blog_jsonld.blog(site),
            jsonld.item_list(site, site.page(path), "نوشته‌های مجله", _items(site, rows), _first(number)),
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
    above: Steps = ()
    if parent is not None:
        await site.learn(connection, entities("CATEGORY", (parent,)))
        above = _shelf_step(site, parent.name, parent.slug)
    await site.learn(connection, entities("CATEGORY", children))
    first = links.category_path(row.slug)
    rows, paging = await _posts(connection, site, {"category": id_}, number, first)
    name = site.titled(first, row.name)
    steps = (*_blog_steps(site), *above, (name, site.local(first)))
    heading = site.language.say("دسته %(name)s", name=name)
    shown = _Shelf(heading, name, row.description, first, steps)
    return replace(_shelf(site, shown, rows, paging, children), feed_path=links.feed_path(first))


async def tag(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a tag: the posts that bear it, newest first."""
    row = await taxonomy.find_tag(connection, id_)
    if row is None:
        raise NoSuchPageError
    first = links.tag_path(row.slug)
    rows, paging = await _posts(connection, site, {"tag": id_}, number, first)
    name = site.titled(first, row.name)
    heading = site.language.say("برچسب %(name)s", name=name)
    shown = _Shelf(heading, name, row.description, first, (*_blog_steps(site), (name, site.local(first))))
    return _shelf(site, shown, rows, paging, ())


async def series(connection: AsyncConnection[Any], site: Site, id_: int, number: int) -> View:
    """Return a series: its posts in its own order."""
    row = await taxonomy.find_series(connection, id_)
    if row is None:
        raise NoSuchPageError
    first = links.series_path(row.slug)
    total, capped = await count_posts(connection, {"series": id_})
    paging = paging_of(total, capped, POSTS_A_PAGE, number, site.local(first))
    rows = await posts_of_series(connection, row, Where(POSTS_A_PAGE, (number - 1) * POSTS_A_PAGE))
    await site.learn(connection, entities("BLOG_POST", rows))
    say = site.language.say
    path = links.page_path(first, number)
    return View(
        template="series.html",
        title=heads.title(
            say("%(title)s، مجموعه نوشته‌ها", title=row.title),
            row.title,
            number=number,
            language=site.language,
        ),
        description=heads.description(
            row.description,
            _how_many(site.language, paging, say("در مجموعه %(title)s", title=row.title)),
            number=number,
            language=site.language,
        ),
        path=path,
        steps=(*_blog_steps(site), (row.title, site.local(first))),
        nodes=(
            blog_jsonld.series(site, site.page(first), row),
            jsonld.item_list(site, site.page(path), row.title, _items(site, rows), _first(number)),
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
    paging = paging_of(total, capped, COMMENTS_A_PAGE, number, site.local(first))
    window = Where(COMMENTS_A_PAGE, (number - 1) * COMMENTS_A_PAGE)
    threads = await threads_below(connection, "post", id_, "-created_at", window)
    told_in = None if row.series_id is None else await taxonomy.find_series(connection, row.series_id)
    before, after = None, None
    if told_in is not None and number == 1:
        before, after = await beside_in_series(connection, row, told_in)
    related = await _beside(connection, row) if number == 1 else ()
    await _learn_around(connection, site, row, related, [card for card in (before, after) if card])
    path = links.page_path(first, number)
    summary = row.excerpt or _plain(row.content)
    return View(
        template="post.html",
        title=heads.title(row.title, number=number, language=site.language),
        description=heads.description(
            summary, _what_of(site.language, row), number=number, language=site.language
        ),
        path=path,
        steps=_steps_of(site, row, first),
        # The post is one thing on every page of its comments, so its id is that of the first.
        nodes=(blog_jsonld.post(site, site.page(first), row, told_in, summary),),
        image_key=row.cover_key,
        is_indexable=row.visibility == "public",
        is_article=True,
        feed_path=links.feed_path(),
        body={
            "post": row,
            "content": _trusted(row.content),
            "address": site.local(first),
            "threads": threads,
            "series": told_in,
            "before": before,
            "after": after,
            "related": related,
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
        title=heads.title(row.title, language=site.language),
        description=heads.description(_plain(row.content), language=site.language),
        path=path,
        steps=(_blog_steps(site)[0], (row.title, site.local(path))),
        nodes=(blog_jsonld.static_page(site, site.page(path), row),),
        body={"page": row, "content": _trusted(row.content)},
    )


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A category or a tag: what its page is headed, its name, what is said of it, its path, the way to it."""

    heading: str
    name: str
    description: str | None
    path: str
    steps: Steps


def _shelf(
    site: Site, shelf: _Shelf, rows: Sequence[PostCard], paging: Paging, children: Sequence[Category]
) -> View:
    path = links.page_path(shelf.path, paging.number)
    say = site.language.say
    return View(
        template="shelf.html",
        title=heads.title(
            say("%(shelf)s در مجله زیبایی", shelf=shelf.heading),
            shelf.heading,
            shelf.name,
            number=paging.number,
            language=site.language,
        ),
        description=heads.description(
            shelf.description,
            _how_many(site.language, paging, say("با %(shelf)s", shelf=shelf.heading)),
            number=paging.number,
            language=site.language,
        ),
        path=path,
        steps=shelf.steps,
        nodes=(
            jsonld.item_list(site, site.page(path), shelf.name, _items(site, rows), _first(paging.number)),
        ),
        body={
            "heading": shelf.heading,
            "intro": shelf.description,
            "posts": rows,
            "children": children,
            "paging": paging,
        },
    )


async def _posts(
    connection: AsyncConnection[Any], site: Site, filters: Filters, number: int, path: str
) -> tuple[tuple[PostCard, ...], Paging]:
    offset = (number - 1) * POSTS_A_PAGE
    if offset > COUNTED_AT_MOST:
        raise NoSuchPageError
    total, capped = await count_posts(connection, filters)
    paging = paging_of(total, capped, POSTS_A_PAGE, number, site.local(path))
    page = await post_page(connection, filters, "-published_at", Where(POSTS_A_PAGE, offset))
    await site.learn(connection, entities("BLOG_POST", page.rows))
    return page.rows, paging


async def _beside(connection: AsyncConnection[Any], row: PostRow) -> tuple[PostCard, ...]:
    """Return what to read next: posts with the same tags, filled up with those of the category."""
    found = await related_posts(connection, row.id)
    if len(found) < _BESIDE_A_POST:
        known = {card.id for card in found}
        found += tuple(card for card in await similar_posts(connection, row) if card.id not in known)
    return found[:_BESIDE_A_POST]


async def _learn_around(
    connection: AsyncConnection[Any],
    site: Site,
    row: PostRow,
    related: Sequence[PostCard],
    beside: Sequence[Neighbour],
) -> None:
    """Find out which pages that a post leads to are there in English."""
    await site.learn(
        connection,
        entities("BLOG_POST", related),
        entities("BLOG_POST", beside),
        [("TAG", tag.id) for tag in row.named_tags],
        [("CATEGORY", row.category_id)] if row.category_id is not None else [],
        [("SERIES", row.series_id)] if row.series_id is not None else [],
    )


def _blog_steps(site: Site) -> Steps:
    say = site.language.say
    return (say("خانه"), site.link(links.HOME)), (say("مجله"), site.link(links.BLOG))


def _shelf_step(site: Site, name: str, slug: str) -> Steps:
    path = links.category_path(slug)
    return ((site.titled(path, name), site.link(path)),)


def _steps_of(site: Site, row: PostRow, path: str) -> Steps:
    shelf: Steps = ()
    if row.category_name is not None and row.category_slug is not None:
        shelf = _shelf_step(site, row.category_name, row.category_slug)
    return (*_blog_steps(site), *shelf, (row.title, site.local(path)))


def _items(site: Site, rows: Sequence[PostCard]) -> list[tuple[str, str]]:
    return [(row.title, site.link(links.post_path(row.slug))) for row in rows]


def _first(number: int) -> int:
    return (number - 1) * POSTS_A_PAGE + 1


def _how_many(language: Language, paging: Paging, where: str) -> str:
    if paging.total == 0:
        return language.say("هنوز نوشته‌ای %(where)s منتشر نشده است", where=where)
    said = language.counted("%(n)s نوشته %(where)s", "%(n)s نوشته %(where)s", paging.total, where=where)
    return f"{language.say('بیش از')} {said}" if paging.is_capped else said


def _what_of(language: Language, row: PostRow) -> str:
    time = language.forms.reading_time(row.reading_time_sec)
    if not row.author_name:
        return language.say("نوشته‌ای که خواندنش %(time)s زمان می‌برد", time=time)
    return language.say(
        "نوشته‌ای از %(author)s که خواندنش %(time)s زمان می‌برد", author=row.author_name, time=time
    )


def _plain(content: str) -> str:
    """Return the beginning of a text without its tags."""
    return " ".join(unescape(_TAG.sub(" ", content[:_BEGINNING])).split())


def _trusted(content: str) -> Markup:
    """Return stored HTML as it is: it was sanitised when it was stored, and only then."""
    return Markup(content)  # noqa: S704 - sanitised on write
