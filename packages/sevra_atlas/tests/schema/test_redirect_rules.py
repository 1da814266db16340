"""Redirect rules take paths, lead somewhere, and never meet one another."""

import pytest
from databases import SevraDatabase, acting_as, race, violated_by
from factories import make_salon
from psycopg import errors
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from sevra_atlas.schema import RedirectRule, Salon, UrlPath
from sevra_atlas.schema.access import OWNER


def rename(session: Session, salon: Salon, *slugs: str) -> None:
    for slug in slugs:
        salon.slug = slug
        session.flush()


def rule(session: Session, **facts: object) -> RedirectRule:
    made = RedirectRule(**{"to_static_path": "/atlas", **facts})
    session.add(made)
    session.flush()
    return made


def test_an_exact_rule_takes_its_canonical_path_and_gives_it_back(session: Session) -> None:
    made = rule(session, from_path="/Old/Page/")
    kind = select(UrlPath.kind).where(UrlPath.path == "/old/page")
    session.refresh(made)
    assert (made.from_path, session.scalar(kind)) == ("/old/page", "rule")

    made.from_path = "/older"
    session.flush()
    assert session.scalar(kind) is None

    session.delete(made)
    session.flush()
    assert session.scalar(select(UrlPath.kind).where(UrlPath.path == "/older")) is None


def test_an_edit_that_keeps_the_path_keeps_the_claim(session: Session) -> None:
    made = rule(session, from_path="/old")

    session.execute(text("UPDATE redirect_rules SET from_path = '/OLD/', note = 'x'"))

    assert session.scalar(select(UrlPath.kind).where(UrlPath.path == "/old")) == "rule"
    session.refresh(made)
    assert made.from_path == "/old"


@pytest.mark.parametrize("path", ["/atlas/salon/a", "/atlas/salon/b", "/atlas", "/old"])
def test_a_rule_cannot_take_a_path_in_use(session: Session, path: str) -> None:
    rename(session, make_salon(session, slug="a"), "b")
    rule(session, from_path="/old")

    assert violated_by(session, lambda: rule(session, from_path=path)) == "url_paths_pkey"


def test_a_rule_that_points_to_a_rule_is_refused_by_the_database(session: Session) -> None:
    rule(session, from_path="/old")

    refusal = violated_by(session, lambda: rule(session, from_path="/older", to_static_path="/old"))

    assert refusal == "redirect_rules_to_static_path_to_static_kind_fkey"


def test_a_static_row_in_use_as_a_target_cannot_become_a_rule(session: Session) -> None:
    rule(session, from_path="/old")

    with acting_as(session, OWNER):
        change = text("UPDATE url_paths SET kind = 'rule' WHERE path = '/atlas'")
        refusal = violated_by(session, lambda: session.execute(change))

    assert refusal == "redirect_rules_to_static_path_to_static_kind_fkey"


@pytest.mark.parametrize(
    ("from_prefix", "to_prefix", "refused"),
    [
        ("/c/", "/d/", False),
        ("/c/", "/a/", True),
        ("/c/", "/a/x/", True),
        ("/c/", "/c/x/", True),
        ("/b/", "/d/", True),
        ("/b/x/", "/d/", True),
        ("/c/", "/d/c/", False),
    ],
)
def test_no_output_of_a_prefix_rule_can_meet_a_prefix_rule(
    session: Session, from_prefix: str, to_prefix: str, *, refused: bool
) -> None:
    rule(session, from_prefix="/a/", to_prefix="/b/", to_static_path=None)

    refusal = violated_by(
        session,
        lambda: rule(session, from_prefix=from_prefix, to_prefix=to_prefix, to_static_path=None),
    )

    assert refusal == ("check_prefix_rule" if refused else None)


def test_a_prefix_rule_can_be_edited(session: Session) -> None:
    made = rule(session, from_prefix="/a/", to_prefix="/b/", to_static_path=None)

    assert violated_by(session, lambda: setattr(made, "to_prefix", "/c/")) is None
    session.refresh(made)
    assert violated_by(session, lambda: setattr(made, "to_prefix", "/a/c/")) == "check_prefix_rule"


def test_two_prefix_rules_that_would_meet_are_not_saved_at_once(sevra_db: SevraDatabase) -> None:
    first, second = sevra_db.connect(autocommit=True), sevra_db.connect(autocommit=True)
    insert = "INSERT INTO redirect_rules (from_prefix, to_prefix) VALUES (%s, %s)"

    try:
        outcomes = race(
            [
                lambda: first.execute(insert, ("/a/", "/b/")),
                lambda: second.execute(insert, ("/b/", "/c/")),
            ]
        )
    finally:
        first.close()
        second.close()

    assert outcomes.count(None) == 1
    refusal = next(outcome for outcome in outcomes if outcome is not None)
    assert isinstance(refusal, errors.CheckViolation)
    assert refusal.diag.constraint_name == "check_prefix_rule"
