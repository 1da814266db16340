"""Look at the server before a deploy."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgevolve.connect import Connection
from pgevolve.effects.database import read_facts
from pgevolve.history import Migration
from pgevolve.preflight import halves, privileges, replication, server, sessions, space
from pgevolve.preflight.concerned import concerned
from pgevolve.preflight.model import PreflightReport
from pgevolve.project import Project


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is told: age of a transaction, lag of a replica, WAL behind a slot."""

    long_transaction_seconds: float = 30.0
    replica_lag_seconds: float = 10.0
    slot_bytes: int = 1 << 30


def preflight(  # noqa: PLR0913 (what it looks for)
    connection: Connection,
    project: Project,
    pending: Sequence[Migration],
    *,
    limits: Limits = Limits(),
    done: Mapping[str, int] | None = None,
    copied: int | None = None,
    rehearsed: bool = False,
) -> PreflightReport:
    """Return what a deploy of the pending migrations would suffer from on this server.

    `copied` is the size of the copy in which they are rehearsed, if they are; it is refused that there is no
    room for it when they must be `rehearsed`.

    One transaction that only reads, on a connection in autocommit mode; no lock is waited for longer than
    200 ms, and no table is read. What the
    login may not see is passed over: other roles' queries, the data directory. Raises a SqlTextError.
    """
    begun = time.monotonic()
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL lock_timeout = '200ms'")
        schema = read_facts(connection, with_constraints=False)
        on = concerned(pending, schema, done)
        found = list(server.facts(connection, on))
        if not any(fact.kind in {"standby", "version"} for fact in found):
            found += privileges.facts(connection, on, project.owner)
            found += sessions.facts(connection, on, long_seconds=limits.long_transaction_seconds)
            found += halves.facts(connection, on)
            found += replication.facts(
                connection, lag_seconds=limits.replica_lag_seconds, slot_bytes=limits.slot_bytes
            )
        room = space.space(connection, on, copied)
    found += space.facts(room, rehearsed=rehearsed)
    ordered = sorted(found, key=lambda fact: fact.severity != "refuse")
    return PreflightReport(tuple(ordered), tuple(sorted(on.locked)), room, time.monotonic() - begun)
