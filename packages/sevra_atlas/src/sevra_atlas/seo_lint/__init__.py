"""What is published for machines, looked at from outside: each rule has a code and says what stands where.

The rules are pure functions over what a crawl brought home: `crawled` asks a running site, `known_of` the
database.
"""

from sevra_atlas.seo_lint.counted import NumbersNotWrittenError, counted, write_counted
from sevra_atlas.seo_lint.crawl import SiteUnreachableError, crawled
from sevra_atlas.seo_lint.facts import Crawl, FeedItem, Fetched, Known, ListedUrl, PageFacts, SitemapFile
from sevra_atlas.seo_lint.findings import CODES, Finding
from sevra_atlas.seo_lint.known import known_of
from sevra_atlas.seo_lint.published import NothingPublishedError, published_crawl
from sevra_atlas.seo_lint.rules import lint, lint_sitemap

__all__ = [
    "CODES",
    "Crawl",
    "FeedItem",
    "Fetched",
    "Finding",
    "Known",
    "ListedUrl",
    "NothingPublishedError",
    "NumbersNotWrittenError",
    "PageFacts",
    "SiteUnreachableError",
    "SitemapFile",
    "counted",
    "crawled",
    "known_of",
    "lint",
    "lint_sitemap",
    "published_crawl",
    "write_counted",
]
