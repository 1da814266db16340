from urllib.parse import quote

import pytest
from factories import make_comment, make_media, make_post
from page_reader import Page
from web_client import BASE_URL, WebClient
from web_fixtures import Directory

from sevra_atlas.site import persian

_A_PAGE = 12
_NEWEST = f"/blog/post/{quote('نوشته-29')}"


def _cards(page: Page) -> list[str]:
    """Return the addresses that the cards of posts lead to, in their order."""
    faces = page.attributes("a", **{"class": "face", "tabindex": "-1"})
    return [face["href"] or "" for face in faces if (face["href"] or "").startswith("/blog/post/")]


def _expected(blog: Directory, condition: str, order: str = "published_at DESC, id DESC") -> list[str]:
    rows = blog.rows(
        "SELECT slug FROM posts p WHERE status = 'published' AND visibility = 'public'"
        f" AND {condition} ORDER BY {order}"
    )
    return [f"/blog/post/{quote(slug)}" for (slug,) in rows]


@pytest.mark.parametrize(
    ("path", "condition"),
    [
        ("/blog", "true"),
        ("/blog/category/رنگ-مو", "category_id = (SELECT id FROM categories WHERE slug = 'رنگ-مو')"),
        (
            "/blog/tag/راهنما",
            "id IN (SELECT post_id FROM post_tags t JOIN tags g ON g.id = t.tag_id WHERE g.slug = 'راهنما')",
        ),
    ],
)
def test_walking_a_list_shows_every_listed_post_once_newest_first(
    blog_web: WebClient, blog: Directory, path: str, condition: str
) -> None:
    expected = _expected(blog, condition)
    last = -(-len(expected) // _A_PAGE)
    assert last >= 2

    seen = []
    for number in range(1, last + 1):
        address = quote(path) if number == 1 else f"{quote(path)}?page={number}"
        page = Page(blog_web.get(address))
        assert (page.status, page.canonical) == (200, BASE_URL + address)
        shown = _cards(page)
        items = page.node("list")["itemListElement"]
        assert [item["url"] for item in items] == [BASE_URL + card for card in shown]
        assert items[0]["position"] == len(seen) + 1
        seen += shown

    assert seen == expected
    assert blog_web.get(f"{quote(path)}?page={last + 1}").status_code == 404


@pytest.mark.parametrize(
    ("slug", "order"),
    [("از-ریشه-تا-نوک", "series_position, published_at, id"), ("notes", "published_at, id")],
)
def test_a_series_shows_its_posts_in_its_own_order(
    blog_web: WebClient, blog: Directory, slug: str, order: str
) -> None:
    expected = _expected(blog, f"series_id = (SELECT id FROM series WHERE slug = '{slug}')", order)

    page = Page(blog_web.get(f"/blog/series/{quote(slug)}"))

    assert _cards(page) == expected
    assert page.node("series")["@type"] == "CreativeWorkSeries"
    for place, path in enumerate(expected):
        post = Page(blog_web.get(path))
        neighbours = {link["rel"]: link["href"] for link in post.attributes("a") if link.get("rel")}
        assert neighbours.get("prev") == (expected[place - 1] if place else None)
        assert neighbours.get("next") == (expected[place + 1] if place + 1 < len(expected) else None)
        assert page.canonical in [part.get("url") for part in post.node("post")["isPartOf"]]


def test_a_post_says_the_same_to_readers_and_to_machines(blog_web: WebClient, blog: Directory) -> None:
    title, published, name = blog.rows(
        "SELECT title, published_at, display_name FROM posts p JOIN author_profiles a ON a.id = p.author_id"
        " WHERE p.slug = 'نوشته-29'"
    )[0]

    page = Page(blog_web.get(_NEWEST))

    node = page.node("post")
    assert page.heading == node["headline"] == title
    assert page.texts("title") == [f"{title} | اطلس سورا"]
    assert node["author"]["name"] == name
    assert name in page.texts("b")
    assert node["datePublished"][:10] == persian.tehran_day(published).isoformat()
    assert persian.day(published) in page.texts("time")
    assert node["articleSection"] in page.texts("a", "badge")
    assert node["keywords"] == [text for text in page.texts("a") if text == "راهنما"]
    crumbs = [crumb["name"] for crumb in page.node("breadcrumbs")["itemListElement"]]
    assert crumbs == ["خانه", "مجله", "رنگ مو", title]
    assert "بخش نخست" in page.texts("h2")
    assert page.attributes("a", href="/atlas")
    assert page.attributes("meta", property="og:type", content="article")


def test_comments_stand_below_a_post_with_their_replies_page_by_page(blog_web: WebClient) -> None:
    first, second = Page(blog_web.get(_NEWEST)), Page(blog_web.get(f"{_NEWEST}?page=2"))

    said = [page.texts("p", "said") for page in (first, second)]
    numbers = [int(text.split()[1]) for text in said[0] + said[1] if text.startswith("دیدگاه")]
    assert numbers == list(range(24, -1, -1))
    for texts in said:
        for place, text in enumerate(texts):
            if text.startswith("پاسخ"):
                assert texts[place - 1] == text.replace("پاسخ", "دیدگاه")
    assert sum(text.startswith("پاسخ") for text in said[0] + said[1]) == 5
    assert "تحریریه" in first.texts("span", "badge")
    assert blog_web.get(f"{_NEWEST}?page=3").status_code == 404
    # The text stands on the first page alone.
    assert "بخش نخست" not in second.texts("h2")
    assert second.attributes("h1")
    assert second.canonical == f"{BASE_URL}{_NEWEST}?page=2"


def test_an_english_post_is_marked_as_english_where_it_is_english(blog_web: WebClient) -> None:
    page = Page(blog_web.get("/blog/post/how-to-choose-a-colourist"))

    for tag, css_class in (("h1", None), ("p", "lead"), ("div", "prose")):
        marks = [
            (attributes.get("lang"), attributes.get("dir"))
            for attributes in page.attributes(tag)
            if css_class is None or css_class in (attributes.get("class") or "")
        ]
        assert marks == [("en", "ltr")]
    assert page.attributes("html", lang="fa", dir="rtl")
    assert page.node("post")["inLanguage"] == "en"
    persian_post = Page(blog_web.get(_NEWEST))
    assert persian_post.attributes("h1")[0].keys().isdisjoint({"lang", "dir"})


def test_posts_with_the_same_tags_are_offered_to_read_next(blog_web: WebClient, blog: Directory) -> None:
    rare = _expected(
        blog,
        "id IN (SELECT post_id FROM post_tags t JOIN tags g ON g.id = t.tag_id WHERE g.slug = 'پوست')"
        " AND slug <> 'نوشته-25'",
    )

    page = Page(blog_web.get(f"/blog/post/{quote('نوشته-25')}"))

    # These share two tags with it, all others one.
    assert _cards(page) == rare[:3]


def test_text_of_the_database_is_never_markup_but_for_the_sanitised_content(
    own_web: WebClient, own_directory: Directory
) -> None:
    bad = "<script>alert(1)</script>&amp;\"'"
    with own_directory.session() as session:
        post = make_post(session, title=bad, slug="x", excerpt=bad, content="<p><em>متن</em></p>")
        make_comment(session, post_id=post.id, content=bad)

    answer = own_web.get("/blog/post/x")

    page = Page(answer)
    assert "<script>alert" not in answer.text
    assert page.heading == bad
    assert page.texts("p", "said") == [bad]
    assert page.texts("em") == ["متن"]
    assert page.node("post")["headline"] == bad


def test_a_cover_is_shown_and_shared_and_a_private_one_is_not(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        cover = make_media(session, storage_key="cover.webp", kind="COVER", width=800, height=450)
        make_post(session, slug="x", cover_media_id=cover.id)
        make_post(session, slug="bare")

    page, bare = Page(own_web.get("/blog/post/x")), Page(own_web.get("/blog/post/bare"))

    assert page.attributes("img", src="/uploads/cover.webp", width="800", height="450")
    assert page.node("post")["image"] == [f"{BASE_URL}/uploads/cover.webp"]
    assert page.attributes("meta", property="og:image", content=f"{BASE_URL}/uploads/cover.webp")
    assert "image" not in bare.node("post")


def test_home_and_header_lead_to_the_blog(blog_web: WebClient, blog: Directory) -> None:
    page = Page(blog_web.get("/"))

    assert _cards(page) == _expected(blog, "true")[:3]
    assert page.attributes("a", href="/blog")
    assert Page(blog_web.get("/atlas")).attributes("a", href="/blog")


def test_every_link_of_the_blog_leads_to_a_page(blog_web: WebClient) -> None:
    for start in (
        "/blog",
        _NEWEST,
        f"/blog/category/{quote('مراقبت-مو')}",
        f"/blog/series/{quote('از-ریشه-تا-نوک')}",
        f"/blog/page/{quote('درباره-ما')}",
    ):
        page = Page(blog_web.get(start))
        assert page.status == 200
        for address in {a["href"] for a in page.attributes("a") if (a["href"] or "").startswith("/")}:
            assert blog_web.get(address.split("#")[0]).status_code == 200, address


def test_a_category_leads_up_and_down(blog_web: WebClient) -> None:
    outer = Page(blog_web.get(f"/blog/category/{quote('مراقبت-مو')}"))
    inner = Page(blog_web.get(f"/blog/category/{quote('رنگ-مو')}"))

    assert outer.attributes("a", href=f"/blog/category/{quote('رنگ-مو')}")
    crumbs = [crumb["name"] for crumb in inner.node("breadcrumbs")["itemListElement"]]
    assert crumbs == ["خانه", "مجله", "مراقبت از مو", "رنگ مو"]
    assert outer.texts("p", "intro") == ["هرچه مو را سالم نگه می‌دارد."]


def test_an_empty_blog_says_so(own_web: WebClient) -> None:
    page = Page(own_web.get("/blog"))

    assert (page.status, page.texts("p", "empty")) == (200, ["هنوز نوشته‌ای منتشر نشده است."])
