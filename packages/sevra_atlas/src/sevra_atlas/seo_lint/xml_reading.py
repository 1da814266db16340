"""Files of the sitemap and feeds read as XML, and held against what their protocols describe.

The schemas of sitemaps.org are in no package registry, so their rules stand here in code: root, namespace,
order and number of elements, and the form of each value.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from sevra_atlas.domain.sitemap_xml import NAMESPACE, XHTML
from sevra_atlas.seo_lint.facts import ListedUrl, SitemapFile

_SPACE = f"{{{NAMESPACE}}}"
_LINK = f"{{{XHTML}}}link"
_IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}image"
_FREQUENCIES = frozenset({"always", "hourly", "daily", "weekly", "monthly", "yearly", "never"})
_DATE = re.compile(
    r"-?\d{4,}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?|\d{4}-\d\dT\d\d:\d\dZ"
)
_PRIORITY = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
# 12 and 2,048 characters, as tLoc has them.
_SHORTEST_LOC, _LONGEST_LOC = 12, 2_048
_KINDS = {"urlset": "url", "sitemapindex": "sitemap"}
_ORDER = ("loc", "lastmod", "changefreq", "priority")


class NotSitemapError(Exception):
    """A document is no sitemap at all; `str(error)` says why."""


def parsed(data: bytes) -> ET.Element:
    """Return the root of a document. Raises `NotSitemapError` when it is not XML, or declares a type.

    A declared type is refused unread: entities of a stranger are not expanded.
    """
    if b"<!DOCTYPE" in data[:1024]:
        raise NotSitemapError("it declares a document type")
    try:
        return ET.fromstring(data)  # noqa: S314 - without a document type there are no entities
    except ET.ParseError as error:
        raise NotSitemapError(f"it is not XML: {error}") from error


def read_sitemap(address: str, data: bytes) -> SitemapFile:
    """Return a file of the sitemap or its index as facts; what cannot be read lists nothing and says why."""
    try:
        root = parsed(data)
    except NotSitemapError as error:
        return SitemapFile(address, len(data), violations=(str(error),))
    return SitemapFile(address, len(data), tuple(_listed(root)), tuple(_violations(root)))


def _listed(root: ET.Element) -> Iterator[ListedUrl]:
    for element in root:
        loc = element.findtext(f"{_SPACE}loc")
        if loc is not None:
            images = len(element.findall(_IMAGE))
            named = tuple(
                (link.get("hreflang", ""), link.get("href", ""))
                for link in element.findall(_LINK)
                if link.get("rel") == "alternate"
            )
            yield ListedUrl(loc.strip(), moment(element.findtext(f"{_SPACE}lastmod")), images, named)


def _violations(root: ET.Element) -> Iterator[str]:
    """Yield what the schema of sitemaps.org 0.9 refuses in a file or an index."""
    name = root.tag.removeprefix(_SPACE)
    if not root.tag.startswith(_SPACE) or name not in _KINDS:
        yield f"the root is {root.tag!r}"
        return
    for place, element in enumerate(root, 1):
        if element.tag != f"{_SPACE}{_KINDS[name]}":
            if element.tag.startswith(_SPACE):
                yield f"element {place} is {element.tag.removeprefix(_SPACE)!r}"
            continue
        yield from (f"entry {place} {text}" for text in _entry_violations(element, name))


def moment(text: str | None) -> datetime | None:
    """Return a date of the W3C's profile as a time in UTC; None where there is none or it is no date."""
    if text is None or not _DATE.fullmatch(text.strip()):
        return None
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def _entry_violations(element: ET.Element, root: str) -> Iterator[str]:
    named = [child.tag.removeprefix(_SPACE) for child in element if child.tag.startswith(_SPACE)]
    if named.count("loc") != 1:
        yield f"has {named.count('loc')} loc"
    known = _ORDER if root == "urlset" else _ORDER[:2]
    for name in sorted(set(named)):
        if name not in known:
            yield f"holds {name!r}"
        elif name != "loc" and named.count(name) > 1:
            yield f"has {named.count(name)} {name}"
    ranked = [known.index(name) for name in named if name in known]
    # The index takes its elements in any order, a file in one.
    if root == "urlset" and ranked != sorted(ranked):
        yield f"has its elements in the order {', '.join(named)}"
    for child in element:
        yield from _value_violations(child.tag.removeprefix(_SPACE), (child.text or "").strip())


def _value_violations(name: str, value: str) -> Iterator[str]:
    fits = {
        "loc": _SHORTEST_LOC <= len(value) <= _LONGEST_LOC,
        "lastmod": moment(value) is not None,
        "changefreq": value in _FREQUENCIES,
        "priority": bool(_PRIORITY.fullmatch(value)) and 0 <= float(value) <= 1,
    }
    if not fits.get(name, True):
        yield f"has {value[:80]!r} as {name}"
