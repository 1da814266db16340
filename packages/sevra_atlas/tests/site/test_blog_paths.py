from urllib.parse import quote

import pytest
from factories import make_author, make_category, make_page, make_post, make_series, make_tag
from page_reader import Page
from web_client import WebClient
from web_fixtures import Directory

_KINDS = {
    "posts": ("post", make_post),
    "pages": ("page", make_page),
    "categories": ("category", make_category),
    "tags": ("tag", make_tag),
    "series": ("series", make_series),
}


@pytest.mark.parametrize("table", list(_KINDS))
def test_each_kind_answers_at_its_canonical_path_alone(
    own_web: WebClient, own_directory: Directory, table: str
) -> None:
    segment, make = _KINDS[table]
    with own_directory.session() as session:
        make(session, slug="گل-یاس")
    canonical = f"/blog/{segment}/{quote('گل-یاس')}"

    assert own_web.get(canonical).status_code == 200
    for variant in (canonical + "/", canonical.replace("%D8", "%d8"), f"/Blog/{segment}/{quote('گل_ياس')}"):
        answer = own_web.get(variant)
        assert (answer.status_code, answer.headers["location"]) == (301, canonical), variant


@pytest.mark.parametrize("table", list(_KINDS))
def test_each_kind_moves_with_its_slug_and_is_gone_when_deleted(
    own_web: WebClient, own_directory: Directory, table: str
) -> None:
    segment, make = _KINDS[table]
    with own_directory.session() as session:
        make(session, slug="old")
    own_directory.change(f"UPDATE {table} SET slug = 'newer'", f"UPDATE {table} SET slug = 'newest'")

    for old in ("old", "newer"):
        answer = own_web.get(f"/blog/{segment}/{old}")
        assert (answer.status_code, answer.headers["location"]) == (301, f"/blog/{segment}/newest")
    own_directory.change(f"DELETE FROM {table}")
    for slug in ("old", "newer", "newest"):
        page = Page(own_web.get(f"/blog/{segment}/{slug}"))
        assert (page.status, page.canonical) == (410, None)
    assert own_web.get(f"/blog/{segment}/never").status_code == 404


@pytest.mark.parametrize(
    ("slug", "status"),
    [
        ("hidden-draft", 404),
        ("hidden-review", 404),
        ("hidden-scheduled", 404),
        ("hidden-private", 404),
        ("unlisted", 200),
        ("orphan", 200),
        ("retired", 410),
        ("dead-post", 410),
    ],
)
def test_a_post_is_seen_as_its_state_says(blog_web: WebClient, slug: str, status: int) -> None:
    assert blog_web.get(f"/blog/post/{slug}").status_code == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/blog/page/hidden-page", 404),
        ("/blog/page/dead-page", 410),
        ("/blog/tag/dead-tag", 410),
        ("/blog/series/dead-series", 410),
        ("/blog/category/dead-category", 410),
    ],
)
def test_what_files_posts_is_seen_as_its_state_says(blog_web: WebClient, path: str, status: int) -> None:
    assert blog_web.get(path).status_code == status


def test_an_archived_post_or_page_is_gone_and_comes_back_when_published(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        make_post(session, slug="a")
        make_page(session, slug="a")

    for table, path in (("posts", "/blog/post/a"), ("pages", "/blog/page/a")):
        own_directory.change(f"UPDATE {table} SET status = 'archived'")
        assert own_web.get(path).status_code == 410
        own_directory.change(f"UPDATE {table} SET status = 'published'")
        assert own_web.get(path).status_code == 200


def test_an_unlisted_post_is_not_for_search_engines(blog_web: WebClient) -> None:
    page = Page(blog_web.get("/blog/post/unlisted"))

    assert page.attributes("meta", name="robots", content="noindex, follow")


def test_a_post_of_a_deleted_author_category_and_series_stands_alone(blog_web: WebClient) -> None:
    page = Page(blog_web.get("/blog/post/orphan"))

    node = page.node("post")
    assert node.keys().isdisjoint({"author", "articleSection", "keywords"})
    assert isinstance(node["isPartOf"], dict)
    assert page.attributes("nav", **{"class": "panel told-in"}) == []


def test_a_post_loses_its_byline_with_its_author(own_web: WebClient, own_directory: Directory) -> None:
    with own_directory.session() as session:
        make_post(session, slug="a", author_id=make_author(session, display_name="نگار راد").id)
    before = own_web.get("/blog/post/a").text

    own_directory.change("DELETE FROM author_profiles")

    assert "نگار راد" in before
    assert "نگار راد" not in own_web.get("/blog/post/a").text


@pytest.mark.parametrize("query", ["page=0", "page=2", "page=x", "page=99999"])
@pytest.mark.parametrize("path", ["/blog/post/unlisted", "/blog/series/notes"])
def test_a_page_number_that_a_list_does_not_have_is_not_found(
    blog_web: WebClient, path: str, query: str
) -> None:
    assert blog_web.get(f"{path}?{query}").status_code == 404


def test_the_first_page_has_no_parameter(blog_web: WebClient) -> None:
    answer = blog_web.get("/blog/post/unlisted?page=1&utm_source=a")

    assert (answer.status_code, answer.headers["location"]) == (301, "/blog/post/unlisted?utm_source=a")
