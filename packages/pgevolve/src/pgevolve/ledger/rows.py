"""What the ledger says, as values; and events, which the application may add too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from psycopg.rows import class_row, scalar_row
from psycopg.types.json import Jsonb

from pgevolve.connect import Connection
from pgevolve.errors import UsageError

State: TypeAlias = Literal["applying", "applied", "failed", "rolling_back", "rolled_back"]
Direction: TypeAlias = Literal["up", "down"]


class LedgerTooNewError(UsageError):
    """A newer release of the engine has upgraded the ledger."""

    hint = "install the release of pgevolve that deployed here last, or a newer one"

    def __init__(self, found: int, known: int) -> None:
        super().__init__(found, known)
        self.found, self.known = found, known

    def __str__(self) -> str:
        return f"the ledger is of version {self.found}, and this release knows {self.known}"


@dataclass(frozen=True, slots=True)
class LedgerMigration:
    """A migration as the ledger has it; the last four facts are those of a failure."""

    name: str
    position: int
    phase: str
    checksum: str
    digest: str
    digest_before: str
    state: State
    started_at: datetime
    finished_at: datetime | None
    failed_step: int | None
    sqlstate: str | None
    message: str | None
    statement: str | None


@dataclass(frozen=True, slots=True)
class LedgerStep:
    """A step that is done, that failed, or one outside a transaction whose end nobody recorded.

    `before` is what the catalogue said of its objects when it was started. Times are in seconds.
    """

    number: int
    checksum: str
    state: Literal["started", "done", "failed"]
    seconds: float | None
    attempts: int
    waited_seconds: float | None = None
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    id: int
    at: datetime
    session_role: str
    kind: str
    detail: Mapping[str, Any]


def ledger_exists(connection: Connection) -> bool:
    """Say whether this database has a ledger."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute("SELECT to_regclass('pgevolve.migrations') IS NOT NULL")
        return bool(cursor.fetchone())


def ledger_migrations(connection: Connection) -> tuple[LedgerMigration, ...]:
    """Return every migration of the ledger in history order; none when there is no ledger."""
    if not ledger_exists(connection):
        return ()
    with connection.cursor(row_factory=class_row(LedgerMigration)) as cursor:
        cursor.execute(
            "SELECT name, position, phase, checksum, digest, digest_before, state, started_at, finished_at,"
            " failed_step, sqlstate, message, statement FROM pgevolve.migrations ORDER BY position, name"
        )
        return tuple(cursor)


def ledger_steps(
    connection: Connection, migration: str, direction: Direction = "up"
) -> tuple[LedgerStep, ...]:
    """Return the recorded steps of a migration, forward or back, in order."""
    with connection.cursor(row_factory=class_row(LedgerStep)) as cursor:
        # A ledger of version 1, which is only read so far, lacks some of the columns.
        cursor.execute(
            "SELECT s.number, s.checksum, s.state, s.seconds, s.attempts,"
            " (j ->> 'waited_seconds')::double precision AS waited_seconds,"
            " nullif(j -> 'before', 'null') AS before"
            " FROM pgevolve.steps AS s, LATERAL to_jsonb(s) AS j"
            " WHERE s.migration = %s AND coalesce(j ->> 'direction', 'up') = %s ORDER BY s.number",
            (migration, direction),
        )
        return tuple(cursor)


def unfinished_backfills(connection: Connection) -> tuple[str, ...]:
    """Return the migrations whose rows are not all filled, in history order; none when there is no ledger."""
    if not ledger_exists(connection):
        return ()
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(
            "SELECT m.name FROM pgevolve.migrations AS m WHERE to_jsonb(m) ->> 'backfill' = 'running'"
            " AND m.state <> 'rolled_back' ORDER BY m.position"
        )
        return tuple(cursor)


def releases(connection: Connection) -> tuple[tuple[str, str | None], ...]:
    """Return the applied migrations in order, each with the release that brought it, if it is known."""
    if not ledger_exists(connection):
        return ()
    found = connection.execute(
        "SELECT m.name, to_jsonb(m) ->> 'release' FROM pgevolve.migrations AS m"
        " WHERE m.state = 'applied' ORDER BY m.position"
    )
    return tuple((name, release) for name, release in found)


def record_event(connection: Connection, kind: str, detail: Mapping[str, Any]) -> None:
    """Add an event in the caller's transaction. The ledger must exist: a deploy makes it.

    Applications name their own kinds with a prefix, such as `shop.demo`.
    """
    connection.execute(
        "INSERT INTO pgevolve.events (kind, detail) VALUES (%s, %s)", (kind, Jsonb(dict(detail)))
    )


def events(connection: Connection, kind: str | None = None) -> tuple[Event, ...]:
    """Return the events of a kind, or all of them, oldest first; none when there is no ledger."""
    if not ledger_exists(connection):
        return ()
    with connection.cursor(row_factory=class_row(Event)) as cursor:
        cursor.execute(
            "SELECT id, at, session_role, kind, detail FROM pgevolve.events"
            " WHERE %(kind)s::text IS NULL OR kind = %(kind)s ORDER BY id",
            {"kind": kind},
        )
        return tuple(cursor)
