"""What a crawl brings home, as values that the rules look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it was answered, after decompression."""

    address: str
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class ListedUrl:
    """An address as a file of the sitemap lists it, or a file as the index does."""

    loc: str
    lastmod: datetime | None = None
    images: int = 0
    alternates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SitemapFile:
    """A file of the sitemap, or its index, read once: its size before compression, what is wrong with it."""

    address: str
    byte_count: int
    listed: tuple[ListedUrl, ...] = ()
    violations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the head of a page says. `robots` joins the meta elements and the header, in lower case."""

    address: str
    status: int
    canonicals: tuple[str, ...] = ()
    robots: str = ""
    alternates: tuple[tuple[str, str], ...] = ()
    graphs: tuple[str, ...] = ()

    @property
    def is_noindex(self) -> bool:
        """Return whether the page asks to be left out of the index."""
        return "noindex" in self.robots or "none" in self.robots.split(",")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An entry of a feed; `feed` is the address of the feed."""

    feed: str
    id: str
    link: str
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says: current paths, those of English pages, ratings by encoded shared path.

    A rating is the average and the number of reviews; a date is found by the path with its prefix.
    """

    paths: frozenset[str] = frozenset()
    english: frozenset[str] = frozenset()
    ratings: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    dates: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """Everything that was fetched of one site; `known` is None where no database was asked."""

    base_url: str
    now: datetime
    index: SitemapFile | None = None
    files: tuple[SitemapFile, ...] = ()
    pages: Mapping[str, PageFacts] = field(default_factory=dict)
    feeds: tuple[FeedItem, ...] = ()
    robots: Fetched | None = None
    known: Known | None = None
