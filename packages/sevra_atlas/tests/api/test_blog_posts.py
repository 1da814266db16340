from urllib.parse import quote

import httpx
import pytest
from blog_rows import FIRST_DAY
from factories import make_media, make_post, make_seo_meta
from web_client import BASE_URL, WebClient
from web_fixtures import Directory

_POSTS = "/api/v1/blog/posts"
_PUBLIC = "status = 'published' AND visibility = 'public'"
_COLUMNS = {
    "published_at": "published_at",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "views_count": "views_count",
    "comments_count": "comments_count",
    "reading_time": "reading_time_sec",
}


def _data(answer: httpx.Response) -> list[dict]:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def _walk(web: WebClient, path: str) -> list[str]:
    """Return the ids of a list, page by page to its end."""
    ids, cursor = [], ""
    while True:
        body = web.get(f"{path}{cursor}").json()
        ids += [item["id"] for item in body["data"]]
        if body["meta"]["pagination"]["nextCursor"] is None:
            return ids
        cursor = f"&cursor={body['meta']['pagination']['nextCursor']}"


def _ids(blog: Directory, order: str, condition: str = "true") -> list[str]:
    rows = blog.rows(f"SELECT id FROM posts WHERE {_PUBLIC} AND {condition} ORDER BY {order}")
    return [str(row[0]) for row in rows]


@pytest.mark.parametrize("field", list(_COLUMNS))
@pytest.mark.parametrize("sign", ["", "-"])
def test_walking_by_cursor_visits_every_listed_post_once_in_order(
    blog_web: WebClient, blog: Directory, field: str, sign: str
) -> None:
    direction = "DESC" if sign else "ASC"
    last = "id ASC" if (sign, field) == ("", "published_at") else "id DESC"

    walked = _walk(blog_web, f"{_POSTS}?ordering={sign}{field}&pageSize=7")

    assert walked == _ids(blog, f"{_COLUMNS[field]} {direction}, {last}")


def test_titles_are_ordered_by_the_persian_alphabet(own_web: WebClient, own_directory: Directory) -> None:
    titles = ["Zebra", "آرایش", "پوست", "ژل ناخن", "شامپو", "گیسو", "یادداشت", "1 راه"]
    with own_directory.session() as session:
        for number, title in enumerate(titles):
            make_post(session, title=title, slug=f"x-{number}")
    expected = ["1 راه", "Zebra", "آرایش", "پوست", "ژل ناخن", "شامپو", "گیسو", "یادداشت"]

    path = f"{_POSTS}?ordering=title&pageSize=3"
    by_id = {item["id"]: item["title"] for item in _data(own_web.get(f"{_POSTS}?pageSize=100"))}

    assert [by_id[id_] for id_ in _walk(own_web, path)] == expected
    assert [by_id[id_] for id_ in _walk(own_web, f"{_POSTS}?ordering=-title&pageSize=3")] == expected[::-1]


def test_numbered_pages_and_cursors_give_the_same_rows(blog_web: WebClient) -> None:
    first = blog_web.get(f"{_POSTS}?pageSize=5").json()
    cursor = first["meta"]["pagination"]["nextCursor"]

    by_number = blog_web.get(f"{_POSTS}?pageSize=5&page=2").json()
    by_cursor = blog_web.get(f"{_POSTS}?pageSize=5&cursor={cursor}").json()

    assert by_number["data"] == by_cursor["data"]
    assert (by_number["meta"]["pagination"]["page"], by_cursor["meta"]["pagination"]["page"]) == (2, None)
    assert len(_data(blog_web.get(_POSTS))) == 10


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("category=رنگ-مو", "category_id = (SELECT id FROM categories WHERE slug = 'رنگ-مو')"),
        ("category=رنگ-مو,مراقبت-مو", "category_id IS NOT NULL AND slug <> 'orphan'"),
        (
            "tag=پوست",
            "id IN (SELECT post_id FROM post_tags JOIN tags t ON t.id = tag_id WHERE t.slug = 'پوست')",
        ),
        ("tag=پوست,راهنما", "id IN (SELECT post_id FROM post_tags JOIN tags t ON t.id = tag_id)"),
        ("series=notes", "series_id = (SELECT id FROM series WHERE slug = 'notes')"),
        ("is_hot=true", "is_hot"),
        ("is_hot=false", "NOT is_hot"),
        ("q=شماره", "strpos(title, 'شماره') > 0"),
        ("q=HOW choose", "starts_with(title, 'How')"),
        ("published_after=2026-04-01T00:00:00Z", "published_at >= '2026-04-01T00:00:00Z'"),
        ("published_before=2026-04-01T03:30:00%2B03:30", "published_at <= '2026-04-01T00:00:00Z'"),
        ("category=رنگ-مو&tag=پوست&is_hot=true", "slug IN ('نوشته-10', 'نوشته-20')"),
        ("status=published&visibility=public", "true"),
    ],
)
def test_a_filter_leaves_what_sql_counts(
    blog_web: WebClient, blog: Directory, query: str, condition: str
) -> None:
    expected = _ids(blog, "published_at DESC, id DESC", condition)
    assert expected

    body = blog_web.get(f"{_POSTS}?{quote(query, safe='=&%')}&pageSize=100").json()

    assert [item["id"] for item in body["data"]] == expected
    assert body["meta"]["pagination"]["total"] == len(expected)


def test_an_author_narrows_a_list_by_user_id_and_by_user_name(blog_web: WebClient, blog: Directory) -> None:
    id_, name = blog.rows(
        "SELECT a.id, username FROM author_profiles a JOIN users u ON u.id = a.id"
        " WHERE display_name = 'نگار راد'"
    )[0]
    expected = _ids(blog, "published_at DESC, id DESC", f"author_id = {id_}")

    for value in (id_, name, name.upper()):
        assert _walk(blog_web, f"{_POSTS}?author={value}&pageSize=6") == expected
    assert _data(blog_web.get(f"{_POSTS}?author=nobody")) == []


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("status=draft", 403, "FORBIDDEN"),
        ("status=archived", 403, "FORBIDDEN"),
        ("visibility=private", 403, "FORBIDDEN"),
        ("visibility=unlisted", 403, "FORBIDDEN"),
        ("status=open", 400, "VALIDATION_ERROR"),
        ("ordering=author", 400, "VALIDATION_ERROR"),
        ("is_hot=yes", 400, "VALIDATION_ERROR"),
        ("published_after=yesterday", 400, "VALIDATION_ERROR"),
        ("published_after=2026-13-01T00:00:00Z", 400, "VALIDATION_ERROR"),
        ("published_before=2026-01-01", 400, "VALIDATION_ERROR"),
        ("pageSize=101", 400, "VALIDATION_ERROR"),
        ("page=101&pageSize=100", 400, "PAGE_TOO_DEEP"),
        ("sort=new", 400, "UNKNOWN_PARAMETER"),
        ("cursor=abc", 400, "INVALID_CURSOR"),
        ("category=0", 400, "INVALID_ID"),
        ("author=99999999999999999999", 400, "INVALID_ID"),
    ],
)
def test_a_wrong_or_forbidden_parameter_is_refused(
    blog_web: WebClient, query: str, status: int, code: str
) -> None:
    answer = blog_web.get(f"{_POSTS}?{query}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    "query", ["category=none", "tag=dead-tag", "series=dead-series", "q=%25_", "author=%00"]
)
def test_what_names_nothing_finds_nothing(blog_web: WebClient, query: str) -> None:
    assert _data(blog_web.get(f"{_POSTS}?{query}")) == []


def test_a_cursor_is_refused_under_another_order_or_filter(blog_web: WebClient) -> None:
    cursor = blog_web.get(f"{_POSTS}?pageSize=1").json()["meta"]["pagination"]["nextCursor"]

    for query in ("ordering=title&", "is_hot=false&"):
        answer = blog_web.get(f"{_POSTS}?{query}cursor={cursor}")
        assert answer.json()["error"]["code"] == "INVALID_CURSOR"


def test_a_post_is_what_the_database_holds(own_web: WebClient, own_directory: Directory) -> None:
    with own_directory.session() as session:
        shared, cover = (
            make_media(session, storage_key=f"{name}.webp", kind=name) for name in ("OG_IMAGE", "COVER")
        )
        post = make_post(session, slug="x", content="<p>متن</p>", cover_media_id=cover.id)
        make_seo_meta(
            session,
            "BLOG_POST",
            post.id,
            title="عنوان",
            og_image_media_id=shared.id,
            canonical_mode="CUSTOM",
            canonical_url="https://first.example/x",
        )
        id_ = post.id

    answer = own_web.get(f"{_POSTS}/{id_}")

    data = answer.json()["data"]
    assert (data["content"], data["scheduledAt"], data["reactions"]) == ("<p>متن</p>", None, {})
    assert data["canonicalUrl"] == data["seoMeta"]["canonicalUrl"] == "https://first.example/x"
    assert (data["seoMeta"]["title"], data["seoMeta"]["entityId"]) == ("عنوان", str(id_))
    assert data["ogImage"]["url"] == f"{BASE_URL}/uploads/OG_IMAGE.webp"
    assert data["coverMedia"]["url"] == f"{BASE_URL}/uploads/COVER.webp"
    assert answer.headers["last-modified"]
    again = own_web.get(f"{_POSTS}/{id_}", if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_a_post_has_one_answer_by_id_by_slug_and_at_the_address_of_slugs(
    blog_web: WebClient, blog: Directory
) -> None:
    for id_, slug in blog.rows(f"SELECT id, slug FROM posts WHERE {_PUBLIC} ORDER BY id LIMIT 5"):
        answers = [
            blog_web.get(f"{_POSTS}/{part}").json()["data"]
            for part in (id_, quote(slug), f"slug/{quote(slug)}")
        ]
        assert answers[0] == answers[1] == answers[2]
    assert blog_web.get(f"{_POSTS}/slug/1").json()["error"]["code"] == "NOT_FOUND"
    assert blog_web.get(f"{_POSTS}/0").json()["error"]["code"] == "INVALID_ID"


def test_a_retired_slug_leads_in_one_hop_to_the_same_operation(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        make_post(session, slug="old")
    own_directory.change("UPDATE posts SET slug = 'نو'")

    for template in ("{}", "slug/{}", "{}/similar", "{}/same-category", "{}/related", "{}/comments"):
        answer = own_web.get(f"{_POSTS}/{template.format('old')}")
        assert answer.status_code == 301
        assert answer.headers["location"] == f"{_POSTS}/{template.format(quote('نو'))}"
        assert own_web.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    ("slug", "status"),
    [
        ("hidden-draft", 404),
        ("hidden-review", 404),
        ("hidden-scheduled", 404),
        ("hidden-private", 404),
        ("unlisted", 200),
        ("retired", 410),
        ("dead-post", 410),
        ("never", 404),
    ],
)
def test_a_post_is_answered_as_its_state_says(
    blog_web: WebClient, blog: Directory, slug: str, status: int
) -> None:
    found = blog.rows("SELECT id FROM public.posts WHERE slug = %s", slug, role="sevra_owner")
    for name in (slug, *(str(id_) for (id_,) in found)):
        for part in ("", "/similar", "/same-category", "/related", "/comments"):
            assert blog_web.get(f"{_POSTS}/{name}{part}").status_code == status, (name, part)


def test_posts_beside_one_are_the_newest_of_its_category_and_those_that_share_most_tags(
    blog_web: WebClient, blog: Directory
) -> None:
    id_, category = blog.rows("SELECT id, category_id FROM posts WHERE slug = 'نوشته-25'")[0]
    others = _ids(blog, "published_at DESC, id DESC", f"category_id = {category} AND id <> {id_}")
    rare = "id IN (SELECT post_id FROM post_tags JOIN tags t ON t.id = tag_id WHERE t.slug = 'پوست')"

    similar = _data(blog_web.get(f"{_POSTS}/{id_}/similar"))
    same = blog_web.get(f"{_POSTS}/{id_}/same-category?pageSize=8&page=2").json()
    related = _data(blog_web.get(f"{_POSTS}/{id_}/related"))

    assert [item["id"] for item in similar] == others[:5]
    assert [item["id"] for item in same["data"]] == others[8:16]
    assert same["meta"]["pagination"]["total"] == len(others)
    assert [item["id"] for item in related] == _ids(blog, "published_at DESC", f"{rare} AND id <> {id_}")[:5]
    assert _data(blog_web.get(f"{_POSTS}/unlisted/related")) == []
    assert _data(blog_web.get(f"{_POSTS}/orphan/similar")) == []


def test_a_card_names_only_what_may_be_seen(blog_web: WebClient) -> None:
    orphan = blog_web.get(f"{_POSTS}/orphan").json()["data"]
    dated = blog_web.get(f"{_POSTS}/{quote('نوشته-0')}").json()["data"]

    assert (orphan["author"], orphan["category"], orphan["series"], orphan["tags"]) == (None, None, None, [])
    assert dated["publishedAt"] == FIRST_DAY.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert [tag["slug"] for tag in dated["tags"]] == ["پوست", "راهنما"]
