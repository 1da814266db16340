from collections.abc import Iterator

import pytest
from browser_reader import WIDTHS, Reader, assert_calm
from playwright.sync_api import Browser
from web_fixtures import Directory

pytestmark = pytest.mark.browser


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def reader(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Reader]:
    context = chromium.new_context(viewport={"width": request.param, "height": 800}, locale="en-GB")
    yield Reader(context.new_page(), address)
    context.close()


def test_english_pages_are_read_from_the_left(reader: Reader, directory: Directory) -> None:
    paths = directory.rows(
        "SELECT DISTINCT ON (entity_type) u.display_path, n.name"
        "  FROM english_pages n JOIN url_paths u USING (entity_type, entity_id)"
        " WHERE u.kind = 'current' AND entity_type IN ('PROVINCE', 'CITY', 'SALON', 'ARTIST', 'BLOG_POST')"
        "   AND EXISTS (SELECT FROM indexable_entities i"
        "                WHERE i.entity_type = n.entity_type AND i.entity_id = n.entity_id)"
        " ORDER BY entity_type, entity_id"
    )
    assert len(paths) == 5

    for path, name in [("", "A good beauty salon"), ("/atlas", "Beauty salons"), *paths]:
        answer = reader.open(f"/en{path}")
        assert answer.status == 200, path
        assert name in reader.heading
        assert_calm(reader, "ltr")


def test_a_reader_changes_the_language_and_comes_back(reader: Reader) -> None:
    reader.open("/atlas")

    reader.page.locator("a[hreflang=en]").click()
    assert reader.page.evaluate("getComputedStyle(document.body).direction") == "ltr"
    assert reader.heading == "Beauty salons of Iran"

    reader.page.locator("a[hreflang=fa]").click()
    assert_calm(reader)
    assert reader.heading == "فهرست سالن‌های زیبایی ایران"
