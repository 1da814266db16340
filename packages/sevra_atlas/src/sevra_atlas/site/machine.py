"""What machines ask of the site: robots, sitemap, probes, style and font, stored pictures."""

import re
from typing import Any

from anyio import Path, to_thread
from litestar import MediaType, Response, get
from litestar.params import FromPath
from litestar.response import File

from sevra_atlas.conditional import holds, weak_etag
from sevra_atlas.domain.sitemap_folder import FILES, INDEX, SitemapFolder
from sevra_atlas.domain.sitemap_xml import robots_text
from sevra_atlas.readiness import readiness
from sevra_atlas.reads.pictures import find_public_file
from sevra_atlas.site.assets import assets, digest, media_type
from sevra_atlas.site.pages import lost
from sevra_atlas.site.rendering import PageRequest, reading

_FOR_EVER = "public, max-age=31536000, immutable"
_SITEMAP_CACHE = "public, max-age=300"
_FILE_NAME = re.compile(r"[a-z]+-(?:0|[1-9][0-9]{0,9})(?:-[a-z]{1,2})?\.xml\.gz")
_PATIENCE_SECONDS = 60
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_LONGEST_KEY = 255


@get("/robots.txt", include_in_schema=False, media_type=MediaType.TEXT)
async def robots(request: PageRequest) -> Response[Any]:
    """Return what crawlers may read; needs neither the database nor the file that a build wrote."""
    text = robots_text(request.app.state.settings.public_base_url)
    return _kept(request, text.encode(), "text/plain", "public, max-age=3600")


@get("/sitemap.xml", include_in_schema=False)
async def sitemap_index(request: PageRequest) -> Response[Any]:
    """Return the index of the published set; 503 before the first, so that crawlers come again."""
    body = await _published(request, INDEX)
    if body is None:
        return _unpublished(request)
    return _kept(request, body, "application/xml", _SITEMAP_CACHE)


@get("/sitemaps/{name:str}", include_in_schema=False)
async def sitemap_shard(request: PageRequest, name: FromPath[str]) -> Response[Any]:
    """Return one file of the published set, compressed as it lies there, or not found."""
    # The shape is checked first: a name is never a way out of the folder.
    if not _FILE_NAME.fullmatch(name):
        return lost(request, 404)
    body = await _published(request, f"{FILES}/{name}")
    if body is None:
        published = await _published(request, INDEX) is not None
        return lost(request, 404) if published else _unpublished(request)
    return _kept(request, body, "application/gzip", _SITEMAP_CACHE)


@get("/healthz", include_in_schema=False, media_type=MediaType.TEXT)
async def healthz() -> Response[Any]:
    """Answer while the process runs."""
    return Response("OK\n", media_type=MediaType.TEXT, headers={"Cache-Control": "no-store"})


@get("/readyz", include_in_schema=False, media_type=MediaType.TEXT)
async def readyz(request: PageRequest) -> Response[Any]:
    """Answer whether database, schema and storage are there: 200, otherwise 503 with what is missing."""
    state = request.app.state
    found = await readiness(state.pool, state.settings.media_dir)
    names = ("database", "schema", "queue", "storage")
    text = "".join(f"{name} {getattr(found, name)}\n" for name in names)
    return Response(
        text,
        status_code=200 if found.is_ready else 503,
        media_type=MediaType.TEXT,
        headers={"Cache-Control": "no-store"},
    )


@get("/favicon.ico", include_in_schema=False)
async def favicon(request: PageRequest) -> Response[Any]:
    """Return the icon that browsers ask for by themselves."""
    return _kept(request, assets()["favicon.ico"], media_type("favicon.ico"), "public, max-age=86400")


@get("/assets/{version:str}/{name:path}", include_in_schema=False)
async def asset(request: PageRequest, version: FromPath[str], name: FromPath[str]) -> Response[Any]:
    """Return a file of the pages; an address of another version is not found, so nothing stale is kept."""
    body = assets().get(name.lstrip("/"))
    if body is None or version != digest():
        return lost(request, 404)
    return _kept(request, body, media_type(name), _FOR_EVER)


@get("/uploads/{key:path}", include_in_schema=False)
async def upload(request: PageRequest, key: FromPath[str]) -> Response[Any] | File:
    """Return a stored public file by its key; a private, deleted or unknown one is not found."""
    name = key.lstrip("/")
    # The shape is checked before the database is asked: a key is never a way out of the folder.
    if len(name) > _LONGEST_KEY or not _KEY.fullmatch(name):
        return lost(request, 404)
    async with reading(request) as connection:
        picture = await find_public_file(connection, name)
    folder = Path(request.app.state.settings.media_dir)
    if picture is None or not await (folder / name).is_file():
        return lost(request, 404)
    return File(
        path=str(folder / name),
        media_type=picture.mime,
        content_disposition_type="inline",
        headers={"Cache-Control": _FOR_EVER, "Content-Security-Policy": "sandbox; default-src 'none'"},
    )


async def _published(request: PageRequest, name: str) -> bytes | None:
    settings = request.app.state.settings
    return await to_thread.run_sync(SitemapFolder(settings.sitemap_dir, settings.public_base_url).read, name)


def _unpublished(request: PageRequest) -> Response[Any]:
    answer = lost(request, 503)
    answer.headers["Retry-After"] = str(_PATIENCE_SECONDS)
    return answer


def _kept(request: PageRequest, body: bytes, kind: str, cache: str) -> Response[Any]:
    tag = weak_etag(body)
    headers = {"ETag": tag, "Cache-Control": cache}
    if holds(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)
