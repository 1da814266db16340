"""Where the feeds are: those of the whole blog, and below each category those of its posts."""

import re
from typing import Any

from litestar import Response, get
from psycopg import AsyncConnection

from sevra_atlas.conditional import holds, http_date, weak_etag
from sevra_atlas.domain.resolution import Found, Gone, NotFound, Outcome, Redirect
from sevra_atlas.reads.feeds import newest_entries
from sevra_atlas.reads.resolve import resolve_path
from sevra_atlas.reads.taxonomy import find_category
from sevra_atlas.site import links
from sevra_atlas.site.feeds import FORMS, Feed
from sevra_atlas.site.heads import BLOG_NAME
from sevra_atlas.site.rendering import PageRequest, reading
from sevra_atlas.site.site import Site

_CACHE = "public, max-age=300"
_OF_A_CATEGORY = re.compile(rf"(/blog/category/[^/]+)/feed\.({'|'.join(FORMS)})")


@get([f"/feed.{form}" for form in FORMS], include_in_schema=False)
async def feed_of_the_blog(request: PageRequest) -> Response[Any]:
    """Return the newest posts of the blog."""
    async with reading(request) as connection:
        entries = await newest_entries(connection)
    feed = Feed(site=_site(request), title=BLOG_NAME, page_path=links.BLOG, entries=entries)
    path = request.scope["path"]
    return _answer(request, feed, path, path.rpartition(".")[2])


def category_feed(raw_path: str) -> tuple[str, str] | None:
    """Return the raw path of the category and the form of the feed that a path asks for, or None."""
    match = _OF_A_CATEGORY.fullmatch(raw_path)
    return (match.group(1), match.group(2)) if match else None


async def feed_of_a_category(
    request: PageRequest, connection: AsyncConnection[Any], path: str, form: str
) -> Response[Any] | Outcome:
    """Return the newest posts of the category at a path; where that is no category, what the ledger says."""
    outcome = await resolve_path(connection, path)
    if isinstance(outcome, Redirect) and outcome.location.startswith("/blog/category/"):
        return Redirect(f"{outcome.location}/feed.{form}", outcome.status, outcome.query_mode)
    if not isinstance(outcome, Found) or outcome.entity_type != "CATEGORY":
        return outcome if isinstance(outcome, Gone) else NotFound()
    row = await find_category(connection, outcome.entity_id)
    if row is None:
        return NotFound()
    entries = await newest_entries(connection, row.id)
    title = f"{row.name} | {BLOG_NAME}"
    feed = Feed(site=_site(request), title=title, page_path=outcome.path, entries=entries)
    return _answer(request, feed, f"{outcome.path}/feed.{form}", form)


def _site(request: PageRequest) -> Site:
    return Site(request.app.state.settings.public_base_url)


def _answer(request: PageRequest, feed: Feed, path: str, form: str) -> Response[Any]:
    kind, written = FORMS[form]
    body = written(feed, path)
    tag = weak_etag(body)
    headers = {
        "ETag": tag,
        "Last-Modified": http_date(feed.updated),
        "Cache-Control": _CACHE,
        "Content-Language": "fa",
    }
    if holds(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=f"{kind}; charset=utf-8", headers=headers)
