"""The eleventh property: what answers, what is listed and what calls itself canonical are one set."""

import gzip
import re
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from web_client import BASE_URL, WebClient
from web_fixtures import Directory

from sevra_atlas.domain.languages import LOCALES, localized
from sevra_atlas.domain.slugs import encode_path

# The frame of every page is one template; parsing five hundred of them would take most of the test's time.
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)">')
NOINDEX = re.compile(r'<meta name="robots" content="noindex')
_SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(xml: bytes) -> list[str]:
    return [found.text or "" for found in ET.fromstring(xml).iter(f"{_SPACE}loc")]


def listed(web: WebClient) -> list[str]:
    files = locations(web.get("/sitemap.xml").content)
    read = (web.get(urlsplit(file).path).content for file in files)
    return [address for content in read for address in locations(gzip.decompress(content))]


def test_the_set_of_200_paths_equals_the_sitemap_locs_and_the_canonical_hrefs_of_indexable_pages(
    blog_web: WebClient, blog: Directory
) -> None:
    rows = blog.rows("SELECT DISTINCT coalesce(display_path, path) FROM url_paths")
    answering, canonical = set(), set()
    for path in [localized(encode_path(path), locale) for (path,) in rows for locale in LOCALES]:
        answer = blog_web.get(path)
        if answer.status_code != 200:
            continue
        head = answer.text.partition("</head>")[0]
        if not NOINDEX.search(head):
            (href,) = CANONICAL.findall(head)
            canonical.add(href)
            answering |= {href} & {BASE_URL + path}

    locs = listed(blog_web)

    assert len(answering) > 50
    assert sum(address.startswith(f"{BASE_URL}/en/") for address in answering) > 50
    assert sorted(locs) == sorted(answering)
    # A page may name another one as canonical; that one is listed too.
    assert canonical == answering
