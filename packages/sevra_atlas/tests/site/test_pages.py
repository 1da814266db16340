import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import quote

import pytest
from page_reader import Page
from web_client import BASE_URL, WebClient, settings_for, web_client
from web_fixtures import Directory

from sevra_atlas.site import persian

_A_PAGE = 24


def _largest(directory: Directory, table: str, column: str) -> tuple[int, str, str, int]:
    return directory.rows(
        f"SELECT t.id, t.slug, t.name_fa, count(*)::int FROM {table} t JOIN salons s ON s.{column} = t.id"
        " WHERE s.status = 'ACTIVE' GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 1"
    )[0]


def _most_reviewed(directory: Directory, table: str, name: str) -> tuple[int, str, str, Decimal, int]:
    return directory.rows(
        f"SELECT id, slug, {name}, avg_rating, review_count FROM {table}"
        " WHERE status = 'ACTIVE' ORDER BY review_count DESC, id LIMIT 1"
    )[0]


def test_home_leads_to_the_largest_cities_and_every_province(web: WebClient, directory: Directory) -> None:
    _, slug, name, count = _largest(directory, "cities", "city_id")

    page = Page(web.get("/"))

    assert page.status == 200
    assert page.canonical == f"{BASE_URL}/"
    assert page.attributes("a", href=f"/atlas/city/{quote(slug)}")
    assert any(name in text and persian.digits(count) in text for text in page.texts("a"))
    assert len([a for a in page.attributes("a") if (a["href"] or "").startswith("/atlas/province/")]) == 31


@pytest.mark.parametrize(
    ("table", "column", "kind"), [("cities", "city_id", "city"), ("provinces", "province_id", "province")]
)
def test_walking_the_pages_of_a_place_shows_every_salon_once_in_order(
    web: WebClient, directory: Directory, table: str, column: str, kind: str
) -> None:
    id_, slug, name, count = _largest(directory, table, column)
    expected = [
        f"/atlas/salon/{quote(row[0])}"
        for row in directory.rows(
            f"SELECT slug FROM salons WHERE {column} = %s AND status = 'ACTIVE' ORDER BY rating_key DESC", id_
        )
    ]

    path, seen = f"/atlas/{kind}/{quote(slug)}", []
    for number in range(1, -(-count // _A_PAGE) + 1):
        address = path if number == 1 else f"{path}?page={number}"
        page = Page(web.get(address))
        assert name in page.heading
        assert page.canonical == BASE_URL + address
        seen += page.salon_cards()

    assert seen == expected
    assert web.get(f"{path}?page={-(-count // _A_PAGE) + 1}").status_code == 404


def test_pages_of_a_list_point_to_their_neighbours(web: WebClient) -> None:
    first, second = Page(web.get("/atlas")), Page(web.get("/atlas?page=2"))

    assert first.attributes("a", rel="next")[0]["href"] == "/atlas?page=2"
    assert second.attributes("a", rel="prev")[0]["href"] == "/atlas"
    assert first.texts("title") != second.texts("title")


def test_structured_data_of_a_salon_equals_page_and_database(web: WebClient, directory: Directory) -> None:
    id_, slug, name, average, count = _most_reviewed(directory, "salons", "name")

    page = Page(web.get(f"/atlas/salon/{quote(slug)}"))

    node = page.node("salon")
    assert page.heading == node["name"] == name
    assert node["url"] == page.canonical == f"{BASE_URL}/atlas/salon/{quote(slug)}"
    assert node["aggregateRating"]["ratingValue"] == float(average)
    assert node["aggregateRating"]["reviewCount"] == count
    assert page.texts("p", "score")[0] == f"{persian.rating(average)} از ۵ ({persian.number(count)} نظر)"
    shown = min(count, 20)
    assert len(node["review"]) == len(page.texts("article", "review")) == shown
    crumbs = page.node("breadcrumbs")["itemListElement"]
    assert crumbs[0]["item"] == f"{BASE_URL}/"
    assert crumbs[-1]["item"] == page.canonical
    assert [crumb["position"] for crumb in crumbs] == list(range(1, len(crumbs) + 1))
    assert id_


def test_reviews_are_newest_first_and_every_one_is_shown_once(web: WebClient, directory: Directory) -> None:
    id_, slug, _, _, count = _most_reviewed(directory, "artists", "full_name")
    expected = [
        " ".join(row[0].split())
        for row in directory.rows(
            "SELECT body FROM reviews WHERE artist_id = %s AND status = 'PUBLISHED'"
            " ORDER BY created_at DESC, id DESC",
            id_,
        )
    ]

    seen = []
    for number in range(1, max(1, -(-count // 20)) + 1):
        page = Page(web.get(f"/atlas/artist/{quote(slug)}{f'?page={number}' if number > 1 else ''}"))
        bodies = {
            " ".join(review.get("reviewBody", "").split()) for review in page.node("artist").get("review", [])
        }
        shown = page.texts("p", "said")
        seen += [text for text in shown if text in expected]
        assert bodies <= set(expected)

    assert seen == expected


def test_a_review_is_of_one_day_for_people_and_for_machines(web: WebClient, directory: Directory) -> None:
    # Late in the evening it is the next day in Tehran already.
    slug = directory.one(
        "SELECT s.slug FROM salons s JOIN reviews r ON r.salon_id = s.id"
        " WHERE s.status = 'ACTIVE' AND r.status = 'PUBLISHED' AND s.review_count <= 20"
        " AND (r.created_at AT TIME ZONE 'UTC')::date <> (r.created_at AT TIME ZONE 'Asia/Tehran')::date"
        " LIMIT 1"
    )

    page = Page(web.get(f"/atlas/salon/{quote(slug)}"))

    told = [date.fromisoformat(review["datePublished"]) for review in page.node("salon")["review"]]
    shown = [text for text in page.texts("time") if text]
    assert [persian.day(day) for day in told] == shown[-len(told) :]
    marked = [time["datetime"] for time in page.attributes("time")]
    assert [day.isoformat() for day in told] == marked[-len(told) :]


def test_a_salon_without_reviews_has_no_rating_anywhere(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change("INSERT INTO salons (name, slug) VALUES ('سالن تازه', 'fresh')")

    page = Page(own_web.get("/atlas/salon/fresh"))

    assert "aggregateRating" not in page.node("salon")
    assert page.texts("p", "score") == ["هنوز نظری ثبت نشده است"]
    assert page.texts("p", "empty") == [
        "ساعت کاری این سالن ثبت نشده است.",
        "این سالن هنوز فهرست خدماتش را ننوشته است.",
        "هنوز کسی برای این صفحه نظری ننوشته است.",
    ]


def test_nothing_that_an_owner_writes_ends_an_element(own_web: WebClient, own_directory: Directory) -> None:
    evil = '</script><script>alert("x")</script> & <b> \u2028'
    own_directory.change(
        f"INSERT INTO salons (name, slug, summary) VALUES ('{evil}', 'evil', '{evil}')",
    )

    answer = own_web.get("/atlas/salon/evil")

    page = Page(answer)
    assert page.node("salon")["name"] == evil
    assert len(page.attributes("script")) == 1
    assert "\\u003c/script\\u003e" in answer.text
    assert "<b>" not in answer.text.split("<main")[1]


def test_services_are_grouped_and_priced_in_toman(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change(
        "INSERT INTO service_categories (name_fa, name_en, slug) VALUES ('خدمات مو', 'Hair', 'hair')",
        "INSERT INTO service_definitions (category_id, name_fa, slug, position)"
        " SELECT id, v.name, v.slug, v.place FROM service_categories,"
        " (VALUES ('رنگ', 'colour', 1), ('کوتاهی', 'cut', 2), ('مشاوره', 'advice', 3)) v (name, slug, place)",
        "INSERT INTO salons (name, slug) VALUES ('سالن', 'a')",
        "INSERT INTO salon_services (salon_id, service_id, price_toman, duration_min, position)"
        " SELECT s.id, d.id, CASE d.slug WHEN 'colour' THEN 1250000 WHEN 'advice' THEN 0 END, 90, d.position"
        " FROM salons s, service_definitions d",
    )

    page = Page(own_web.get("/atlas/salon/a"))

    assert "خدمات مو" in page.texts("h3")
    assert page.texts("span", "price") == ["۱٬۲۵۰٬۰۰۰ تومان", "توافقی", "رایگان"]
    assert "۱ ساعت و ۳۰ دقیقه" in " ".join(page.texts("ul", "prices"))
    assert page.node("salon")["@type"] == "HairSalon"


def test_the_week_begins_on_saturday_and_one_day_is_today(web: WebClient, directory: Directory) -> None:
    slug = directory.one(
        "SELECT s.slug FROM salons s JOIN opening_hours h ON h.salon_id = s.id"
        " WHERE s.status = 'ACTIVE' LIMIT 1"
    )

    page = Page(web.get(f"/atlas/salon/{quote(slug)}"))

    days = page.texts("th")
    assert [day.removesuffix(" امروز") for day in days] == list(persian.WEEKDAYS)
    assert len([day for day in days if day.endswith(" امروز")]) == 1
    assert page.node("salon")["openingHoursSpecification"]


def test_an_empty_city_says_so_and_is_not_for_search_engines(web: WebClient, directory: Directory) -> None:
    slug, name = directory.rows(
        "SELECT slug, name_fa FROM cities c WHERE is_landing_enabled"
        " AND NOT EXISTS (SELECT FROM salons s WHERE s.city_id = c.id)"
        " AND NOT EXISTS (SELECT FROM artists a WHERE a.city_id = c.id) LIMIT 1"
    )[0]

    page = Page(web.get(f"/atlas/city/{quote(slug)}"))

    assert (page.status, page.heading) == (200, f"سالن‌های زیبایی {name}")
    assert page.texts("p", "empty") == ["هنوز سالنی از این شهر ثبت نشده است."]
    assert page.attributes("meta", name="robots", content="noindex, follow")


def test_pages_carry_the_headers_that_protect_their_readers(web: WebClient) -> None:
    headers = web.get("/").headers

    assert "script-src" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"


def test_every_link_of_a_page_leads_to_a_page(web: WebClient, directory: Directory) -> None:
    _, slug, *_ = _most_reviewed(directory, "salons", "name")
    for start in ("/", f"/atlas/salon/{quote(slug)}"):
        page = Page(web.get(start))
        own = {a["href"] for a in page.attributes("a") if (a["href"] or "").startswith("/")}
        files = {image["src"] for image in page.attributes("img")}
        files |= {link["href"] for link in page.attributes("link") if (link["href"] or "").startswith("/")}
        for address in own | files:
            assert web.get(address.split("#")[0]).status_code == 200, address


def test_the_documentation_page_is_not_found_in_production(own_directory: Directory) -> None:
    settings = replace(settings_for(own_directory.url(), own_directory.media_dir), environment="production")

    with web_client(settings) as client:
        assert client.get("/api-docs").status_code == 404
        assert client.get("/api/v1/openapi.json").status_code == 200


def test_the_documentation_page_names_every_operation(web: WebClient) -> None:
    page = Page(web.get("/api-docs"))

    shown = page.texts("h2")
    assert shown == [f"GET {path}" for path in web.openapi["paths"]]
    assert json.loads(web.get("/api/v1/openapi.json").text)["paths"].keys() == web.openapi["paths"].keys()
