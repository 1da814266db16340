from urllib.parse import quote

import pytest
from page_reader import Page
from web_client import BASE_URL, WebClient
from web_fixtures import Directory

_SALONS = "INSERT INTO salons (name, slug) VALUES ('سالن رویا', 'رویا')"


def test_a_salon_answers_only_at_its_canonical_path(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change(_SALONS)
    canonical = f"/atlas/salon/{quote('رویا')}"

    assert own_web.get(canonical).status_code == 200
    for variant in (
        canonical + "/",
        canonical.replace("%D8", "%d8"),
        "/" + canonical,
        canonical.replace("atlas", "ATLAS"),
        f"/atlas/salon/{quote('رويا')}",
        f"/atlas//salon/{quote('رویا')}",
        f"/atlas/salon/{quote('ـرویا')}",
    ):
        answer = own_web.get(variant)
        assert (answer.status_code, answer.headers["location"]) == (301, canonical), variant


def test_an_old_slug_redirects_once_to_the_newest(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change(_SALONS, "UPDATE salons SET slug = 'b'", "UPDATE salons SET slug = 'c'")

    for old in (quote("رویا"), "b"):
        answer = own_web.get(f"/atlas/salon/{old}?page=2")
        assert (answer.status_code, answer.headers["location"]) == (301, "/atlas/salon/c?page=2")
        assert answer.headers["cache-control"] == "public, max-age=3600"


def test_renaming_back_turns_the_redirect_around(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change(
        "INSERT INTO salons (name, slug) VALUES ('a', 'a')",
        "UPDATE salons SET slug = 'b'",
        "UPDATE salons SET slug = 'a'",
    )

    assert own_web.get("/atlas/salon/a").status_code == 200
    assert own_web.get("/atlas/salon/b").headers["location"] == "/atlas/salon/a"


def test_a_deleted_salon_is_gone_with_a_way_on(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change(
        _SALONS,
        "UPDATE salons SET slug = 'b'",
        "INSERT INTO provinces (name_fa, slug) VALUES ('فارس', 'fars')",
    )
    own_directory.change("DELETE FROM salons")

    for path in ("/atlas/salon/b", f"/atlas/salon/{quote('رویا')}"):
        page = Page(own_web.get(path))
        assert (page.status, page.heading) == (410, "این صفحه دیگر وجود ندارد")
        assert page.headers["cache-control"] == "public, max-age=600"
        assert page.attributes("a", href="/atlas/province/fars")
        assert page.attributes("meta", name="robots", content="noindex, follow")
        assert page.canonical is None


@pytest.mark.parametrize(
    "path",
    [
        "/atlas/salon/never-was",
        "/nothing/here",
        "/atlas/salon/%FF%FE",
        "/atlas/salon/%2525",
        "/atlas/salon/a%00b",
        "/atlas/salon/..%2F..%2Fetc",
        "/" + "a" * 10_000,
        "/atlas/salon/💇",
        "/backoffice",
        "/assets/0000/site.css",
        "/sitemaps/salons-99.xml.gz",
        "/sitemaps/nothing-0.xml.gz",
        "/sitemaps/a/b",
    ],
)
def test_what_never_was_is_not_found(web: WebClient, path: str) -> None:
    page = Page(web.get(path))

    assert (page.status, page.heading) == (404, "این صفحه پیدا نشد")
    assert page.headers["content-language"] == "fa"


def test_a_suspended_salon_is_not_found(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change(_SALONS, "UPDATE salons SET slug = 'b'", "UPDATE salons SET status = 'SUSPENDED'")

    for path in ("/atlas/salon/b", f"/atlas/salon/{quote('رویا')}"):
        answer = own_web.get(path)
        assert answer.status_code == 404
        assert "location" not in answer.headers


def test_a_city_without_a_landing_page_is_not_found(web: WebClient, directory: Directory) -> None:
    slug = directory.one("SELECT slug FROM cities WHERE NOT is_landing_enabled LIMIT 1")

    assert web.get(f"/atlas/city/{quote(slug)}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_another_method_is_refused_on_a_page_and_keeps_itself_on_a_redirect(
    own_web: WebClient, own_directory: Directory, method: str
) -> None:
    own_directory.change("INSERT INTO salons (name, slug) VALUES ('a', 'a')", "UPDATE salons SET slug = 'b'")

    for path in ("/", "/atlas", "/atlas/salon/b"):
        answer = own_web.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert own_web.request(method, "/atlas/salon/a").status_code == 308
    assert own_web.request(method, "/atlas/salon/none-such").status_code == 404


def test_head_answers_like_get(web: WebClient) -> None:
    for path in ("/", "/atlas", "/atlas/", "/nothing", "/robots.txt", "/sitemap.xml"):
        get, head = web.get(path), web.request("HEAD", path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers.get("etag") == get.headers.get("etag")
        assert head.headers.get("location") == get.headers.get("location")


def test_a_page_that_the_reader_holds_is_not_sent_again(web: WebClient) -> None:
    tag = web.get("/atlas").headers["etag"]

    again = web.get("/atlas", if_none_match=tag)

    assert (again.status_code, again.content) == (304, b"")


def test_redirect_rules_are_followed(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change(
        "INSERT INTO redirect_rules (from_path, to_static_path) VALUES ('/salons', '/atlas')",
        "INSERT INTO redirect_rules (from_path, type) VALUES ('/closed', 'GONE_410')",
        "INSERT INTO redirect_rules (from_path, type, to_external_url)"
        " VALUES ('/shop', 'TEMPORARY_302', 'https://shop.example/')",
    )

    assert own_web.get("/salons/").headers["location"] == "/atlas"
    assert own_web.get("/closed").status_code == 410
    shop = own_web.get("/shop")
    assert (shop.status_code, shop.headers["location"]) == (302, "https://shop.example/")
    assert shop.headers["cache-control"] == "no-store"


def test_a_rule_says_what_becomes_of_the_query(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change(
        "INSERT INTO redirect_rules (from_path, to_static_path, query_mode)"
        " VALUES ('/pass', '/atlas', 'pass'), ('/drop', '/atlas', 'ignore'), ('/bare', '/atlas', 'exact')"
    )

    assert own_web.get("/pass?q=س").headers["location"] == "/atlas?q=%D8%B3"
    assert own_web.get("/drop?a=b").headers["location"] == "/atlas"
    assert own_web.get("/bare").headers["location"] == "/atlas"
    assert own_web.get("/bare?a=b").status_code == 404


@pytest.mark.parametrize(
    "query", ["page=0", "page=01", "page=x", "page=-1", "page=2&page=3", "page=999", "page="]
)
def test_a_page_number_that_the_list_does_not_have_is_not_found(web: WebClient, query: str) -> None:
    assert web.get(f"/atlas?{query}").status_code == 404


def test_the_first_page_has_no_parameter(web: WebClient) -> None:
    answer = web.get("/atlas?page=1")

    assert (answer.status_code, answer.headers["location"]) == (301, "/atlas")


def test_parameters_of_campaigns_do_not_change_the_canonical_link(web: WebClient) -> None:
    page = Page(web.get("/atlas?utm_source=x"))

    assert (page.status, page.canonical) == (200, f"{BASE_URL}/atlas")


def test_every_path_of_the_ledger_answers_as_its_kind_says(web: WebClient, directory: Directory) -> None:
    rows = directory.rows(
        "SELECT coalesce(p.display_path, p.path), p.kind::text, e.state::text, e.first_public_at IS NOT NULL,"
        " e.successor_id IS NOT NULL FROM url_paths p LEFT JOIN entities e USING (entity_type, entity_id)"
        " WHERE p.kind IN ('current', 'alias') AND (p.kind = 'alias' OR e.state <> 'public'"
        " OR mod(e.entity_id, 9) = 0)"
    )
    assert {kind for _, kind, *_ in rows} == {"current", "alias"}

    for path, kind, state, was_public, has_successor in rows:
        answer = web.get(quote(path))
        if state in {"public", "unlisted"}:
            expected = 200 if kind == "current" else 301
        elif state == "deleted" and was_public:
            expected = 301 if has_successor else 410
        elif state == "retired" and was_public:
            expected = 410
        else:
            expected = 404
        assert answer.status_code == expected, (path, kind, state)
        if expected == 301:
            assert web.get(answer.headers["location"]).status_code == 200, path
