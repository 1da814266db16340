"""The snapshots that deploys took, found, or were told to do without."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from psycopg.rows import class_row

from pgevolve.connect import Connection

SnapshotKind: TypeAlias = Literal["taken", "found", "declined"]


@dataclass(frozen=True, slots=True)
class LedgerSnapshot:
    """What a deploy did about a snapshot; `name` and `destination` are None when it was declined."""

    at: datetime
    session_role: str
    kind: SnapshotKind
    name: str | None
    destination: str | None
    reason: str
    migrations: Sequence[str]


def record_snapshot(  # noqa: PLR0913 (a row has these facts)
    connection: Connection,
    kind: SnapshotKind,
    *,
    name: str | None,
    destination: str | None,
    reason: str,
    migrations: Sequence[str],
) -> None:
    """Record what was done before these migrations, in the caller's transaction, as the owner."""
    connection.execute(
        "INSERT INTO pgevolve.snapshots (kind, name, destination, reason, migrations)"
        " VALUES (%s, %s, %s, %s, %s)",
        (kind, name, destination, reason, list(migrations)),
    )


def ledger_snapshots(connection: Connection) -> tuple[LedgerSnapshot, ...]:
    """Return what deploys did about snapshots, oldest first. The ledger must exist."""
    with connection.cursor(row_factory=class_row(LedgerSnapshot)) as cursor:
        cursor.execute(
            "SELECT at, session_role, kind, name, destination, reason, migrations"
            " FROM pgevolve.snapshots ORDER BY id"
        )
        return tuple(cursor)
