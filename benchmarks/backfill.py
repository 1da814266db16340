"""How fast rows are filled in batches, and what a standby and a writer suffer from it, beside one UPDATE.

One table on a primary with a standby, both made for it. Each way fills the same column of a fresh copy:
the engine with its usual settings, the engine without looking after anybody, and one plain UPDATE. Meanwhile
another session writes single rows at a fixed pace, and a third one asks how far the standby is behind.

`python benchmarks/backfill.py --rows 5000000 --runs 3` writes the table into RESULTS.md; it takes long, so
`make bench` leaves it out.
"""

import argparse
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from results import write_section
from sqlalchemy import MetaData

from pgevolve.deploy import deploy
from pgevolve.history import write_migration
from pgevolve.local import LocalPostgres
from pgevolve.local.account import account_for, run_as
from pgevolve.project import BackfillOptions, Project
from pgevolve.scratch import scratch_database
from pgevolve.step import Step
from pgevolve.verify import schema_digest

_TITLE = "## Filling rows"
_ITEMS = """
CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, price integer NOT NULL, note text, key text);
INSERT INTO items SELECT n, 'Item ' || n, n % 1000, repeat('x', 60) FROM generate_series(1, {rows}) AS n;
"""
_FILLED = "UPDATE public.items SET key = lower(name)"
_BATCH = f"{_FILLED}\nWHERE ctid >= $1 AND ctid < $2\n    AND (key IS NULL AND lower(name) IS NOT NULL);\n"
_LAG = """
SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0)::bigint,
       coalesce(max(extract(epoch FROM replay_lag)), 0)::float8 FROM pg_stat_replication
"""
_CAUGHT_UP = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= %s::pg_lsn"
_NOW = datetime(2026, 11, 22, 10, 15)  # noqa: DTZ001 (only its digits name a directory)
_WRITES, _SAMPLE_SECONDS = 20, 0.05
_PATIENCE_SECONDS = 300
_UNBOUNDED = BackfillOptions(
    max_lag_seconds=1e9, max_lag_megabytes=1e9, max_wal_megabytes_per_second=0, checkpoint_pause_seconds=0
)


@dataclass(frozen=True, slots=True)
class Run:
    """Rows a second; the longest lag of the standby in MB and seconds; the longest delay of a write in ms."""

    rate: float
    lag_megabytes: float
    lag_seconds: float
    delay: float


@dataclass
class Bench:
    """A primary with a standby, and a template database with the table."""

    primary: LocalPostgres
    folder: Path
    rows: int

    def prepare(self) -> None:
        """Fill the template, and make the standby."""
        with psycopg.connect(self.primary.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE items TEMPLATE template0 ENCODING 'UTF8'")
        with psycopg.connect(self.primary.url("items"), autocommit=True) as connection:
            connection.execute(_ITEMS.format(rows=self.rows).encode())
            connection.execute("VACUUM ANALYZE items")
        home = self.folder / "standby"
        home.mkdir(mode=0o700)
        account = account_for(self.primary.home / "data")
        if account is not None:
            account.owns(home)
        source = f"host={self.primary.socket_dir} port={self.primary.port} user=postgres"
        command = [self.primary.binaries.tool("pg_basebackup"), "-D", str(home / "data"), "-d", source]
        # With a slot: the primary keeps what a standby has not seen, however far that is behind.
        done = run_as(account, [*command, "-R", "-c", "fast", "-C", "-S", "bench"])
        if done.returncode != 0:
            raise SystemExit(done.stdout.decode())

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Yield a fresh copy of the database that the standby has, too, after a checkpoint."""
        with scratch_database(self.primary.url(), "items") as url:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CHECKPOINT")
                row = connection.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
                assert row is not None
                latest = time.monotonic() + _PATIENCE_SECONDS
                while connection.execute(_CAUGHT_UP, row).fetchone() != (1,):
                    if time.monotonic() > latest:
                        raise SystemExit(f"the standby did not catch up in {_PATIENCE_SECONDS} s")
                    time.sleep(_SAMPLE_SECONDS)
            yield url


def _plain(url: str, _folder: Path, rows: int) -> float:
    begun = time.monotonic()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_FILLED.encode())
    return rows / (time.monotonic() - begun)


def _engine(options: BackfillOptions) -> Callable[[str, Path, int], float]:
    def fill(url: str, folder: Path, rows: int) -> float:
        project = Project(MetaData(), folder / "migrations", backfill=options)
        try:
            digest = schema_digest(url, project)
            steps = (Step("SELECT 1"),)
            write_migration(
                project.migrations, "key", _NOW, "expand", steps, None, "none", digest, backfill_sql=_BATCH
            )
            report = deploy(project, url)
        finally:
            shutil.rmtree(project.migrations)
        (filled,) = report.migrations[0].fills
        return rows / filled.seconds

    return fill


def _measured(bench: Bench, way: Callable[[str, Path, int], float]) -> Run:
    with bench.copy() as url:
        over = threading.Event()
        lags, delays = [(0, 0.0)], [0.0]
        watchers = (
            threading.Thread(target=_sample, args=(url, over, lags)),
            threading.Thread(target=_write, args=(url, bench.rows, over, delays)),
        )
        for watcher in watchers:
            watcher.start()
        try:
            rate = way(url, bench.folder, bench.rows)
        finally:
            over.set()
            for watcher in watchers:
                watcher.join()
        return Run(rate, max(lags)[0] / (1 << 20), max(lag for _, lag in lags), max(delays) * 1000)


def _sample(url: str, over: threading.Event, lags: list[tuple[int, float]]) -> None:
    """Ask how far the standby is behind until it is over."""
    with psycopg.connect(url, autocommit=True) as connection:
        while not over.wait(_SAMPLE_SECONDS):
            row = connection.execute(_LAG).fetchone()
            assert row is not None
            lags.append((row[0], row[1]))


def _write(url: str, rows: int, over: threading.Event, delays: list[float]) -> None:
    """Write single rows at a fixed pace: a write that waits is late, and so are those behind it."""
    with psycopg.connect(url, autocommit=True) as connection:
        begun, number = time.monotonic(), 0
        while not over.is_set():
            due = begun + number / _WRITES
            over.wait(max(due - time.monotonic(), 0))
            row = number * 7919 % rows + 1
            connection.execute("UPDATE items SET price = price + 1 WHERE id = %s", (row,))
            delays.append(time.monotonic() - due)
            number += 1


def _section(bench: Bench, runs: int) -> str:
    ways = {
        "in batches": _engine(BackfillOptions()),
        "in batches, looking after nobody": _engine(_UNBOUNDED),
        "one UPDATE": _plain,
    }
    found: dict[str, list[Run]] = {name: [] for name in ways}
    for number in range(runs):
        for name, way in ways.items():
            print(f"measuring: {name}, run {number + 1}", flush=True)
            found[name].append(_measured(bench, way))
    peer = statistics.median(run.rate for run in found["one UPDATE"])
    settings = BackfillOptions()
    conditions = (
        f"{datetime.now(UTC):%Y-%m-%d}, PostgreSQL {bench.primary.version}, {bench.rows:,} rows, a standby on"
        f" the same machine, {_WRITES} writes of single rows a second at a fixed pace, {runs} runs. Rows a"
        " second are medians, the others the worst of all runs. In batches: at most"
        f" {settings.max_wal_megabytes_per_second:.0f} MB of WAL a second, batches of"
        f" {settings.target_seconds} s, a last pass that reads the table again."
    )
    rows = [_row(name, of_way, peer) for name, of_way in found.items()]
    heading = (
        "| way | rows a second | ratio | standby behind by | for | longest delay of a write |",
        "|---|---|---|---|---|---|",
    )
    return "\n".join([_TITLE, "", conditions, "", *heading, *rows, ""])


def _row(name: str, runs: list[Run], peer: float) -> str:
    rate, delay = statistics.median(run.rate for run in runs), max(run.delay for run in runs)
    size, seconds = max(run.lag_megabytes for run in runs), max(run.lag_seconds for run in runs)
    return f"| {name} | {rate:,.0f} | {rate / peer:.2f} | {size:.0f} MB | {seconds:.2f} s | {delay:,.0f} ms |"


def main() -> None:
    """Measure on servers made for it, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--print", action="store_true", help="only print the section")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="backfill-") as folder:
        Path(folder).chmod(0o755)  # the servers' own account must be able to enter
        settings = {"wal_level": "replica", "shared_buffers": "1GB", "max_wal_size": "8GB"}
        primary = LocalPostgres(Path(folder, "primary"), settings=settings)
        standby = LocalPostgres(Path(folder, "standby"), settings=settings)
        primary.start()
        try:
            bench = Bench(primary, Path(folder), asked.rows)
            bench.prepare()
            standby.start()
            section = _section(bench, asked.runs)
        finally:
            standby.stop(force=True)
            primary.stop(force=True)
    if not asked.print:
        write_section(section)
    print(section)


if __name__ == "__main__":
    main()
