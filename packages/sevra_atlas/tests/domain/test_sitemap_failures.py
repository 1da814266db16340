"""One page that cannot be brought in line keeps no other out of the sitemap, and comes back by itself."""

import pytest
from factories import make_salon, make_tag
from sitemap_scene import BASE_URL, Bench
from sqlalchemy import text

from sevra_atlas.domain.sitemap_failures import ATTEMPTS, Failure, failures
from sevra_atlas.domain.sitemap_folder import SitemapFolder

# The number of its file does not fit its column.
TOO_HIGH = 50_000_000_000_000


def listed(bench: Bench) -> list[Failure]:
    return failures(bench.worker, 10)


def waiting(bench: Bench) -> int:
    row = bench.worker.execute("SELECT count(*) FROM outbox WHERE topic = 'sitemap'").fetchone()
    assert row is not None
    return int(row[0])


def forbid(bench: Bench) -> None:
    """Let no row of the salon `roya` be written, and have it announced."""
    with bench.db.session("sevra_owner") as session:
        session.execute(
            text(
                "ALTER TABLE sitemap_urls ADD CONSTRAINT forbidden"
                " CHECK (path <> '/atlas/salon/roya') NOT VALID"
            )
        )
    bench.change("UPDATE salons SET summary = 'نو'")


def allow(bench: Bench) -> None:
    """Take that back; nothing is announced."""
    with bench.db.session("sevra_owner") as session:
        session.execute(text("ALTER TABLE sitemap_urls DROP CONSTRAINT forbidden"))


@pytest.fixture
def failing(filled: Bench) -> Bench:
    """Return the bench with a tag of which no row can be made, among others."""
    with filled.db.session("sevra_owner") as session:
        session.execute(
            text("INSERT INTO tags (id, name, slug) OVERRIDING SYSTEM VALUE VALUES (:id, 'دور', 'far')"),
            {"id": TOO_HIGH},
        )
    with filled.db.session() as session:
        for slug in ("near", "nearer"):
            make_tag(session, slug=slug)
        make_salon(session, slug="ziba")
    return filled


def test_a_page_that_fails_five_times_is_left_out_and_the_rest_of_the_set_is_published(
    failing: Bench,
) -> None:
    before = set(failing.dates())
    seen = []
    for _ in range(ATTEMPTS):
        failing.later(seconds=5)
        failing.tick()
        (failure,) = listed(failing)
        seen.append((failure.attempts, failure.is_left_out, waiting(failing)))
        others = {"/blog/tag/near", "/blog/tag/nearer", "/atlas/salon/ziba"}
        assert set(failing.dates()) == before | others

    assert seen == [(1, False, 1), (2, False, 1), (3, False, 1), (4, False, 1), (5, True, 0)]
    assert (failure.kind, failure.id, failure.sqlstate) == ("TAG", TOO_HIGH, "22003")
    assert failure.message == "integer out of range"
    failing.tick()
    assert listed(failing) == [failure]


def test_a_rebuild_goes_without_it_too_and_gives_the_same_bytes(failing: Bench) -> None:
    for _ in range(ATTEMPTS):
        failing.tick()

    rebuilt = failing.rebuild(anew := SitemapFolder(failing.folder.path.with_name("anew"), BASE_URL))

    assert [str(page) for page in rebuilt.aligned.left_out] == [f"TAG:{TOO_HIGH}"]
    assert (rebuilt.aligned.written, rebuilt.aligned.removed) == (0, 0)
    assert failing.files(anew) == failing.files()
    assert [(failure.attempts, waiting(failing)) for failure in listed(failing)] == [(ATTEMPTS + 1, 0)]


def test_what_was_listed_stays_until_it_is_left_out_and_comes_back_when_it_renders(filled: Bench) -> None:
    before = filled.dates()
    forbid(filled)

    for _ in range(ATTEMPTS - 1):
        filled.tick()
        assert filled.dates() == before
    published = filled.tick()

    without = {page: date for page, date in before.items() if page != "/atlas/salon/roya"}
    assert filled.dates() == without
    assert (published.shards, [failure.sqlstate for failure in listed(filled)]) == (1, ["23514"])
    allow(filled)
    filled.tick()
    assert filled.dates() == without
    filled.change("UPDATE salons SET summary = 'تازه'")
    filled.tick()
    assert filled.dates().keys() == before.keys()
    assert listed(filled) == []


def test_the_daily_rebuild_brings_it_back_without_an_edit(filled: Bench) -> None:
    forbid(filled)
    for _ in range(ATTEMPTS):
        filled.tick()
    allow(filled)

    rebuilt = filled.rebuild()

    assert (rebuilt.aligned.written, rebuilt.aligned.recovered) == (1, 1)
    assert "/atlas/salon/roya" in filled.dates()
    assert listed(filled) == []


def test_a_page_that_fails_once_is_in_line_at_the_next_pass(filled: Bench) -> None:
    before = filled.dates()
    forbid(filled)
    filled.tick()
    assert [failure.attempts for failure in listed(filled)] == [1]

    allow(filled)
    filled.later(minutes=1)
    filled.tick()

    assert (listed(filled), waiting(filled)) == ([], 0)
    after = filled.dates()
    assert {page for page in after if after[page] != before[page]} == {"/atlas/salon/roya"}


def test_a_page_that_is_deleted_fails_no_more(filled: Bench) -> None:
    forbid(filled)
    filled.tick()

    filled.change("DELETE FROM salons")
    filled.tick()

    assert (listed(filled), waiting(filled)) == ([], 0)
    assert "/atlas/salon/roya" not in filled.dates()
