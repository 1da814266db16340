"""Rules over the files of the sitemap: SM01 to SM10, SM14 and SM15."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from sevra_atlas.seo_lint.facts import Crawl, ListedUrl
from sevra_atlas.seo_lint.findings import Finding

_LONGEST_LOC = 2_048
_MOST_URLS, _MOST_BYTES, _MOST_FILES, _MOST_IMAGES = 50_000, 52_428_800, 50_000, 1_000
# Clocks differ a little, and a worker needs its time.
_PATIENCE = timedelta(seconds=60)


def addresses(crawl: Crawl) -> Iterator[Finding]:
    """SM01 to SM04: what an address of the sitemap may be."""
    home = urlsplit(crawl.base_url)
    seen: dict[str, str] = {}
    for file in crawl.files:
        for url in file.listed:
            if not url.loc.isascii():
                yield Finding("SM01", file.address, url.loc)
            if url.loc in seen:
                yield Finding("SM02", file.address, f"{url.loc}, first in {seen[url.loc]}")
            seen.setdefault(url.loc, file.address)
            parts = urlsplit(url.loc)
            if (parts.scheme, parts.netloc) != (home.scheme, home.netloc):
                yield Finding("SM03", file.address, url.loc)
            if len(url.loc) >= _LONGEST_LOC:
                yield Finding("SM04", file.address, f"{len(url.loc)} characters: {url.loc[:80]}…")


def index_of(crawl: Crawl) -> Iterator[Finding]:
    """SM05 and SM08: what the index may name."""
    if crawl.index is None:
        return
    folder = crawl.index.address.rpartition("/")[0] + "/"
    for entry in crawl.index.listed:
        if not entry.loc.startswith(folder):
            yield Finding("SM05", crawl.index.address, entry.loc)
    if len(crawl.index.listed) > _MOST_FILES:
        yield Finding("SM08", crawl.index.address, f"{len(crawl.index.listed)} files")


def sizes(crawl: Crawl) -> Iterator[Finding]:
    """SM06, SM07, SM09 and SM10: how much a file may hold."""
    for file in crawl.files:
        if len(file.listed) > _MOST_URLS:
            yield Finding("SM06", file.address, f"{len(file.listed)} addresses")
        if file.byte_count > _MOST_BYTES:
            yield Finding("SM07", file.address, f"{file.byte_count} bytes")
        if not file.listed:
            yield Finding("SM09", file.address, "no url")
        for url in file.listed:
            if url.images > _MOST_IMAGES:
                yield Finding("SM10", file.address, f"{url.images} images of {url.loc}")


def dates(crawl: Crawl) -> Iterator[Finding]:
    """SM14: no date lies ahead, none is older than the database has it, no file is older than its pages."""
    named = {entry.loc: entry.lastmod for entry in crawl.index.listed} if crawl.index else {}
    latest = crawl.now + _PATIENCE
    for file in crawl.files:
        of_file = named.get(file.address)
        if of_file is not None and of_file > latest:
            yield Finding("SM14", file.address, f"the index says {of_file.isoformat()}")
        for url in file.listed:
            if url.lastmod is None:
                continue
            said = f"{url.loc} says {url.lastmod.isoformat()}"
            if url.lastmod > latest:
                yield Finding("SM14", file.address, said)
            if of_file is not None and url.lastmod > of_file:
                yield Finding("SM14", file.address, f"{said}, and the index {of_file.isoformat()}")
            if _has_gone_back(crawl, url):
                yield Finding("SM14", file.address, f"{said}, and the database a later date")


def _has_gone_back(crawl: Crawl, url: ListedUrl) -> bool:
    path = url.loc.removeprefix(crawl.base_url)
    stored = None if crawl.known is None else crawl.known.dates.get(path)
    if stored is None or url.lastmod is None or crawl.now - stored < _PATIENCE:
        return False
    return url.lastmod < stored.replace(microsecond=0)


def structure(crawl: Crawl) -> Iterator[Finding]:
    """SM15: files and index are what sitemaps.org describes."""
    for file in (*([crawl.index] if crawl.index else []), *crawl.files):
        for text in file.violations:
            yield Finding("SM15", file.address, text)
