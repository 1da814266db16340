"""The decision table, row by row, and the whole of it against a model of its own words."""

from itertools import product

import pytest

from sevra_atlas.domain.addresses.reasons import REASONS
from sevra_atlas.domain.resolution import (
    Forward,
    Found,
    Gone,
    LedgerRow,
    MethodNotAllowed,
    NotFound,
    Outcome,
    Redirect,
    Static,
    decide,
    forwarded,
    judge,
)

HERE = "/atlas/salon/rose"


def owned(kind: str = "current", state: str = "public", **facts: object) -> LedgerRow:
    given = {"display_path": HERE, "entity_type": "SALON", "entity_id": 7, "was_public": True, **facts}
    if state in {"public", "unlisted"}:
        given.setdefault("current_path", HERE)
    return LedgerRow(path=HERE, kind=kind, state=state, **given)  # type: ignore[arg-type]


def rule(rule_type: str = "PERMANENT_301", **facts: object) -> LedgerRow:
    given = {"rule_type": rule_type, "rule_active": True, **facts}
    return LedgerRow(path="/old", kind="rule", **given)  # type: ignore[arg-type]


def test_a_path_without_a_row_is_not_found() -> None:
    assert decide(None, "/x") == NotFound()


@pytest.mark.parametrize("state", ["public", "unlisted"])
def test_the_canonical_address_shows_the_page(state: str) -> None:
    assert decide(owned(state=state), HERE) == Found("SALON", 7, HERE)
    assert decide(owned(state=state), HERE, "HEAD") == Found("SALON", 7, HERE)
    assert decide(owned(state=state), HERE, "POST") == MethodNotAllowed()


@pytest.mark.parametrize("raw", ["/Atlas/salon/rose", HERE + "/", "/atlas/salon/%72ose"])
def test_another_spelling_leads_to_the_canonical_address(raw: str) -> None:
    assert decide(owned(), raw) == Redirect(HERE, 301)
    assert decide(owned(), raw, "POST") == Redirect(HERE, 308)


def test_a_persian_address_has_one_encoding() -> None:
    row = owned(display_path="/atlas/salon/رز")

    assert decide(row, "/atlas/salon/%D8%B1%D8%B2") == Found("SALON", 7, "/atlas/salon/%D8%B1%D8%B2")
    assert decide(row, "/atlas/salon/%d8%b1%d8%b2") == Redirect("/atlas/salon/%D8%B1%D8%B2", 301)


def test_an_alias_leads_to_the_present_address() -> None:
    row = owned("alias", current_path="/atlas/salon/new")

    assert decide(row, HERE) == Redirect("/atlas/salon/new", 301)
    assert decide(row, HERE, "PUT") == Redirect("/atlas/salon/new", 308)


@pytest.mark.parametrize(
    ("kind", "state"), list(product(["current", "alias"], ["hidden", "retired", "deleted", "purged"]))
)
def test_what_was_never_public_is_not_found(kind: str, state: str) -> None:
    assert decide(owned(kind, state, was_public=False), HERE) == NotFound()


@pytest.mark.parametrize("kind", ["current", "alias"])
@pytest.mark.parametrize(
    ("state", "answer"),
    [
        ("hidden", NotFound()),
        ("retired", Gone()),
        ("deleted", Gone()),
        ("archived", Gone()),
        ("purged", Gone()),
    ],
)
def test_what_was_public_and_is_not_now_answers_by_its_state(kind: str, state: str, answer: Outcome) -> None:
    assert decide(owned(kind, state), HERE) == answer


@pytest.mark.parametrize("state", ["deleted", "archived", "purged"])
def test_a_successor_takes_over_the_addresses(state: str) -> None:
    row = owned("alias", state, successor_path="/atlas/salon/heir")

    assert decide(row, HERE) == Redirect("/atlas/salon/heir", 301)
    assert decide(row, HERE, "DELETE") == Redirect("/atlas/salon/heir", 308)


def test_a_hidden_page_has_no_successor() -> None:
    assert decide(owned("current", "hidden", successor_path="/atlas/salon/heir"), HERE) == NotFound()


@pytest.mark.parametrize("state", ["hidden", "retired"])
def test_who_may_preview_sees_a_hidden_or_retired_page(state: str) -> None:
    assert decide(owned(state=state), HERE, may_preview=True) == Found("SALON", 7, HERE)


def test_nobody_previews_a_deleted_page() -> None:
    assert decide(owned(state="deleted"), HERE, may_preview=True) == Gone()


@pytest.mark.parametrize(
    ("rule_type", "reading", "writing"),
    [
        ("PERMANENT_301", 301, 308),
        ("TEMPORARY_302", 302, 307),
        ("TEMPORARY_307", 307, 307),
        ("PERMANENT_308", 308, 308),
    ],
)
def test_a_rule_keeps_the_method_of_what_is_no_reading(rule_type: str, reading: int, writing: int) -> None:
    row = rule(rule_type, to_static_path="/atlas")

    assert decide(row, "/old") == Redirect("/atlas", reading)
    assert decide(row, "/old", "POST") == Redirect("/atlas", writing)


def test_a_rule_can_lead_off_the_site() -> None:
    assert decide(rule(to_external_url="https://example.com/a"), "/old") == Redirect(
        "https://example.com/a", 301
    )


@pytest.mark.parametrize(("rule_type", "status"), [("GONE_410", 410), ("LEGAL_451", 451)])
def test_a_rule_can_end_a_path(rule_type: str, status: int) -> None:
    assert decide(rule(rule_type), "/old") == Gone(status)


@pytest.mark.parametrize(
    ("state", "was_public", "answer"),
    [
        ("public", True, Redirect(HERE, 301)),
        ("hidden", True, NotFound()),
        ("deleted", False, NotFound()),
        ("deleted", True, Gone()),
        ("retired", True, Gone()),
    ],
)
def test_a_rule_says_no_more_of_its_target_than_the_target_would(
    state: str, *, was_public: bool, answer: Outcome
) -> None:
    current = HERE if state == "public" else None
    row = rule(entity_type="SALON", entity_id=7, state=state, was_public=was_public, current_path=current)

    assert decide(row, "/old") == answer


def test_an_inactive_rule_is_not_there() -> None:
    assert decide(rule(rule_active=False, to_static_path="/atlas"), "/old") == NotFound()


def test_an_exact_rule_speaks_only_without_a_query() -> None:
    row = rule(to_static_path="/atlas", query_mode="exact")

    assert decide(row, "/old") == Redirect("/atlas", 301, "exact")
    assert decide(row, "/old", query="a=1") == NotFound()


def test_a_query_passes_where_the_rule_lets_it() -> None:
    assert Redirect("/a", 301).with_query("x=1") == "/a?x=1"
    assert Redirect("https://example.com/?b=2#c", 301).with_query("x=1") == "https://example.com/?b=2&x=1#c"
    assert Redirect("/a", 301, "ignore").with_query("x=1") == "/a"
    assert Redirect("/a", 301).with_query("") == "/a"


def test_a_static_path_is_the_routers() -> None:
    row = LedgerRow(path="/atlas", kind="static", display_path="/atlas")

    assert decide(row, "/atlas", "POST") == Static("/atlas")
    assert decide(row, "/Atlas/") == Redirect("/atlas", 301)


def test_a_gone_path_is_gone() -> None:
    assert decide(LedgerRow(path="/x", kind="gone"), "/x") == Gone()


def test_a_prefix_rule_rewrites_the_path_and_asks_once_more() -> None:
    row = rule("TEMPORARY_302", to_prefix="/atlas/salon/", rest="rose")

    forward = decide(row, "/old/rose")

    assert forward == Forward("/atlas/salon/rose", 302, "pass")


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (owned(), Redirect(HERE, 302)),
        (owned("alias", current_path="/atlas/salon/new"), Redirect("/atlas/salon/new", 302)),
        (LedgerRow(path="/atlas", kind="static", display_path="/atlas"), Redirect("/atlas", 302)),
        (owned(state="deleted"), Gone()),
        (owned(state="hidden"), NotFound()),
        (rule(to_prefix="/b/", rest="x"), NotFound()),
        (None, NotFound()),
    ],
)
def test_the_output_of_a_prefix_rule_answers_in_one_hop(row: LedgerRow | None, answer: Outcome) -> None:
    assert forwarded(Forward("/atlas/salon/rose", 302, "pass"), row) == answer


@pytest.mark.parametrize(
    ("number", "row", "raw", "method"),
    [
        (2, owned(), HERE, "GET"),
        (2, owned(), HERE, "POST"),
        (3, owned(), HERE + "/", "GET"),
        (4, owned(state="hidden", was_public=False), HERE, "GET"),
        (5, owned("alias", "hidden"), HERE, "GET"),
        (6, owned(state="retired"), HERE, "GET"),
        (7, owned(state="deleted"), HERE, "GET"),
        (7, owned("alias", "purged", successor_path="/x"), HERE, "POST"),
        (8, owned("alias", current_path="/atlas/salon/new"), HERE, "GET"),
        (9, rule("TEMPORARY_302", to_static_path="/atlas"), "/old", "GET"),
        (10, rule("PERMANENT_308", to_static_path="/atlas"), "/old", "GET"),
        (11, rule("LEGAL_451"), "/old", "GET"),
        (12, rule(entity_type="SALON", entity_id=7, state="deleted", was_public=True), "/old", "GET"),
        (13, LedgerRow(path="/atlas", kind="static"), "/atlas", "GET"),
        (14, LedgerRow(path="/x", kind="gone"), "/x", "GET"),
        (15, rule(rule_active=False), "/old", "GET"),
        (16, rule(to_prefix="/b/", rest="x"), "/old/x", "GET"),
        (16, rule(to_static_path="/atlas", rest="x"), "/old/x", "GET"),
        (16, rule("GONE_410", rest="x"), "/old/x", "GET"),
        (17, None, "/x", "GET"),
    ],
)
def test_an_answer_names_the_row_of_the_table_it_comes_from(
    number: int, row: LedgerRow | None, raw: str, method: str
) -> None:
    assert judge(row, raw, method).rule == number
    assert number in REASONS


def test_a_location_is_ascii_whatever_was_stored_or_asked() -> None:
    away = decide(rule(to_external_url="https://example.com/س?a=b#c"), "/old")

    assert isinstance(away, Redirect)
    assert away.location == "https://example.com/%D8%B3?a=b#c"
    assert Redirect("/a", 301).with_query("q=\xd8\xb3&x=%41") == "/a?q=%D8%B3&x=%41"


@pytest.mark.parametrize(("rest", "source"), [(None, "/old"), ("ld", "/o")])
def test_a_rule_knows_what_it_speaks_for(rest: str | None, source: str) -> None:
    assert rule(rest=rest).rule_source == source
