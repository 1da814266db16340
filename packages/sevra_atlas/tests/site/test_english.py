"""Pages below `/en`: the shared path without its prefix, in English where it is there in English."""

import pytest
from factories import (
    make_artist,
    make_city,
    make_neighborhood,
    make_post,
    make_province,
    make_review,
    make_salon,
    make_seo_meta,
    make_service,
    make_service_category,
    make_user,
)
from page_reader import Page
from web_client import BASE_URL, WebClient
from web_fixtures import Directory

from sevra_atlas.schema import SalonService

ROYA = "/atlas/salon/roya"


def _english_salon(directory: Directory, **head: str) -> None:
    """Add a salon that is there in English, in a city and a province that are, and two that are not."""
    with directory.session() as session:
        province = make_province(session, slug="tehran-p", name_fa="تهران", name_en="Tehran")
        city = make_city(
            session, slug="tehran", name_fa="تهران", name_en="Tehran", province_id=province.id,
            is_landing_enabled=True,
        )  # fmt: skip
        near = make_neighborhood(session, city_id=city.id, name_fa="ونک", name_en="Vanak", slug="vanak")
        salon = make_salon(
            session, slug="roya", name="سالن رویا", city_id=city.id, neighborhood_id=near.id,
            phone="۰۲۱۸۸۷۷۶۶۵۵", price_tier=2, address_line="خیابان یکم، پلاک ۷",
        )  # fmt: skip
        make_salon(session, slug="neighbour", name="سالن همسایه", city_id=city.id, neighborhood_id=near.id)
        shelf = make_service_category(session, name_fa="مو", name_en="Hair")
        cut = make_service(session, name_fa="کوتاهی", name_en="Haircut", category_id=shelf.id)
        session.add(SalonService(salon_id=salon.id, service_id=cut.id, price_toman=1_250_000))
        make_review(session, salon_id=salon.id, author_id=make_user(session).id, rating=4, body="عالی")
        make_seo_meta(
            session,
            "SALON",
            salon.id,
            locale="en",
            **{"breadcrumb_label": "Roya Beauty", **head},  # type: ignore[arg-type]
        )


def _alternates(page: Page) -> dict[str, str]:
    return {
        link["hreflang"] or "": link["href"] or ""
        for link in page.attributes("link", rel="alternate")
        if "hreflang" in link
    }


def test_a_salon_that_is_there_in_english_is_shown_in_english(
    own_web: WebClient, own_directory: Directory
) -> None:
    _english_salon(own_directory)

    page = Page(own_web.get(f"/en{ROYA}"))

    assert (page.status, page.heading) == (200, "Roya Beauty")
    assert page.headers["content-language"] == "en"
    assert page.attributes("html") == [{"lang": "en", "dir": "ltr"}]
    assert page.canonical == f"{BASE_URL}/en{ROYA}"
    assert page.texts("title") == ["Roya Beauty, beauty salon in Tehran | Sevra Atlas"]
    assert page.attributes("meta", property="og:locale", content="en_US")
    assert "Vanak, Tehran, Tehran" in page.texts("dd")[0]
    assert page.texts("dd")[1] == "02188776655"
    assert page.attributes("a", href="tel:02188776655")
    assert "Haircut" in page.texts("b")
    assert "1,250,000 toman" in page.texts("span")
    assert "moderate price" in page.texts("span", "badge")
    assert "4 of 5" in page.texts("b")


def test_structured_data_of_an_english_page_are_in_english(
    own_web: WebClient, own_directory: Directory
) -> None:
    _english_salon(own_directory)

    page = Page(own_web.get(f"/en{ROYA}"))
    home = Page(own_web.get("/en"))

    salon = page.node("salon")
    assert (salon["@id"], salon["url"]) == (f"{BASE_URL}/en{ROYA}#salon", f"{BASE_URL}/en{ROYA}")
    assert salon["name"] == "Roya Beauty"
    assert (salon["address"]["addressLocality"], salon["address"]["addressRegion"]) == ("Tehran", "Tehran")
    assert [step["name"] for step in page.node("breadcrumbs")["itemListElement"]] == [
        "Home", "Salons", "Tehran Province", "Tehran", "Roya Beauty",
    ]  # fmt: skip
    assert [step["item"].removeprefix(BASE_URL) for step in page.node("breadcrumbs")["itemListElement"]] == [
        "/en", "/en/atlas", "/en/atlas/province/tehran-p", "/en/atlas/city/tehran", f"/en{ROYA}",
    ]  # fmt: skip
    assert home.node("website")["inLanguage"] == "en"
    assert Page(own_web.get("/")).node("website")["inLanguage"] == "fa"


def test_every_hreflang_pair_of_the_pages_is_reciprocal(own_web: WebClient, own_directory: Directory) -> None:
    _english_salon(own_directory)

    for path in (ROYA, "/atlas/city/tehran", "/atlas/province/tehran-p", "/atlas", ""):
        persian, english = Page(own_web.get(path or "/")), Page(own_web.get(f"/en{path}"))
        assert persian.status == english.status == 200
        assert _alternates(persian) == _alternates(english) == {
            "fa-IR": BASE_URL + (path or "/"),
            "en": f"{BASE_URL}/en{path}",
            "x-default": BASE_URL + (path or "/"),
        }  # fmt: skip
        assert persian.canonical == BASE_URL + (path or "/")
        assert english.canonical == f"{BASE_URL}/en{path}"


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_pair_is_named_only_while_both_pages_are_for_indexing(
    own_web: WebClient, own_directory: Directory, locale: str
) -> None:
    _english_salon(own_directory)
    own_directory.change(
        "INSERT INTO seo_meta (entity_type, entity_id, locale, robots)"
        f" SELECT 'SALON', id, '{locale}', 'NOINDEX_FOLLOW' FROM salons WHERE slug = 'roya'"
        " ON CONFLICT (entity_type, entity_id, locale) DO UPDATE SET robots = excluded.robots"
    )

    pages = {code: Page(own_web.get(prefix + ROYA)) for code, prefix in (("fa", ""), ("en", "/en"))}

    assert [page.status for page in pages.values()] == [200, 200]
    assert [_alternates(page) for page in pages.values()] == [{}, {}]
    for code, page in pages.items():
        robots = [meta["content"] for meta in page.attributes("meta", name="robots")]
        assert robots == (["noindex, follow"] if code == locale else [])


def test_what_is_not_there_in_english_is_one_redirect_to_the_persian_page(
    own_web: WebClient, own_directory: Directory
) -> None:
    _english_salon(own_directory)
    own_directory.change("INSERT INTO cities (name_fa, slug, province_id, name_en, is_landing_enabled)"
                         " SELECT 'ری', 'rey', id, '  ', true FROM provinces")  # fmt: skip

    for path in ("/atlas/salon/neighbour", "/atlas/city/rey", "/blog"):
        answer = own_web.get(f"/en{path}?utm_source=a")
        assert (answer.status_code, answer.headers["location"]) == (301, f"{path}?utm_source=a")
        assert answer.headers["cache-control"] == "public, max-age=3600"
        assert own_web.get(path).status_code == 200
        assert "hreflang=" not in own_web.get(path).text
    assert own_web.request("POST", "/en/blog").headers["location"] == "/blog"
    assert own_web.request("POST", "/en/blog").status_code == 308
    assert own_web.request("POST", f"/en{ROYA}").status_code == 405


def test_redirects_keep_the_prefix_and_lead_to_the_page_at_once(
    own_web: WebClient, own_directory: Directory
) -> None:
    _english_salon(own_directory)
    own_directory.change(
        "UPDATE salons SET slug = 'roya-beauty' WHERE slug = 'roya'",
        "UPDATE salons SET slug = 'next-door' WHERE slug = 'neighbour'",
        "INSERT INTO redirect_rules (from_path, to_static_path, type)"
        " VALUES ('/old', '/atlas', 'PERMANENT_301')",
        "INSERT INTO redirect_rules (from_path, to_external_url, type)"
        " VALUES ('/away', 'https://example.com/x', 'PERMANENT_301')",
    )

    def leads_to(path: str) -> str:
        answer = own_web.get(path)
        assert answer.status_code == 301, path
        location = answer.headers["location"]
        if location.startswith("/"):
            assert own_web.get(location).status_code == 200, location
        return str(location)

    assert leads_to(f"/en{ROYA}") == "/en/atlas/salon/roya-beauty"
    assert leads_to("/en/atlas/salon/neighbour") == "/atlas/salon/next-door"
    assert leads_to("/en/old") == "/en/atlas"
    assert leads_to("/en/away") == "https://example.com/x"


@pytest.mark.parametrize(
    ("variant", "canonical"),
    [
        ("/en/", "/en"),
        ("/EN", "/en"),
        ("/%65n/atlas", "/en/atlas"),
        ("//en/atlas", "/en/atlas"),
        ("/en/atlas/", "/en/atlas"),
        ("/en/ATLAS/salon/roya", "/en/atlas/salon/roya"),
        ("/En/atlas/salon/roya", "/en/atlas/salon/roya"),
        ("/en//atlas/salon/Roya", "/en/atlas/salon/roya"),
    ],
)
def test_every_form_of_an_english_path_is_one_redirect_to_it(
    own_web: WebClient, own_directory: Directory, variant: str, canonical: str
) -> None:
    _english_salon(own_directory)

    answer = own_web.get(variant)

    assert (answer.status_code, answer.headers["location"]) == (301, canonical)
    assert own_web.get(canonical).status_code == 200


def test_the_prefix_is_taken_once_and_routes_of_machines_have_none(
    own_web: WebClient, own_directory: Directory
) -> None:
    _english_salon(own_directory)

    for path in (f"/en/en{ROYA}", "/en/en", "/english", "/en/feed.xml", "/en/robots.txt", "/en/sitemap.xml",
                 "/en/api/v1/salons", "/en/nothing", "/en/atlas?page=99"):  # fmt: skip
        answer = own_web.get(path)
        assert answer.status_code == 404, path
        english = not path.startswith("/english")
        assert answer.headers["content-language"] == ("en" if english else "fa")
        assert ("This page was not found" in answer.text) == english


def test_a_deleted_salon_is_gone_in_english_too(own_web: WebClient, own_directory: Directory) -> None:
    _english_salon(own_directory)
    own_directory.change("DELETE FROM salons WHERE slug = 'roya'")

    page = Page(own_web.get(f"/en{ROYA}"))

    assert (page.status, page.heading) == (410, "This page is gone")
    assert "Roya" not in own_web.get("/en/atlas/city/tehran").text
    assert own_directory.rows("SELECT * FROM english_pages WHERE entity_type = 'SALON'") == []


def test_links_of_an_english_page_lead_to_a_page_without_a_redirect(
    own_web: WebClient, own_directory: Directory
) -> None:
    _english_salon(own_directory)
    with own_directory.session() as session:
        make_artist(session, slug="sara", city_id=own_directory.one("SELECT id FROM cities"))
        english, persian = make_post(session, slug="notes"), make_post(session, slug="persian")
        make_seo_meta(session, "BLOG_POST", english.id, locale="en", title="Notes")
        assert persian.slug == "persian"

    seen: set[str] = set()
    for path in ("/en", "/en/atlas", "/en/atlas/city/tehran", "/en/atlas/province/tehran-p", f"/en{ROYA}",
                 "/en/blog/post/notes", "/en/search?q=roya"):  # fmt: skip
        page = Page(own_web.get(path))
        assert page.status == 200, path
        seen |= {
            link["href"] or ""
            for link in page.attributes("a")
            if (link["href"] or "").startswith("/") and not (link["href"] or "").startswith("/api")
        }
    answers = {href: own_web.get(href).status_code for href in seen}

    assert set(answers.values()) == {200}, answers
    assert {f"/en{ROYA}", "/atlas/salon/neighbour", "/atlas/artist/sara", "/en/blog/post/notes"} <= seen
    assert "/en/atlas/salon/neighbour" not in seen


def test_a_persian_page_leads_its_reader_to_the_english_one_and_back(
    own_web: WebClient, own_directory: Directory
) -> None:
    _english_salon(own_directory)

    def switch(path: str) -> list[str | None]:
        return [link["href"] for link in Page(own_web.get(path)).attributes("a") if "hreflang" in link]

    assert switch(ROYA) == [f"/en{ROYA}"]
    assert switch(f"/en{ROYA}") == [ROYA]
    assert switch("/atlas/salon/neighbour") == []
    assert switch("/atlas?utm=1") == ["/en/atlas"]


def test_texts_that_are_in_persian_say_so_on_an_english_page(
    own_web: WebClient, own_directory: Directory
) -> None:
    _english_salon(own_directory)

    page = Page(own_web.get(f"/en{ROYA}"))

    assert page.attributes("p", lang="fa", dir="rtl")[0]["class"] == "said"
    assert "سالن همسایه" in page.texts("h3")
    assert {"lang": "fa"} in page.attributes("h3")
    assert 'lang="fa" dir="rtl"' not in own_web.get(ROYA).text.partition("<body>")[2]
