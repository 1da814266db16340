"""Redirect rules as people write them: what they may lead to, and as what that is stored."""

import pytest
from databases import acting_as
from factories import make_salon, make_user
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from sevra_atlas.domain.acting import Act
from sevra_atlas.domain.addresses.errors import (
    InvalidPathError,
    LocalizedPathError,
    NoPageError,
    PathInUseError,
    RoleRequiredError,
    TargetNotAllowedError,
)
from sevra_atlas.domain.addresses.rules import RuleDraft, RuleEdit, add_rule, edit_rule, remove_rule
from sevra_atlas.domain.addresses.targets import Exact, Hosts, Prefix, read_source, read_target
from sevra_atlas.domain.errors import NotFoundError
from sevra_atlas.schema import RedirectRule, UrlPath
from sevra_atlas.schema.access import OWNER
from sevra_atlas.schema.enums import RedirectType, UserRole

HOSTS = Hosts(allowed=frozenset({"example.com", "sevra.test"}), own=frozenset({"sevra.test"}))
GONE = RedirectType.GONE_410


def add(session: Session, source: str, target: str | None, **facts: object) -> RedirectRule:
    made = add_rule(session, RuleDraft(source, target, **facts), hosts=HOSTS)  # type: ignore[arg-type]
    return session.get_one(RedirectRule, made, populate_existing=True)


def test_a_path_of_a_page_is_stored_as_the_page(session: Session) -> None:
    salon = make_salon(session, slug="a")
    salon.slug = "رز"
    session.flush()

    by_present, by_former, by_id = (
        add(session, f"/old-{number}", target)
        for number, target in enumerate(["/Atlas/salon/%D8%B1%D8%B2", "/atlas/salon/A/", f"SALON:{salon.id}"])
    )

    for rule in (by_present, by_former, by_id):
        assert (rule.to_entity_type, rule.to_entity_id) == ("SALON", salon.id)


def test_the_other_targets_are_stored_as_what_they_are(session: Session) -> None:
    assert add(session, "/Old/", "/Blog/").to_static_path == "/blog"
    assert add(session, "/away", "HTTPS://Example.com/س?a=b").to_external_url == (
        "https://Example.com/%D8%B3?a=b"
    )
    below = add(session, "/shop/*", "/boutique/*")
    assert (below.from_prefix, below.to_prefix, below.from_path) == ("/shop/", "/boutique/", None)
    assert add(session, "/closed", None, type=GONE).type is GONE
    assert add(session, "/shut/*", "/atlas").to_static_path == "/atlas"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("/nowhere", "nothing answers there"),
        ("/rule", "a redirect stands there"),
        ("/gone", "it is gone"),
        ("/a%ff", "it cannot be a path"),
        ("/a/../b/*", "it cannot be a path"),
        ("/en/atlas", "all languages share a path"),
        ("/EN", "all languages share a path"),
        ("https://evil.example/", "is not allowed"),
        ("https://example.com.evil.example/", "is not allowed"),
        ("https://sevra.test/atlas", "it is on this site"),
        ("https://sevra.test./atlas", "it is on this site"),
        ("https://u@example.com/", "plain name"),
        ("https://example.com@evil.example/", "plain name"),
        ("https://exämple.com/", "plain name"),
        ("https://[::1]/", "plain name"),
        ("https://example.com:99999/", "no web address"),
        ("https://example.com/a b", "neither spaces"),
        ("https://example.com\\@evil.example/", "neither spaces"),
        ("https://example.com/\r\nSet-Cookie: a=b", "neither spaces"),
        ("https:///evil.example", "plain name"),
        ("https://example.com/" + "x" * 2048, "longer than 2048"),
        ("//evil.example/", "nothing answers there"),
        ("javascript:alert(1)", "neither a path"),
        ("ftp://example.com/", "neither a path"),
        ("atlas", "neither a path"),
        ("/boutique/*", "only a rule for all below"),
        ("", "leads somewhere"),
    ],
)
def test_a_target_that_is_not_allowed_is_refused_with_its_reason(
    session: Session, target: str, reason: str
) -> None:
    add(session, "/rule", "/atlas")
    with acting_as(session, OWNER):
        session.execute(text("INSERT INTO url_paths (path, kind) VALUES ('/gone', 'gone')"))

    with pytest.raises(TargetNotAllowedError, match=reason) as refusal:
        add(session, "/old", target)

    assert refusal.value.code == "TARGET_NOT_ALLOWED"
    assert session.scalar(select(UrlPath.kind).where(UrlPath.path == "/old")) is None


def test_what_has_no_page_is_no_target(session: Session) -> None:
    with pytest.raises(NoPageError):
        add(session, "/old", "SALON:1000000000")


@pytest.mark.parametrize(
    "source", ["/en", "/En/", "/en/old", "//en//old", "/%65n/old", "/en/*", "/en/shop/*"]
)
def test_an_address_in_one_language_has_no_rule(session: Session, source: str) -> None:
    with pytest.raises(LocalizedPathError) as refusal:
        add(session, source, "/atlas")

    assert str(refusal.value) == f"{source!r} is an address in one language, for which there are no rules"
    assert refusal.value.hint == "write the path without '/en': the rule counts for both languages"


def test_all_below_a_path_does_not_lead_to_addresses_in_one_language(session: Session) -> None:
    with pytest.raises(TargetNotAllowedError, match="all languages share a path"):
        add(session, "/old/*", "/en/new/*")
    assert add(session, "/english/*", "/entirely/new/*").to_prefix == "/entirely/new/"


@pytest.mark.parametrize("source", ["old", "", "/a?b", "/*", "//*", "/%ff", "/../x/*", "/" + "ا" * 400])
def test_what_cannot_be_a_path_has_no_rule(session: Session, source: str) -> None:
    with pytest.raises(InvalidPathError):
        add(session, source, "/atlas")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("/atlas/salon/a", "alias"),
        ("/Atlas/Salon/B", "current"),
        ("/atlas", "static"),
        ("/old", "rule"),
        ("/shop/*", "rule"),
    ],
)
def test_a_rule_never_takes_a_path_in_use(session: Session, source: str, kind: str) -> None:
    salon = make_salon(session, slug="a")
    salon.slug = "b"
    add(session, "/old", "/atlas")
    add(session, "/shop/*", "/atlas")

    with pytest.raises(PathInUseError) as refusal:
        add(session, source, "/blog")

    assert refusal.value.kind == kind
    assert (refusal.value.owner is not None) == (kind in {"alias", "current"})


def test_a_prefix_rule_that_would_meet_another_is_refused(session: Session) -> None:
    add(session, "/a/*", "/b/*")

    for source, target in (("/c/*", "/a/x/*"), ("/b/*", "/d/*"), ("/c/*", "/c/*")):
        with pytest.raises(TargetNotAllowedError, match="another prefix rule would meet it"):
            add(session, source, target)


def test_a_rule_is_edited_switched_off_and_removed(session: Session) -> None:
    salon, admin = make_salon(session, slug="a"), make_user(session, role=UserRole.ADMIN)
    rule = add(session, "/old", "/atlas", note="why")
    act = Act(admin.id)

    def edit(change: RuleEdit) -> None:
        edit_rule(session, rule.id, change, hosts=HOSTS, act=act)
        session.refresh(rule)

    edit(RuleEdit(target="/atlas/salon/a"))
    assert (rule.to_static_path, rule.to_entity_id, rule.note) == (None, salon.id, "why")
    edit(RuleEdit(is_active=False, note=""))
    assert (rule.is_active, rule.note) == (False, None)
    edit(RuleEdit(type=GONE))
    assert (rule.type, rule.to_entity_id) == (GONE, None)
    with pytest.raises(TargetNotAllowedError, match="leads somewhere"):
        edit(RuleEdit(type=RedirectType.TEMPORARY_302))
    with pytest.raises(TargetNotAllowedError, match="leads nowhere"):
        edit(RuleEdit(target="/blog"))
    edit(RuleEdit(type=RedirectType.TEMPORARY_302, target="/blog"))
    assert rule.to_static_path == "/blog"

    remove_rule(session, rule.id, act=act)

    assert session.scalar(select(UrlPath.kind).where(UrlPath.path == "/old")) is None
    with pytest.raises(NotFoundError):
        remove_rule(session, rule.id)
    by_whom = (
        select(text("actor_id"))
        .select_from(text("audit_log"))
        .where(text("table_name = 'redirect_rules' AND action <> 'insert'"))
    )
    assert set(session.scalars(by_whom)) == {admin.id}


def test_only_an_administrator_writes_rules(session: Session) -> None:
    act = Act(make_user(session).id)
    rule = add(session, "/old", "/atlas")

    for attempt in (
        lambda: add_rule(session, RuleDraft("/new", "/atlas"), hosts=HOSTS, act=act),
        lambda: edit_rule(session, rule.id, RuleEdit(is_active=False), hosts=HOSTS, act=act),
        lambda: remove_rule(session, rule.id, act=act),
    ):
        with pytest.raises(RoleRequiredError):
            attempt()


def test_sources_and_targets_are_read_by_their_keys() -> None:
    assert read_source("/Old Page/") == Exact("/old-page")
    assert read_source("/Old//Shop/*") == Prefix("/old/shop/")
    assert str(read_source("/a/*")) == "/a/*"
    assert read_target("/%D8%B1%D8%B2") == Exact("/رز")
