"""A project whose migrations fill rows: a table of few rows a block, and the writing of its migrations."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import MetaData

from pgevolve.connect import connect, make_predictable
from pgevolve.history import Migration, Phase, read_history, write_migration
from pgevolve.local import LocalPostgres
from pgevolve.project import BackfillOptions, GateOptions, Project
from pgevolve.run import NoJournal, replay, run_steps
from pgevolve.scratch import scratch_database
from pgevolve.step import Step
from pgevolve.verify import schema_digest

OWNER = "shop_owner"
# Three rows a block, so that few rows make many batches; each UPDATE of a row is counted in the row.
SALONS = (
    "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)",
    "ALTER TABLE public.salons ADD padding char(2000) DEFAULT 'x', ADD written int NOT NULL DEFAULT 0",
    "ALTER TABLE public.salons ALTER padding SET STORAGE PLAIN",
    """CREATE FUNCTION public.count_write() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.written := OLD.written + 1; RETURN NEW; END'""",
    """CREATE TRIGGER count_write BEFORE UPDATE ON public.salons FOR EACH ROW
    EXECUTE FUNCTION public.count_write()""",
)
ROWS = "INSERT INTO public.salons (id) SELECT generate_series(1, {})"
FILL = "UPDATE public.salons SET name = 'none' WHERE ctid >= $1 AND ctid < $2 AND name IS NULL;\n"
SMALL = BackfillOptions(
    first_blocks=8, max_blocks=8, look_seconds=0, max_wal_megabytes_per_second=0, checkpoint_pause_seconds=0
)
_NOW = datetime(2026, 11, 22, 10, 15)  # noqa: DTZ001 (only its digits name a directory)


class Shop:
    """A project whose migrations are written by hand; its batches are small."""

    def __init__(self, server: LocalPostgres, folder: Path) -> None:
        self.server = server
        self.project = Project(
            MetaData(),
            folder / "migrations",
            owner=OWNER,
            backfill=SMALL,
            gate=GateOptions(quiet=timedelta(0)),
        )

    def add(
        self,
        name: str,
        *statements: str,
        backfill: str | None = None,
        phase: Phase = "expand",
        down: Sequence[str] | None = None,
    ) -> Migration:
        """Add a migration, which has no way back unless one is given."""
        up = tuple(Step(statement) for statement in statements)
        back = None if down is None else tuple(Step(statement) for statement in down)
        return write_migration(
            self.project.migrations,
            name,
            _NOW,
            phase,
            up,
            back,
            "by hand" if back is None else None,
            self._digest_after(up),
            backfill_sql=backfill,
        )

    def with_options(self, **options: float) -> Project:
        """Return the project with other settings of its backfills."""
        return replace(self.project, backfill=replace(SMALL, **options))  # type: ignore[arg-type]

    def _digest_after(self, up: Sequence[Step]) -> str:
        with scratch_database(self.server.url()) as url:
            with connect(url, purpose="test") as connection:
                connection.execute(f"GRANT CREATE ON SCHEMA public TO {OWNER}".encode())
                make_predictable(connection)
                replay(connection, read_history(self.project.migrations), OWNER)
                run_steps(connection, up, owner=OWNER, journal=NoJournal())
            return schema_digest(url, self.project)


@contextmanager
def shop_on(server: LocalPostgres, folder: Path) -> Iterator[Shop]:
    """Yield a project with an empty history on a server that has its owner."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone():
            connection.execute(f"CREATE ROLE {OWNER}".encode())
    yield Shop(server, folder)
