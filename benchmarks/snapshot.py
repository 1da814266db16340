"""How long a snapshot is taken, proved and restored, beside pg_dump and pg_restore over the same data.

A database of mixed types is made on a server of its own: narrow rows, wide texts, JSON, arrays, numbers of
every kind, random bytes, keys and indexes. Ours and the raw programs alternate, with the same number of
jobs, in one run. `python benchmarks/snapshot.py --gigabytes 2` writes its section into RESULTS.md; it takes
long, so `make bench` leaves it out.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from results import write_section

from pgevolve.local import LocalPostgres
from pgevolve.project import BackupOptions
from pgevolve.scratch import create_database, drop_database, with_database
from pgevolve.snapshot import (
    Snapshot,
    create_snapshot,
    drill,
    open_storage,
    restore_snapshot,
    verify_snapshot,
)

_TITLE = "## Snapshots"
_JOBS = 2
# Rows of each table for a gigabyte of database, its columns, and what row n holds.
_TABLES = {
    "visits": (
        2_600_000,
        "id bigint PRIMARY KEY, at timestamptz, page integer, city smallint, seconds real, ok boolean",
        """
        n, '2026-01-01'::timestamptz + n * interval '1 second', hashint8(n), (n % 900)::smallint,
        random()::real, n % 7 <> 0
        """,
    ),
    "articles": (
        130_000,
        "id bigint PRIMARY KEY, title text, body text, tags text[], price numeric(12, 2), day date",
        """
        n, 'عنوان نوشته ' || n,
        (SELECT string_agg(md5((n * m)::text) || ' سالن زیبایی', ' ') FROM generate_series(1, 18) AS m),
        ARRAY['tag' || n % 40, NULL, 'b "c"'], n / 7.0, '2026-01-01'
        """,
    ),
    "documents": (
        260_000,
        "id uuid PRIMARY KEY, content jsonb, span int4range, wait interval",
        """
        gen_random_uuid(),
        jsonb_build_object('n', n, 'name', md5(n::text), 'list', jsonb_build_array(n, n + 1),
                           'text', repeat(md5(n::text), 8)),
        int4range(n::integer, n::integer + 9), n * interval '1 minute'
        """,
    ),
    "pictures": (
        32_000,
        "id bigint PRIMARY KEY, kind text, content bytea",
        """
        n, 'webp',
        (SELECT string_agg(decode(md5((n * m)::text || random()), 'hex'), '')
           FROM generate_series(1, 256) AS m)
        """,
    ),
}
_INDEXES = (
    "CREATE INDEX ON visits (page, at)",
    "CREATE INDEX ON articles (title)",
    "CREATE INDEX ON documents USING gin (content jsonb_path_ops)",
)


@dataclass(slots=True)
class Measured:
    """Seconds of each round of one task, ours and the peer's."""

    what: str
    peer_name: str
    ours: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)

    def row(self) -> str:
        """Return a line of the table."""
        ours, peer = statistics.median(self.ours), statistics.median(self.peer)
        return f"| {self.what} | {ours:.1f} s | {peer:.1f} s | {self.peer_name} | {ours / peer:.2f} |"


class Bench:
    """A filled database on a server, and a folder for what is made of it."""

    def __init__(self, server: LocalPostgres, folder: Path, gigabytes: float) -> None:
        self.server, self.folder = server, folder
        self.url = with_database(server.url(), "bench")
        create_database(server.url(), "bench")
        self._fill(gigabytes)
        self.options = BackupOptions(str(folder / "backups"), jobs=_JOBS)
        self.storage = open_storage(self.options.destination)

    def _fill(self, gigabytes: float) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for name, (rows, columns, values) in _TABLES.items():
                connection.execute(f"CREATE TABLE {name} ({columns})".encode())
                numbers = f"generate_series(1, {round(rows * gigabytes)}::bigint) AS n"
                connection.execute(f"INSERT INTO {name} SELECT {values} FROM {numbers}".encode())
            for statement in _INDEXES:
                connection.execute(statement.encode())
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    @property
    def bytes(self) -> int:
        """How large the database is."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(row[0])

    def raw_dump(self) -> Path:
        """Dump with pg_dump alone; return its directory."""
        target = self.folder / "raw"
        shutil.rmtree(target, ignore_errors=True)
        self._run("pg_dump", "-Fd", f"-j{_JOBS}", f"--file={target}", f"--dbname={self.url}")
        return target

    def raw_read(self, dump: Path) -> None:
        """Let pg_restore read a whole dump."""
        self._run("pg_restore", "--file=/dev/null", str(dump))

    def raw_restore(self, dump: Path) -> None:
        """Restore with pg_restore alone into a new database."""
        create_database(self.server.url(), "raw")
        address = with_database(self.url, "raw")
        self._run("pg_restore", "--exit-on-error", f"-j{_JOBS}", f"--dbname={address}", str(dump))

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([self.server.binaries.tool(program), *arguments], check=True)


def _seconds(work: Callable[[], object]) -> float:
    os.sync()  # what the one before left is not to be written on this one's time
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _measure(bench: Bench, rounds: int) -> list[Measured]:
    taken = Measured("take, with counts, checksums and proof", f"pg_dump -Fd -j{_JOBS}")
    verified = Measured("verify", "pg_restore to /dev/null")
    restored = Measured("restore and compare", f"pg_restore -j{_JOBS}")
    drilled = Measured("drill: the time a recovery takes", f"pg_restore -j{_JOBS}")
    made: list[Snapshot] = []
    for _ in range(rounds):
        taken.ours.append(_seconds(lambda: made.append(create_snapshot(bench.url, bench.options))))
        taken.peer.append(_seconds(bench.raw_dump))
        snapshot, raw = made[-1], bench.folder / "raw"
        verified.ours.append(_seconds(lambda: verify_snapshot(bench.storage, made[-1])))
        verified.peer.append(_seconds(lambda: bench.raw_read(bench.folder / "raw")))
        restored.ours.append(
            _seconds(
                lambda: restore_snapshot(bench.url, bench.storage, made[-1], into="restored", jobs=_JOBS)
            )
        )
        drop_database(bench.server.url(), "restored")
        seconds = _seconds(lambda: bench.raw_restore(bench.folder / "raw"))
        drop_database(bench.server.url(), "raw")
        restored.peer.append(seconds)
        drilled.peer.append(seconds)
        drilled.ours.append(drill(bench.url, bench.storage, snapshot, jobs=_JOBS).seconds)
        bench.storage.remove(snapshot.name)
        shutil.rmtree(raw)
    return [taken, verified, restored, drilled]


def _section(bench: Bench, measured: list[Measured], rounds: int) -> str:
    size, load = bench.bytes / (1 << 30), os.getloadavg()[0]
    about = (
        f"{datetime.now(UTC):%Y-%m-%d}, PostgreSQL {bench.server.version}, {os.cpu_count()} cores, load"
        f" {load:.0f}; a database of {size:.1f} GB of mixed types, gzip, {_JOBS} jobs, medians of {rounds}"
        " rounds in which ours and the peer alternate. Ours counts and sums the rows of every table, hashes"
        " every file and decodes the dump to its end; the peer does nothing of it. A load above the number of"
        " cores means a busy machine."
    )
    return "\n".join(
        [
            _TITLE,
            "",
            about,
            "",
            "| what | ours | peer | which peer | ratio |",
            "|---|---|---|---|---|",
            *(entry.row() for entry in measured),
            "",
        ]
    )


@contextmanager
def _bench(gigabytes: float) -> Iterator[Bench]:
    folder = Path(tempfile.mkdtemp(prefix="pge-"))
    server = LocalPostgres(folder / "home", settings={"shared_buffers": "256MB", "max_wal_size": "4GB"})
    try:
        folder.chmod(0o755)
        server.start()
        yield Bench(server, folder, gigabytes)
    finally:
        server.delete()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Measure, print the section and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-write", action="store_true", help="only print")
    asked = parser.parse_args()
    with _bench(asked.gigabytes) as bench:
        section = _section(bench, _measure(bench, asked.rounds), asked.rounds)
    sys.stdout.write(section)
    if not asked.no_write:
        write_section(section)


if __name__ == "__main__":
    main()
