"""Feeds of the blog as text: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1 of one value.

An entry's id is a tag URI (RFC 4151) on the id of the post: it stays whatever the post is renamed to.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

import msgspec

from sevra_atlas.conditional import http_date
from sevra_atlas.domain.slugs import encode_path
from sevra_atlas.reads.feeds import FeedEntry
from sevra_atlas.site.heads import SITE_NAME
from sevra_atlas.site.site import Site

# What no XML 1.0 document may hold, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG_YEAR = 2024
_BEGINNING = datetime(_TAG_YEAR, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed: its title, the encoded paths of the page it follows and of itself, and its entries."""

    site: Site
    title: str
    page_path: str
    entries: Sequence[FeedEntry]

    @property
    def updated(self) -> datetime:
        """Return when the feed changed last; an empty one has not changed since the beginning."""
        return max((entry.updated_at for entry in self.entries), default=_BEGINNING)

    def tag(self, rest: str) -> str:
        """Return a tag URI of this site."""
        return f"tag:{urlsplit(self.site.base_url).hostname},{_TAG_YEAR}:{rest}"

    def entry_tag(self, entry: FeedEntry) -> str:
        """Return the id of an entry, the same in every form of the feed and for ever."""
        return self.tag(f"post/{entry.id}")

    def link(self, entry: FeedEntry) -> str:
        """Return the absolute address of a post."""
        return self.site.absolute(encode_path(entry.path))


def atom(feed: Feed, own_path: str) -> bytes:
    """Return the feed as Atom; `own_path` is where it is served."""
    entries = "".join(_atom_entry(feed, entry) for entry in feed.entries)
    own, page = feed.site.absolute(own_path), feed.site.absolute(feed.page_path)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fa">\n'
        f"<id>{_text(feed.tag(f'feed{feed.page_path}'))}</id>\n<title>{_text(feed.title)}</title>\n"
        f"<updated>{_stamp(feed.updated)}</updated>\n"
        f"<author><name>{_text(SITE_NAME)}</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>\n'
        f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>\n{entries}</feed>\n'
    ).encode()


def rss(feed: Feed, own_path: str) -> bytes:
    """Return the feed as RSS 2.0; `own_path` is where it is served."""
    items = "".join(_rss_item(feed, entry) for entry in feed.entries)
    own, page = feed.site.absolute(own_path), feed.site.absolute(feed.page_path)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{_text(feed.title)}</title>\n<link>{_text(page)}</link>\n"
        f"<description>{_text(feed.title)}</description>\n<language>fa</language>\n"
        f"<lastBuildDate>{http_date(feed.updated)}</lastBuildDate>\n"
        f'<atom:link rel="self" type="application/rss+xml" href={quoteattr(own)}/>\n'
        f"{items}</channel>\n</rss>\n"
    ).encode()


def json_feed(feed: Feed, own_path: str) -> bytes:
    """Return the feed as JSON Feed 1.1; `own_path` is where it is served."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.site.absolute(feed.page_path),
        "feed_url": feed.site.absolute(own_path),
        "language": "fa",
        "items": [_json_item(feed, entry) for entry in feed.entries],
    }
    return msgspec.json.encode(document)


FORMS: dict[str, tuple[str, Callable[[Feed, str], bytes]]] = {
    "xml": ("application/rss+xml", rss),
    "atom": ("application/atom+xml", atom),
    "json": ("application/feed+json", json_feed),
}
"""What a feed's address ends with → its media type, and what writes it."""


def _atom_entry(feed: Feed, entry: FeedEntry) -> str:
    author = f"<author><name>{_text(entry.author_name)}</name></author>\n" if entry.author_name else ""
    shelf = f"<category term={quoteattr(_clean(entry.category_name))}/>\n" if entry.category_name else ""
    return (
        f"<entry>\n<id>{_text(feed.entry_tag(entry))}</id>\n<title>{_text(entry.title)}</title>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(feed.link(entry))}/>\n'
        f"<published>{_stamp(entry.published_at)}</published>\n"
        f"<updated>{_stamp(entry.updated_at)}</updated>\n{author}{shelf}"
        f"<summary>{_text(entry.summary)}</summary>\n</entry>\n"
    )


def _rss_item(feed: Feed, entry: FeedEntry) -> str:
    author = f"<dc:creator>{_text(entry.author_name)}</dc:creator>\n" if entry.author_name else ""
    shelf = f"<category>{_text(entry.category_name)}</category>\n" if entry.category_name else ""
    return (
        f"<item>\n<title>{_text(entry.title)}</title>\n<link>{_text(feed.link(entry))}</link>\n"
        f'<guid isPermaLink="false">{_text(feed.entry_tag(entry))}</guid>\n'
        f"<pubDate>{http_date(entry.published_at)}</pubDate>\n{author}{shelf}"
        f"<description>{_text(entry.summary)}</description>\n</item>\n"
    )


def _json_item(feed: Feed, entry: FeedEntry) -> dict[str, object]:
    item: dict[str, object] = {
        "id": feed.entry_tag(entry),
        "url": feed.link(entry),
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": _stamp(entry.published_at),
        "date_modified": _stamp(entry.updated_at),
    }
    if entry.author_name:
        item["authors"] = [{"name": entry.author_name}]
    if entry.category_name:
        item["tags"] = [entry.category_name]
    return item


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _text(text: str) -> str:
    return escape(_clean(text))
