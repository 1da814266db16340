"""How each route of the web is asked for all that it can show: one recipe a route, by its path template."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from marked import Marked
from web_fixtures import Directory

from sevra_atlas.reads.post_lists import POST_ORDERS
from sevra_atlas.site.feeds import FORMS

_API = "/api/v1"
_FIND_DEAD = quote("zz dead")
# Of one kind: all that the small demo has, but for cities and what lies in them.
_ENOUGH = 25
_NUMBERED = """
SELECT *, row_number() OVER (PARTITION BY deleted_at IS NULL
                             ORDER BY CASE WHEN deleted_at IS NULL THEN id ELSE -id END) AS place
  FROM public.{table}
"""
_LEDGER = """
SELECT path, shown
  FROM (SELECT p.path, coalesce(p.display_path, p.path) AS shown,
               row_number() OVER (
                 PARTITION BY p.entity_type, e.state = 'deleted'
                 ORDER BY CASE WHEN e.state = 'deleted' THEN -p.entity_id ELSE p.entity_id END, p.path
               ) AS place
          FROM url_paths p LEFT JOIN entities e USING (entity_type, entity_id)) AS numbered
 WHERE place <= %s
"""


@dataclass(frozen=True)
class Ground:
    """The rows that the addresses are made of; the dead are asked for by their own ids and slugs too."""

    directory: Directory
    marked: Marked

    def names(self, table: str) -> Iterator[str]:
        """Return ids and slugs: of the youngest dead, the twins among them, and of the oldest alive."""
        for id_, slug in self._rows(table, "id, slug"):
            yield from (str(id_), quote(slug))

    def slugs(self, table: str) -> Iterator[str]:
        """Return the slugs of the same rows."""
        return (quote(slug) for (slug,) in self._rows(table, "slug"))

    def ids(self, table: str) -> Iterator[str]:
        """Return the ids of the same rows."""
        return (str(id_) for (id_,) in self._rows(table, "id"))

    def _rows(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        return self.directory.rows(
            f"SELECT {columns} FROM ({_NUMBERED.format(table=table)}) AS numbered WHERE place <= {_ENOUGH}",
            role="sevra_owner",
        )


Recipe = Callable[[Ground], Iterator[str]]


def _just(*addresses: str) -> Recipe:
    return lambda _: iter(addresses)


def _each(table: str, *forms: str) -> Recipe:
    def addresses(ground: Ground) -> Iterator[str]:
        for name in ground.names(table):
            yield from (form.format(name) for form in forms)

    return addresses


def _each_by_id(table: str, form: str) -> Recipe:
    return lambda ground: (form.format(id_) for id_ in ground.ids(table))


def _listed(path: str, orders: tuple[str, ...], parameter: str) -> Recipe:
    ordered = [f"{path}?pageSize=100&{parameter}={order}" for order in orders]
    return _just(path, *ordered, f"{path}?pageSize=1", f"{path}?q={_FIND_DEAD}")


def _directory_list(kind: str) -> Recipe:
    """Ask for a list in every order, and for what lies in each place, dead or alive."""

    def addresses(ground: Ground) -> Iterator[str]:
        yield from _listed(f"{_API}/{kind}", ("rating", "popular", "new"), "sort")(ground)
        yield from (f"{_API}/{kind}?city={name}" for name in ground.names("cities"))

    return addresses


def _threads(ground: Ground) -> Iterator[str]:
    for word, table in (("post", "posts"), ("salon", "salons"), ("artist", "artists")):
        for id_ in ground.ids(table):
            yield from (
                f"{_API}/comments?entityType={word}&entityId={id_}&sort={order}&limit=50"
                for order in ("new", "top")
            )


def _menus(ground: Ground) -> Iterator[str]:
    for (location,) in ground.directory.rows("SELECT location FROM menus"):
        yield f"{_API}/blog/misc/menus/{location}"


def _paths(ground: Ground) -> Iterator[str]:
    """Return paths of each kind, the dead first, in each form that they have, and addresses of nothing."""
    for path, shown in ground.directory.rows(_LEDGER, _ENOUGH):
        for form in {path, shown}:
            yield from (quote(form), f"{quote(form)}?page=2", f"/en{quote(form)}")
    for slug in ground.slugs("categories"):
        yield from (f"/blog/category/{slug}/feed.{form}" for form in FORMS)
    yield from ("/old-of-the-dead", "/nothing", "/atlas?page=2", "/blog?page=2", f"/search?q={_FIND_DEAD}")
    yield from ("/atlas/salon/nothing", f"/atlas?q={_FIND_DEAD}")
    yield from ("/en/atlas", "/en/nothing", "/en/old-of-the-dead", f"/en/search?q={_FIND_DEAD}")


def _resolved(ground: Ground) -> Iterator[str]:
    return (f"{_API}/seo/redirects/resolve?path={quote(path, safe='')}" for path in _paths(ground))


def _searches(ground: Ground) -> Iterator[str]:
    words = [_FIND_DEAD, quote("زز مرده"), "zz", "de", quote("سالن")]
    kinds = ("", "&type=salon", "&type=artist", "&type=post")
    yield from (f"{_API}/search?q={word}{kind}&limit=50" for word in words for kind in kinds)


def _maps(ground: Ground) -> Iterator[str]:
    """Return every file of the sitemap that there is, and one that there is not."""
    sections = ("salons", "artists", "geo", "static", "posts", "pages", "taxonomy", "nothing")
    return (f"/sitemaps/{section}-{shard}.xml.gz" for section in sections for shard in range(2))


def _uploads(ground: Ground) -> Iterator[str]:
    for (url,) in ground.directory.rows("SELECT url FROM public.media", role="sevra_owner"):
        if url and url.startswith("/"):
            yield quote(url)
    yield "/uploads/nothing.webp"


_taxonomy = {
    f"{_API}/blog/taxonomy/{kind}/{{x:str}}": _each(kind, f"{_API}/blog/taxonomy/{kind}/{{}}")
    for kind in ("categories", "tags", "series")
}
_of_post = {
    f"{_API}/blog/posts/{{x:str}}{part}": _each_by_id("posts", f"{_API}/blog/posts/{{}}{part}{query}")
    for part, query in (
        ("", ""),
        ("/comments", "?pageSize=100"),
        ("/related", ""),
        ("/same-category", "?pageSize=100"),
        ("/similar", ""),
    )
}

WEB_RECIPES: Mapping[str, Recipe] = {
    "/": _just("/", "/en"),
    "/api-docs": _just("/api-docs"),
    f"{_API}/artists": _directory_list("artists"),
    f"{_API}/artists/{{x:str}}": _each("artists", f"{_API}/artists/{{}}"),
    f"{_API}/blog/authors": _just(f"{_API}/blog/authors?pageSize=100"),
    f"{_API}/blog/authors/{{id:str}}": _each_by_id("author_profiles", f"{_API}/blog/authors/{{}}"),
    f"{_API}/blog/comments": _just(f"{_API}/blog/comments?pageSize=100"),
    f"{_API}/blog/misc/menus/{{location:str}}": _menus,
    f"{_API}/blog/misc/pages": _just(
        *(f"{_API}/blog/misc/pages{query}" for query in ("", "?status=published"))
    ),
    f"{_API}/blog/misc/pages/{{x:str}}": _each("pages", f"{_API}/blog/misc/pages/{{}}"),
    f"{_API}/blog/posts": _listed(f"{_API}/blog/posts", tuple(POST_ORDERS), "ordering"),
    f"{_API}/blog/posts/slug/{{slug:str}}": _each("posts", f"{_API}/blog/posts/slug/{{}}"),
    **_of_post,
    **{
        f"{_API}/blog/taxonomy/{kind}": _just(f"{_API}/blog/taxonomy/{kind}")
        for kind in ("categories", "series", "tags")
    },
    **_taxonomy,
    f"{_API}/comments": _threads,
    f"{_API}/geo/cities/{{x:str}}": _each("cities", f"{_API}/geo/cities/{{}}"),
    f"{_API}/geo/cities/{{x:str}}/neighborhoods": _each("cities", f"{_API}/geo/cities/{{}}/neighborhoods"),
    f"{_API}/geo/provinces": _just(f"{_API}/geo/provinces"),
    f"{_API}/geo/provinces/{{x:str}}/cities": _each("provinces", f"{_API}/geo/provinces/{{}}/cities"),
    f"{_API}/health": _just(f"{_API}/health"),
    f"{_API}/health/ready": _just(f"{_API}/health/ready"),
    f"{_API}/openapi.json": _just(f"{_API}/openapi.json"),
    f"{_API}/openapi.json/openapi.json": _just(f"{_API}/openapi.json/openapi.json"),
    f"{_API}/openapi.json/{{path:str}}": _just(f"{_API}/openapi.json/nothing"),
    f"{_API}/salons": _directory_list("salons"),
    f"{_API}/salons/{{x:str}}": _each("salons", f"{_API}/salons/{{}}"),
    f"{_API}/search": _searches,
    f"{_API}/seo/redirects/resolve": _resolved,
    "/assets/{version:str}/{name:path}": _just("/assets/0/site.css"),
    **{f"/feed.{form}": _just(f"/feed.{form}") for form in FORMS},
    "/favicon.ico": _just("/favicon.ico"),
    "/healthz": _just("/healthz"),
    "/readyz": _just("/readyz"),
    "/robots.txt": _just("/robots.txt"),
    "/sitemap.xml": _just("/sitemap.xml"),
    "/sitemaps/{name:str}": _maps,
    "/uploads/{key:path}": _uploads,
    "/{path:path}": _paths,
    # The last one: it tells of all that was asked for before.
    "/metrics": _just("/metrics"),
}
