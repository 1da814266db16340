"""Rules over the heads of pages: SM11 to SM13, CN and HL."""

from collections.abc import Iterator

from sevra_atlas.domain.languages import ENGLISH, shared
from sevra_atlas.seo_lint.facts import Crawl, PageFacts
from sevra_atlas.seo_lint.findings import Finding

_OK = 200


def listed_pages(crawl: Crawl) -> Iterator[Finding]:
    """SM11 to SM13: a listed page answers, is for the index, and is its own canonical."""
    for file in crawl.files:
        for url in file.listed:
            page = crawl.pages.get(url.loc)
            if page is None:
                continue
            if page.status != _OK:
                yield Finding("SM11", url.loc, f"it answers {page.status}")
                continue
            if page.is_noindex:
                yield Finding("SM12", url.loc, page.robots)
            for canonical in page.canonicals:
                if canonical != url.loc:
                    yield Finding("SM13", url.loc, canonical)


def canonicals(crawl: Crawl) -> Iterator[Finding]:
    """CN01 to CN03: one canonical address, absolute, and the path that the ledger has."""
    for page in _open(crawl):
        if len(page.canonicals) != 1:
            yield Finding("CN01", page.address, f"{len(page.canonicals)} canonical links")
        for canonical in page.canonicals:
            if not canonical.startswith(("https://", "http://")):
                yield Finding("CN02", page.address, canonical)
            elif crawl.known is not None and canonical.startswith(crawl.base_url + "/"):
                # A later page of a list is its own canonical; its path is that of the list.
                address = canonical.removeprefix(crawl.base_url).partition("?")[0]
                path, language = shared(address)
                paths = crawl.known.english if language == ENGLISH else crawl.known.paths
                if path not in paths:
                    yield Finding("CN03", page.address, canonical)


def alternates(crawl: Crawl) -> Iterator[Finding]:
    """HL01 to HL05: alternates name the page itself, name each other, are for the index, have one default."""
    for page in _open(crawl):
        if not page.alternates:
            continue
        named = {href for _, href in page.alternates}
        if page.address not in named:
            yield Finding("HL01", page.address, ", ".join(sorted(named)))
        for href in sorted(named - {page.address}):
            yield from _other(crawl, page, href)
        defaults = sum(language == "x-default" for language, _ in page.alternates)
        if defaults != 1:
            yield Finding("HL04", page.address, f"{defaults} of them")


def listed_alternates(crawl: Crawl) -> Iterator[Finding]:
    """HL06: the sitemap and the head of a page name the same languages at the same addresses."""
    for file in crawl.files:
        for url in file.listed:
            page = crawl.pages.get(url.loc)
            if page is None or page.status != _OK:
                continue
            for language, href in sorted(set(url.alternates) ^ set(page.alternates)):
                where = "the sitemap" if (language, href) in url.alternates else "the page"
                yield Finding("HL06", url.loc, f"only {where} has {language} {href}")


def _other(crawl: Crawl, page: PageFacts, href: str) -> Iterator[Finding]:
    other = crawl.pages.get(href)
    if other is None or other.status != _OK:
        answer = "nothing" if other is None else str(other.status)
        yield Finding("HL03", page.address, f"{href} answers {answer}")
        return
    if page.address not in {back for _, back in other.alternates}:
        yield Finding("HL02", page.address, href)
    if other.is_noindex or set(other.canonicals) != {href}:
        said = other.robots if other.is_noindex else ", ".join(other.canonicals)
        yield Finding("HL05", page.address, f"{href} says {said or 'no canonical address'}")


def _open(crawl: Crawl) -> Iterator[PageFacts]:
    return (page for page in crawl.pages.values() if page.status == _OK)
