from urllib.parse import quote

from page_reader import Page
from web_client import BASE_URL, WebClient
from web_fixtures import Directory


def test_a_post_shows_its_text(blog_web: WebClient, blog: Directory) -> None:
    page = Page(blog_web.get(f"/blog/post/{quote('نوشته-29')}"))
    assert page.status == 200
    assert page.heading == "نوشته شماره 29"


def test_smoke(blog_web: WebClient, blog: Directory) -> None:
    for (path,) in blog.rows(
        "SELECT coalesce(display_path, path) FROM indexable_entities WHERE path LIKE '/blog%%' AND locale = 'fa'"
    ):
        a = blog_web.get(quote(path))
        assert a.status_code == 200, (path, a.text[:500])


def test_smoke_api(blog_web: WebClient, blog: Directory) -> None:
    for path in blog_web.openapi["paths"]:
        if "{" in path or "resolve" in path or path.endswith("/comments") and "blog" not in path:
            continue
        a = blog_web.get(path)
        print(path, a.status_code, a.text[:150])
        assert a.status_code in (200, 503), (path, a.text)
    post = blog.one("SELECT id FROM posts WHERE slug = %s", "نوشته-29")
    for sub in ("", "/similar", "/same-category", "/related", "/comments"):
        a = blog_web.get(f"/api/v1/blog/posts/{post}{sub}")
        print(sub, a.text[:1500])
        assert a.status_code == 200, (sub, a.text)
    a = blog_web.get(f"/api/v1/comments?entityType=post&entityId={post}&sort=top")
    print(a.text[:600])
    assert a.status_code == 200
