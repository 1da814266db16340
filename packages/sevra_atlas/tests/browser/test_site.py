from collections.abc import Iterator
from urllib.parse import quote

import pytest
from browser_reader import WIDTHS, Reader, assert_calm
from playwright.sync_api import Browser
from web_fixtures import Directory

pytestmark = pytest.mark.browser


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def reader(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Reader]:
    context = chromium.new_context(viewport={"width": request.param, "height": 800}, locale="fa-IR")
    yield Reader(context.new_page(), address)
    context.close()


def test_home_opens(reader: Reader, directory: Directory) -> None:
    best = directory.one("SELECT count(*) FROM salons WHERE status = 'ACTIVE'")

    answer = reader.open("/")

    assert (answer.status, reader.heading) == (200, "سالن زیبایی خوب، نزدیک شما")
    assert reader.salon_cards() == min(best, 8) + min(best, 4)
    assert_calm(reader)


def test_the_directory_opens(reader: Reader, directory: Directory) -> None:
    salons = directory.one("SELECT count(*) FROM salons WHERE status = 'ACTIVE'")

    reader.open("/atlas")

    assert reader.heading == "فهرست سالن‌های زیبایی ایران"
    assert reader.salon_cards() == min(salons, 24)
    assert_calm(reader)


def test_a_city_shows_as_many_cards_as_the_database_counts(reader: Reader, directory: Directory) -> None:
    slug, heading, count = directory.rows(
        "SELECT c.slug, coalesce(m.h1, 'سالن‌های زیبایی ' || c.name_fa), count(*)"
        " FROM cities c JOIN salons s ON s.city_id = c.id LEFT JOIN seo_meta m"
        " ON m.entity_type = 'CITY' AND m.entity_id = c.id AND m.locale = 'fa'"
        " WHERE s.status = 'ACTIVE' GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1"
    )[0]

    reader.open(f"/atlas/city/{quote(slug)}")

    assert reader.heading == heading
    assert reader.salon_cards() == min(count, 24)
    assert_calm(reader)


def test_a_salon_shows_as_many_reviews_as_the_database_counts(reader: Reader, directory: Directory) -> None:
    slug, name, count = directory.rows(
        "SELECT slug, name, review_count FROM salons WHERE status = 'ACTIVE' ORDER BY 3 DESC LIMIT 1"
    )[0]

    reader.open(f"/atlas/salon/{quote(slug)}")

    assert reader.heading == name
    assert reader.page.locator(".review:visible").count() == min(count, 20)
    assert_calm(reader)


def test_an_artist_opens(reader: Reader, directory: Directory) -> None:
    slug, name = directory.rows("SELECT slug, full_name FROM artists WHERE status = 'ACTIVE' LIMIT 1")[0]

    reader.open(f"/atlas/artist/{quote(slug)}")

    assert reader.heading == name
    assert_calm(reader)


def test_an_old_slug_ends_on_the_page_of_today(reader: Reader, directory: Directory) -> None:
    old, current, name = directory.rows(
        "SELECT a.path, c.display_path, s.name"
        " FROM url_paths a JOIN url_paths c USING (entity_type, entity_id)"
        " JOIN salons s ON s.id = a.entity_id WHERE a.kind = 'alias' AND c.kind = 'current'"
        " AND a.entity_type = 'SALON' AND s.status = 'ACTIVE' LIMIT 1"
    )[0]

    answer = reader.open(quote(old))

    assert answer.status == 200
    assert answer.request.redirected_from is not None
    assert reader.page.url == reader.address + quote(current)
    assert reader.heading == name
    assert_calm(reader)


def test_from_home_to_a_salon_by_links_alone(reader: Reader) -> None:
    reader.open("/")

    reader.page.locator(".chips.big a").first.click()
    reader.page.locator(".salon-card h3 a").first.click()

    assert "/atlas/salon/" in reader.page.url
    assert reader.page.locator(".steps li").count() >= 4
    assert_calm(reader)


def test_the_first_tab_leads_past_the_header(reader: Reader) -> None:
    reader.open("/atlas")

    reader.page.keyboard.press("Tab")

    focused = reader.page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == "#content"
    assert reader.page.locator(".skip").is_visible()


def test_a_lost_reader_finds_a_way_on(reader: Reader, directory: Directory) -> None:
    gone = directory.one(
        "SELECT p.path FROM url_paths p JOIN entities e USING (entity_type, entity_id)"
        " WHERE p.kind = 'current'"
        " AND e.state = 'deleted' AND e.first_public_at IS NOT NULL AND e.successor_id IS NULL LIMIT 1"
    )

    for path, status in ((quote(gone), 410), ("/atlas/salon/none-such", 404)):
        answer = reader.open(path)
        assert answer.status == status
        assert reader.page.locator('.lost a[href="/atlas"]').is_visible()
        assert not reader.is_wider_than_the_window()
