from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response
from web_fixtures import Directory

pytestmark = pytest.mark.browser

_WIDTHS = [360, 1280]


class Reader:
    """A browser window that remembers what went wrong in it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("requestfailed", lambda request: self.faults.append(request.url))

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def open(self, path: str) -> Response:
        answer = self.page.goto(self.address + path, wait_until="networkidle")
        self.page.evaluate("document.fonts.ready")
        assert answer is not None
        return answer

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def salon_cards(self) -> int:
        return self.page.locator(".salon-card:visible").count()

    def is_wider_than_the_window(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def font(self) -> bool:
        return bool(self.page.evaluate("document.fonts.check('16px Vazirmatn', 'سالن')"))


@pytest.fixture(params=_WIDTHS, ids=lambda width: f"{width}px")
def reader(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Reader]:
    context = chromium.new_context(viewport={"width": request.param, "height": 800}, locale="fa-IR")
    yield Reader(context.new_page(), address)
    context.close()


def _assert_calm(reader: Reader) -> None:
    assert not reader.is_wider_than_the_window()
    assert reader.faults == []
    assert reader.font()
    assert reader.page.evaluate("getComputedStyle(document.body).direction") == "rtl"


def test_home_opens(reader: Reader, directory: Directory) -> None:
    best = directory.one("SELECT count(*) FROM salons WHERE status = 'ACTIVE'")

    answer = reader.open("/")

    assert (answer.status, reader.heading) == (200, "سالن زیبایی خوب، نزدیک شما")
    assert reader.salon_cards() == min(best, 8) + min(best, 4)
    _assert_calm(reader)


def test_the_directory_opens(reader: Reader, directory: Directory) -> None:
    salons = directory.one("SELECT count(*) FROM salons WHERE status = 'ACTIVE'")

    reader.open("/atlas")

    assert reader.heading == "فهرست سالن‌های زیبایی ایران"
    assert reader.salon_cards() == min(salons, 24)
    _assert_calm(reader)


def test_a_city_shows_as_many_cards_as_the_database_counts(reader: Reader, directory: Directory) -> None:
    slug, name, count = directory.rows(
        "SELECT c.slug, c.name_fa, count(*) FROM cities c JOIN salons s ON s.city_id = c.id"
        " WHERE s.status = 'ACTIVE' GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1"
    )[0]

    reader.open(f"/atlas/city/{quote(slug)}")

    assert reader.heading == f"سالن‌های زیبایی {name}"
    assert reader.salon_cards() == min(count, 24)
    _assert_calm(reader)


def test_a_salon_shows_as_many_reviews_as_the_database_counts(reader: Reader, directory: Directory) -> None:
    slug, name, count = directory.rows(
        "SELECT slug, name, review_count FROM salons WHERE status = 'ACTIVE' ORDER BY 3 DESC LIMIT 1"
    )[0]

    reader.open(f"/atlas/salon/{quote(slug)}")

    assert reader.heading == name
    assert reader.page.locator(".review:visible").count() == min(count, 20)
    _assert_calm(reader)


def test_an_artist_opens(reader: Reader, directory: Directory) -> None:
    slug, name = directory.rows("SELECT slug, full_name FROM artists WHERE status = 'ACTIVE' LIMIT 1")[0]

    reader.open(f"/atlas/artist/{quote(slug)}")

    assert reader.heading == name
    _assert_calm(reader)


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
    _assert_calm(reader)


def test_from_home_to_a_salon_by_links_alone(reader: Reader) -> None:
    reader.open("/")

    reader.page.locator(".chips.big a").first.click()
    reader.page.locator(".salon-card h3 a").first.click()

    assert "/atlas/salon/" in reader.page.url
    assert reader.page.locator(".steps li").count() >= 4
    _assert_calm(reader)


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
