"""May a contract migration run? It removes what old code uses, so old code must be seen to be gone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from pgevolve.connect import Connection, connect
from pgevolve.deploy.clients import clients_before
from pgevolve.deploy.old_shape import dropped_views, old_names, old_shapes
from pgevolve.deploy.report import Waiting
from pgevolve.deploy.rows_apart import rows_apart
from pgevolve.deploy.session import Session
from pgevolve.deploy.steps import Way
from pgevolve.deploy.watches import begin_watch, end_watch, read_watch
from pgevolve.failures import WatchError
from pgevolve.history import History, Migration, inspect_history
from pgevolve.ledger import LedgerMigration, events, ledger_migrations, unfinished_backfills
from pgevolve.progress import GateClosed
from pgevolve.project import GateOptions, Project
from pgevolve.run import StepError, one_line
from pgevolve.status import compare

Clock: TypeAlias = Callable[[], datetime]
FIRST_DEPLOY, DONE = "deploy.first", "deploy.finished"
# A moment is taken before what it is compared with is read.
_JITTER = timedelta(minutes=1)


def server_clock(connection: Connection) -> Clock:
    """Return the clock by which the ledger's times were written; those of deploying machines differ."""

    def now() -> datetime:
        row = connection.execute("SELECT pg_catalog.clock_timestamp()").fetchone()
        assert row is not None
        return row[0]  # type: ignore[no-any-return]

    return now


class Gate:
    """Asked before each migration of a deploy; `free` lets everything through."""

    def __init__(self, session: Session, history: History, now: Clock, *, free: bool) -> None:
        self._session, self._history, self._now, self._free = session, history, now, free

    def closed(self, migration: Migration, way: Way) -> Waiting | None:
        """Return what a contract migration waits for, and count old writes until the next deploy.

        When it may run, the counting ends here, so that the columns can go. Raises WatchError.
        """
        if migration.phase != "contract" or self._free:
            return None
        session = self._session
        rows = ledger_migrations(session.connection)
        options = session.project.gate
        conditions = open_conditions(session.connection, migration, self._history, rows, options, self._now())
        if not conditions:
            conditions = tuple(rows_apart(session, migration, self._history))
        shapes = old_shapes(migration.up)
        try:
            if not conditions:
                end_watch(session, migration.name, shapes, way.locks)
                return None
            if options.quiet and shapes and read_watch(session.connection, migration.name) is None:
                begin_watch(session, migration.name, shapes, way.locks)
        except StepError as error:
            raise WatchError(migration.name, one_line(error.error)) from error.error
        way.tell(GateClosed(migration.name, conditions))
        return Waiting(migration.name, conditions)


def is_first_deploy(connection: Connection, rows: Sequence[LedgerMigration]) -> bool:
    """Say whether no deploy was ever finished here: then no code is running that could be disturbed."""
    if not rows:
        return True
    return bool(events(connection, FIRST_DEPLOY)) and not events(connection, DONE)


def open_conditions(  # noqa: PLR0913, PLR0917 (what is looked at)
    connection: Connection,
    migration: Migration,
    history: History,
    rows: Sequence[LedgerMigration],
    options: GateOptions,
    now: datetime,
) -> tuple[str, ...]:
    """Return what a contract migration still waits for; nothing when it may run. Only reads."""
    return tuple(_conditions(connection, migration, history, rows, options, now))


def _conditions(  # noqa: PLR0913, PLR0917 (what is looked at)
    connection: Connection,
    migration: Migration,
    history: History,
    rows: Sequence[LedgerMigration],
    options: GateOptions,
    now: datetime,
) -> Iterator[str]:
    before = history.names[: history.names.index(migration.name)]
    for name in unfinished_backfills(connection):
        if name in before:
            yield f"the backfill of {name} is unfinished"
    yield from _age(before, rows, options.minimum_age, now)
    if options.quiet and old_shapes(migration.up):
        yield from _old_writes(connection, migration, options.quiet, now)
    yield from _stand_ins(migration, history, rows, options.quiet, now)
    yield from clients_before(connection, before, options)


def _age(
    before: Sequence[str], rows: Sequence[LedgerMigration], minimum: timedelta, now: datetime
) -> Iterator[str]:
    applied = [row for row in rows if row.name in before and row.finished_at is not None]
    if not minimum or not applied or applied[-1].finished_at is None:
        return
    age = now - applied[-1].finished_at
    if age < minimum:
        yield f"{applied[-1].name} was applied {_ago(age)}, and it waits for {_words(minimum)}"


def _old_writes(
    connection: Connection, migration: Migration, quiet: timedelta, now: datetime
) -> Iterator[str]:
    watched = read_watch(connection, migration.name)
    if watched is None:
        yield "writes in the old shape were not counted yet"
    elif watched.last is not None and now - watched.last < quiet:
        yield (
            f"{watched.writes} writes in the old shape were seen since {watched.since:%Y-%m-%d %H:%M} UTC,"
            f" the last one {_ago(now - watched.last)}: there must be none for {_words(quiet)}"
        )
    elif now - watched.since < quiet:
        yield (
            f"the counting of writes in the old shape began {_ago(now - watched.since)},"
            f" and there must be none for {_words(quiet)}"
        )


def _stand_ins(
    migration: Migration,
    history: History,
    rows: Sequence[LedgerMigration],
    quiet: timedelta,
    now: datetime,
) -> Iterator[str]:
    """Let a view under an old name stand as long as others must be quiet: nobody can count who uses it."""
    applied = {row.name: row.finished_at for row in rows}
    going = dropped_views(migration.up)
    for earlier in history.migrations[: history.migrations.index(migration)]:
        since = applied.get(earlier.name)
        for view in sorted(going & old_names(earlier.up)):
            if since is not None and now - since < quiet:
                yield (
                    f"{view} stands for its new name since {_ago(now - since)}, nobody can count who uses it,"
                    f" and it waits for {_words(quiet)}"
                )


def _ago(span: timedelta) -> str:
    if span < -_JITTER:
        return f"{_words(-span)} in the future, by a clock that went back since"
    return f"{_words(max(span, timedelta(0)))} ago"


def _words(span: timedelta) -> str:
    """Return a span in its largest unit."""
    seconds = span.total_seconds()
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def waiting_contract(project: Project, url: str, now: Clock | None = None) -> Waiting | None:
    """Return the next contract migration that waits, and for what, None when none does; only reads.

    What comes before it may be pending, too, and the condition may be over when that is applied.
    """
    history = inspect_history(project.migrations)
    with connect(url, purpose="status") as connection:
        moment = (now or server_clock(connection))()
        rows = ledger_migrations(connection)
        if is_first_deploy(connection, rows):
            return None
        pending = compare(history, rows).pending
        begun = {row.name for row in rows if row.state != "rolled_back"}
        for migration in history:
            if migration.name in pending and migration.phase == "contract" and migration.name not in begun:
                found = open_conditions(connection, migration, history, rows, project.gate, moment)
                return Waiting(migration.name, found) if found else None
    return None
