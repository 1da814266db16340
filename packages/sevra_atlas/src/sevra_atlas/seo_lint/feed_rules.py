"""Rules over feeds and robots.txt: FD01 to FD04, RB01 to RB03."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote
from urllib.robotparser import RobotFileParser

from sevra_atlas.seo_lint.facts import Crawl
from sevra_atlas.seo_lint.findings import Finding

_OK = 200
_MOST_ROBOTS_BYTES = 500 * 1024


def feeds(crawl: Crawl) -> Iterator[Finding]:
    """FD01 to FD04: ids of one entry each, that no slug can change; honest dates; posts for everyone."""
    counted = Counter((item.feed, item.id) for item in crawl.feeds)
    for (feed, id_), times in counted.items():
        if times > 1:
            yield Finding("FD01", feed, f"{id_} stands {times} times")
    for item in crawl.feeds:
        slug = unquote(item.link.rstrip("/").rpartition("/")[2])
        # Only the end of an id tells entries apart; a slug of digits may stand in it by accident.
        own = unquote(re.split("[/:]", item.id)[-1])
        if slug and not slug.isdecimal() and slug in own:
            yield Finding("FD02", item.feed, item.id)
        if item.published is not None and item.updated is not None and item.updated < item.published:
            yield Finding("FD03", item.feed, f"{item.id} of {item.published.isoformat()}")
        page = crawl.pages.get(item.link)
        if page is not None and (page.status != _OK or page.is_noindex):
            yield Finding("FD04", item.feed, f"{item.link} answers {page.status} {page.robots}".rstrip())


def robots(crawl: Crawl) -> Iterator[Finding]:
    """RB01 to RB03: nothing that says noindex is hidden from who must read it; the sitemap is named."""
    if crawl.robots is None:
        return
    address, body = crawl.robots.address, crawl.robots.body
    if len(body) > _MOST_ROBOTS_BYTES:
        yield Finding("RB03", address, f"{len(body)} bytes")
    lines = body.decode("utf-8", "replace").splitlines()
    named = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:")]
    if crawl.robots.status != _OK or not named:
        yield Finding("RB02", address, f"it answers {crawl.robots.status} and names {len(named)} sitemaps")
    for sitemap in named:
        if not sitemap.startswith(("https://", "http://")):
            yield Finding("RB02", address, sitemap)
    parser = RobotFileParser()
    parser.parse(lines)
    for page in crawl.pages.values():
        if page.is_noindex and not parser.can_fetch("*", page.address):
            yield Finding("RB01", page.address, page.robots)
