"""A migration of a project, traced at two sizes over rows that nobody will miss."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Self

from pgevolve.connect import connect
from pgevolve.errors import UsageError
from pgevolve.history import Migration, read_history
from pgevolve.kept import Templates, kept_server
from pgevolve.project import Project
from pgevolve.replayed import database_of, kept_history, make_roles, replayed_database
from pgevolve.scratch import scratch_database, scratch_server
from pgevolve.step import Step
from pgevolve.trace.model import StepTrace
from pgevolve.trace.observe import Tracer
from pgevolve.trace.rows import Filled, fill

SIZES = (1_000, 20_000)
"""Rows a table at which a migration is traced unless something else is asked for."""

_ORDINARY_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
 ORDER BY 1
"""


class UnknownMigrationError(UsageError):
    """The history has no migration of this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name, known)
        self.name = name
        self.hint = f"name one of: {', '.join(known[-5:])}" if known else "write one with `new NAME` first"

    def __str__(self) -> str:
        return f"there is no migration {self.name!r} in the history"


@dataclass(frozen=True, slots=True)
class MigrationTrace:
    """What a migration was seen to do.

    `steps` holds the same steps once for each of `sizes`, rows a table. `filled` are the tables that its
    steps touch, with their rows at the larger size. `version` is the major version of the scratch server.
    """

    name: str
    version: int
    sizes: tuple[int, ...]
    steps: tuple[tuple[StepTrace, ...], ...]
    filled: tuple[Filled, ...]


def trace_migration(
    project: Project, name: str | None = None, sizes: Sequence[int] = SIZES
) -> MigrationTrace | None:
    """Trace one migration of the history, the newest without a name; None for an empty history.

    The migrations before it are replayed on a throw-away server or `project.scratch_url`, whose user must be
    a superuser; the tables that it touches are filled with made-up rows.
    Raises UnknownMigrationError, TraceError, and what history and scratch raise.
    """
    history = read_history(project.migrations)
    if not history.migrations:
        return None
    names = [migration.name for migration in history]
    wanted = name or names[-1]
    if wanted not in names:
        raise UnknownMigrationError(wanted, names)
    place = names.index(wanted)
    before, migration = history.migrations[:place], history.migrations[place]
    with ExitStack() as stack:
        starting = _Starting.within(stack, project, before, migration)
        touched: list[str] | None = None
        if not all(step.transactional for step in migration.up):
            with starting.copy() as url:
                touched = _touched(project, url, migration.up, keep=True)
        traces = []
        filled: tuple[Filled, ...] = ()
        for rows in sizes:
            with starting.copy() as url:
                if touched is None:
                    # One transaction, undone: the copy serves again, and copies are what costs most here.
                    touched = _touched(project, url, migration.up, keep=False)
                filled = fill(url, touched, rows)
                with Tracer(url, project.owner) as tracer:
                    traces.append(tracer.trace(migration.up))
        with connect(starting.server, purpose="trace") as connection:
            version = connection.info.server_version // 10_000
    return MigrationTrace(migration.name, version, tuple(sizes), tuple(traces), filled)


@dataclass(frozen=True, slots=True)
class _Starting:
    """The database in which the migrations before have run, and copies of it to be traced on."""

    project: Project
    server: str
    template: str
    migrations: tuple[Migration, ...]

    @classmethod
    def within(
        cls, stack: ExitStack, project: Project, before: Sequence[Migration], migration: Migration
    ) -> Self:
        """Return it for as long as the stack stands; on the kept server it may be there already."""
        migrations = (*before, migration)
        kept = stack.enter_context(kept_server()) if project.scratch_url is None else None
        if kept is not None:
            templates = stack.enter_context(Templates(kept.url()))
            return cls(project, kept.url(), kept_history(templates, project, before), migrations)
        server = project.scratch_url or stack.enter_context(scratch_server()).url()
        template = stack.enter_context(replayed_database(project, server, before, (migration,)))
        return cls(project, server, database_of(template), migrations)

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Yield the address of a copy."""
        with scratch_database(self.server, self.template) as url:
            make_roles(self.project, url, self.migrations)
            yield url


def _touched(project: Project, url: str, steps: Sequence[Step], *, keep: bool) -> list[str]:
    """Return the tables that the steps lock when they run on none but the history's own rows."""
    with connect(url, purpose="trace") as connection:
        rows = connection.execute(_ORDINARY_TABLES).fetchall()
    with Tracer(url, project.owner) as tracer:
        locked = {
            lock.relation for trace in tracer.trace(steps, keep=keep, probe=False) for lock in trace.locks
        }
    return [table for (table,) in rows if table in locked]
