from urllib.parse import quote

import pytest
from factories import (
    make_author,
    make_category,
    make_city,
    make_menu_item,
    make_page,
    make_post,
    make_salon,
    make_seo_meta,
    make_series,
    make_tag,
)
from web_client import WebClient
from web_fixtures import Directory

_BLOG = "/api/v1/blog"
_KINDS = {
    "taxonomy/categories": ("CATEGORY", "categories", make_category),
    "taxonomy/tags": ("TAG", "tags", make_tag),
    "taxonomy/series": ("SERIES", "series", make_series),
    "misc/pages": ("BLOG_PAGE", "pages", make_page),
}


def test_categories_are_in_their_order_and_then_by_name(own_web: WebClient, own_directory: Directory) -> None:
    with own_directory.session() as session:
        for name, place in (("ب", 1), ("الف", 1), ("ج", 0)):
            make_category(session, name=name, position=place)

    body = own_web.get(f"{_BLOG}/taxonomy/categories?pageSize=2").json()
    rest = own_web.get(f"{_BLOG}/taxonomy/categories?pageSize=2&page=2").json()

    assert [item["name"] for item in body["data"] + rest["data"]] == ["ج", "الف", "ب"]
    assert body["meta"]["pagination"] == {
        "page": 1,
        "pageSize": 2,
        "total": 3,
        "totalPages": 2,
        "nextCursor": None,
        "totalCapped": False,
    }
    assert own_web.get(f"{_BLOG}/taxonomy/categories").json()["meta"]["pagination"]["pageSize"] == 100


@pytest.mark.parametrize("kind", ["categories", "tags"])
def test_a_name_is_found_in_any_spelling(own_web: WebClient, own_directory: Directory, kind: str) -> None:
    make = {"categories": make_category, "tags": make_tag}[kind]
    with own_directory.session() as session:
        make(session, name="رؤیای سبز")
        make(session, name="آبی")

    for written in ("روياي", "سبز رویای"):
        found = own_web.get(f"{_BLOG}/taxonomy/{kind}?q={quote(written)}").json()
        assert [item["name"] for item in found["data"]] == ["رؤیای سبز"]
        assert found["meta"]["pagination"]["total"] == 1
    assert own_web.get(f"{_BLOG}/taxonomy/{kind}?q=%25_").json()["data"] == []


def test_a_category_is_answered_with_what_it_stands_in_and_what_stands_in_it(blog_web: WebClient) -> None:
    outer = blog_web.get(f"{_BLOG}/taxonomy/categories/{quote('مراقبت-مو')}").json()["data"]
    inner = blog_web.get(f"{_BLOG}/taxonomy/categories/{quote('رنگ-مو')}").json()["data"]

    assert (outer["parent"], [child["id"] for child in outer["children"]]) == (None, [inner["id"]])
    assert (inner["parent"]["id"], inner["parentId"], inner["children"]) == (outer["id"], outer["id"], [])
    assert outer["postCount"] + inner["postCount"] == 31


@pytest.mark.parametrize(
    ("slug", "order"),
    [("از-ریشه-تا-نوک", "series_position, published_at, id"), ("notes", "published_at, id")],
)
def test_a_series_is_answered_with_its_posts_in_its_order(
    blog_web: WebClient, blog: Directory, slug: str, order: str
) -> None:
    expected = blog.rows(
        "SELECT id::text FROM posts WHERE series_id = (SELECT id FROM series WHERE slug = %s)"
        f" ORDER BY {order}",
        slug,
    )

    data = blog_web.get(f"{_BLOG}/taxonomy/series/{quote(slug)}").json()["data"]

    assert [post["id"] for post in data["posts"]] == [row[0] for row in expected]
    assert data["postCount"] == len(expected)


@pytest.mark.parametrize("home", list(_KINDS))
def test_each_kind_is_answered_by_id_and_slug_moved_with_its_slug_and_gone_when_deleted(
    own_web: WebClient, own_directory: Directory, home: str
) -> None:
    kind, table, make = _KINDS[home]
    with own_directory.session() as session:
        row = make(session, slug="old")
        make_seo_meta(session, kind, row.id, title="عنوان")
        id_ = row.id
    own_directory.change(f"UPDATE {table} SET slug = 'newer'")

    by_id, by_slug = (own_web.get(f"{_BLOG}/{home}/{name}") for name in (id_, "newer"))
    moved = own_web.get(f"{_BLOG}/{home}/old")
    own_directory.change(f"DELETE FROM {table}")

    assert by_id.json()["data"] == by_slug.json()["data"]
    assert by_id.json()["data"]["seoMeta"]["title"] == "عنوان"
    assert by_id.headers["last-modified"]
    assert (moved.status_code, moved.headers["location"]) == (301, f"{_BLOG}/{home}/newer")
    for name in (id_, "old", "newer"):
        assert own_web.get(f"{_BLOG}/{home}/{name}").json()["error"]["code"] == "GONE"
    assert own_web.get(f"{_BLOG}/{home}/never").json()["error"]["code"] == "NOT_FOUND"
    assert own_web.get(f"{_BLOG}/{home}").json()["data"] == []


def test_a_page_that_is_not_published_is_not_found_an_archived_one_gone(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        make_page(session, slug="draft", status="draft")
        make_page(session, slug="archived")
    own_directory.change("UPDATE pages SET status = 'archived' WHERE slug = 'archived'")

    assert own_web.get(f"{_BLOG}/misc/pages/draft").status_code == 404
    assert own_web.get(f"{_BLOG}/misc/pages/archived").status_code == 410
    assert own_web.get(f"{_BLOG}/misc/pages").json()["data"] == []
    assert own_web.get(f"{_BLOG}/misc/pages?status=draft").json()["error"]["code"] == "FORBIDDEN"


def test_a_menu_is_a_tree_in_which_each_entry_stands_once(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        first = make_menu_item(session, label="ب", position=2)
        make_menu_item(session, menu_id=first.menu_id, label="الف", position=1)
        below = make_menu_item(session, menu_id=first.menu_id, parent_id=first.id, label="ج")
        make_menu_item(session, menu_id=first.menu_id, parent_id=below.id, label="د", target_blank=True)

    data = own_web.get(f"{_BLOG}/misc/menus/header").json()["data"]

    def shape(items: list[dict]) -> list[tuple]:
        return [(item["label"], shape(item["children"])) for item in items]

    assert shape(data["items"]) == [("الف", []), ("ب", [("ج", [("د", [])])])]
    for unknown in ("footer", "nowhere", "header%00"):
        assert own_web.get(f"{_BLOG}/misc/menus/{unknown}").json()["error"]["code"] == "NOT_FOUND"


def test_an_author_is_answered_with_the_number_of_listed_posts(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        author, other = make_author(session, display_name="نگار"), make_author(session, display_name="مینا")
        make_post(session, author_id=author.id)
        make_post(session, author_id=author.id, status="draft")
        make_post(session, author_id=author.id, visibility="unlisted")
        ids = author.id, other.id

    listed = own_web.get(f"{_BLOG}/authors").json()["data"]
    one = own_web.get(f"{_BLOG}/authors/{ids[0]}").json()["data"]
    own_directory.change(f"DELETE FROM author_profiles WHERE id = {ids[0]}")

    assert [(item["displayName"], item["postCount"]) for item in listed] == [("نگار", 1), ("مینا", 0)]
    assert one == listed[0]
    assert own_web.get(f"{_BLOG}/authors/{ids[0]}").json()["error"]["code"] == "GONE"
    assert own_web.get(f"{_BLOG}/authors/999999").json()["error"]["code"] == "NOT_FOUND"
    assert own_web.get(f"{_BLOG}/authors/name").json()["error"]["code"] == "INVALID_ID"
    assert [item["displayName"] for item in own_web.get(f"{_BLOG}/authors").json()["data"]] == ["مینا"]


def test_a_city_is_answered_with_its_numbers_and_its_neighbourhoods(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        city = make_city(session, slug="c")
        salon = make_salon(session, slug="s", city_id=city.id)
        make_seo_meta(session, "CITY", city.id, title="شهر")
        make_seo_meta(session, "SALON", salon.id, title="سالن")
    before = own_web.get("/api/v1/geo/cities/c").json()["data"]
    own_directory.change(
        "INSERT INTO city_stats (city_id, salon_count, review_count, rating_sum)"
        " SELECT id, 3, 4, 18 FROM cities",
        "INSERT INTO neighborhoods (city_id, name_fa, slug) SELECT id, 'باغ', 'garden' FROM cities",
        role="sevra_owner",
    )

    after = own_web.get("/api/v1/geo/cities/c").json()["data"]
    parts = own_web.get("/api/v1/geo/cities/c/neighborhoods").json()["data"]
    salon_data = own_web.get("/api/v1/salons/s").json()["data"]

    assert before["cityStats"] is None
    stats = after["cityStats"]
    assert (stats["salonCount"], stats["reviewCount"], stats["avgRating"]) == (3, 4, 4.5)
    assert after["seoMeta"]["title"] == "شهر"
    assert [part["slug"] for part in parts] == ["garden"] == [part["slug"] for part in after["neighborhoods"]]
    assert (salon_data["seoMeta"]["title"], salon_data["seoMetaId"]) == ("سالن", salon_data["seoMeta"]["id"])
    assert own_web.get("/api/v1/geo/cities/nowhere/neighborhoods").status_code == 404
