"""A running site, asked for all that the rules look at: sitemap, listed pages, feeds, robots.txt."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import httpx

from sevra_atlas.seo_lint.facts import Crawl, FeedItem, Fetched, Known, PageFacts, SitemapFile
from sevra_atlas.seo_lint.page_reading import page_facts
from sevra_atlas.seo_lint.xml_reading import NotSitemapError, moment, parsed, read_sitemap
from sevra_atlas.settings import SetupError

# Pages beside the listed ones: they say noindex, which crawlers must be able to read.
_UNLISTED = ("/search",)
_FEED = "/feed.atom"
_ATOM = "{http://www.w3.org/2005/Atom}"

# Called with how many pages were fetched and how many there are.
Progress = Callable[[int, int], None]


class SiteUnreachableError(SetupError):
    """The site does not answer; `reason` is what the client said."""

    hint = "start it with `sevra up`, or name its address"

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)
        self.address, self.reason = address, reason

    def __str__(self) -> str:
        return f"{self.address} does not answer: {self.reason}"


def crawled(
    site: httpx.Client,
    base_url: str,
    *,
    sample: int | None = None,
    known: Known | None = None,
    progress: Progress | None = None,
) -> Crawl:
    """Fetch what a site publishes, and every listed page, or `sample` of them evenly spread over the list.

    `site` asks where the site answers, `base_url` is how its links begin, which may be another address.
    Raises `SiteUnreachableError` when it does not answer at all. Pages are fetched one after the other.
    """
    fetcher = _Fetcher(site, base_url)
    robots = fetcher.document(f"{base_url}/robots.txt")
    index = fetcher.sitemap(f"{base_url}/sitemap.xml")
    files = tuple(fetcher.sitemap(entry.loc) for entry in index.listed)
    listed = [url.loc for file in files for url in file.listed]
    feeds = tuple(_feed_items(fetcher.document(base_url + _FEED)))
    unlisted = [base_url + path for path in _UNLISTED]
    wanted = dict.fromkeys([*unlisted, *_spread(listed, sample), *(item.link for item in feeds)])
    pages = _pages(fetcher, list(wanted), progress)
    # What pages name as their other languages is fetched too, once.
    others = {href for page in pages.values() for _, href in page.alternates} - pages.keys()
    pages |= _pages(fetcher, sorted(others), None)
    return Crawl(
        base_url=base_url,
        now=datetime.now(UTC),
        index=index,
        files=files,
        pages=pages,
        feeds=feeds,
        robots=robots,
        known=known,
    )


class _Fetcher:
    """Asks one site, whatever name its links call it by."""

    def __init__(self, site: httpx.Client, base_url: str) -> None:
        self._site, self._base_url = site, base_url

    def get(self, address: str) -> httpx.Response:
        """Return the answer to an address, redirects as they are; an address elsewhere is not asked."""
        if not address.startswith(self._base_url):
            return httpx.Response(0)
        try:
            return self._site.get(address.removeprefix(self._base_url))
        except httpx.HTTPError as error:
            raise SiteUnreachableError(
                str(self._site.base_url), str(error) or type(error).__name__
            ) from error

    def document(self, address: str) -> Fetched:
        """Return a document without its compression."""
        answer = self.get(address)
        body = answer.content
        if body.startswith(b"\x1f\x8b"):
            body = gzip.decompress(body)
        return Fetched(address, answer.status_code, body)

    def sitemap(self, address: str) -> SitemapFile:
        """Return a file of the sitemap, read."""
        return read_sitemap(address, self.document(address).body)

    def page(self, address: str) -> PageFacts:
        """Return the facts of a page."""
        answer = self.get(address)
        return page_facts(address, answer.status_code, answer.headers, answer.text)


def _pages(fetcher: _Fetcher, wanted: list[str], progress: Progress | None) -> dict[str, PageFacts]:
    pages = {}
    for done, address in enumerate(wanted, 1):
        pages[address] = fetcher.page(address)
        if progress is not None:
            progress(done, len(wanted))
    return pages


def _spread(listed: list[str], sample: int | None) -> Iterable[str]:
    if sample is None or sample >= len(listed):
        return listed
    return (listed[place * len(listed) // sample] for place in range(sample))


def _feed_items(feed: Fetched) -> Iterator[FeedItem]:
    try:
        root = parsed(feed.body)
    except NotSitemapError:
        return
    for entry in root.iter(f"{_ATOM}entry"):
        link = entry.find(f"{_ATOM}link")
        yield FeedItem(
            feed.address,
            entry.findtext(f"{_ATOM}id") or "",
            "" if link is None else link.get("href", ""),
            moment(entry.findtext(f"{_ATOM}published")),
            moment(entry.findtext(f"{_ATOM}updated")),
        )
