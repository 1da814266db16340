"""Cost of the sitemap in a database that is there: `python benchmarks/sitemap.py URI FOLDER`.

The database is one that `sevra demo load` filled (docs/large-data.md); the login may become
`sevra_maintenance` and `sevra_app`. Its sitemap is made anew in the folder: a full build, rows first and then
files, the same once more with nothing to change, and one edit with its tick. CPU seconds are those of this
process and of the server's two; the server's are read from /proc, and 0 where it runs elsewhere.
"""

import os
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from site_data import acting

from sevra_atlas.domain import sitemap_rebuild, sitemap_worker
from sevra_atlas.domain.sitemap_folder import SitemapFolder
from sevra_atlas.domain.sitemap_publishing import Published, leading, publish

_MOST_SECONDS, _MOST_MIB, _OF_URLS = 120, 256, 1_000_000


def built(
    connection: psycopg.Connection, beside: psycopg.Connection, folder: SitemapFolder
) -> tuple[int, float, float, Published]:
    """Build everything; return addresses, seconds for the rows, seconds for the files, what was written."""
    with leading(connection):
        begun = time.perf_counter()
        rebuilt = sitemap_rebuild.rebuild_all(connection, beside=[beside])
        rows = time.perf_counter() - begun
        with connection.transaction():
            published = publish(connection, folder)
    return rebuilt.listed, rows, time.perf_counter() - begun - rows, published


def cpu_seconds(*connections: psycopg.Connection) -> float:
    """Return what this process and those of its connections in the server have used so far."""
    ticks = 0
    for connection in connections:
        with suppress(FileNotFoundError):
            fields = Path(f"/proc/{connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def edited(connection: psycopg.Connection, app_url: str, folder: SitemapFolder) -> tuple[float, Published]:
    """Change one salon; return how long its tick took and what it wrote."""
    with psycopg.connect(app_url, autocommit=True) as application:
        application.execute(
            "UPDATE salons SET summary = coalesce(summary, '') || '.'"
            " WHERE id = (SELECT min(id) FROM salons WHERE status = 'ACTIVE')"
        )
    begun = time.perf_counter()
    ticked = sitemap_worker.tick(connection, folder)
    return time.perf_counter() - begun, ticked.published


def main(url: str, path: str) -> int:
    """Print the figures; return 1 when a build is slower or larger than promised."""
    base = url if "?" in url else f"{url}?"
    folder = SitemapFolder(Path(path), "https://sevra.example")
    maintenance = acting(base, "sevra_maintenance", "public")
    with (
        psycopg.connect(maintenance, autocommit=True) as connection,
        psycopg.connect(maintenance, autocommit=True) as beside,
    ):
        slowest = 0.0
        for name in ("first build", "build again"):
            before = cpu_seconds(connection, beside)
            urls, rows, files, published = built(connection, beside, folder)
            spent = cpu_seconds(connection, beside) - before
            slowest = max(slowest, rows + files)
            print(
                f"{name}: {urls:,} addresses, rows {rows:.1f} s, files {files:.1f} s, CPU {spent:.1f} s,"
                f" {(rows + files) * 1_000_000 / urls:.0f} s a million, load {os.getloadavg()[0]:.1f},"
                f" {published.files} files, {published.changed} changed",
                flush=True,
            )
        seconds, published = edited(connection, acting(base, "sevra_app", "live,public"), folder)
    print(f"one edit: tick of {seconds:.2f} s, {published.shards} shard, {published.files} files in the set")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    limit = _MOST_SECONDS * urls / _OF_URLS
    print(f"memory {memory:.0f} MiB of {_MOST_MIB}; a build may take {limit:.0f} s of {urls:,} addresses")
    return 0 if slowest <= limit and memory <= _MOST_MIB else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
