"""A deploy that is disturbed at one message, the next one that mends it, and what differs at last."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

import psycopg
from sqlalchemy import MetaData
from wire import Message, Moment, Trap, Wire

from pgevolve.connect import connect, make_predictable
from pgevolve.deploy import deploy, resume, rollback
from pgevolve.history import History, read_history, write_migration
from pgevolve.local import LocalPostgres
from pgevolve.project import Project
from pgevolve.run import NoJournal, run_steps
from pgevolve.scratch import create_database, drop_database, scratch_database, with_database
from pgevolve.step import Step
from pgevolve.verify import schema_digest

OWNER = "shop_owner"
PARTS = 16
"""Of a sweep over every message, which takes hours."""
_NOW = datetime(2026, 11, 22, 10, 15)  # noqa: DTZ001 (only its digits name a directory)
_BOUNDS = "FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')"
_TABLES = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1
"""
_CHECKSUM = "SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {} AS t"
_DEBRIS = """
SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid OR NOT indisready
UNION ALL SELECT conname FROM pg_constraint WHERE NOT convalidated
"""
_WORDS = {"CREATE", "ALTER", "DROP", "REINDEX", "INSERT", "UPDATE", "DELETE", "COMMIT"}
_NOTED = "INSERT INTO public.noted (step) VALUES ('{}')"


def alone(sql: str) -> Step:
    return Step(sql, transactional=False)


def _noted(name: str) -> Step:
    """Return a step whose running twice would be seen."""
    return Step(_NOTED.format(name))


FIRST: Sequence[Step] = (
    Step("CREATE TABLE public.noted (step text NOT NULL)"),
    Step("CREATE TABLE public.salons (id bigint PRIMARY KEY, name text, fax text)"),
    Step("CREATE INDEX salons_fax_idx ON public.salons (fax)"),
    Step("INSERT INTO public.salons SELECT n, 'salon ' || n, n FROM generate_series(1, 300) AS n"),
    Step("CREATE TYPE public.mood AS ENUM ('good')"),
    Step("CREATE TABLE public.visits (day date NOT NULL) PARTITION BY RANGE (day)"),
    Step(f"CREATE TABLE public.visits_old PARTITION OF public.visits {_BOUNDS}"),
)
SECOND: Sequence[Step] = (
    _noted("a"),
    Step("ALTER TABLE public.salons ADD COLUMN city text"),
    _noted("b"),
    alone("CREATE INDEX CONCURRENTLY salons_name_idx ON public.salons (name)"),
    _noted("c"),
    Step("ALTER TABLE public.salons ADD CONSTRAINT salons_name_check CHECK (name <> '') NOT VALID"),
    alone("ALTER TABLE public.salons VALIDATE CONSTRAINT salons_name_check"),
    alone("ALTER TYPE public.mood ADD VALUE 'bad'"),
    _noted("d"),
    alone("DROP INDEX CONCURRENTLY public.salons_fax_idx"),
    alone("REINDEX INDEX CONCURRENTLY public.salons_name_idx"),
    alone("ALTER TABLE public.visits DETACH PARTITION public.visits_old CONCURRENTLY"),
    _noted("e"),
)
SECOND_BACK: Sequence[Step] = (
    Step(f"ALTER TABLE public.visits ATTACH PARTITION public.visits_old {_BOUNDS}"),
    # The detaching left a check in the place of the bound.
    Step("ALTER TABLE public.visits_old DROP CONSTRAINT visits_old_day_check"),
    Step("DELETE FROM public.noted WHERE step <> 'back'"),
    alone("CREATE INDEX CONCURRENTLY salons_fax_idx ON public.salons (fax)"),
    Step("ALTER TABLE public.salons DROP CONSTRAINT salons_name_check"),
    alone("DROP INDEX CONCURRENTLY public.salons_name_idx"),
    Step("ALTER TABLE public.salons DROP COLUMN city"),
    _noted("back"),
    Step("DROP TYPE public.mood"),
    Step("CREATE TYPE public.mood AS ENUM ('good')"),
)
THIRD: Sequence[Step] = (Step("ALTER TABLE public.salons ADD COLUMN email text"), _noted("f"))
FILL = "UPDATE public.salons SET email = 'none' WHERE ctid >= $1 AND ctid < $2 AND email IS NULL;\n"
FOURTH: Sequence[Step] = (_noted("g"), Step("ALTER TABLE public.salons DROP COLUMN fax"))


def is_ledger_write(message: Message) -> bool:
    """Say whether a message makes the server write to the ledger."""
    word = message.sql.split(None, 1)[:1]
    return (
        message.ends_a_batch and "pgevolve." in message.sql and word in (["INSERT"], ["UPDATE"], ["DELETE"])
    )


def is_at_work(message: Message) -> bool:
    """Say whether a message makes the server run a step, fill rows or commit."""
    word = message.sql.split(None, 1)[:1]
    return message.ends_a_batch and "pgevolve." not in message.sql and bool(word) and word[0] in _WORDS


@dataclass(frozen=True)
class State:
    """What must be equal after every disturbance."""

    digest: str
    rows: Mapping[str, str]
    migrations: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, str, int, str], ...]
    debris: tuple[str, ...]


class Bench:
    """A history, a database from which every disturbed deploy starts, and the state in which it must end."""

    def __init__(self, server: LocalPostgres, folder: Path, function: str = "deploy") -> None:
        self.server, self.folder, self.function = server, folder, function
        self.project = Project(MetaData(), folder / "migrations", owner=OWNER)
        self.template = f"faults_{function}"
        self._write_history()
        self._make_template()
        self.quiet, self.messages = self._undisturbed()

    def close(self) -> None:
        drop_database(self.server.url(), self.template)

    def _write_history(self) -> None:
        with scratch_database(self.server.url()) as url:
            with psycopg.connect(url, autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone():
                    connection.execute(f"CREATE ROLE {OWNER}".encode())
                connection.execute(f"GRANT CREATE ON SCHEMA public TO {OWNER}".encode())
            self._write_migrations(url)

    def _write_migrations(self, url: str) -> None:
        self._write(url, "first", FIRST, None)
        self._write(url, "second", SECOND, SECOND_BACK)
        if self.function == "deploy":
            self._write(url, "third", THIRD, None, FILL)
            self._write(url, "fourth", FOURTH, None)

    def _write(
        self, url: str, name: str, up: Sequence[Step], down: Sequence[Step] | None, fill: str | None = None
    ) -> None:
        with connect(url, purpose="test") as connection:
            make_predictable(connection)
            run_steps(connection, up, owner=OWNER, journal=NoJournal())
        reason = "by hand" if down is None else None
        digest = schema_digest(url, self.project)
        write_migration(
            self.project.migrations, name, _NOW, "expand", up, down, reason, digest, backfill_sql=fill
        )

    def _make_template(self) -> None:
        """Deploy what stands before the disturbance."""
        create_database(self.server.url(), self.template)
        url = with_database(self.server.url(), self.template)
        history = read_history(self.project.migrations)
        count = 1 if self.function == "deploy" else len(history)
        part = self.folder / "part"
        _copy(history, part, count)
        deploy(Project(MetaData(), part, owner=OWNER), url)

    def _undisturbed(self) -> tuple[State, tuple[Message, ...]]:
        trap = Trap()
        with Children() as children, self.database() as url:
            status, said = self.run(url, trap, children)
            assert status == 0, said
            return self.state(url), tuple(trap.seen)

    @contextmanager
    def database(self) -> Iterator[str]:
        with scratch_database(self.server.url(), self.template) as url:
            # A copied sequence counts on what the log of its original says, and would go back in a recovery
            # until the next checkpoint.
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CHECKPOINT")
            yield url

    def run(self, url: str, trap: Trap, children: "Children") -> tuple[int, str]:
        """Run the function in a process of its own through a wire with a trap."""
        with tempfile.TemporaryDirectory(prefix="pge-") as folder:
            wire = Wire(Path(folder), self.server.socket_dir / f".s.PGSQL.{self.server.port}", trap)
            try:
                database = urlsplit(url).path.lstrip("/")
                through = f"postgresql://postgres@/{database}?host={quote(folder, safe='')}&port=5432"
                return children.run(trap, self.function, str(self.project.migrations), through)
            finally:
                wire.close()

    def mend(self, url: str) -> None:
        """Do what a message would say; a rollback whose last record was written is complete."""
        if self.function == "deploy":
            resume(self.project, url, wait=60)
        elif self._migrations(url)[-1][1] != "rolled_back":
            rollback(self.project, url, wait=60)

    def _migrations(self, url: str) -> list[tuple[str, str]]:
        with psycopg.connect(url) as connection:
            return connection.execute(
                "SELECT name, state FROM pgevolve.migrations ORDER BY position"
            ).fetchall()

    def state(self, url: str) -> State:
        with psycopg.connect(url) as connection:
            tables = [table for (table,) in connection.execute(_TABLES).fetchall()]
            rows = {
                table: str(connection.execute(_CHECKSUM.format(table).encode()).fetchone())
                for table in tables
            }
            steps = connection.execute(
                "SELECT migration, direction, number, state FROM pgevolve.steps ORDER BY 1, 2, 3"
            ).fetchall()
            debris = connection.execute(_DEBRIS).fetchall()
        return State(
            schema_digest(url, self.project),
            rows,
            tuple(self._migrations(url)),
            tuple(steps),
            tuple(name for (name,) in debris),
        )

    def killed(
        self,
        at: int,
        moment: Moment,
        children: "Children",
        counts: Callable[[Message], bool] = lambda _: True,
    ) -> str | None:
        """Kill the process at one message, go on, and return what is wrong, None when nothing is."""
        trap = Trap(at=at, moment=moment, counts=counts)
        with self.database() as url:
            status, said = self.run(url, trap, children)
            if trap.sprung is None:
                # Fewer messages than in the quiet run: nothing was there to be disturbed.
                return None if status == 0 else f"{at} {moment}: status {status} without a fault: {said}"
            # A process that says goodbye does not wait for an answer: it may have ended before it is killed.
            has_ended = status == 0 and trap.sprung.kind == b"X"
            if status != -signal.SIGKILL and not has_ended:
                return f"{at} {moment}: status {status} and not killed: {said}"
            return self._compared(url, f"{at} {moment} of {trap.sprung.sql[:60]!r}")

    def _compared(self, url: str, point: str) -> str | None:
        self.mend(url)
        found = self.state(url)
        if found == self.quiet:
            return None
        names = ("digest", "rows", "migrations", "steps", "debris")
        return f"{point}: " + ", ".join(
            f"{name} {getattr(found, name)}"
            for name in names
            if getattr(found, name) != getattr(self.quiet, name)
        )

    def acted(
        self,
        at: int,
        act: Callable[[int], None],
        children: "Children",
        then: Callable[[], None] = lambda: None,
        counts: Callable[[Message], bool] = lambda _: True,
    ) -> str | None:
        """Do something to the session or the server at one message, go on, and return what is wrong.

        `then` is called when the process has ended.
        """
        trap = Trap(at=at, act=act, counts=counts)
        with self.database() as url:
            status, said = self.run(url, trap, children)
            then()
            if status not in {0, 2, 5} or "Traceback" in said:
                return f"{at}: status {status}: {said}"
            if status and not all(line.partition(":")[0] in {"error", "hint"} for line in said.splitlines()):
                return f"{at}: says {said!r}"
            return self._compared(url, f"{at} at {trap.sprung.sql[:60] if trap.sprung else ''!r}")


def _copy(history: History, folder: Path, count: int) -> None:
    for migration in history.migrations[:count]:
        write_migration(
            folder,
            "_".join(migration.name.split("_")[2:]),
            _NOW,
            migration.phase,
            migration.up,
            migration.down,
            migration.irreversible,
            migration.digest,
            backfill_sql=migration.backfill_sql,
        )


class Children:
    """The process that forks, and what its children said."""

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="pge-")))
        self._forker = self._stack.enter_context(
            subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("child.py"))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return self

    def __exit__(self, *error: object) -> None:
        assert self._forker.stdin is not None
        self._forker.stdin.close()
        self._stack.close()

    def run(self, trap: Trap, function: str, folder: str, url: str) -> tuple[int, str]:
        """Run a function and return its exit status, negative for a signal, and what it said."""
        assert self._forker.stdin is not None
        assert self._forker.stdout is not None
        said = self._folder / "said"
        self._forker.stdin.write(json.dumps([function, folder, url, str(said)]) + "\n")
        self._forker.stdin.flush()
        trap.client = int(self._forker.stdout.readline())
        trap.ready.set()
        return int(self._forker.stdout.readline()), said.read_text()
