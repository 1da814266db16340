"""Files of redirects, imported into a real ledger and exported from it."""

import pytest
from databases import acting_as
from factories import make_salon, make_user
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, text
from sqlalchemy.orm import Session

from sevra_atlas.domain.acting import Act
from sevra_atlas.domain.addresses.errors import RoleRequiredError
from sevra_atlas.domain.addresses.importing import planned_import
from sevra_atlas.domain.addresses.importing.errors import ImportRefusedError, LedgerMovedError
from sevra_atlas.domain.addresses.importing.exporting import export_rules
from sevra_atlas.domain.addresses.importing.plan import ImportPlan
from sevra_atlas.domain.addresses.importing.writing import write_import
from sevra_atlas.domain.addresses.targets import Hosts
from sevra_atlas.schema import RedirectRule, Salon, UrlPath
from sevra_atlas.schema.access import OWNER
from sevra_atlas.schema.enums import QueryMode, RedirectType

HOSTS = Hosts(allowed=frozenset({"example.com"}))
STORED = text(
    "SELECT from_path, from_prefix, type::text, to_entity_type::text, to_entity_id, to_static_path,"
    " to_external_url, to_prefix, query_mode::text, is_active, note FROM redirect_rules"
    ' ORDER BY coalesce(from_path, from_prefix) COLLATE "C"'
)


def planned(session: Session, *lines: str) -> ImportPlan:
    return planned_import(session, "\n".join(["from,to,type,note", *lines]).encode(), HOSTS)


def imported(session: Session, *lines: str, act: Act | None = None) -> ImportPlan:
    plan = planned(session, *lines)
    write_import(session, plan, act or Act())
    return plan


def stored(session: Session) -> list[tuple[object, ...]]:
    return [tuple(row) for row in session.execute(STORED)]


def test_a_file_becomes_rules_in_the_name_of_who_imports_it(session: Session) -> None:
    salon, admin = make_salon(session, slug="a"), make_user(session, role="ADMIN")
    imported(session, "/changes,/atlas,302,first")
    before = stored(session)

    plan = imported(
        session,
        "/Old,/atlas/salon/A/,,why",
        "/older,/old,,",
        "/changes,/blog,302,second",
        "/shop/*,/boutique/*,308,",
        "/closed,,451,",
        act=Act(admin.id),
    )

    assert (len(plan.added), len(plan.changed), plan.followed) == (4, 1, 1)
    assert len(before) == 1
    rules = {rule.from_path or rule.from_prefix: rule for rule in session.scalars(select(RedirectRule))}
    for source in ("/old", "/older"):
        assert (rules[source].to_entity_type, rules[source].to_entity_id) == ("SALON", salon.id)
    assert (rules["/changes"].to_static_path, rules["/changes"].note) == ("/blog", "second")
    assert (rules["/old"].created_by_id, rules["/changes"].created_by_id) == (admin.id, None)
    assert (rules["/shop/"].to_prefix, rules["/shop/"].type) == ("/boutique/", RedirectType.PERMANENT_308)
    assert session.scalar(select(UrlPath.kind).where(UrlPath.path == "/older")) == "rule"


def test_an_import_with_one_bad_line_writes_nothing(session: Session) -> None:
    plan = planned(session, "/good,/atlas,,", "/bad,/nowhere,,", "/fine,/blog,,")

    with pytest.raises(ImportRefusedError) as refusal:
        write_import(session, plan)

    assert [problem.line for problem in refusal.value.problems] == [3]
    assert stored(session) == []


def test_a_plan_writes_nothing(session: Session) -> None:
    planned(session, "/good,/atlas,,")

    assert stored(session) == []


def test_only_an_administrator_imports(session: Session) -> None:
    with pytest.raises(RoleRequiredError):
        imported(session, "/a,/atlas,,", act=Act(make_user(session).id))


@pytest.mark.parametrize("taken", ["/atlas/salon/fresh", "/shop/*"])
def test_what_somebody_took_meanwhile_stops_the_whole_import(session: Session, taken: str) -> None:
    plan = planned(session, "/first,/atlas,,", f"{taken},/blog,,")
    if taken == "/shop/*":
        session.add(RedirectRule(from_prefix="/shop/", to_static_path="/atlas"))
        session.flush()
    else:
        make_salon(session, slug="fresh")
    before = stored(session)

    with pytest.raises(LedgerMovedError):
        write_import(session, plan)

    assert stored(session) == before


def test_prefix_rules_may_change_places_with_what_a_file_adds(session: Session) -> None:
    imported(session, "/a/*,/b/*,,")

    imported(session, "/a/*,/c/*,,", "/b/*,/d/*,,")

    assert [(row[1], row[7]) for row in stored(session)] == [("/a/", "/c/"), ("/b/", "/d/")]


def test_a_file_of_any_length_asks_the_database_equally_often(session: Session) -> None:
    make_salon(session, slug="a")
    statements: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda _c, _u, sql, *_: statements.append(sql))

    def asked(number: int, letter: str) -> int:
        lines = [f"/{letter}{place},/atlas/salon/a,," for place in range(number)]
        before = len(statements)
        imported(session, *lines)
        return len(statements) - before

    assert asked(3, "x") == asked(500, "y")


def test_an_entity_without_a_page_is_exported_by_its_id(session: Session) -> None:
    salon = make_salon(session, slug="a")
    imported(session, "/old,/atlas/salon/a,,")
    session.execute(delete(Salon).where(Salon.id == salon.id))
    with acting_as(session, OWNER):
        for state in ("archived", "purged"):
            session.execute(
                text("UPDATE entities SET state = :s WHERE (entity_type, entity_id) = ('SALON', :id)"),
                {"s": state, "id": salon.id},
            )
        session.execute(text("UPDATE url_paths SET kind = 'gone' WHERE entity_id = :id"), {"id": salon.id})

    exported = export_rules(session)

    assert exported.splitlines()[1] == f"/old,SALON:{salon.id},PERMANENT_301,,pass,true"
    plan = planned_import(session, exported.encode(), HOSTS)
    assert (plan.problems, plan.unchanged) == ((), 1)


KEYS = [f"/{word}" for word in ("a", "b", "b/x", "c-c", "پ", "old/page", "0", "~")]
NOTES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
TARGETS = ["SALON", "/atlas", "/", "https://example.com/a?b=c,d", "", "below"]


@st.composite
def rule_sets(draw: st.DrawFn) -> list[dict[str, object]]:
    """Return columns of rules that may stand beside each other; an id of 0 stands for the test's salon."""
    rules: list[dict[str, object]] = []
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True)):
        is_prefix = draw(st.booleans())
        target = draw(st.sampled_from(TARGETS if is_prefix else TARGETS[:-1]))
        ends = target == ""
        types = [type_ for type_ in RedirectType if (type_.value in {"GONE_410", "LEGAL_451"}) == ends]
        rules.append(
            {
                "from_prefix" if is_prefix else "from_path": f"{key}/" if is_prefix else key,
                "type": draw(st.sampled_from(types)),
                "to_entity_id": 0 if target == "SALON" else None,
                "to_static_path": target if target in {"/atlas", "/"} else None,
                "to_external_url": target if target.startswith("https") else None,
                "to_prefix": f"/to{key}/" if target == "below" else None,
                "query_mode": draw(st.sampled_from(QueryMode)),
                "is_active": draw(st.booleans()),
                "note": draw(NOTES) or None,
            }
        )
    return rules


def check_round_trip(session: Session, rules: list[dict[str, object]], slug: str) -> None:
    with session.begin_nested() as attempt:
        salon = make_salon(session, slug=slug)
        for facts in rules:
            owned = (
                {"to_entity_type": "SALON", "to_entity_id": salon.id} if facts["to_entity_id"] == 0 else {}
            )
            session.add(RedirectRule(**{**facts, **owned}))
        session.flush()
        before, exported = stored(session), export_rules(session)

        again = planned_import(session, exported.encode(), HOSTS)
        session.execute(delete(RedirectRule))
        write_import(session, planned_import(session, exported.encode(), HOSTS))

        assert (again.problems, again.added, again.changed) == ((), (), ())
        assert again.unchanged == len(rules)
        assert stored(session) == before
        assert export_rules(session) == exported
        attempt.rollback()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_sets(), st.sampled_from(["a", "رز طلایی", "B"]))
def test_export_followed_by_import_is_the_identity(session: Session, rules, slug: str) -> None:
    check_round_trip(session, rules, slug)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_sets(), st.sampled_from(["a", "رز طلایی", "B"]))
def test_export_followed_by_import_is_the_identity_of_many_more(session: Session, rules, slug: str) -> None:
    check_round_trip(session, rules, slug)
