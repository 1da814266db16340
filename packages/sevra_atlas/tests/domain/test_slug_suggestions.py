"""Where a slug is taken three others are offered, and each of them can be taken."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from databases import acting_as
from factories import make_salon
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from sevra_atlas.domain.errors import InvalidSlugError, SlugTakenError
from sevra_atlas.domain.slug_rules import free_slugs, normalized_slug
from sevra_atlas.domain.slugs import LONGEST_PATH_BYTES, slug_key_v1
from sevra_atlas.schema.access import OWNER

SALONS = "/atlas/salon"
# A ligature is 33 octets in a key: this path has as many as there may be.
FULL = "ا" * 208 + "ﷺ" * 7


def _stored(typed: str) -> str | None:
    try:
        slug = normalized_slug(typed)
    except InvalidSlugError:
        return None
    # What the columns refuse, no row bears.
    fits = len(slug.encode()) <= 600 and len(f"{SALONS}/{slug_key_v1(slug)}".encode()) <= LONGEST_PATH_BYTES
    return slug if fits and not set(".~") & set(slug_key_v1(slug)) else None


letters = st.one_of(
    st.text("ابپتيىكگآأؤئةۀهیک رز\u200c-۰۱٢3ءَّ", min_size=1, max_size=30),
    st.text("aZé_- 9", min_size=1, max_size=12),
    st.text("سﷺاك-", min_size=200, max_size=255),
    st.text(min_size=1, max_size=20),
)
slugs = letters.map(_stored).filter(bool)


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Take back what the block adds."""
    nested = session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()
        session.expunge_all()


def test_three_slugs_are_offered_that_the_database_takes(session: Session) -> None:
    # The session is as it was after each example.
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(slugs, st.sets(st.integers(0, 5), max_size=3))
    def hold(slug: str, taken: set[int]) -> None:
        with undone(session):
            make_salon(session, slug=slug)
            for place, candidate in enumerate(free_slugs(session, SALONS, slug, wanted=6)):
                if place in taken:
                    make_salon(session, slug=candidate)

            offered = free_slugs(session, SALONS, slug)

            assert len({slug_key_v1(each) for each in offered}) == 3
            for each in offered:
                assert normalized_slug(each) == each
                make_salon(session, slug=each)

    hold()


@pytest.mark.parametrize(
    ("taken", "slug", "offered"),
    [
        (["رز"], "رز", ("رز-2", "رز-3", "رز-4")),
        (["كرجي", "کرجی-۲", "کرجى-٣"], "کرجی", ("کرجی-4", "کرجی-5", "کرجی-6")),
        (["rose-2"], "Rose", ("Rose-3", "Rose-4", "Rose-5")),
        (["س" * 255], "س" * 255, tuple(f"{'س' * 253}-{number}" for number in (2, 3, 4))),
        ([FULL], FULL, tuple(f"{FULL[:-1]}-{number}" for number in (2, 3, 4))),
        ([f"rose-{number}" for number in range(2, 21)], "rose", ("rose-21", "rose-32", "rose-64")),
    ],
)
def test_numbers_are_counted_on_from_those_that_are_taken(
    session: Session, taken: list[str], slug: str, offered: tuple[str, ...]
) -> None:
    for each in taken:
        make_salon(session, slug=each)

    assert free_slugs(session, SALONS, slug) == offered


def test_the_ledger_is_asked_once_and_knows_rules_too(session: Session) -> None:
    with acting_as(session, OWNER):
        session.execute(
            text(
                "INSERT INTO redirect_rules (from_path, type) VALUES"
                " ('/atlas/salon/rose-2', 'GONE_410'), ('/atlas/salon/rose-4', 'GONE_410')"
            )
        )
    asked: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *call: asked.append(call[2]))

    assert free_slugs(session, SALONS, "rose") == ("rose-3", "rose-5", "rose-6")
    assert len(asked) == 1


def test_a_refusal_names_what_is_left_to_take() -> None:
    assert SlugTakenError("salon", "rose", ("rose-2",)).hint == "take 'rose-2'"
    assert SlugTakenError("salon", "rose", ("a", "b", "c")).hint == "take 'a', 'b' or 'c'"
    assert SlugTakenError("salon", "rose").hint is None
