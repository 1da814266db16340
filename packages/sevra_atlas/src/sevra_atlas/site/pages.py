"""Every path that is not a route of its own: the ledger says what it answers, this module shows it."""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from litestar import HttpMethod, Response, route
from litestar.status_codes import HTTP_405_METHOD_NOT_ALLOWED, HTTP_503_SERVICE_UNAVAILABLE
from psycopg import AsyncConnection

from sevra_atlas.domain.languages import ENGLISH_ROUTES, LOCALES, alternates, localized
from sevra_atlas.domain.resolution import Found, Gone, MethodNotAllowed, Outcome, Redirect, Static
from sevra_atlas.reads import places
from sevra_atlas.reads.places import Province
from sevra_atlas.reads.resolve import resolved
from sevra_atlas.reads.seo import Head, head_of
from sevra_atlas.site import blog_jsonld, blog_views, heads, jsonld, links, search, views
from sevra_atlas.site.counting import count
from sevra_atlas.site.feed_routes import category_feed, feed_of_a_category
from sevra_atlas.site.language import ENGLISH, PERSIAN, marked
from sevra_atlas.site.prefix import in_english, without_prefix
from sevra_atlas.site.rendering import PageRequest, reading, rendered
from sevra_atlas.site.site import Site
from sevra_atlas.site.views import HOME_TITLE, NoSuchPageError, Steps, View

_PAGE = re.compile(r"[1-9][0-9]{0,6}")
_KEPT = {301: "public, max-age=3600", 308: "public, max-age=3600", 302: "no-store", 307: "no-store"}
_LOST = {
    404: (
        marked("این صفحه پیدا نشد"),
        marked("شاید نشانی را اشتباه نوشته باشید، یا این صفحه هیچ‌گاه اینجا نبوده است."),
    ),
    410: (
        marked("این صفحه دیگر وجود ندارد"),
        marked("این صفحه پیش‌تر اینجا بود و برداشته شده است. سالن‌ها و هنرمندان دیگر را ببینید."),
    ),
    451: (marked("این صفحه به حکم قانون در دسترس نیست"), marked("سالن‌ها و هنرمندان دیگر را ببینید.")),
    405: (marked("این صفحه فقط برای خواندن است"), marked("نشانی را در مرورگر باز کنید.")),
    503: (marked("سایت هم‌اکنون در دسترس نیست"), marked("چند لحظه دیگر دوباره تلاش کنید.")),
    500: (marked("خطایی رخ داد"), marked("چند لحظه دیگر دوباره تلاش کنید.")),
}


@route(
    ["/", "/{path:path}"],
    http_method=[
        HttpMethod.GET,
        HttpMethod.POST,
        HttpMethod.PUT,
        HttpMethod.PATCH,
        HttpMethod.DELETE,
        HttpMethod.OPTIONS,
    ],
    include_in_schema=False,
    status_code=200,
)
async def page(request: PageRequest) -> Response[Any]:
    """Answer a path of the site by the ledger: the page, one redirect, gone, or not found."""
    raw_path = request.scope["raw_path"].decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    outcome: Outcome | Response[Any]
    # HEAD arrives as GET: its body is left out in front of the application.
    asked = without_prefix(raw_path)
    site = _site(request)
    async with reading(request) as connection:
        feed = category_feed(raw_path) if request.method == "GET" else None
        if feed is not None:
            outcome = await feed_of_a_category(request, connection, *feed)
        else:
            begun = time.perf_counter()
            resolution = await resolved(connection, asked.path, request.method, query=query)
            count(request, resolution, time.perf_counter() - begun)
            outcome = resolution.outcome
            if asked.language is ENGLISH:
                outcome = await in_english(connection, site, asked, request.method, outcome)
        match outcome:
            case Response():
                return outcome
            case Redirect():
                return _moved(outcome, query)
            case Found() | Static() if request.method == "GET":
                return await _show(request, connection, site, outcome, query)
            case Found() | Static() | MethodNotAllowed():
                return lost(request, 405)
            case Gone():
                return lost(request, outcome.status, await places.provinces(connection))
            case _:
                return lost(request, 404, await places.provinces(connection))


def lost(request: PageRequest, status: int, provinces: Sequence[Province] = ()) -> Response[Any]:
    """Return a page for a path that shows nothing, with a way on."""
    site = _site(request)
    title, description = map(site.language.say, _LOST[status])
    context = {
        **_head(
            View(template="lost.html", title=title, description=description, path="", is_indexable=False),
            site,
            None,
        ),
        "code": status,
        "provinces": provinces,
    }
    answer = rendered(request, "lost.html", context, status=status)
    if status == HTTP_405_METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = "GET, HEAD"
    if status == HTTP_503_SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "5"
    return answer


async def _show(
    request: PageRequest, connection: AsyncConnection[Any], site: Site, found: Found | Static, query: str
) -> Response[Any]:
    path = site.local(found.path)
    try:
        number = _page_number(query)
    except NoSuchPageError:
        return lost(request, 404, await places.provinces(connection))
    others = _without_page(query)
    if number == 1 and others != query:
        first = f"{path}?{others}" if others else path
        return Response(b"", status_code=301, headers={"Location": first, "Cache-Control": _KEPT[301]})
    try:
        view = await _view(connection, site, found, number, query)
    except NoSuchPageError:
        return lost(request, 404, await places.provinces(connection))
    meta = None
    if isinstance(found, Found):
        meta = await head_of(connection, found.entity_type, found.entity_id, site.language.code)
    head = _head(view, site, found, meta, number)
    assert head.keys().isdisjoint(view.body), "the body of a page would replace what its head says"
    return rendered(request, view.template, {**head, **view.body})


def _view(
    connection: AsyncConnection[Any], site: Site, found: Found | Static, number: int, query: str
) -> Awaitable[View]:
    """Return the view of what the ledger found; NoSuchPageError when the site has no page for it."""
    if isinstance(found, Static):
        return _static_view(connection, site, found.path, number, query)
    if found.entity_type == "SALON":
        return views.salon(connection, site, found.entity_id, number, datetime.now(UTC))
    paged: dict[str, Callable[..., Awaitable[View]]] = {
        "ARTIST": views.artist,
        "CITY": views.city,
        "PROVINCE": views.province,
        "BLOG_POST": blog_views.post,
        "BLOG_PAGE": blog_views.static_page,
        "CATEGORY": blog_views.category,
        "TAG": blog_views.tag,
        "SERIES": blog_views.series,
    }
    if found.entity_type not in paged:
        raise NoSuchPageError
    return paged[found.entity_type](connection, site, found.entity_id, number)


async def _static_view(
    connection: AsyncConnection[Any], site: Site, path: str, number: int, query: str
) -> View:
    if path == links.DIRECTORY:
        return await views.directory(connection, site, number)
    if path == links.BLOG:
        return await blog_views.blog(connection, site, number)
    if path == links.HOME and number == 1:
        return await views.home(connection, site)
    if path == links.SEARCH and number == 1:
        return await search.results(connection, site, query)
    raise NoSuchPageError


def _page_number(query: str) -> int:
    """Return the asked page; other parameters are left to those who count visits."""
    stated = [value for name, value in _read(query) if name == "page"]
    if not stated:
        return 1
    if len(stated) > 1 or not _PAGE.fullmatch(stated[0]):
        raise NoSuchPageError
    return int(stated[0])


def _without_page(query: str) -> str:
    """Return a query string as it came, without the number of a page."""
    parts = query.split("&")
    return "&".join(part for part in parts if not any(name == "page" for name, _ in _read(part)))


def _read(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _moved(redirect: Redirect, query: str) -> Response[Any]:
    return Response(
        b"",
        status_code=redirect.status,
        headers={"Location": redirect.with_query(query), "Cache-Control": _KEPT[redirect.status]},
    )


def _site(request: PageRequest) -> Site:
    language = without_prefix(request.scope["raw_path"].decode("latin-1")).language
    return Site(request.app.state.settings.public_base_url, language)


def _head(
    view: View, site: Site, found: Found | Static | None, meta: Head | None = None, number: int = 1
) -> dict[str, Any]:
    """Return what the frame of every page needs; a page that was not found has no address of its own.

    What an editor wrote for the head goes before what the page makes of itself.
    """
    canonical, graph, image = None, None, None
    steps = _labelled(view.steps, meta)
    if found is not None:
        own = site.page(view.path)
        canonical = own if meta is None or meta.canonical_url is None else meta.canonical_url
        crumbs = (jsonld.breadcrumbs(site, own, steps),) if steps else ()
        nodes = blog_jsonld.changed(view.nodes, meta.lastmod if meta else None)
        graph = jsonld.script((*nodes, *crumbs))
        key = view.image_key if meta is None or meta.og_image_key is None else meta.og_image_key
        image = site.absolute(links.upload_path(key)) if key else None
    title = heads.stored(meta.title if meta else None, number, site.language) or view.title
    description = heads.stored(meta.description if meta else None, number, site.language) or view.description
    return {
        "site": site,
        "title": title,
        "home_title": site.language.say(HOME_TITLE),
        "description": description,
        "shared_title": (meta.og_title if meta else None) or title,
        "shared_description": (meta.og_description if meta else None) or description,
        "canonical": canonical,
        "steps": steps,
        "graph": graph,
        "image": image,
        "robots": _robots(view, meta),
        "headline": meta.h1 if meta else None,
        "is_article": view.is_article,
        "feed": view.feed_path,
        "alternates": alternates(site.base_url, view.path, _listed_in(view, found, meta)),
        "other": _other(site, view, found, meta),
    }


def _listed_in(view: View, found: Found | Static | None, meta: Head | None) -> Sequence[str]:
    """Return the languages in which search engines may be told of a page that names itself as canonical."""
    if found is None or not view.is_indexable:
        return ()
    if isinstance(found, Static):
        return LOCALES if found.path in ENGLISH_ROUTES else (PERSIAN.code,)
    return meta.locales if meta is not None else ()


def _other(site: Site, view: View, found: Found | Static | None, meta: Head | None) -> dict[str, str] | None:
    """Return where the same page is in the other language, for its readers; None where it is not."""
    if isinstance(found, Static):
        is_there = found.path in ENGLISH_ROUTES
    else:
        is_there = meta is not None and meta.is_in_english
    if not is_there:
        return None
    other = PERSIAN if site.language is ENGLISH else ENGLISH
    label = "فارسی" if other is PERSIAN else "English"
    path = localized(view.path, other.code)
    return {"path": path, "code": other.code, "direction": other.direction, "label": label}


def _labelled(steps: Steps, meta: Head | None) -> Steps:
    """Return the way to a page, its last step under the name that an editor gave it."""
    if not steps or meta is None or meta.breadcrumb_label is None:
        return steps
    return (*steps[:-1], (meta.breadcrumb_label, steps[-1][1]))


def _robots(view: View, meta: Head | None) -> str | None:
    """Return what crawlers are asked to leave; None when they may keep the page.

    A page that names another address as canonical is kept out of the sitemap, and says so by that alone.
    """
    stored = meta.robots if meta is not None else None
    if stored is not None and stored != "INDEX_FOLLOW":
        return "noindex, nofollow" if stored == "NOINDEX_NOFOLLOW" else "noindex, follow"
    listed = meta is None or meta.is_indexable or meta.canonical_url is not None
    return None if view.is_indexable and listed else "noindex, follow"
