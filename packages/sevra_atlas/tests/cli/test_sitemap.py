"""`sevra sitemap`: the files are written where the site serves them from."""

import gzip
import json

import psycopg
import pytest


@pytest.fixture
def _salon(deployed) -> None:
    """Have a salon in the database, whichever test of the file comes first."""
    with psycopg.connect(deployed.run("db", "url").stdout.strip()) as connection:
        connection.execute(
            "INSERT INTO salons (name, slug) SELECT 'سالن', 'listed'"
            " WHERE NOT EXISTS (SELECT FROM salons WHERE slug = 'listed')"
        )


@pytest.mark.usefixtures("_salon")
def test_a_build_writes_rows_and_files_and_says_how_many(deployed) -> None:
    first = deployed.run("sitemap", "build", "--json")
    again = deployed.run("sitemap", "build")

    assert first.returncode == 0, first.stderr
    counts = json.loads(first.stdout)
    assert counts["rebuilt"] >= 4
    assert counts["files"] == counts["changed"] >= 2
    assert f"{counts['rebuilt']} pages, 0 differed; {counts['files']} files, 0 changed" in again.stdout
    folder = deployed.place / ".data" / "sitemap"
    assert b"/sitemap.xml" in (folder / "robots.txt").read_bytes()
    listed = gzip.decompress((folder / "current" / "sitemaps" / "salons-0.xml.gz").read_bytes())
    assert b"/atlas/salon/listed</loc>" in listed


def test_one_process_builds_at_a_time(deployed) -> None:
    maintenance = deployed.run("db", "url", "--role", "maintenance").stdout.strip()
    with psycopg.connect(maintenance, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (0x73657672612E736D,))

        refused = deployed.run("sitemap", "build")

    assert refused.returncode == 2
    assert refused.stderr.startswith("error: another process is publishing the sitemap\nhint: wait")


@pytest.mark.usefixtures("_salon")
def test_a_lint_of_the_files_names_what_is_wrong_with_them(deployed) -> None:
    deployed.run("sitemap", "build")
    sound = deployed.run("sitemap", "lint")
    maintenance = deployed.run("db", "url", "--role", "maintenance").stdout.strip()
    with psycopg.connect(maintenance) as connection:
        connection.execute(
            "UPDATE sitemap_urls SET content_hash = sha256('x'), lastmod = '2040-01-01'"
            " WHERE section = 'salons'"
        )
        connection.execute("UPDATE sitemap_shards SET is_dirty = true WHERE section = 'salons'")
    built = deployed.run("sitemap", "build")

    found = deployed.run("sitemap", "lint", "--json")

    assert (sound.returncode, sound.stdout) == (0, "")
    assert built.returncode == 0, built.stderr
    assert found.returncode == 1
    assert {finding["code"] for finding in json.loads(found.stdout)} == {"SM14"}


def test_without_a_build_there_is_nothing_to_look_at(deployed, tmp_path) -> None:
    empty = deployed.run("sitemap", "lint", SEVRA_SITEMAP_DIR=str(tmp_path))

    assert empty.returncode == 2
    assert "no sitemap is published in" in empty.stderr
    assert "hint: run `sevra sitemap build` first" in empty.stderr


def test_a_site_that_does_not_answer_is_said_to(deployed, free_port) -> None:
    away = deployed.run("seo", "lint", f"http://127.0.0.1:{free_port}")

    assert away.returncode == 2
    assert f"error: http://127.0.0.1:{free_port} does not answer" in away.stderr


def test_a_page_that_fails_is_listed_with_what_the_database_said(deployed) -> None:
    owner = deployed.run("db", "url", "--role", "owner").stdout.strip()
    nothing = deployed.run("sitemap", "failures")
    with psycopg.connect(owner) as connection:
        connection.execute(
            "INSERT INTO tags (id, name, slug) OVERRIDING SYSTEM VALUE VALUES (50000000000000, 'دور', 'far')"
        )

    built = deployed.run("sitemap", "build")
    told, listed = deployed.run("sitemap", "failures"), deployed.run("sitemap", "failures", "--json")

    assert (nothing.returncode, nothing.stdout) == (0, "no page fails\n")
    assert built.returncode == 0, built.stderr
    assert told.stdout.startswith("TAG:50000000000000  is tried again  failed 1 times since ")
    assert told.stdout.endswith("22003 integer out of range\n")
    (failure,) = json.loads(listed.stdout)
    assert (failure["entity"], failure["left_out"], failure["attempts"]) == ("TAG:50000000000000", False, 1)
