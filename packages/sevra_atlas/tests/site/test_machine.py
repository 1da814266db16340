import gzip
import re
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from factories import make_post, make_salon, make_seo_meta
from web_client import BASE_URL, WebClient, settings_for, web_client
from web_fixtures import Directory

_SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def _locations(xml: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(xml).iter(f"{_SPACE}loc")]


def _listed(web: WebClient) -> list[str]:
    files = _locations(web.get("/sitemap.xml").content)
    return [
        location
        for file in files
        for location in _locations(gzip.decompress(web.get(file.removeprefix(BASE_URL)).content))
    ]


def test_the_sitemap_lists_every_indexable_page_once_and_nothing_else(
    blog_web: WebClient, blog: Directory
) -> None:
    # Spelled out from the rules, not from the view that the sitemap reads.
    listable = (
        "SELECT p.display_path FROM url_paths p JOIN entities e USING (entity_type, entity_id)"
        " WHERE p.kind = 'current' AND e.state = 'public' AND (e.entity_type <> 'CITY'"
        " OR EXISTS (SELECT FROM salons s WHERE s.city_id = e.entity_id AND s.status = 'ACTIVE')"
        " OR EXISTS (SELECT FROM artists a WHERE a.city_id = e.entity_id AND a.status = 'ACTIVE'))"
    )
    named_in_english = (
        " AND (e.entity_type = 'PROVINCE' AND e.entity_id IN (SELECT id FROM provinces WHERE name_en <> '')"
        " OR e.entity_type = 'CITY' AND e.entity_id IN (SELECT id FROM cities WHERE name_en <> '')"
        " OR EXISTS (SELECT FROM seo_meta m WHERE (m.entity_type, m.entity_id) = (e.entity_type, e.entity_id)"
        " AND m.locale = 'en' AND concat(m.breadcrumb_label, m.h1, m.title) <> ''))"
    )
    statics = blog.rows("SELECT path FROM url_paths WHERE kind = 'static' AND path <> '/search'")
    in_english = [("",), ("/atlas",), *blog.rows(listable + named_in_english)]
    expected = {BASE_URL + quote(row[0]) for row in (*blog.rows(listable), *statics)}
    expected |= {f"{BASE_URL}/en{quote(row[0])}" for row in in_english}

    listed = _listed(blog_web)

    assert len(listed) == len(set(listed))
    assert set(listed) == expected
    sections = {location.removeprefix(BASE_URL).split("/")[2] for location in listed if "/blog/" in location}
    assert sections == {"post", "page", "category", "tag", "series"}


def test_every_listed_page_answers_and_is_its_own_canonical(blog_web: WebClient) -> None:
    for location in _listed(blog_web):
        answer = blog_web.get(location.removeprefix(BASE_URL))
        assert answer.status_code == 200, location
        assert f'<link rel="canonical" href="{location}">' in answer.text
        assert "noindex" not in answer.text


def test_a_page_is_dated_by_its_last_change_and_a_route_by_nothing(blog_web: WebClient) -> None:
    packed = blog_web.get("/sitemaps/posts-0.xml.gz").content
    dated = [
        element.text or "" for element in ET.fromstring(gzip.decompress(packed)).iter(f"{_SPACE}lastmod")
    ]

    assert len(dated) == len(_locations(gzip.decompress(packed)))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", date) for date in dated)
    assert max(map(datetime.fromisoformat, dated)) <= datetime.now(UTC)
    routes = gzip.decompress(blog_web.get("/sitemaps/static-0.xml.gz").content)
    assert b"lastmod" not in routes


def test_before_the_first_build_crawlers_are_asked_to_come_again(
    own_web: WebClient, own_directory: Directory
) -> None:
    for path in ("/sitemap.xml", "/sitemaps/salons-0.xml.gz"):
        answer = own_web.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert own_web.get("/sitemaps/no-such-thing").status_code == 404

    own_directory.publish()

    assert own_web.get("/sitemap.xml").status_code == 200
    assert own_web.get("/sitemaps/salons-0.xml.gz").status_code == 404


def test_a_page_that_an_editor_keeps_from_search_engines_is_not_listed(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        kept, moved, plain = (make_post(session, slug=slug) for slug in ("kept", "moved", "plain"))
        make_seo_meta(session, "BLOG_POST", kept.id, robots="NOINDEX_FOLLOW")
        elsewhere = {"canonical_mode": "CUSTOM", "canonical_url": "https://elsewhere.example/a"}
        make_seo_meta(session, "BLOG_POST", moved.id, **elsewhere)
        make_seo_meta(session, "BLOG_POST", plain.id, title="عنوان")
    own_directory.publish()

    listed = [location for location in _listed(own_web) if "/blog/post/" in location]

    assert listed == [f"{BASE_URL}/blog/post/plain"]


def test_a_shard_is_the_same_bytes_each_time(web: WebClient) -> None:
    first, second = web.get("/sitemaps/salons-0.xml.gz"), web.get("/sitemaps/salons-0.xml.gz")

    assert first.content == second.content
    assert web.get("/sitemaps/salons-0.xml.gz", if_none_match=first.headers["etag"]).status_code == 304
    assert first.headers["content-type"] == "application/gzip"


def test_a_deleted_or_noindexed_page_leaves_its_shard_within_one_tick(
    own_web: WebClient, own_directory: Directory
) -> None:
    with own_directory.session() as session:
        gone, shut, hidden, _ = (make_salon(session, slug=slug) for slug in ("gone", "shut", "hid", "kept"))
        ids = {"gone": gone.id, "shut": shut.id, "hidden": hidden.id}
    own_directory.publish()
    before = [location for location in _listed(own_web) if "/salon/" in location]

    with own_directory.session() as session:
        make_seo_meta(session, "SALON", ids["hidden"], robots="NOINDEX_FOLLOW")
    own_directory.change(
        f"DELETE FROM salons WHERE id = {ids['gone']}",
        f"UPDATE salons SET status = 'SUSPENDED' WHERE id = {ids['shut']}",
    )
    own_directory.publish()

    assert len(before) == 4
    assert [location for location in _listed(own_web) if "/salon/" in location] == [
        f"{BASE_URL}/atlas/salon/kept"
    ]


def test_robots_and_sitemap_are_served_while_the_database_is_stopped(own_directory: Directory) -> None:
    own_directory.publish()
    nowhere = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
    with web_client(settings_for(nowhere, own_directory.media_dir)) as client:
        robots, alive, ready = client.get("/robots.txt"), client.get("/healthz"), client.get("/readyz")
        page, listed = client.get("/atlas"), _listed(client)

    assert listed == [f"{BASE_URL}{path}" for path in ("/en", "/", "/en/atlas", "/atlas", "/blog")]
    assert robots.text.splitlines() == [
        "User-agent: *",
        "Disallow: /api/",
        "Disallow: /backoffice/",
        "",
        f"Sitemap: {BASE_URL}/sitemap.xml",
    ]
    assert (alive.status_code, alive.text) == (200, "OK\n")
    assert (ready.status_code, ready.text.splitlines()[0]) == (503, "database FAILED")
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "سایت هم‌اکنون در دسترس نیست" in page.text


def test_readiness_needs_every_column_that_the_code_reads(
    own_web: WebClient, own_directory: Directory
) -> None:
    before = own_web.get("/readyz")

    own_directory.change("ALTER TABLE opening_exceptions DROP COLUMN note", role="sevra_owner")

    after = own_web.get("/readyz")
    assert before.status_code == 200
    assert (after.status_code, "schema FAILED" in after.text) == (503, True)


def test_an_upload_is_kept_for_ever_and_cannot_run(web: WebClient, directory: Directory) -> None:
    key, mime = directory.rows("SELECT storage_key, mime FROM media WHERE NOT is_private LIMIT 1")[0]

    answer = web.get(f"/uploads/{key}")

    assert answer.status_code == 200
    assert answer.content == (directory.media_dir / key).read_bytes()
    assert answer.headers["content-type"] == mime
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_private_deleted_or_unknown_file_is_not_found(own_web: WebClient, own_directory: Directory) -> None:
    for name in ("open.webp", "private.webp", "deleted.webp", "stray.webp"):
        (own_directory.media_dir / name).write_bytes(b"RIFF")
    own_directory.change(
        "INSERT INTO media (storage_key, url, mime, is_private) VALUES"
        " ('open.webp', '/uploads/open.webp', 'image/webp', false),"
        " ('private.webp', NULL, 'image/webp', true),"
        " ('deleted.webp', '/uploads/deleted.webp', 'image/webp', false),"
        " ('lost.webp', '/uploads/lost.webp', 'image/webp', false)"
    )
    own_directory.change("DELETE FROM media WHERE storage_key = 'deleted.webp'")

    assert own_web.get("/uploads/open.webp").status_code == 200
    for name in ("private.webp", "deleted.webp", "stray.webp", "lost.webp"):
        assert own_web.get(f"/uploads/{name}").status_code == 404, name


@pytest.mark.parametrize(
    "key",
    ["../secret", "..%2Fsecret", "a/../../secret", "%2e%2e/secret", ".hidden", "a%00b", "a//b", "x" * 300],
)
def test_no_key_leads_out_of_the_folder(own_web: WebClient, own_directory: Directory, key: str) -> None:
    (own_directory.media_dir.parent / "secret").write_text("secret")

    answer = own_web.get(f"/uploads/{key}")

    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_style_font_and_icon_are_kept_for_ever_at_an_address_of_their_content(web: WebClient) -> None:
    page = web.get("/").text
    addresses = set(re.findall(r'(?:href)="(/assets/[^"]+)"', page))

    assert {address.rsplit("/", 1)[1] for address in addresses} == {"site.css", "icon.svg", "vazirmatn.woff2"}
    for address in addresses:
        answer = web.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert web.get("/favicon.ico").content[:4] == b"\x00\x00\x01\x00"
