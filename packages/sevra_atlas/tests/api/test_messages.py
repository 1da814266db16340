import pytest
from web_client import WebClient, settings_for, web_client
from web_fixtures import Directory

_OPERATIONS = [
    "/api/v1/salons",
    "/api/v1/artists",
    "/api/v1/geo/provinces",
    "/api/v1/seo/redirects/resolve?path=/atlas",
]


@pytest.mark.parametrize("path", _OPERATIONS)
def test_a_success_is_an_envelope_with_validators(web: WebClient, path: str) -> None:
    answer = web.get(path)

    body = answer.json()
    assert body["success"] is True
    assert body["meta"]["requestId"] == answer.headers["x-request-id"]
    assert answer.headers["etag"].startswith('W/"')
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["vary"] == "Accept-Language, Authorization, Origin"


@pytest.mark.parametrize("path", _OPERATIONS)
def test_an_answer_that_the_client_holds_is_not_sent_again(web: WebClient, path: str) -> None:
    tag = web.get(path).headers["etag"]

    same = web.get(path, if_none_match=f'"other", {tag}')
    other = web.get(path, if_none_match='"other"')

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert other.status_code == 200


@pytest.mark.parametrize("path", [*_OPERATIONS, "/api/v1/health", "/api/v1/salons?page=0", "/api/v1/nothing"])
def test_head_answers_like_get_without_a_body(web: WebClient, path: str) -> None:
    get, head = web.get(path), web.request("HEAD", path)

    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers.get("etag") == get.headers.get("etag")


def test_details_carry_the_time_of_their_last_change(web: WebClient, directory: Directory) -> None:
    id_ = directory.one("SELECT id FROM salons WHERE status = 'ACTIVE' LIMIT 1")

    assert web.get(f"/api/v1/salons/{id_}").headers["last-modified"].endswith(" GMT")


def test_a_request_id_of_the_right_form_is_echoed_and_another_is_replaced(web: WebClient) -> None:
    echoed = web.get("/api/v1/health", x_request_id="client.id-0001")
    short = web.get("/api/v1/health", x_request_id="short")
    failed = web.get("/api/v1/nothing", x_request_id="client.id-0002")

    assert echoed.json()["meta"]["requestId"] == echoed.headers["x-request-id"] == "client.id-0001"
    assert short.headers["x-request-id"] not in {"short", ""}
    assert failed.json()["meta"]["requestId"] == "client.id-0002"


@pytest.mark.parametrize(
    ("header", "persian"),
    [
        ("", True),
        ("en", False),
        ("en-GB,en;q=0.9", False),
        ("de, fa;q=0.5, en;q=0.4", True),
        ("en; q=0.8", False),
        ("fa ; q=0.4, EN;Q=0.5", False),
        ("en;q=0", True),
        ("fr", True),
    ],
)
def test_a_failure_speaks_the_language_of_the_request(web: WebClient, header: str, persian: bool) -> None:  # noqa: FBT001 - a parameter of the test
    body = web.get("/api/v1/salons/none-such", accept_language=header).json()

    assert (body["success"], body["data"], body["error"]["code"]) == (False, None, "NOT_FOUND")
    assert body["message"] == body["error"]["message"]
    assert (not body["message"].isascii()) is persian


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_method_that_an_operation_lacks_is_refused_with_those_it_has(web: WebClient, method: str) -> None:
    answer = web.request(method, "/api/v1/salons")

    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert {"GET", "HEAD"} <= {name.strip() for name in answer.headers["allow"].split(",")}


@pytest.mark.parametrize(
    ("header", "code"),
    [("Bearer abc", "TOKEN_INVALID"), ("Basic abc", "UNAUTHORIZED"), ("x", "UNAUTHORIZED")],
)
def test_a_token_is_never_ignored(web: WebClient, header: str, code: str) -> None:
    answer = web.get("/api/v1/salons", authorization=header)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_trailing_slash_is_ignored(web: WebClient) -> None:
    assert web.get("/api/v1/salons/").json()["data"] == web.get("/api/v1/salons").json()["data"]


def test_another_site_may_read_the_answers(web: WebClient) -> None:
    preflight = web.request(
        "OPTIONS", "/api/v1/salons", origin="https://front.example", access_control_request_method="GET"
    )

    assert (
        web.get("/api/v1/salons", origin="https://front.example").headers["access-control-allow-origin"]
        == "*"
    )
    assert preflight.headers["access-control-max-age"] == "600"


def test_health_touches_nothing_and_readiness_names_what_is_missing(
    own_directory: Directory,
) -> None:
    missing = own_directory.media_dir / "missing"
    with web_client(settings_for(own_directory.url(), missing)) as client:
        health, ready = client.get("/api/v1/health"), client.get("/api/v1/health/ready")

    assert health.json()["data"]["status"] == "OK"
    assert ready.status_code == 503
    assert ready.json()["data"]["services"] == {
        "database": "OK",
        "schema": "OK",
        "queue": "ABSENT",
        "storage": "FAILED",
    }


def test_an_unreachable_database_is_503_and_health_still_answers(own_directory: Directory) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
    with web_client(settings_for(nowhere, own_directory.media_dir)) as client:
        assert client.get("/api/v1/health").status_code == 200
        assert client.get("/api/v1/health/ready").json()["data"]["services"]["database"] == "FAILED"
        answer = client.get("/api/v1/salons")

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE salons SET slug = 'fresh'",
            {"toPath": "/atlas/salon/fresh", "type": "PERMANENT_301", "status": 301},
        ),
        ("UPDATE salons SET status = 'SUSPENDED'", None),
        ("SELECT 1", None),
    ],
)
def test_resolving_a_path_tells_its_redirect_and_hides_what_is_hidden(
    own_web: WebClient, own_directory: Directory, statement: str, expected: object
) -> None:
    own_directory.change("INSERT INTO salons (name, slug) VALUES ('a', 'old')", statement)

    data = own_web.get("/api/v1/seo/redirects/resolve?path=/atlas/salon/old").json()["data"]

    assert data == {"redirect": expected, "gone": False}


def test_resolving_a_deleted_path_tells_that_it_is_gone(own_web: WebClient, own_directory: Directory) -> None:
    own_directory.change("INSERT INTO salons (name, slug) VALUES ('a', 'old')")
    own_directory.change("DELETE FROM salons")

    data = own_web.get("/api/v1/seo/redirects/resolve?path=/atlas/salon/old").json()["data"]

    assert data == {"redirect": None, "gone": True}
