from collections.abc import Iterator
from urllib.parse import quote

import pytest
from browser_reader import WIDTHS, Reader, assert_calm
from playwright.sync_api import Browser
from web_fixtures import Directory

pytestmark = pytest.mark.browser


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def reader(request: pytest.FixtureRequest, chromium: Browser, blog_address: str) -> Iterator[Reader]:
    context = chromium.new_context(viewport={"width": request.param, "height": 800}, locale="fa-IR")
    yield Reader(context.new_page(), blog_address)
    context.close()


def _posts(reader: Reader) -> int:
    return reader.page.locator(".post-card:visible").count()


def test_the_blog_opens_with_a_card_for_each_post_of_a_page(reader: Reader) -> None:
    answer = reader.open("/blog")

    assert (answer.status, reader.heading, _posts(reader)) == (200, "مجله اطلس سورا", 12)
    assert_calm(reader)


@pytest.mark.parametrize(
    "path",
    ["/blog/category/مراقبت-مو", "/blog/tag/راهنما", "/blog/series/از-ریشه-تا-نوک", "/blog/page/درباره-ما"],
)
def test_every_kind_of_page_opens(reader: Reader, path: str) -> None:
    assert reader.open(quote(path)).status == 200
    assert_calm(reader)


def test_from_home_to_the_comments_of_a_post_by_links_alone(reader: Reader, blog: Directory) -> None:
    reader.open("/")

    reader.page.locator(".top nav a", has_text="مجله").click()
    reader.page.locator(".pager a[rel=next]").click()
    reader.page.locator(".post-card h3 a").first.click()
    assert reader.page.locator(".prose h2").inner_text() == "بخش نخست"
    reader.open(f"/blog/post/{quote('نوشته-29')}")
    reader.page.locator(".written a").click()

    assert reader.page.url.endswith("#comments")
    assert reader.page.locator(".comments > li").count() == 20
    assert reader.page.locator(".replies li").count() == 4
    assert_calm(reader)


def test_an_english_text_reads_from_the_left_in_a_persian_page(reader: Reader) -> None:
    reader.open("/blog/post/how-to-choose-a-colourist")

    directions = [
        reader.page.evaluate(f"getComputedStyle(document.querySelector('{part}')).direction")
        for part in ("h1", ".prose p", ".steps")
    ]
    assert directions == ["ltr", "ltr", "rtl"]
    assert_calm(reader)
