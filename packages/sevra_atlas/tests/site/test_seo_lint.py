"""The rules over the whole demo site: it keeps all of them."""

import httpx
import psycopg
from factories import make_post, make_review, make_salon, make_user
from page_reader import Page
from web_client import BASE_URL, WebClient
from web_fixtures import Directory

from sevra_atlas.domain.languages import alternates
from sevra_atlas.seo_lint import Crawl, crawled, known_of, lint


class _Transport(httpx.BaseTransport):
    """Hands requests to the application in this process."""

    def __init__(self, web: WebClient) -> None:
        self._web = web

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._web.get(request.url.raw_path.decode())
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        return httpx.Response(answer.status_code, headers=headers, content=answer.content)


def crawl_of(web: WebClient, directory: Directory) -> Crawl:
    with (
        psycopg.connect(directory.url(), autocommit=True) as connection,
        httpx.Client(transport=_Transport(web), base_url="http://somewhere.test") as client,
    ):
        return crawled(client, BASE_URL, known=known_of(connection))


def test_every_listed_url_resolves_to_200_is_indexable_and_is_its_own_canonical(
    blog_web: WebClient, blog: Directory
) -> None:
    crawl = crawl_of(blog_web, blog)

    assert lint(crawl) == []
    assert len(crawl.pages) > 100
    assert sum(page.status == 200 for page in crawl.pages.values()) == len(crawl.pages)
    assert len(crawl.feeds) > 5
    assert crawl.known is not None
    assert crawl.known.ratings


def test_the_crawl_finds_what_is_wrong(own_web: WebClient, own_directory: Directory) -> None:
    with own_directory.session() as session:
        salon = make_salon(session, slug="listed").id
        make_post(session, slug="post")
    own_directory.publish()
    own_directory.change(f"UPDATE salons SET status = 'SUSPENDED' WHERE id = {salon}")

    found = lint(crawl_of(own_web, own_directory))

    assert {finding.code for finding in found} == {"SM11"}
    assert {finding.address for finding in found} == {f"{BASE_URL}/atlas/salon/listed"}


def test_a_sample_is_spread_over_the_list(web: WebClient, directory: Directory) -> None:
    with httpx.Client(transport=_Transport(web), base_url="http://somewhere.test") as client:
        crawl = crawled(client, BASE_URL, sample=5)

    listed = [address for address in crawl.pages if "/search" not in address and "/blog/post/" not in address]
    # A page of the sample brings the one in the other language with it.
    assert 3 <= len(listed) <= 2 * 5
    assert crawl.known is None


def test_the_rating_in_json_ld_equals_the_page_text_and_the_database(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        salon = make_salon(session, slug="rated").id
        for rating in (5, 4, 4):
            make_review(session, salon_id=salon, author_id=make_user(session).id, rating=rating)
    average, count = own_directory.rows("SELECT avg_rating::float8, review_count FROM salons")[0]

    page = Page(own_web.get("/atlas/salon/rated"))

    rating = page.node("salon")["aggregateRating"]
    assert (rating["ratingValue"], rating["reviewCount"]) == (average, count) == (4.33, 3)
    assert "۴٫۳۳" in own_web.get("/atlas/salon/rated").text


def test_every_hreflang_pair_is_reciprocal() -> None:
    path = "/atlas/salon/roya"
    both = alternates(BASE_URL, path, ("fa", "en"))

    assert both == (
        ("fa-IR", f"{BASE_URL}{path}"),
        ("en", f"{BASE_URL}/en{path}"),
        ("x-default", f"{BASE_URL}{path}"),
    )
    assert alternates(BASE_URL, path, ("fa",)) == alternates(BASE_URL, path, ()) == ()
