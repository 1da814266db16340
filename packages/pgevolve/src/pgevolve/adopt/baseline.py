"""`baseline`: the database is what the history leads to already, and the ledger is told so."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from pgevolve.adopt.errors import LedgerInUseError, NoHistoryError, NotInHistoryError, SchemaDiffersError
from pgevolve.catalog import Catalog
from pgevolve.catalog.model import SchemaObject
from pgevolve.connect import Connection
from pgevolve.deploy import Session, deploy_session
from pgevolve.deploy.prepare import prepare
from pgevolve.diff import Change, diff
from pgevolve.digest import digest
from pgevolve.history import History, Migration, read_history
from pgevolve.ledger import ledger_migrations, record_baseline, record_event
from pgevolve.lock import require_lock
from pgevolve.project import Project
from pgevolve.replayed import replayed_database
from pgevolve.scratch import scratch_server
from pgevolve.verify import schema_catalog

_PUBLIC = SchemaObject("public")
_EMPTY = digest(Catalog(objects={_PUBLIC.ident: _PUBLIC}))


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
    with deploy_session(project, url, wait=wait) as session:
        return take_over(session, wanted)


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


def take_over(
    session: Session, wanted: Sequence[Migration], happenings: Sequence[Happening] = ()
) -> Baseline:
    """Compare, make the ledger, and record migrations and events, under the deploy lock.

    Raises LedgerInUseError, SchemaDiffersError, PreparationError.
    """
    connection = session.connection
    require_unused_ledger(connection)
    _require_schema(session.project, session.url, wanted)
    prepare(session, ())
    require_lock(session.guard)
    with session.as_owner():
        for happening in happenings:
            record_event(connection, happening.kind, happening.detail)
        before = _EMPTY
        for position, migration in enumerate(wanted, 1):
            record_baseline(connection, migration, position, before)
            before = migration.digest
    return Baseline(tuple(migration.name for migration in wanted), wanted[-1].digest)


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
