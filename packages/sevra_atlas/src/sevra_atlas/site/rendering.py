"""Templates, and how a page leaves the site: validators, cache, language, security headers."""

from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from litestar import Request, Response
from litestar.datastructures import State
from litestar.status_codes import HTTP_200_OK
from markupsafe import Markup
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from sevra_atlas.conditional import holds, weak_etag
from sevra_atlas.site import links, persian
from sevra_atlas.site.assets import asset_url
from sevra_atlas.site.heads import BLOG_NAME, SITE_NAME

PageRequest = Request[Any, Any, State]

HTML = "text/html"
CONTENT_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PRICE_TIERS = {1: "اقتصادی", 2: "میانه", 3: "بالا", 4: "لوکس"}

_CACHE = {200: "public, max-age=60", 404: "public, max-age=60", 410: "public, max-age=600"}


@cache
def environment() -> Environment:
    """Return the templates of the site; a name that a template misspells is an error."""
    templates = Environment(
        loader=PackageLoader("sevra_atlas.site"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "digits": persian.digits,
        "number": persian.number,
        "rating": persian.rating,
        "toman": persian.toman,
        "duration": persian.duration,
        "jalali": persian.jalali,
        "tehran_day": persian.tehran_day,
        "dialled": persian.dialled,
        "hours": persian.hours,
        "reading_time": persian.reading_time,
        "spoken": spoken,
    }
    templates.globals |= {
        "asset": asset_url,
        "links": links,
        "price_tiers": PRICE_TIERS,
        "site_name": SITE_NAME,
        "blog_name": BLOG_NAME,
        "weekdays": persian.WEEKDAYS,
    }
    return templates


def reading(request: PageRequest) -> AbstractAsyncContextManager[AsyncConnection[Any]]:
    """Lend a connection of the application's role; each statement on it is a transaction of its own."""
    pool = cast("AsyncConnectionPool[AsyncConnection[Any]]", request.app.state.pool)
    return pool.connection()


def spoken(text: str) -> Markup:
    """Return the attributes of an element with English text; none when it is in the page's own language."""
    return Markup(' lang="en" dir="ltr"') if persian.language(text) == "en" else Markup()


def rendered(
    request: PageRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> Response[Any]:
    """Return a page with its validators; 304 without a body when the client already holds it."""
    body = environment().get_template(template).render(context).encode()
    tag = weak_etag(body)
    headers = {
        "ETag": tag,
        "Cache-Control": _CACHE.get(status, "no-store"),
        "Content-Language": "fa",
        "Content-Security-Policy": CONTENT_POLICY,
    }
    if status == HTTP_200_OK and holds(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, status_code=status, headers=headers, media_type=HTML)
