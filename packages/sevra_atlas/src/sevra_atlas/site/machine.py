"""What machines ask of the site: robots, sitemap, probes, style and font, stored pictures."""

import gzip
import re
from contextlib import AbstractAsyncContextManager
from typing import Any, cast
from xml.sax.saxutils import escape

from anyio import Path
from litestar import MediaType, Response, get
from litestar.params import FromPath
from litestar.response import File
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from sevra_atlas.conditional import holds, weak_etag
from sevra_atlas.domain.slugs import encode_path
from sevra_atlas.readiness import readiness
from sevra_atlas.reads import places
from sevra_atlas.reads.pictures import find_public_file
from sevra_atlas.reads.sitemap import SECTIONS, STATIC, Shard, addresses, shards
from sevra_atlas.site.assets import assets, digest, media_type
from sevra_atlas.site.pages import lost
from sevra_atlas.site.rendering import PageRequest

MOST_URLS = 45_000
MOST_BYTES = 45_000_000
_FOR_EVER = "public, max-age=31536000, immutable"
_SITEMAP_CACHE = "public, max-age=300"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_SHARD_NAME = re.compile(r"([a-z]+)-(0|[1-9][0-9]{0,9})(?:-([a-z]{1,2}))?\.xml\.gz")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_LONGEST_KEY = 255


@get("/robots.txt", include_in_schema=False, media_type=MediaType.TEXT)
async def robots(request: PageRequest) -> Response[Any]:
    """Return what crawlers may read; needs no database."""
    base = request.app.state.settings.public_base_url
    text = f"User-agent: *\nDisallow: /api/\nDisallow: /backoffice/\n\nSitemap: {base}/sitemap.xml\n"
    return _kept(request, text.encode(), "text/plain", "public, max-age=3600")


@get("/sitemap.xml", include_in_schema=False)
async def sitemap_index(request: PageRequest) -> Response[Any]:
    """Return the index: every shard that holds a public address, in as many files as its size needs."""
    base = request.app.state.settings.public_base_url
    entries = []
    async with _reading(request) as connection:
        for shard in await shards(connection):
            parts = len(sitemap_parts(base, await addresses(connection, shard)))
            entries += [_file_name(shard, part, parts) for part in range(parts)]
    body = "".join(f"<sitemap><loc>{base}/sitemaps/{name}</loc></sitemap>\n" for name in entries)
    text = f"{_HEAD}<sitemapindex {_SPACE}>\n{body}</sitemapindex>\n"
    return _kept(request, text.encode(), "application/xml", _SITEMAP_CACHE)


@get("/sitemaps/{name:str}", include_in_schema=False)
async def sitemap_shard(request: PageRequest, name: FromPath[str]) -> Response[Any]:
    """Return one file of the sitemap, compressed; the same rows give the same bytes."""
    match = _SHARD_NAME.fullmatch(name)
    async with _reading(request) as connection:
        if match is None or match.group(1) not in {*SECTIONS, STATIC}:
            return lost(request, 404, await places.provinces(connection))
        shard = Shard(match.group(1), int(match.group(2)))
        base = request.app.state.settings.public_base_url
        parts = sitemap_parts(base, await addresses(connection, shard))
        wanted = {_file_name(shard, part, len(parts)): text for part, text in enumerate(parts)}
        if name not in wanted:
            return lost(request, 404, await places.provinces(connection))
    packed = gzip.compress(wanted[name].encode(), compresslevel=6, mtime=0)
    return _kept(request, packed, "application/gzip", _SITEMAP_CACHE)


def sitemap_parts(
    base_url: str, paths: list[str], *, most_urls: int = MOST_URLS, most_bytes: int = MOST_BYTES
) -> list[str]:
    """Return the files of a shard as XML; a new file begins before either cap is passed, in row order."""
    head, tail = f"{_HEAD}<urlset {_SPACE}>\n", "</urlset>\n"
    files: list[list[str]] = []
    size = 0
    for path in paths:
        line = f"<url><loc>{escape(base_url + encode_path(path))}</loc></url>\n"
        full = files and (len(files[-1]) >= most_urls or size + len(line) > most_bytes)
        if not files or full:
            files.append([])
            size = len(head) + len(tail)
        files[-1].append(line)
        size += len(line)
    return [head + "".join(lines) + tail for lines in files]


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
    async with _reading(request) as connection:
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


def _file_name(shard: Shard, part: int, parts: int) -> str:
    letters = "" if parts == 1 else f"-{_letters(part)}"
    return f"{shard.section}-{shard.number}{letters}.xml.gz"


def _letters(part: int) -> str:
    """Return the letters of a part: a to z, then aa, ab and so on."""
    first, last = divmod(part, 26)
    return ("" if first == 0 else chr(96 + first)) + chr(97 + last)


def _kept(request: PageRequest, body: bytes, kind: str, cache: str) -> Response[Any]:
    tag = weak_etag(body)
    headers = {"ETag": tag, "Cache-Control": cache}
    if holds(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def _reading(request: PageRequest) -> AbstractAsyncContextManager[AsyncConnection[Any]]:
    pool = cast("AsyncConnectionPool[AsyncConnection[Any]]", request.app.state.pool)
    return pool.connection()
