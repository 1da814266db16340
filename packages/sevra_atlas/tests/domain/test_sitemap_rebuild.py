"""A rebuild over several connections, what it locks, and what ends it."""

from typing import Any

import psycopg
import pytest
from factories import make_artist, make_salon
from psycopg.errors import InsufficientPrivilege
from psycopg.pq import TransactionStatus
from sitemap_scene import Bench, worker_of

from sevra_atlas.domain import sitemap_rebuild
from sevra_atlas.domain.sitemap_projection import Aligned
from sevra_atlas.domain.sitemap_publishing import leading
from sevra_atlas.domain.sitemap_rebuild import Rebuilt

WINDOW = 3


def rebuilt(bench: Bench, *beside: psycopg.Connection) -> Rebuilt:
    with leading(bench.worker):
        return sitemap_rebuild.rebuild_all(bench.worker, beside=beside, window=WINDOW, now=bench.now)


def rows(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.worker.execute(
        "SELECT path, locale, section, content_hash, lastmod, changefreq, priority FROM sitemap_urls"
        " ORDER BY path, locale"
    ).fetchall()


@pytest.fixture
def many(filled: Bench) -> Bench:
    """Return the bench with pages for several windows of two kinds, half of them in English too."""
    with filled.db.session() as session:
        for number in range(4 * WINDOW):
            make_salon(session, slug=f"salon-{number}")
            make_artist(session, slug=f"artist-{number}")
    filled.change(
        "INSERT INTO seo_meta (entity_type, entity_id, locale, h1)"
        " SELECT 'SALON', id, 'en', 'Salon ' || id FROM salons WHERE id % 2 = 0"
    )
    return filled


def test_two_connections_make_the_rows_that_one_makes(many: Bench) -> None:
    rebuilt(many)
    alone = rows(many)
    many.worker.execute("DELETE FROM sitemap_urls")

    with worker_of(many.db) as beside:
        first = rebuilt(many, beside)
        again = rebuilt(many, beside)

    assert rows(many) == alone
    assert {locale for _, locale, *_ in alone} == {"fa", "en"}
    assert first.aligned.written == first.listed == again.listed == len(alone) > 8 * WINDOW
    assert again.aligned == Aligned()


def test_progress_counts_the_pages_of_all_connections(many: Bench) -> None:
    seen: list[tuple[int, int]] = []

    with worker_of(many.db) as beside, leading(many.worker):
        sitemap_rebuild.rebuild_all(
            many.worker,
            beside=[beside],
            window=WINDOW,
            progress=lambda done, total: seen.append((done, total)),
        )

    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1][0] == seen[-1][1] > 8 * WINDOW


def test_a_rebuild_that_finds_nothing_waits_for_nobody(many: Bench) -> None:
    rebuilt(many)
    before = rows(many)
    many.worker.execute("SET lock_timeout = '1ms'")

    with many.db.connect("sevra_maintenance") as editor:
        editor.execute("SELECT FROM entities FOR UPDATE")
        editor.execute("SELECT FROM sitemap_urls FOR UPDATE")
        again = rebuilt(many)

    assert again.aligned == Aligned()
    assert rows(many) == before


def test_a_rebuild_repairs_the_one_row_that_differs_and_locks_no_other_page(many: Bench) -> None:
    rebuilt(many)
    before = rows(many)
    many.worker.execute("DELETE FROM sitemap_urls WHERE path = '/atlas/salon/salon-5'")
    many.worker.execute("SET lock_timeout = '1ms'")

    with many.db.connect("sevra_maintenance") as editor:
        editor.execute(
            "SELECT FROM entities WHERE (entity_type, entity_id)"
            " <> ALL (SELECT 'SALON'::entity_type, id FROM salons WHERE slug = 'salon-5') FOR UPDATE"
        )
        again = rebuilt(many)

    assert 1 <= again.aligned.written <= 2
    assert again.aligned.removed == 0
    assert [row[:4] for row in rows(many)] == [row[:4] for row in before]


def test_an_error_on_one_connection_ends_the_rebuild_and_the_next_one_makes_it_good(many: Bench) -> None:
    before = rows(many)
    # The application may not write what workers derive.
    with many.db.connect("sevra_app", autocommit=True) as beside, pytest.raises(InsufficientPrivilege):
        rebuilt(many, beside)

    assert many.worker.info.transaction_status == TransactionStatus.IDLE
    with worker_of(many.db) as beside:
        assert rebuilt(many, beside).listed == len(rows(many)) > len(before)
