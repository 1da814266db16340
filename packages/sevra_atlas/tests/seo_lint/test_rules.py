"""Every code of the list: what triggers it, and what is close to it and does not."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sevra_atlas.domain.languages import ENGLISH, PERSIAN, shared
from sevra_atlas.seo_lint import CODES, Crawl, FeedItem, Fetched, Known, PageFacts, lint
from sevra_atlas.seo_lint.page_reading import page_facts
from sevra_atlas.seo_lint.xml_reading import read_sitemap

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BASE = "https://sevra.example"
INDEX, FILE, PAGE, ROBOTS = (
    f"{BASE}/{path}" for path in ("sitemap.xml", "sitemaps/a-0.xml.gz", "atlas/salon/roya", "robots.txt")
)
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
SOUND = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "HairSalon",
            "@id": f"{PAGE}#salon",
            "name": "رویا",
            "url": PAGE,
            "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "reviewCount": 2},
        }
    ],
}


def urlset(*entries: str, attributes: str = XMLNS) -> bytes:
    return f"<urlset {attributes}>{''.join(entries)}</urlset>".encode()


def url(loc: str = PAGE, rest: str = "") -> str:
    return f"<url><loc>{loc}</loc>{rest}</url>"


def index(*locs: str, lastmod: str = "2026-02-01T00:00:00Z") -> bytes:
    named = "".join(f"<sitemap><loc>{loc}</loc><lastmod>{lastmod}</lastmod></sitemap>" for loc in locs)
    return f"<sitemapindex {XMLNS}>{named}</sitemapindex>".encode()


def crawl(**changes: Any) -> Crawl:
    """Return a sound site of one page, with changes."""
    page = PageFacts(PAGE, 200, canonicals=(PAGE,), graphs=(json.dumps(SOUND),))
    sound = Crawl(
        base_url=BASE,
        now=NOW,
        index=read_sitemap(INDEX, index(FILE)),
        files=(read_sitemap(FILE, urlset(url(rest="<lastmod>2026-01-01T00:00:00Z</lastmod>"))),),
        pages={PAGE: page},
        feeds=(FeedItem(f"{BASE}/feed.atom", "tag:sevra.example,2024:post/7", PAGE, NOW, NOW),),
        robots=Fetched(ROBOTS, 200, f"User-agent: *\nDisallow: /api/\nSitemap: {INDEX}\n".encode()),
        known=Known(frozenset({"/atlas/salon/roya"}), ratings={"/atlas/salon/roya": (4.5, 2)}),
    )
    return replace(sound, **changes)


def files(*documents: bytes) -> Crawl:
    named = tuple(f"{BASE}/sitemaps/a-{place}.xml.gz" for place in range(len(documents)))
    fetched = tuple(read_sitemap(name, body) for name, body in zip(named, documents, strict=True))
    return crawl(index=read_sitemap(INDEX, index(*named)), files=fetched)


def page(**facts: Any) -> Crawl:
    sound = crawl()
    return replace(sound, pages={PAGE: replace(sound.pages[PAGE], **facts)})


def pages(*facts: PageFacts, listed: bool = True) -> Crawl:
    found = {each.address: each for each in facts}
    paths = [shared(each.address.removeprefix(BASE)) for each in facts]
    known = Known(
        frozenset(path for path, language in paths if language == PERSIAN),
        english=frozenset(path for path, language in paths if language == ENGLISH),
    )
    entries = [url(each.address) for each in facts if listed] or [url()]
    return replace(files(urlset(*entries)), pages=found, known=known, feeds=())


def graph(*nodes: Any) -> Crawl:
    return page(graphs=(json.dumps({"@context": "https://schema.org", "@graph": list(nodes)}),))


def robots(text: str) -> Crawl:
    return crawl(robots=Fetched(ROBOTS, 200, text.encode()))


def feed(**facts: Any) -> Crawl:
    return crawl(feeds=tuple(replace(item, **facts) for item in crawl().feeds))


def pair(*languages: tuple[str, str], back: bool = True, status: int = 200, robots: str = "") -> Crawl:
    """Return a page with alternates and its English page, which names it or does not."""
    english = f"{BASE}/en/atlas/salon/roya"
    both = tuple(languages)
    persian = PageFacts(PAGE, 200, (PAGE,), alternates=both)
    other = PageFacts(english, status, (english,), robots, alternates=both if back else ())
    return pages(persian, other, listed=False)


def listed_pair(*languages: tuple[str, str]) -> Crawl:
    """Return a sound pair, and a file of the sitemap that names these alternates of its Persian page."""
    named = "".join(
        f"<x:link rel='alternate' hreflang='{language}' href='{href}'/>" for language, href in languages
    )
    spaces = f'{XMLNS} xmlns:x="http://www.w3.org/1999/xhtml"'
    site = pair(*FULL)
    return replace(files(urlset(url(rest=named), attributes=spaces)), pages=site.pages, known=site.known)


EN = f"{BASE}/en/atlas/salon/roya"
FULL = (("fa-IR", PAGE), ("en", EN), ("x-default", PAGE))
LONG = f"{BASE}/" + "a" * (2_048 - len(BASE) - 1)
RATED = {"@type": "HairSalon", "url": PAGE}
MANY = urlset(*(url(f"{BASE}/{number}") for number in range(50_001)))
IMAGES = "<i:image/>" * 1_001
IMAGED = f'{XMLNS} xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"'
NOINDEX = PageFacts(PAGE, 200, (PAGE,), robots="noindex,follow")

# Code → what triggers it, and a near miss.
CASES: dict[str, tuple[Callable[[], Crawl], Callable[[], Crawl]]] = {
    "SM01": (
        lambda: files(urlset(url(f"{BASE}/atlas/salon/رویا"))),
        lambda: files(urlset(url(f"{BASE}/atlas/salon/%D8%B1"))),
    ),
    "SM02": (
        lambda: files(urlset(url()), urlset(url())),
        lambda: files(urlset(url()), urlset(url(f"{PAGE}-2"))),
    ),
    "SM03": (
        lambda: files(urlset(url("http://sevra.example/atlas"))),
        lambda: files(urlset(url(f"{BASE}/atlas?host=elsewhere.example"))),
    ),
    "SM04": (lambda: files(urlset(url(LONG))), lambda: files(urlset(url(LONG[:-1])))),
    "SM05": (
        lambda: crawl(index=read_sitemap(f"{BASE}/deep/sitemap.xml", index(FILE))),
        lambda: crawl(index=read_sitemap(f"{BASE}/deep/sitemap.xml", index(f"{BASE}/deep/a.xml.gz"))),
    ),
    "SM06": (
        lambda: files(MANY),
        lambda: files(MANY.replace(f"<url><loc>{BASE}/7</loc></url>".encode(), b"")),
    ),
    "SM07": (
        lambda: files(urlset(url()) + b" " * (52_428_801 - len(urlset(url())))),
        lambda: files(urlset(url()) + b" " * (52_428_800 - len(urlset(url())))),
    ),
    "SM08": (
        lambda: crawl(index=read_sitemap(INDEX, index(*(f"{FILE}{number}" for number in range(50_001))))),
        lambda: crawl(index=read_sitemap(INDEX, index(*(f"{FILE}{number}" for number in range(50_000))))),
    ),
    "SM09": (lambda: files(urlset()), lambda: files(urlset(url()))),
    "SM10": (
        lambda: files(urlset(url(rest=IMAGES), attributes=IMAGED)),
        lambda: files(urlset(url(rest=IMAGES.removesuffix("<i:image/>")), attributes=IMAGED)),
    ),
    "SM11": (lambda: page(status=301), lambda: page(status=200)),
    "SM12": (lambda: page(robots="noindex,follow"), lambda: page(robots="index,nofollow")),
    "SM13": (lambda: page(canonicals=(f"{PAGE}-2",)), lambda: page(canonicals=(PAGE,))),
    "SM14": (
        lambda: files(urlset(url(rest="<lastmod>2026-03-01T12:05:00Z</lastmod>"))),
        lambda: files(urlset(url(rest="<lastmod>2026-01-31</lastmod>"))),
    ),
    "SM15": (
        lambda: files(urlset(url(rest="<lastmod>yesterday</lastmod>"))),
        lambda: files(urlset(url(rest="<lastmod>2026-01-31</lastmod><changefreq>weekly</changefreq>"))),
    ),
    "HL01": (lambda: pair(FULL[1], ("x-default", EN)), lambda: pair(*FULL)),
    "HL02": (lambda: pair(*FULL, back=False), lambda: pair(*FULL)),
    "HL03": (lambda: pair(*FULL, status=404), lambda: pair(*FULL)),
    "HL04": (lambda: pair(*FULL[:2]), lambda: pair(*FULL)),
    "HL05": (lambda: pair(*FULL, robots="noindex,follow"), lambda: pair(*FULL, robots="index,nofollow")),
    "HL06": (
        lambda: listed_pair(("fa-IR", PAGE), ("en", f"{EN}-2"), ("x-default", PAGE)),
        lambda: listed_pair(*reversed(FULL)),
    ),
    "CN01": (lambda: page(canonicals=()), lambda: page(canonicals=(PAGE,))),
    "CN02": (lambda: page(canonicals=("/atlas/salon/roya",)), lambda: page(canonicals=(PAGE,))),
    "CN03": (
        lambda: page(canonicals=(f"{BASE}/atlas/salon/Roya",)),
        lambda: page(canonicals=(f"{PAGE}?page=2",)),
    ),
    "JL01": (lambda: page(graphs=('{"@type": "City",}',)), lambda: page(graphs=('{"@type": "City"}',))),
    "JL02": (
        lambda: graph({"@type": "Person", "aggregateRatings": 1}),
        lambda: graph({"@type": "Person", "worksFor": {"@id": f"{PAGE}#salon"}}),
    ),
    "JL03": (
        lambda: graph({"@type": "City", "@id": "#a"}, {"@type": "City", "@id": "#a"}),
        lambda: graph(
            {"@type": "Person", "@id": "#a", "worksFor": {"@id": "#b"}}, {"@type": "City", "@id": "#b"}
        ),
    ),
    "JL04": (
        lambda: graph({**RATED, "aggregateRating": {"@type": "AggregateRating", "reviewCount": 0}}),
        lambda: graph(RATED),
    ),
    "JL05": (
        lambda: graph(
            {**RATED, "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.6, "reviewCount": 2}}
        ),
        lambda: page(graphs=(json.dumps(SOUND),)),
    ),
    "JL06": (
        lambda: page(graphs=('{"@type": "City", "name": "</p>"}',)),
        lambda: page(graphs=('{"@type": "City", "name": "\\u003c/p> <3"}',)),
    ),
    "FD01": (
        lambda: crawl(feeds=crawl().feeds * 2),
        lambda: crawl(feeds=(*crawl().feeds, replace(crawl().feeds[0], feed=f"{BASE}/other.atom"))),
    ),
    "FD02": (
        lambda: feed(id="tag:sevra.example,2024:post/roya"),
        lambda: feed(id="tag:sevra.example,2024:post/77"),
    ),
    "FD03": (lambda: feed(updated=NOW - timedelta(seconds=1)), lambda: feed(updated=NOW)),
    "FD04": (
        lambda: replace(crawl(), pages={PAGE: NOINDEX}),
        lambda: replace(crawl(), pages={PAGE: replace(NOINDEX, robots="max-image-preview:large")}),
    ),
    "RB01": (
        lambda: replace(
            robots(f"User-agent: *\nDisallow: /atlas/\nSitemap: {INDEX}\n"), pages={PAGE: NOINDEX}
        ),
        lambda: replace(
            robots(f"User-agent: *\nDisallow: /atlas/artist/\nSitemap: {INDEX}\n"), pages={PAGE: NOINDEX}
        ),
    ),
    "RB02": (
        lambda: robots("User-agent: *\nSitemap: /sitemap.xml\n"),
        lambda: robots(f"User-agent: *\nSITEMAP: {INDEX}\n"),
    ),
    "RB03": (
        lambda: robots(f"Sitemap: {INDEX}\n".ljust(512_001, "#")),
        lambda: robots(f"Sitemap: {INDEX}\n".ljust(512_000, "#")),
    ),
}


def codes(site: Crawl) -> set[str]:
    return {finding.code for finding in lint(site)}


def test_a_sound_site_has_no_findings() -> None:
    assert lint(crawl()) == []
    assert lint(pair(*FULL)) == lint(pair(*FULL, back=True))


def test_every_code_has_a_case() -> None:
    assert CASES.keys() == CODES.keys()
    assert len(CODES) == 37


@pytest.mark.parametrize("code", CASES)
def test_each_rule_finds_what_it_is_for_and_leaves_what_is_close(code: str) -> None:
    trigger, near_miss = CASES[code]

    assert code in codes(trigger())
    assert code not in codes(near_miss())


def test_a_finding_says_where_and_what() -> None:
    (finding,) = lint(page(canonicals=(f"{BASE}/elsewhere",), graphs=()))[1:]

    assert str(finding) == (f"SM13 {PAGE} a listed page names another canonical address: {BASE}/elsewhere")


@pytest.mark.parametrize(
    ("rest", "stored", "lastmod"),
    [
        ("<lastmod>2026-01-01T00:00:00Z</lastmod>", datetime(2026, 1, 2, tzinfo=UTC), "2026-02-01T00:00:00Z"),
        ("<lastmod>2026-01-03T00:00:00Z</lastmod>", None, "2026-01-02T00:00:00Z"),
    ],
    ids=["behind the database", "index behind its file"],
)
def test_a_date_that_went_back_is_found(rest: str, stored: datetime | None, lastmod: str) -> None:
    known = Known(dates={"/atlas/salon/roya": stored} if stored else {})
    site = replace(
        crawl(),
        index=read_sitemap(INDEX, index(FILE, lastmod=lastmod)),
        files=(read_sitemap(FILE, urlset(url(rest=rest))),),
        known=known,
        pages={},
    )

    assert codes(site) == {"SM14"}


@pytest.mark.parametrize(
    "document",
    [
        b"<urlset>",
        b"<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset/>",
        b"<urlset/>",
        urlset("<url/>"),
        urlset("<sitemap><loc>https://sevra.example/</loc></sitemap>"),
        urlset(url(rest=f"<loc>{PAGE}-2</loc>")),
        urlset(url(rest="<priority>1.5</priority>")),
        urlset(url(rest="<changefreq>sometimes</changefreq>")),
        urlset(url(rest="<priority>0.5</priority><lastmod>2026-01-01</lastmod>")),
        urlset(url(rest="<lastmod>2026-01-01</lastmod><lastmod>2026-01-01</lastmod>")),
        urlset(url(rest="<title>x</title>")),
        urlset("<url><loc>http://a</loc></url>"),
        b"\x00\xff",
    ],
)
def test_what_the_protocol_does_not_describe_is_found(document: bytes) -> None:
    assert "SM15" in codes(files(document))


def test_the_head_of_a_page_is_read_as_browsers_read_it() -> None:
    read = page_facts(
        PAGE,
        200,
        {"x-robots-tag": "NoArchive"},
        f"<HEAD><LINK href='{PAGE}' REL='canonical'><link rel=alternate hreflang=en href=/en>"
        "<meta name=ROBOTS content='NoIndex, follow'><script type='application/ld+json'>{\"a\": 1}</script>"
        "<script>no</script><!-- <link rel=canonical href=x> --></head>",
    )

    assert read == PageFacts(PAGE, 200, (PAGE,), "noindex,follow,noarchive", (("en", "/en"),), ('{"a": 1}',))
    assert read.is_noindex
