"""The jobs of the sitemap: rows and files follow what was announced; what was missed is found once a day."""

import gzip
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from databases import SevraDatabase
from factories import make_salon
from sqlalchemy import text
from structlog.testing import capture_logs

from sevra_atlas.domain.sitemap_failures import ATTEMPTS
from sevra_atlas.domain.sitemap_publishing import leading
from sevra_atlas.schema.access import MAINTENANCE, OWNER
from sevra_atlas.workers.catalogue import JOBS
from sevra_atlas.workers.catalogue.reconcile_sitemap import RECONCILE_SITEMAP
from sevra_atlas.workers.catalogue.render_shards import RENDER_SHARDS
from sevra_atlas.workers.jobs import Done, Job, Outcome, Skipped

Run = Callable[[Job], Outcome]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the sitemap, which the environment names."""
    monkeypatch.setenv("SEVRA_SITEMAP_DIR", str(tmp_path / "sitemap"))
    monkeypatch.setenv("SEVRA_PUBLIC_URL", "https://sevra.example")
    return tmp_path / "sitemap" / "current" / "sitemaps"


def due(db: SevraDatabase) -> bool:
    with db.connect(MAINTENANCE) as connection:
        assert RENDER_SHARDS.due is not None
        row = connection.execute(RENDER_SHARDS.due).fetchone()
        assert row is not None
        return bool(row[0])


def test_a_change_is_in_its_file_after_one_run(sevra_db: SevraDatabase, run: Run, folder: Path) -> None:
    with sevra_db.session() as session:
        make_salon(session, slug="a")
    assert due(sevra_db)

    first = run(RENDER_SHARDS)

    assert b"/atlas/salon/a</loc>" in gzip.decompress((folder / "salons-0.xml.gz").read_bytes())
    assert isinstance(first, Done)
    assert (first.facts["shards"], first.facts["changed"], first.more) == (2, 2, False)
    assert not due(sevra_db)
    with sevra_db.session() as session:
        session.execute(text("DELETE FROM salons"))
    assert due(sevra_db)
    run(RENDER_SHARDS)
    assert [file.name for file in folder.iterdir()] == ["static-0.xml.gz"]


def test_a_run_beside_a_build_leaves_the_files_to_it(sevra_db: SevraDatabase, run: Run, folder: Path) -> None:
    with sevra_db.session() as session:
        make_salon(session, slug="a")

    with sevra_db.connect(MAINTENANCE, autocommit=True) as builder, leading(builder):
        assert run(RENDER_SHARDS) == Skipped("another process is publishing the sitemap")
        assert not folder.exists()

    assert due(sevra_db)
    run(RENDER_SHARDS)
    assert (folder / "salons-0.xml.gz").exists()


def test_what_no_announcement_told_is_found_and_repaired_once_a_day(
    sevra_db: SevraDatabase, run: Run, folder: Path
) -> None:
    with sevra_db.session() as session:
        for slug in ("a", "b"):
            make_salon(session, slug=slug)
    run(RENDER_SHARDS)
    assert run(RECONCILE_SITEMAP) == Done({"mismatches": 0})

    with psycopg.connect(sevra_db.url(OWNER)) as connection:
        connection.execute("DELETE FROM sitemap_urls WHERE path = '/atlas/salon/a'")

    assert run(RECONCILE_SITEMAP) == Done({"mismatches": 1})
    assert run(RECONCILE_SITEMAP) == Done({"mismatches": 0})
    run(RENDER_SHARDS)
    assert b"/atlas/salon/a</loc>" in gzip.decompress((folder / "salons-0.xml.gz").read_bytes())


def test_a_page_that_fails_is_left_out_and_named_and_is_no_mismatch(
    sevra_db: SevraDatabase, run: Run, folder: Path
) -> None:
    with sevra_db.session() as session:
        make_salon(session, slug="a")
    with psycopg.connect(sevra_db.url(OWNER)) as connection:
        connection.execute(
            "INSERT INTO tags (id, name, slug) OVERRIDING SYSTEM VALUE VALUES (50000000000000, 'دور', 'far')"
        )

    with capture_logs() as logged:
        outcomes = [run(RENDER_SHARDS) for _ in range(ATTEMPTS)]

    facts = [outcome.facts["left_out"] for outcome in outcomes if isinstance(outcome, Done)]
    assert facts == [0] * (ATTEMPTS - 1) + [1]
    assert [(line["entity"], line["sqlstate"]) for line in logged if "entity" in line] == [
        ("TAG:50000000000000", "22003")
    ]
    assert not due(sevra_db)
    assert b"/atlas/salon/a</loc>" in gzip.decompress((folder / "salons-0.xml.gz").read_bytes())
    assert run(RECONCILE_SITEMAP) == Done({"mismatches": 0})


def test_both_jobs_are_in_the_catalogue() -> None:
    assert RENDER_SHARDS in JOBS
    assert RECONCILE_SITEMAP in JOBS
