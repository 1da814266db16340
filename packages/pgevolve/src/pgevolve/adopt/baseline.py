"""`baseline`: the database is what the history leads to already, and the ledger is told so."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

from pgevolve.adopt.errors import LedgerInUseError, NoHistoryError, NotInHistoryError, SchemaDiffersError
from pgevolve.build import equip_owner
from pgevolve.catalog import Catalog
from pgevolve.connect import Connection, sqlalchemy_connection
from pgevolve.deploy import deploy_session
from pgevolve.diff import Change, diff
from pgevolve.digest import digest
from pgevolve.failures import PreparationError
from pgevolve.history import History, Migration, read_history
from pgevolve.ledger import ledger_migrations, prepare_ledger, record_baseline, record_event
from pgevolve.lock import require_lock
from pgevolve.project import Project
from pgevolve.quoting import name as quoted
from pgevolve.replayed import replayed_database
from pgevolve.roles import act_as
from pgevolve.run import one_line
from pgevolve.scratch import scratch_server
from pgevolve.verify import schema_catalog

_EMPTY = digest(Catalog())


@dataclass(frozen=True, slots=True)
class Baseline:
    """The migrations that are recorded as applied, in order, and the digest of the last and of the schema."""

    migrations: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Happening:
    """An event to be recorded together with a baseline."""

    kind: str
    detail: Mapping[str, Any]


def baseline(project: Project, url: str, name: str | None = None, *, wait: float = 600) -> Baseline:
    """Record the migrations up to `name` (without one, all of them) as applied; none of them is run.

    The schema must be what the last of them leads to: its digest is compared. Under the deploy lock; all is
    recorded in one transaction, so that an interruption leaves nothing or everything. Raises NoHistoryError,
    NotInHistoryError, LedgerInUseError, SchemaDiffersError, PreparationError, DeployRunningError, and what
    `read_history` raises.
    """
    wanted = migrations_up_to(read_history(project.migrations), name, project)
    with deploy_session(url, wait=wait) as (guard, connection):
        return take_over(project, url, wanted, guard, connection)


def migrations_up_to(history: History, name: str | None, project: Project) -> tuple[Migration, ...]:
    """Return the migrations of the history up to a name. Raises NoHistoryError, NotInHistoryError."""
    if not history.migrations:
        raise NoHistoryError(project.migrations)
    names = [migration.name for migration in history]
    if name is None:
        return history.migrations
    if name not in names:
        raise NotInHistoryError(name)
    return history.migrations[: names.index(name) + 1]


def take_over(  # noqa: PLR0913 (what a deploy session has, and what is recorded in it)
    project: Project,
    url: str,
    wanted: Sequence[Migration],
    guard: Connection,
    connection: Connection,
    *,
    happenings: Sequence[Happening] = (),
) -> Baseline:
    """Compare, make the ledger, and record migrations and events, in a session that holds the deploy lock.

    Raises LedgerInUseError, SchemaDiffersError, PreparationError.
    """
    require_unused_ledger(connection)
    last = wanted[-1]
    _require_schema(project, url, wanted)
    _prepare(project, url, connection)
    require_lock(guard)
    with connection.transaction():
        act_as(connection, project.owner)
        for happening in happenings:
            record_event(connection, happening.kind, happening.detail)
        before = _EMPTY
        for position, migration in enumerate(wanted, 1):
            record_baseline(connection, migration, position, before)
            before = migration.digest
    return Baseline(tuple(migration.name for migration in wanted), last.digest)


def require_unused_ledger(connection: Connection) -> None:
    """Check that no migration is recorded here. Raises LedgerInUseError."""
    rows = ledger_migrations(connection)
    if rows:
        raise LedgerInUseError(len(rows), rows[-1].name)


def _require_schema(project: Project, url: str, wanted: Sequence[Migration]) -> None:
    live = schema_catalog(url, project)
    found, expected = digest(live), wanted[-1].digest
    if found != expected:
        raise SchemaDiffersError(wanted[-1].name, _differences(project, wanted, live), expected, found)


def _differences(project: Project, wanted: Sequence[Migration], live: Catalog) -> tuple[Change, ...]:
    """Return what would turn the live schema into that of the history, which is replayed to see it."""
    with ExitStack() as stack:
        server = project.scratch_url or stack.enter_context(scratch_server()).url()
        replayed = stack.enter_context(replayed_database(project, server, wanted))
        return diff(live, schema_catalog(replayed, project))


def _prepare(project: Project, url: str, connection: Connection) -> None:
    """Make the ledger, and what the owner needs for it."""
    owner = project.owner
    try:
        if owner is not None:
            with sqlalchemy_connection(url, purpose="baseline") as preparing:
                equip_owner(preparing, owner)
                preparing.commit()
        prepare_ledger(connection, owner)
    except DBAPIError as error:
        raise PreparationError(str(error.orig).splitlines()[0], error.statement or "") from error
    except psycopg.errors.InsufficientPrivilege as error:
        role = owner or connection.info.user
        grant = f"GRANT CREATE ON DATABASE {quoted(connection.info.dbname)} TO {quoted(role)}"
        raise PreparationError(one_line(error), grant) from error
