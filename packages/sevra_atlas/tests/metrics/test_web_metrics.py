"""What the web counts: each number moves by its event, and by nothing else."""

from collections.abc import Callable, Iterator

import pytest
from litestar import get
from litestar.params import FromPath
from numbers_read import Numbers, moved, numbers, numbers_of
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from web_client import WebClient, settings_for, web_client
from web_fixtures import Directory

from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database
from sevra_atlas.domain.errors import NotFoundError, RestoreConflictError, SlugTakenError
from sevra_atlas.domain.refusals import PARTS
from sevra_atlas.web import framework_app
from sevra_atlas.web_metrics import METHODS, OUTCOMES

SALON = "/atlas/salon/negin"


@pytest.fixture(scope="module")
def site(
    embedded: LocalPostgres,
    template_of: Callable[[LocalPostgres], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[WebClient]:
    """Return the application over a page of each fate; a test looks at what changes only."""
    with scratch_database(embedded.url(), template_of(embedded)) as url:
        directory = Directory(url, tmp_path_factory.mktemp("media"))
        _settle(directory)
        with web_client(settings_for(directory.url(), directory.media_dir)) as client:
            yield client


def _settle(directory: Directory) -> None:
    directory.change(
        "INSERT INTO salons (name, slug, status) VALUES ('نگین', 'negin', 'ACTIVE')",
        "INSERT INTO salons (name, slug, status) VALUES ('رویا', 'roya', 'ACTIVE')",
        "UPDATE salons SET slug = 'old' WHERE slug = 'roya'",
        "UPDATE salons SET slug = 'roya' WHERE slug = 'old'",
        "INSERT INTO salons (name, slug, status) VALUES ('بسته', 'closed', 'ACTIVE')",
        "DELETE FROM salons WHERE slug = 'closed'",
        "INSERT INTO redirect_rules (from_path, type) VALUES ('/forbidden', 'LEGAL_451')",
        "INSERT INTO redirect_rules (from_prefix, to_prefix, type)"
        " VALUES ('/past/', '/atlas/salon/', 'PERMANENT_301')",
    )


def read(web: WebClient) -> Callable[[], Numbers]:
    return lambda: numbers(web.get("/metrics").text)


def counted_of(web: WebClient, method: str, path: str) -> Numbers:
    """Return the counters that a request moved: no times, and not the scrape itself."""
    found = moved(read(web), lambda: web.request(method, path))
    return {
        name: by
        for name, by in found.items()
        if not name.split("{")[0].endswith(("_sum", "_bucket", "_created")) and "/metrics" not in name
    }


def a_request(route: str, status: int, method: str = "GET") -> Numbers:
    return {
        f"sevra_http_requests_total{{method={method},route={route},status={status}}}": 1,
        f"sevra_http_request_seconds_count{{route={route}}}": 1,
    }


def resolved(outcome: str, *others: str) -> Numbers:
    return {
        f"sevra_resolve_total{{outcome={outcome}}}": 1,
        "sevra_resolve_seconds_count{}": 1,
        **dict.fromkeys(others, 1),
    }


MISS = "sevra_path_misses_total{}"
PAGE = "/{path}"


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", SALON, {**a_request(PAGE, 200), **resolved("found")}),
        ("HEAD", SALON, {**a_request(PAGE, 200, "HEAD"), **resolved("found")}),
        ("POST", SALON, {**a_request(PAGE, 405, "POST"), **resolved("method_not_allowed")}),
        ("GET", "/atlas", {**a_request(PAGE, 200), **resolved("static")}),
        ("GET", "/atlas/salon/old", {**a_request(PAGE, 301), **resolved("redirect")}),
        ("GET", "/atlas/salon/closed", {**a_request(PAGE, 410), **resolved("gone")}),
        ("GET", "/forbidden", {**a_request(PAGE, 451), **resolved("legal")}),
        ("GET", "/nowhere/at/all", {**a_request(PAGE, 404), **resolved("not_found", MISS)}),
        ("GET", "/past/negin", {**a_request(PAGE, 301), **resolved("redirect")}),
        (
            "GET",
            "/past/nobody",
            {**a_request(PAGE, 404), **resolved("not_found", MISS, "sevra_prefix_rule_misses_total{}")},
        ),
        ("GET", "/api/v1/salons/negin", a_request("/api/v1/salons/{x}", 200)),
        ("GET", "/api/v1/salons/nobody", a_request("/api/v1/salons/{x}", 404)),
        ("BREW", "/healthz", a_request("none", 405, "other")),
        ("DELETE", "/api/v1/salons", a_request("none", 405, "DELETE")),
        ("GET", "/healthz", a_request("/healthz", 200)),
    ],
)
def test_a_request_moves_what_it_is_an_event_of(site: WebClient, method, path, expected) -> None:
    assert counted_of(site, method, path) == expected


def test_a_request_takes_its_time(site: WebClient) -> None:
    found = moved(read(site), lambda: site.get(SALON))

    assert 0 < found["sevra_resolve_seconds_sum{}"] < found[f"sevra_http_request_seconds_sum{{route={PAGE}}}"]


def test_no_visitor_can_make_a_label(site: WebClient) -> None:
    odd = [
        "/%D8%B3%D8%A7%D9%84%D9%86",
        "/api/v1/blog/posts/98989",
        "/uploads/98989.webp",
        "/" + "x" * 9000,
        "/%00",
    ]
    for path in odd:
        for method in ("GET", "PUT", "BREW"):
            site.request(method, path, user_agent="98989", x_request_id="98989-98989")
    shown = site.get("/metrics").text
    labels = {pair for name in numbers(shown) for pair in name.partition("{")[2][:-1].split(",") if pair}
    values: dict[str, set[str]] = {}
    for pair in labels:
        name, _, value = pair.partition("=")
        values.setdefault(name, set()).add(value)

    templates = {route.path_format for route in site.app.routes} | {"none"}
    assert values.pop("route") <= templates
    assert values.pop("method") <= METHODS | {"other"}
    assert values.pop("outcome") == {*OUTCOMES, *PARTS["restore"]}
    assert (values.pop("type"), values.pop("constraint")) == (set(PARTS["slug"]), set(PARTS["reference"]))
    assert all(status.isdecimal() and 200 <= int(status) < 600 for status in values.pop("status"))
    assert values.keys() == {"le"}
    assert "98989" not in shown


def test_what_is_shown_is_valid_in_both_forms_that_the_library_knows(site: WebClient) -> None:
    site.get(SALON)
    plain = site.get("/metrics")
    open_metrics = site.get("/metrics", accept="application/openmetrics-text; version=1.0.0")

    families = list(read_openmetrics(open_metrics.text))
    assert plain.headers["content-type"].startswith("text/plain; version=")
    assert open_metrics.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert plain.headers["cache-control"] == open_metrics.headers["cache-control"] == "no-store"
    assert "sevra_resolve_seconds" in {family.name for family in families}
    assert numbers(plain.text)["sevra_resolve_total{outcome=found}"] > 0


@get("/refusing/{what:str}", sync_to_thread=False)
def refusing(what: FromPath[str]) -> None:
    """Refuse as an operation that writes would."""
    raise {
        "slug": SlugTakenError("blog post", "negin"),
        "restore": RestoreConflictError(7, "salons_city_id_live", "the city is deleted"),
        "other": NotFoundError("salon", 7),
    }[what]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("slug", {"sevra_slug_taken_total{type=BLOG_POST}": 1}),
        ("restore", {"sevra_restores_refused_total{outcome=conflict}": 1}),
        ("other", {}),
    ],
)
def test_what_an_operation_refuses_is_counted_once(own_web: WebClient, what: str, expected: Numbers) -> None:
    own_web.app.register(refusing)

    found = counted_of(own_web, "GET", f"/refusing/{what}")

    assert any("route=/refusing/{what},status=500" in name for name in found)
    assert {name: by for name, by in found.items() if not name.startswith("sevra_http")} == expected


def test_a_scrape_asks_no_database(site: WebClient) -> None:
    def lent() -> int:
        return site.app.state.pool.get_stats()["requests_num"]

    site.get(SALON)
    before = lent()
    for _ in range(5):
        site.get("/metrics")

    assert lent() == before
    site.get(SALON)
    assert lent() == before + 1


def test_two_applications_in_one_process_count_apart(site: WebClient) -> None:
    other = framework_app(site.app.state.settings)

    site.get(SALON)

    assert numbers_of(other.state.metrics.registry)["sevra_resolve_total{outcome=found}"] == 0
