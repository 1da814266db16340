"""Templates, and how a page leaves the site: validators, cache, language, security headers."""

from contextlib import AbstractAsyncContextManager
from functools import cache, partial
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
from sevra_atlas.site.language import ENGLISH, PERSIAN, Language, marked
from sevra_atlas.site.site import Site

PageRequest = Request[Any, Any, State]

HTML = "text/html"
CONTENT_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PRICE_TIERS = {1: marked("اقتصادی"), 2: marked("میانه"), 3: marked("بالا"), 4: marked("لوکس")}

_CACHE = {200: "public, max-age=60", 404: "public, max-age=60", 410: "public, max-age=600"}


@cache
def environment(language: Language = PERSIAN) -> Environment:
    """Return the templates of the site in a language; a name that a template misspells is an error."""
    templates = Environment(
        extensions=["jinja2.ext.i18n"],
        loader=PackageLoader("sevra_atlas.site"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "digits": language.forms.digits,
        "number": language.forms.number,
        "rating": language.forms.rating,
        "toman": language.forms.toman,
        "duration": language.forms.duration,
        "day": language.forms.day,
        "tehran_day": persian.tehran_day,
        "dialled": persian.dialled,
        "hours": language.forms.hours,
        "reading_time": language.forms.reading_time,
        "spoken": partial(spoken, language),
        "foreign": partial(foreign, language),
        "tongue": partial(tongue, language),
    }
    templates.globals |= {
        "asset": asset_url,
        "links": links,
        "counted": language.counted,
        "language": language,
        "price_tiers": PRICE_TIERS,
        "weekdays": language.forms.WEEKDAYS,
    }
    # The extension adds this to the environment.
    templates.install_gettext_translations(language.texts, newstyle=True)  # type: ignore[attr-defined]
    return templates


def reading(request: PageRequest) -> AbstractAsyncContextManager[AsyncConnection[Any]]:
    """Lend a connection of the application's role; each statement on it is a transaction of its own."""
    pool = cast("AsyncConnectionPool[AsyncConnection[Any]]", request.app.state.pool)
    return pool.connection()


def spoken(page: Language, text: str) -> Markup:
    """Return the attributes of an element whose text is in another language than the page."""
    if persian.language(text) == page.code:
        return Markup()
    return Markup(' lang="fa" dir="rtl"') if page is ENGLISH else Markup(' lang="en" dir="ltr"')


def foreign(page: Language, text: str) -> Markup:
    """Return the attributes of a Persian text on an English page; what is on a Persian one has none."""
    return spoken(page, text) if page is ENGLISH else Markup()


def tongue(page: Language, text: str | None) -> Markup:
    """Return the language of a Persian name on an English page, whose direction its place decides."""
    is_persian = page is ENGLISH and text is not None and persian.language(text) != page.code
    return Markup(' lang="fa"') if is_persian else Markup()


def rendered(
    request: PageRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> Response[Any]:
    """Return a page with its validators; 304 without a body when the client already holds it.

    `site` of the context says in which language.
    """
    site: Site = context["site"]
    body = environment(site.language).get_template(template).render(context).encode()
    tag = weak_etag(body)
    headers = {
        "ETag": tag,
        "Cache-Control": _CACHE.get(status, "no-store"),
        "Content-Language": site.language.code,
        "Content-Security-Policy": CONTENT_POLICY,
    }
    if status == HTTP_200_OK and holds(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, status_code=status, headers=headers, media_type=HTML)
