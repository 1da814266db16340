"""`sevra sitemap`: the files are written where the site serves them from."""

import gzip
import json

import psycopg


def test_a_build_writes_rows_and_files_and_says_how_many(deployed) -> None:
    url = deployed.run("db", "url").stdout.strip()
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO salons (name, slug) VALUES ('سالن', 'listed')")

    first = deployed.run("sitemap", "build", "--json")
    again = deployed.run("sitemap", "build")

    assert first.returncode == 0, first.stderr
    counts = json.loads(first.stdout)
    assert counts["rebuilt"] >= 4
    assert counts["files"] == counts["changed"] >= 2
    assert f"{counts['rebuilt']} pages in {counts['files']} files, 0 changed, 0 repaired" in again.stdout
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
