"""The properties of addresses that never die, each by its name.

Those that must hold whatever happens are looked at after every step of one exploration (`ledger_machine`). Of
the others the ninth stands in `domain/test_slugs_twins.py`, the fourteenth in `domain/test_imports.py`, the
fifteenth in `schema/test_paths.py`, the eleventh, eighteenth, nineteenth and twentieth beside this file.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from databases import SevraDatabase, acting_as, race, violated_by
from factories import make_salon
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from ledger_machine import Addresses
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from sevra_atlas.domain.addresses.renaming import rename
from sevra_atlas.domain.errors import SlugTakenError
from sevra_atlas.domain.slugs import canon_path_v1, encode_path, path_key
from sevra_atlas.schema import Salon, UrlPath
from sevra_atlas.schema.access import OWNER

CLAIMS = 8


@dataclass
class Exploration:
    """How often each property was looked at, and what ended the exploration before its time."""

    looked_at: Counter[int]
    failure: BaseException | None = None

    def require(self, number: int, *, times: int) -> None:
        """Fail with what broke, or when the property was looked at too seldom to mean anything."""
        if self.failure is not None:
            raise self.failure
        assert self.looked_at[number] >= times, self.looked_at


def explore(engine: Engine, *, examples: int, steps: int) -> Exploration:
    looked_at: Counter[int] = Counter()
    machine = type("Machine", (Addresses,), {"engine": engine, "looked_at": looked_at})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
    except Exception as failure:  # noqa: BLE001 - raised by the tests of the properties
        return Exploration(looked_at, failure)
    return Exploration(looked_at)


@pytest.fixture(scope="module")
def explored(shared_engine: Engine) -> Exploration:
    return explore(shared_engine, examples=20, steps=25)


def test_following_resolve_from_any_string_takes_at_most_one_redirect(explored: Exploration) -> None:
    explored.require(1, times=500)


def test_no_reachable_state_contains_a_cycle(explored: Exploration) -> None:
    explored.require(2, times=500)


def test_every_path_that_was_once_current_leads_to_its_owner_to_410_or_to_a_journaled_transfer(
    explored: Exploration,
) -> None:
    explored.require(4, times=500)


def test_after_a_swap_both_paths_answer_200_and_no_alias_points_across(explored: Exploration) -> None:
    explored.require(6, times=1)


def test_delete_then_restore_changes_no_answer_of_resolve(explored: Exploration) -> None:
    explored.require(7, times=1)


def test_no_hidden_entitys_path_occurs_in_any_location_seen_by_a_visitor(explored: Exploration) -> None:
    explored.require(10, times=500)


def test_replaying_the_journal_rebuilds_the_ledger_exactly(explored: Exploration) -> None:
    explored.require(12, times=200)


def test_one_entity_has_one_current_path_even_under_raw_sql(explored: Exploration, session: Session) -> None:
    explored.require(13, times=200)
    salon = make_salon(session, slug="a")
    second = text(
        "INSERT INTO url_paths (path, kind, entity_type, entity_id) VALUES ('/z', 'current', 'SALON', :id)"
    )

    with acting_as(session, OWNER):
        refusal = violated_by(session, lambda: session.execute(second, {"id": salon.id}))

    assert refusal == "url_paths_current_key"


def test_no_prefix_rule_can_be_saved_whose_target_would_match_a_prefix_rule(explored: Exploration) -> None:
    explored.require(16, times=200)


def test_head_answers_like_get_and_post_is_never_answered_with_301_or_302(explored: Exploration) -> None:
    explored.require(17, times=500)


@pytest.mark.slow
def test_a_longer_exploration_finds_nothing_either(shared_engine: Engine) -> None:
    found = explore(shared_engine, examples=40, steps=40)

    for number in (1, 2, 4, 6, 7, 10, 12, 13, 14, 16, 17):
        found.require(number, times=20)


WORDS = st.text(st.sampled_from("abz019~.آبپتثجچکگیهورئؤأۀةe\u0301"), min_size=1, max_size=6)
OTHERWISE: tuple[Callable[[str], str], ...] = (
    str.upper,
    lambda path: path.replace("ی", "ي").replace("ک", "ك"),
    lambda path: path.replace("ی", "ى").replace("ه", "ہ"),
    lambda path: path.replace("-", "\u200c"),
    lambda path: path.replace("-", " - "),
    lambda path: path.replace("/", "//") + "/",
    lambda path: path.translate({0x30 + digit: chr(0x6F0 + digit) for digit in range(10)}),
    lambda path: path.replace("ب", "بّـ"),
    lambda path: unicodedata.normalize("NFC", path),
    lambda path: unicodedata.normalize("NFD", path),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=3).map("-".join), min_size=1, max_size=4),
    st.lists(st.sampled_from(OTHERWISE), max_size=4),
)
def test_the_key_is_idempotent_and_invariant_under_every_way_to_write_a_path(
    segments: list[str], otherwise: list[Callable[[str], str]]
) -> None:
    path = written = "/" + "/".join(segments)
    for change in otherwise:
        written = change(written)
    escapes = encode_path(written)

    key = canon_path_v1(path)

    assert path_key(path) == path_key(written) == path_key(escapes) == path_key(escapes.lower()) == key
    if key is not None:
        assert canon_path_v1(key) == key


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(["a", "b", "رز", "ز-1", "c-c"]), min_size=2, max_size=2, unique=True))
def test_after_a_b_a_the_page_answers_at_a_b_redirects_and_the_ledger_holds_two_rows(
    session: Session, slugs: list[str]
) -> None:
    first, second = slugs
    with session.begin_nested() as attempt:
        salon = make_salon(session, slug=first)
        for slug in (second, first):
            rename(session, salon, slug=slug)

        rows = session.execute(
            select(UrlPath.path, UrlPath.kind).where(
                UrlPath.entity_type == "SALON", UrlPath.entity_id == salon.id
            )
        )
        assert {tuple(row) for row in rows} == {
            (f"/atlas/salon/{first}", "current"),
            (f"/atlas/salon/{second}", "alias"),
        }
        attempt.rollback()


def test_of_n_concurrent_claims_of_one_key_exactly_one_wins_and_none_deadlocks(
    sevra_db: SevraDatabase,
) -> None:
    with sevra_db.session() as session:
        ids = [make_salon(session).id for _ in range(CLAIMS)]
    engine = sevra_db.engine()

    def claim(place: int) -> Callable[[], None]:
        def act() -> None:
            with Session(engine) as session, session.begin():
                salon = session.get_one(Salon, ids[place])
                rename(session, salon, slug="wanted" if place % 2 else "Wanted")

        return act

    try:
        outcomes = race([claim(place) for place in range(CLAIMS)])
    finally:
        engine.dispose()

    assert outcomes.count(None) == 1
    refusals = [outcome for outcome in outcomes if outcome is not None]
    assert {type(refusal) for refusal in refusals} == {SlugTakenError}
    winner = ids[outcomes.index(None)]
    assert {refusal.owner for refusal in refusals} == {f"SALON:{winner}"}  # type: ignore[attr-defined]
