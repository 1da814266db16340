import gzip
from urllib.parse import quote

from web_client import WebClient
from web_fixtures import Directory

from sevra_atlas.reads.post_lists import POST_ORDERS

_MARKS = ("zz-dead", "زز-مرده")


def _shows_a_mark(web: WebClient, surface: str) -> bool:
    answer = web.get(surface)
    packed = surface.endswith(".gz") and answer.status_code == 200
    body = gzip.decompress(answer.content).decode() if packed else answer.text
    return any(mark in text for mark in _MARKS for text in (body, *answer.headers.values()))


def _blog_surfaces(blog: Directory) -> list[str]:
    """Return the addresses of everything public that shows rows of the blog."""
    surfaces = ["/", "/blog", "/blog?page=2", "/api/v1/blog/misc/menus/header"]
    surfaces += [f"/sitemaps/{section}-0.xml.gz" for section in ("posts", "pages", "taxonomy")]
    surfaces += [f"/api/v1/blog/posts?pageSize=100&ordering={order}" for order in POST_ORDERS]
    surfaces += [f"/api/v1/blog/posts?q={quote('zz dead')}", "/api/v1/blog/posts?tag=dead-tag,راهنما"]
    surfaces += ["/api/v1/blog/authors?pageSize=100", "/api/v1/blog/comments?pageSize=100"]
    surfaces += [f"/api/v1/blog/misc/pages{query}" for query in ("", "?status=published")]
    for kind in ("categories", "tags", "series"):
        surfaces.append(f"/api/v1/blog/taxonomy/{kind}")
    paths = blog.rows(
        "SELECT entity_type::text, entity_id, coalesce(display_path, path), path FROM url_paths"
        " WHERE entity_type IN ('BLOG_POST', 'BLOG_PAGE', 'CATEGORY', 'TAG', 'SERIES')"
    )
    homes = {
        "BLOG_POST": "posts",
        "BLOG_PAGE": "misc/pages",
        "CATEGORY": "taxonomy/categories",
        "TAG": "taxonomy/tags",
        "SERIES": "taxonomy/series",
    }
    for kind, id_, path, _ in paths:
        surfaces += [quote(path), f"/api/v1/blog/{homes[kind]}/{id_}"]
        if kind == "BLOG_POST":
            parts = ("similar", "same-category?pageSize=100", "related", "comments?pageSize=100")
            surfaces += [f"/api/v1/blog/posts/{id_}/{part}" for part in parts]
            surfaces.append(f"/api/v1/comments?entityType=post&entityId={id_}&limit=50")
            surfaces.append(f"{quote(path)}?page=2")
    surfaces += [
        f"/api/v1/blog/authors/{id_}"
        for (id_,) in blog.rows("SELECT id FROM public.author_profiles", role="sevra_owner")
    ]
    return surfaces


def test_no_surface_of_the_blog_shows_what_is_deleted_or_not_published(
    blog_web: WebClient, blog: Directory
) -> None:
    for table in ("posts", "pages", "categories", "tags", "series", "author_profiles", "comments"):
        assert blog.one(f"SELECT count(*) FROM {table} WHERE deleted_at IS NOT NULL", role="sevra_owner"), (
            table
        )
    surfaces = _blog_surfaces(blog)

    assert len(surfaces) > 200
    leaking = [surface for surface in surfaces if _shows_a_mark(blog_web, surface)]

    assert leaking == []
