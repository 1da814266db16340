"""Files of the sitemap as bytes: a pure function of their rows, in the protocol of sitemaps.org 0.9."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from xml.sax.saxutils import escape

from sevra_atlas.domain.languages import alternates, localized
from sevra_atlas.domain.slugs import encode_path

MOST_URLS = 45_000
MOST_BYTES = 45_000_000
"""Of the XML before compression. The protocol's own limits are 50,000 and 52,428,800."""

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
URLSET_HEAD = _HEAD + f'<urlset xmlns="{NAMESPACE}" xmlns:xhtml="{XHTML}">\n'.encode()
URLSET_TAIL = b"</urlset>\n"


@dataclass(frozen=True, slots=True)
class Caps:
    """What no file may pass."""

    urls: int = MOST_URLS
    size: int = MOST_BYTES


CAPS = Caps()


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file as the index names it; `lastmod` is when its bytes last changed."""

    name: str
    lastmod: datetime


def url_lines(base_url: str, rows: Iterable[tuple[str, str, datetime | None]]) -> Iterator[bytes]:
    """Yield one line for each row: path as typed, language, date of its last change.

    The rows of a path come one after another; each names the others as its alternates.
    """
    base_url = escape(base_url)
    for path, group in groupby(rows, key=itemgetter(0)):
        # Nothing is left in an encoded path that XML would have escaped.
        shared, listed = encode_path(path), list(group)
        named = ""
        if len(listed) > 1:
            named = "".join(
                f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
                for language, address in alternates(base_url, shared, (locale for _, locale, _ in listed))
            )
        for _, locale, lastmod in listed:
            dated = "" if lastmod is None else f"<lastmod>{w3c(lastmod)}</lastmod>"
            yield f"<url><loc>{base_url}{localized(shared, locale)}</loc>{dated}{named}</url>\n".encode()


def parts(lines: Iterable[bytes], caps: Caps = CAPS) -> Iterator[tuple[int, bytes]]:
    """Yield each line with the number of its part; a part ends before either cap is passed."""
    part, count, size = 0, 0, len(URLSET_HEAD) + len(URLSET_TAIL)
    for line in lines:
        if count and (count >= caps.urls or size + len(line) > caps.size):
            part, count, size = part + 1, 0, len(URLSET_HEAD) + len(URLSET_TAIL)
        count, size = count + 1, size + len(line)
        yield part, line


def index(base_url: str, files: Iterable[ListedFile]) -> bytes:
    """Return the index of the files, in their order."""
    lines = "".join(
        f"<sitemap><loc>{escape(base_url)}/sitemaps/{file.name}</loc>"
        f"<lastmod>{w3c(file.lastmod)}</lastmod></sitemap>\n"
        for file in files
    )
    return _HEAD + f'<sitemapindex xmlns="{NAMESPACE}">\n{lines}</sitemapindex>\n'.encode()


def robots_text(base_url: str) -> str:
    """Return what crawlers may read, and where the sitemap is."""
    # Not /search: a crawler must be able to read that it is not for indexing.
    return f"User-agent: *\nDisallow: /api/\nDisallow: /backoffice/\n\nSitemap: {base_url}/sitemap.xml\n"


def file_name(section: str, shard: int, part: int, of: int) -> str:
    """Return the name of a part of a shard that has `of` parts."""
    letters = "" if of == 1 else f"-{_letters(part)}"
    return f"{section}-{shard}{letters}.xml.gz"


def w3c(moment: datetime) -> str:
    """Return a time to the second in the W3C's profile of ISO 8601, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def _letters(part: int) -> str:
    """Return the letters of a part: a to z, then aa, ab and so on."""
    first, last = divmod(part, 26)
    return ("" if first == 0 else chr(96 + first)) + chr(97 + last)
