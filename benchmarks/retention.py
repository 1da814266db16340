"""How fast deletions go to the archive, beside a plain batched DELETE of the same rows, and in what memory.

`python benchmarks/retention.py --batches 200 --rows 500 --runs 3` writes the table into RESULTS.md. Salons
with reviews are deleted and aged once; every run works on copies of that database, the two ways in turn. A
worker is a process of its own, whose highest memory is that of the whole run.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
from results import write_section

from pgevolve.deploy import deploy
from pgevolve.local import LocalPostgres
from pgevolve.scratch import create_database, scratch_database, with_database
from sevra_atlas.domain.retention.exporting import export_month, open_months
from sevra_atlas.domain.retention.run import run_once
from sevra_atlas.domain.retention.segment_store import LocalSegments
from sevra_atlas.migrate import project

_TITLE = "## Archiving deletions"
_FILL = """
INSERT INTO public.users (username, phone_number, referral_code)
SELECT 'u' || n, '+98900' || lpad(n::text, 7, '0'), 'c' || n FROM generate_series(1, {rows}) n;
INSERT INTO public.salons (name, slug)
SELECT 'salon ' || n, 'salon-' || n FROM generate_series(1, {batches}) n;
INSERT INTO public.reviews (author_id, salon_id, rating, body)
SELECT u.id, s.id, 1 + u.id % 5, repeat('خیلی خوب بود ', 8) FROM public.salons s CROSS JOIN public.users u;
DELETE FROM live.salons;
UPDATE public.deletion_batches SET created_at = now() - interval '31 days';
DELETE FROM public.outbox;
"""
_ENDED = """
SET ROLE sevra_owner;
UPDATE public.deletion_batches SET archived_at = archived_at - interval '70 days';
UPDATE archive.rows SET archived_at = archived_at - interval '70 days';
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one worker did: rows, seconds, and the most memory it had, in MiB."""

    rows: int
    seconds: float
    memory: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def archived(connection: psycopg.Connection, _: str) -> int:
    """Archive everything; return how many rows went."""
    return sum(run_once(connection).rows.values())


def deleted(connection: psycopg.Connection, _: str) -> int:
    """Delete the same rows, a transaction a batch, children first: what it would cost to keep nothing."""
    rows = 0
    for (batch,) in connection.execute(
        "SELECT id FROM public.deletion_batches ORDER BY created_at, id"
    ).fetchall():
        with connection.transaction():
            for table in ("reviews", "salons"):
                rows += connection.execute(
                    f"DELETE FROM public.{table} WHERE deletion_id = %s".encode(), (batch,)
                ).rowcount
    return rows


def exported(connection: psycopg.Connection, folder: str) -> int:
    """Write every closed month to files and read it back."""
    store = LocalSegments(Path(folder))
    return sum(export_month(connection, store, month).row_count for month in open_months(connection))


WORK: dict[str, Callable[[psycopg.Connection, str], int]] = {
    "archived": archived,
    "deleted": deleted,
    "exported": exported,
}


def work(name: str, url: str, folder: str) -> None:
    """Do one kind of work and print what it took, as a worker of its own."""
    with psycopg.connect(url, autocommit=True) as connection:
        started = time.monotonic()
        rows = WORK[name](connection, folder)
        seconds = time.monotonic() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([rows, seconds, memory]))


def measured(name: str, url: str, role: str, folder: str) -> Measured:
    """Let a worker do it, as a role."""
    address = (
        f"{url}{'&' if '?' in url else '?'}options={quote(f'-c role={role} -c search_path=public', safe='')}"
    )
    done = subprocess.run(
        [sys.executable, __file__, "--work", name, address, folder],
        check=True,
        capture_output=True,
        text=True,
    )
    return Measured(*json.loads(done.stdout))


def section(batches: int, rows: int, runs: list[tuple[Measured, Measured, Measured]]) -> str:
    """Return the section of the page."""

    def middle(place: int) -> Measured:
        return sorted((run[place] for run in runs), key=lambda each: each.rate)[len(runs) // 2]

    move, peer, export = middle(0), middle(1), middle(2)
    ratio = statistics.median(run[0].rate / run[1].rate for run in runs)
    most = max(each.memory for run in runs for each in (run[0], run[2]))
    lines = (
        ("archived", move, "satellites looked for, rows hashed, counts compared"),
        (
            "deleted by plain DELETE, batch by batch",
            peer,
            "the same rows, triggers and keys; nothing is kept",
        ),
        ("exported", export, "written, compressed, read back and hashed again"),
    )
    table = "\n".join(
        f"| {what} | {each.rate:,.0f} | {each.seconds:.1f} s | {each.memory:.0f} MiB | {how} |"
        for what, each, how in lines
    )
    return f"""{_TITLE}

{datetime.now(UTC):%Y-%m-%d}: {batches:,} deletions of a salon with {rows:,} reviews, medians of {len(runs)}
runs, each on a copy of one database, archiving and deleting in turn.

| what | rows a second | took | memory of the worker | with |
|---|---|---|---|---|
{table}

Archiving runs at {ratio:.2f} of the speed of the DELETE (limit: at least 0.5, and 2,000 rows a second); the
worker had at most {most:.0f} MiB (limit: 128).
"""


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--rows", type=int, default=500, help="reviews of each salon")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--print", action="store_true", dest="only_print", help="leave RESULTS.md as it is")
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(*options.work)
        return
    with tempfile.TemporaryDirectory(prefix="sva-") as home:
        server = LocalPostgres(Path(home) / "server")
        try:
            with server:
                text = section(options.batches, options.rows, list(_runs(server, options, Path(home))))
        finally:
            server.delete()
    print(text)
    if not options.only_print:
        write_section(text)


def _runs(
    server: LocalPostgres, options: argparse.Namespace, home: Path
) -> list[tuple[Measured, Measured, Measured]]:
    create_database(server.url(), "filled")
    filled = with_database(server.url(), "filled")
    deploy(project(), filled)
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute(_FILL.format(batches=options.batches, rows=options.rows).encode())
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    found = []
    for number in range(options.runs):
        with scratch_database(server.url(), "filled") as url:
            peer = measured("deleted", url, "sevra_owner", "")
        with scratch_database(server.url(), "filled") as url:
            move = measured("archived", url, "sevra_maintenance", "")
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(_ENDED)
            export = measured("exported", url, "sevra_maintenance", str(home / f"months-{number}"))
        print(
            f"run {number + 1}: {move.rate:,.0f} rows/s archived, {peer.rate:,.0f} deleted", file=sys.stderr
        )
        found.append((move, peer, export))
    return found


if __name__ == "__main__":
    main()
