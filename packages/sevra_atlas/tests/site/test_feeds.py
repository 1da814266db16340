"""The feeds of the blog: three forms of one list, whose ids outlive every rename."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from factories import make_category, make_page, make_post, make_seo_meta
from page_reader import Page
from web_client import BASE_URL, WebClient
from web_fixtures import Directory

from sevra_atlas.reads.feeds import FeedEntry
from sevra_atlas.site.feeds import FORMS, Feed, atom, json_feed, rss
from sevra_atlas.site.site import Site

_ATOM = "{http://www.w3.org/2005/Atom}"


def _entries(web: WebClient, path: str = "/feed.atom") -> list[dict[str, str]]:
    """Return what an Atom feed says of each post."""
    answer = web.get(path)
    assert answer.status_code == 200, path
    return [
        {child.tag.removeprefix(_ATOM): child.text or child.get("href") or "" for child in entry}
        for entry in ET.fromstring(answer.content).iter(f"{_ATOM}entry")
    ]


def _posts(directory: Directory, **columns: Any) -> list[int]:
    with directory.session() as session:
        category = make_category(session, slug="care", name="مراقبت & پوست")
        # One transaction has one time of publication: newer ids are newer posts.
        return [
            make_post(
                session, slug=f"p{number}", title=f"نوشته <{number}>", category_id=category.id, **columns
            ).id
            for number in range(3)
        ]


def test_the_three_forms_say_the_same(blog_web: WebClient) -> None:
    from_atom = [(entry["id"], entry["link"], entry["title"]) for entry in _entries(blog_web)]
    items = json.loads(blog_web.get("/feed.json").content)["items"]
    from_json = [(item["id"], item["url"], item["title"]) for item in items]
    from_rss = [
        tuple(item.findtext(name) for name in ("guid", "link", "title"))
        for item in ET.fromstring(blog_web.get("/feed.xml").content).iter("item")
    ]

    assert from_atom == from_json == from_rss
    assert from_atom
    assert all(id_.startswith("tag:sevra.test,2024:post/") for id_, _, _ in from_atom)


def test_a_feed_holds_the_fifty_newest_public_posts(blog_web: WebClient, blog: Directory) -> None:
    newest = blog.rows(
        "SELECT p.id, u.display_path FROM posts p JOIN url_paths u"
        " ON u.entity_type = 'BLOG_POST' AND u.entity_id = p.id AND u.kind = 'current'"
        " WHERE p.status = 'published' AND p.visibility = 'public'"
        " ORDER BY p.published_at DESC, p.id DESC LIMIT 50"
    )

    entries = _entries(blog_web)

    assert [entry["id"] for entry in entries] == [f"tag:sevra.test,2024:post/{id_}" for id_, _ in newest]
    assert [entry["link"] for entry in entries] == [BASE_URL + quote(path) for _, path in newest]
    assert all(entry["published"] <= entry["updated"] for entry in entries)


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_that_the_reader_holds_is_not_sent_again(blog_web: WebClient, form: str) -> None:
    first = blog_web.get(f"/feed.{form}")
    again = blog_web.get(f"/feed.{form}", if_none_match=first.headers["etag"])

    assert first.headers["content-type"].startswith(FORMS[form][0])
    assert first.headers["last-modified"].endswith("GMT")
    assert (again.status_code, again.content) == (304, b"")
    assert blog_web.request("POST", f"/feed.{form}").status_code == 405


def test_renaming_a_post_does_not_change_its_feed_id(own_web: WebClient, own_directory: Directory) -> None:
    _posts(own_directory)
    before = {entry["id"] for entry in _entries(own_web)}

    own_directory.change("UPDATE posts SET slug = 'renamed' WHERE slug = 'p1'")

    after = _entries(own_web)
    assert {entry["id"] for entry in after} == before
    assert f"{BASE_URL}/blog/post/renamed" in {entry["link"] for entry in after}


def test_a_deleted_hidden_or_noindexed_post_leaves_the_feed(
    own_web: WebClient, own_directory: Directory
) -> None:
    first, second, third = _posts(own_directory)
    tag = own_web.get("/feed.xml").headers["etag"]
    with own_directory.session() as session:
        kept = make_post(session, slug="kept")
        kept_id = kept.id
        make_seo_meta(session, "BLOG_POST", third, robots="NOINDEX_FOLLOW")
    own_directory.change(
        f"DELETE FROM posts WHERE id = {first}",
        f"UPDATE posts SET visibility = 'unlisted' WHERE id = {second}",
    )

    assert [entry["id"] for entry in _entries(own_web)] == [f"tag:sevra.test,2024:post/{kept_id}"]
    assert own_web.get("/feed.xml", if_none_match=tag).status_code == 200


def test_each_category_has_feeds_of_its_posts(own_web: WebClient, own_directory: Directory) -> None:
    ids = _posts(own_directory)
    with own_directory.session() as session:
        make_post(session, slug="elsewhere")
        make_category(session, slug="empty")

    path = "/blog/category/care"
    assert [entry["id"] for entry in _entries(own_web, f"{path}/feed.atom")] == [
        f"tag:sevra.test,2024:post/{id_}" for id_ in reversed(ids)
    ]
    assert len(json.loads(own_web.get(f"{path}/feed.json").content)["items"]) == 3
    assert ET.fromstring(own_web.get(f"{path}/feed.xml").content).findtext("channel/link") == BASE_URL + path
    assert _entries(own_web, "/blog/category/empty/feed.atom") == []
    assert ET.fromstring(own_web.get("/blog/category/empty/feed.atom").content).findtext(f"{_ATOM}updated")


def test_the_feed_of_a_category_follows_it(own_web: WebClient, own_directory: Directory) -> None:
    _posts(own_directory)
    own_directory.change("UPDATE categories SET slug = 'skin-care'")
    with own_directory.session() as session:
        make_page(session, slug="care")

    old = own_web.get("/blog/category/care/feed.json")
    spelled = own_web.get("/blog/category/Skin-Care/feed.xml")

    assert (old.status_code, old.headers["location"]) == (301, "/blog/category/skin-care/feed.json")
    assert (spelled.status_code, spelled.headers["location"]) == (301, "/blog/category/skin-care/feed.xml")
    assert own_web.get("/blog/category/none/feed.xml").status_code == 404
    assert own_web.get("/blog/category/skin-care/feed.txt").status_code == 404
    own_directory.change("UPDATE posts SET category_id = NULL", "DELETE FROM categories")
    assert own_web.get("/blog/category/skin-care/feed.xml").status_code == 410


def test_pages_of_the_blog_name_their_feed(own_web: WebClient, own_directory: Directory) -> None:
    _posts(own_directory)

    for path, feed in {
        "/blog": "/feed.xml",
        "/blog/post/p1": "/feed.xml",
        "/blog/category/care": "/blog/category/care/feed.xml",
    }.items():
        assert f'type="application/rss+xml" title="مجله اطلس سورا" href="{feed}"' in own_web.get(path).text
    assert "rss+xml" not in own_web.get("/atlas").text


def test_a_change_of_what_an_entry_says_is_its_update(own_web: WebClient, own_directory: Directory) -> None:
    _posts(own_directory)
    own_directory.publish()
    own_directory.change("UPDATE posts SET excerpt = 'تازه' WHERE slug = 'p1'")
    own_directory.publish(datetime.now(UTC) + timedelta(hours=1))

    moved = {entry["title"]: entry["updated"] > entry["published"] for entry in _entries(own_web)}

    assert moved == {"نوشته <0>": False, "نوشته <1>": True, "نوشته <2>": False}
    posts = [Page(own_web.get(f"/blog/post/p{number}")).node("post") for number in (0, 1)]
    assert [post["dateModified"] > post["datePublished"] for post in posts] == [False, True]


def test_no_text_breaks_a_feed() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    entry = FeedEntry(
        id=7,
        path="/blog/post/الف",
        title="\x0b]]> & <b> \"'\ufffe",
        summary="</summary>\x00",
        published_at=now,
        updated_at=now + timedelta(days=1),
        author_name="<>",
        category_name='"&',
    )
    feed = Feed(site=Site("http://sevra.test:8000"), title="&", page_path="/blog", entries=[entry])

    tree = ET.fromstring(atom(feed, "/feed.atom"))
    assert tree.findtext(f"{_ATOM}entry/{_ATOM}title") == "]]> & <b> \"'"
    assert tree.findtext(f"{_ATOM}entry/{_ATOM}id") == "tag:sevra.test,2024:post/7"
    assert tree.find(f"{_ATOM}entry/{_ATOM}category").get("term") == '"&'
    assert ET.fromstring(rss(feed, "/feed.xml")).findtext("channel/item/description") == "</summary>"
    assert json.loads(json_feed(feed, "/feed.json"))["items"][0]["title"] == entry.title
