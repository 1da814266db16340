"""How long readers and writers stand still while a table of millions of rows changes.

Twelve changes, each made three ways on a copy of one database: as pgevolve plans and deploys them, as plain
DDL in one transaction, and as Alembic's autogenerate writes them. Meanwhile another process reads and writes
single rows at a fixed pace, whatever the answers take: a statement that waits is late, and so are those
behind it. The longest delay is the stall; beside it stands that of the same load with nothing changing.

`python benchmarks/stalls.py --rows 5000000 --runs 3` writes the table into RESULTS.md; it takes long, so
`make bench` leaves it out.
"""

import argparse
import multiprocessing
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import psycopg
from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.operations.ops import ModifyTableOps, OpContainer
from psycopg import sql
from results import write_section
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    text,
)

from pgevolve.build import build
from pgevolve.catalog import Catalog, read_catalog
from pgevolve.connect import sqlalchemy_connection
from pgevolve.deploy import deploy
from pgevolve.local import LocalPostgres
from pgevolve.new import new_migration
from pgevolve.plan import plain_steps
from pgevolve.project import GateOptions, Project
from pgevolve.scratch import scratch_database

_TITLE = "## Standing still while a table changes"
_MAKERS = 1000
# Statements a second: about a fifth of what the machine could do.
_READS, _WRITES = 100, 50
_SETTLE_SECONDS = 1.0


def _models(*items: Any, without: tuple[str, ...] = (), **changed: Column[Any]) -> MetaData:
    """Return the models: makers and their items, with columns added, changed or left out."""
    metadata = MetaData()
    Table("makers", metadata, Column("id", BigInteger, primary_key=True, autoincrement=False))
    columns = {
        "id": Column("id", BigInteger, Identity(always=True), primary_key=True),
        "maker_id": Column("maker_id", BigInteger),
        "name": Column("name", Text, nullable=False),
        "code": Column("code", String(20)),
        "price": Column("price", Integer),
        "note": Column("note", Text),
    }
    columns |= changed
    Table("items", metadata, *(c for name, c in columns.items() if name not in without), *items)
    return metadata


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the models, by what a person would call it."""

    name: str
    models: Callable[[], MetaData]


CHANGES = (
    Change("add a column", lambda: _models(Column("color", Text))),
    Change(
        "add a required column with a constant default",
        lambda: _models(Column("stock", Integer, nullable=False, server_default=text("0"))),
    ),
    Change(
        "add a column with a default of each row",
        lambda: _models(Column("token", Text, server_default=text("gen_random_uuid()::text"))),
    ),
    Change("require a value", lambda: _models(maker_id=Column("maker_id", BigInteger, nullable=False))),
    Change("add an index", lambda: _models(Index("items_price_idx", "price"))),
    Change("make a column unique", lambda: _models(UniqueConstraint("code", name="items_code_key"))),
    Change(
        "add a foreign key",
        lambda: _models(
            Index("items_maker_id_idx", "maker_id"),
            maker_id=Column("maker_id", BigInteger, ForeignKey("makers.id", name="items_maker_id_fkey")),
        ),
    ),
    Change("add a check", lambda: _models(CheckConstraint("price >= 0", name="items_price_check"))),
    Change("integer becomes bigint", lambda: _models(price=Column("price", BigInteger))),
    Change("varchar(20) becomes varchar(50)", lambda: _models(code=Column("code", String(50)))),
    Change(
        "rename a column",
        lambda: _models(Column("remark", Text, info={"renamed_from": "note"}), without=("note",)),
    ),
    Change("drop a column", lambda: _models(without=("note",))),
)


@dataclass(frozen=True, slots=True)
class Stall:
    """The longest delay of a read and of a write in milliseconds; what failed; seconds of the change."""

    read: float
    write: float
    failed: int
    seconds: float


def _load(url: str, rows: int, pipe: Pipe) -> None:
    """Read and write single rows at a fixed pace until told to end; send the longest delays."""
    ending = threading.Event()
    delays: dict[str, list[float]] = {"read": [], "write": []}
    failed: list[int] = [0]

    def client(kind: str, pace: int, statement: str, values: Callable[[int], tuple[object, ...]]) -> None:
        with psycopg.connect(url, autocommit=True, application_name="load") as connection:
            # A prepared statement fails for good once a column of its answer has another type.
            connection.prepare_threshold = None
            begun, number = time.monotonic(), 0
            while not ending.is_set():
                due = begun + number / pace
                left = due - time.monotonic()
                if left > 0:
                    time.sleep(left)
                try:
                    connection.execute(statement.encode(), values(number))
                except psycopg.Error:
                    failed[0] += 1
                delays[kind].append(time.monotonic() - due)
                number += 1

    def spread(number: int) -> int:
        return (number * 7919) % rows + 1

    clients = (
        ("read", _READS, "SELECT name, price FROM items WHERE id = %s", lambda n: (spread(n),)),
        ("write", _WRITES, "UPDATE items SET price = price + 1 WHERE id = %s", lambda n: (spread(n),)),
        (
            "write",
            _WRITES // 5,
            "INSERT INTO items (maker_id, name, code, price) VALUES (%s, 'new', %s, 5)",
            lambda n: (n % _MAKERS + 1, f"new-{n}"),
        ),
    )
    threads = [threading.Thread(target=client, args=entry) for entry in clients]
    for thread in threads:
        thread.start()
    pipe.send("ready")
    pipe.recv()
    ending.set()
    for thread in threads:
        thread.join()
    pipe.send((max(delays["read"]) * 1000, max(delays["write"]) * 1000, failed[0]))


def _under_load(url: str, rows: int, act: Callable[[], object]) -> Stall:
    """Act while the load runs, and return what it suffered."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_load, args=(url, rows, theirs))
    process.start()
    ours.recv()
    time.sleep(_SETTLE_SECONDS)
    begun = time.monotonic()
    try:
        act()
    finally:
        seconds = time.monotonic() - begun
        time.sleep(_SETTLE_SECONDS)
        ours.send("end")
        read, write, failed = ours.recv()
        process.join()
    return Stall(read, write, failed, seconds)


class Bench:
    """A server with a filled database that is copied for each measure."""

    def __init__(self, server: LocalPostgres, folder: Path, rows: int) -> None:
        self.server, self.folder, self.rows = server, folder, rows

    def prepare(self) -> None:
        """Deploy the first migration into the database `base`, and fill it."""
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE base TEMPLATE template0 ENCODING 'UTF8'")
        new_migration(self._project(_models(), self.folder / "base"), "initial")
        url = self.server.url("base")
        deploy(self._project(_models(), self.folder / "base"), url)
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO makers SELECT generate_series(1, %s)", (_MAKERS,))
            connection.execute(
                "INSERT INTO items (maker_id, name, code, price, note)"
                " SELECT n %% %s + 1, 'item ' || n, 'c' || n, n %% 1000, repeat('x', 40)"
                " FROM generate_series(1, %s) AS n",
                (_MAKERS, self.rows),
            )
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Yield the address of a copy of the filled database."""
        name = sql.Identifier("copied")
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE base STRATEGY file_copy").format(name))
            try:
                yield self.server.url("copied")
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def planned(self, change: Change, url: str) -> Callable[[], object]:
        """Return a deploy of what pgevolve writes, contract included."""
        migrations = self.folder / "planned"
        shutil.rmtree(migrations, ignore_errors=True)
        shutil.copytree(self.folder / "base", migrations)
        project = self._project(change.models(), migrations)
        new_migration(project, "change")

        def act() -> None:
            while deploy(project, url).waiting is not None:
                continue

        return act

    def naive(self, change: Change, url: str) -> Callable[[], object]:
        """Return plain DDL in one transaction."""
        models = change.models()
        steps = plain_steps(self._catalog(_models()), self._catalog(models))
        renamed = {c.name: c.info["renamed_from"] for c in models.tables["items"].c if c.info}
        statements = (
            [step.sql for step in steps]
            if not renamed
            else [f"ALTER TABLE items RENAME COLUMN {old} TO {new}" for new, old in renamed.items()]
        )

        def act() -> None:
            with psycopg.connect(url) as connection:
                for statement in statements:
                    connection.execute(statement.encode())

        return act

    def alembic(self, change: Change, url: str) -> Callable[[], object]:
        """Return what Alembic's autogenerate writes, in one transaction as its environments run it."""
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))

        def act() -> None:
            with engine.begin() as connection:
                for operation in found:
                    Operations(context_on(connection)).invoke(operation)
            engine.dispose()

        def context_on(connection: Any) -> MigrationContext:
            options = {"compare_type": True, "compare_server_default": True, "include_name": _ours}
            return MigrationContext.configure(connection, opts=options)

        with engine.connect() as connection:
            script = produce_migrations(context_on(connection), change.models())
            assert script.upgrade_ops is not None
            found = list(_flat(script.upgrade_ops))
        return act

    def _project(self, models: MetaData, migrations: Path) -> Project:
        gate = GateOptions(quiet=timedelta(0))
        return Project(models, migrations, scratch_url=self.server.url(), gate=gate)

    def _catalog(self, models: MetaData) -> Catalog:
        with (
            scratch_database(self.server.url()) as url,
            sqlalchemy_connection(url, purpose="bench") as connection,
        ):
            build(connection, models, None)
            return read_catalog(connection)


def _ours(name: str | None, type_: str, _parents: Any) -> bool:
    return type_ != "table" or name in ("items", "makers")


def _flat(container: OpContainer) -> Iterator[Any]:
    for operation in container.ops:
        if isinstance(operation, ModifyTableOps):
            yield from operation.ops
        else:
            yield operation


def _measured(bench: Bench, change: Change, way: Callable[[Change, str], Callable[[], object]]) -> Stall:
    with bench.copy() as url:
        return _under_load(url, bench.rows, way(change, url))


def _idle(bench: Bench, seconds: float) -> Stall:
    with bench.copy() as url:
        return _under_load(url, bench.rows, lambda: time.sleep(seconds))


def _behind_an_idle_transaction(
    bench: Bench, way: Callable[[Change, str], Callable[[], object]], seconds: float
) -> Stall:
    """Add a column while somebody has read the table and does not end the transaction."""
    with bench.copy() as url, psycopg.connect(url) as sitting:
        act = way(CHANGES[0], url)
        sitting.execute("SELECT count(*) FROM (SELECT FROM items LIMIT 1) AS one")
        timer = threading.Timer(seconds, sitting.rollback)
        timer.start()
        stall = _under_load(url, bench.rows, act)
        timer.join()
        return stall


def _row(name: str, stalls: list[Stall]) -> str:
    cells = " | ".join(
        f"{s.read:.0f} / {s.write:.0f} ms{f', {s.failed} failed' if s.failed else ''}, {s.seconds:.1f} s"
        for s in stalls
    )
    return f"| {name} | {cells} |"


def _worst(stalls: list[Stall]) -> Stall:
    return Stall(
        max(s.read for s in stalls),
        max(s.write for s in stalls),
        max(s.failed for s in stalls),
        sorted(s.seconds for s in stalls)[len(stalls) // 2],
    )


def _section(bench: Bench, runs: int) -> str:
    ways = (bench.planned, bench.naive, bench.alembic)
    baseline = _worst([_idle(bench, 20) for _ in range(runs)])
    rows = []
    for change in CHANGES:
        print(f"measuring: {change.name}", flush=True)
        rows.append(
            _row(change.name, [_worst([_measured(bench, change, way) for _ in range(runs)]) for way in ways])
        )
        print(rows[-1], flush=True)
    waiting = [_behind_an_idle_transaction(bench, way, 30) for way in ways]
    rows.append(_row("add a column, a 30 s idle transaction in the way", waiting))
    print(rows[-1], flush=True)
    conditions = (
        f"{datetime.now(UTC):%Y-%m-%d}, PostgreSQL {bench.server.version}, {bench.rows:,} rows,"
        f" {_READS} reads and {_WRITES + _WRITES // 5} writes a second at a fixed pace; the longest delay"
        f" of a read / of a write in {runs} runs, statements that failed, and the median time of the"
        f" change. With nothing changing: {baseline.read:.0f} / {baseline.write:.0f} ms. Alembic's"
        " autogenerate sees no CHECK, and drops and adds a renamed column, whose values are lost."
    )
    heading = ("| change | pgevolve | plain DDL | Alembic |", "|---|---|---|---|")
    return "\n".join([_TITLE, "", conditions, "", *heading, *rows, ""])


def main() -> None:
    """Measure on a server made for it, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stalls-") as folder:
        Path(folder).chmod(0o755)  # the server's own account must be able to enter
        settings = {"shared_buffers": "1GB", "max_wal_size": "8GB", "maintenance_work_mem": "512MB"}
        server = LocalPostgres(Path(folder, "server"), settings=settings)
        server.start()
        try:
            bench = Bench(server, Path(folder), asked.rows)
            bench.prepare()
            section = _section(bench, asked.runs)
        finally:
            server.stop()
    write_section(section)
    print(section)


if __name__ == "__main__":
    main()
