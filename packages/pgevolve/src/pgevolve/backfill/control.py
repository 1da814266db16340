"""Backfills from another session than that of the deploy: how far they are; pause, and lift the pause."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from pgevolve.backfill.errors import NoBackfillError
from pgevolve.connect import Connection, connect
from pgevolve.ledger import record_event
from pgevolve.ledger.backfills import (
    LedgerBackfill,
    hold_backfills,
    ledger_backfills,
    release_backfills,
)
from pgevolve.lock import lock_holder
from pgevolve.project import Project
from pgevolve.roles import act_as

BackfillKind: TypeAlias = Literal["running", "waiting", "paused", "interrupted", "failed", "done"]


@dataclass(frozen=True, slots=True)
class BackfillStatus:
    """One statement of a backfill. `share` is that of the pass; `why` it waits or stands still.

    `interrupted` when nobody works on it, and nobody asked for that. `held` until a pause is lifted.
    """

    migration: str
    table: str
    kind: BackfillKind
    held: bool
    why: str | None
    turn: int
    share: float
    rows: int
    rows_estimated: int
    batches: int
    batch_blocks: int
    started_at: datetime
    progress_at: datetime


def read_backfills(url: str, *, unfinished: bool = False) -> tuple[BackfillStatus, ...]:
    """Return the statements of all backfills in history order, or only of those that are not done."""
    with connect(url, purpose="status") as connection:
        at_work = lock_holder(connection) is not None
        return tuple(
            _status(row, at_work=at_work)
            for row in ledger_backfills(connection)
            if not unfinished or row.state != "done"
        )


def pause_backfills(project: Project, url: str, migration: str | None, reason: str) -> tuple[str, ...]:
    """Ask the unfinished backfill of a migration, or any, to pause, as the owner; return the migrations.

    A deploy that runs notices before its next batch and ends; none goes on until the pause is lifted. Waits
    for the batch that runs. Raises NoBackfillError.
    """
    with connect(url, purpose="pause") as connection, connection.transaction():
        act_as(connection, project.owner)
        names = hold_backfills(connection, migration, reason) if _is_kept(connection) else ()
        if not names:
            raise NoBackfillError("pause", migration)
        for name in names:
            record_event(connection, "backfill.held", {"migration": name, "why": reason})
        return tuple(names)


def lift_pauses(project: Project, url: str, migration: str | None) -> tuple[str, ...]:
    """Let the next deploy go on with a paused backfill, as the owner; return the migrations.

    Raises NoBackfillError.
    """
    with connect(url, purpose="resume") as connection, connection.transaction():
        act_as(connection, project.owner)
        names = release_backfills(connection, migration) if _is_kept(connection) else ()
        if not names:
            raise NoBackfillError("resume", migration)
        for name in names:
            record_event(connection, "backfill.released", {"migration": name})
        return tuple(names)


def _is_kept(connection: Connection) -> bool:
    return bool(ledger_backfills(connection))


def _status(row: LedgerBackfill, *, at_work: bool) -> BackfillStatus:
    return BackfillStatus(
        row.migration,
        row.relation,
        _kind(row, at_work=at_work),
        row.held,
        row.why,
        row.turn,
        row.share,
        row.rows_done,
        max(row.rows_estimated, row.rows_done),
        row.batches,
        row.batch_blocks,
        row.started_at,
        row.progress_at,
    )


def _kind(row: LedgerBackfill, *, at_work: bool) -> BackfillKind:
    if row.state != "running":
        return "interrupted" if row.state == "paused" and not row.held else row.state
    if not at_work:
        return "interrupted"
    return "running" if row.why is None else "waiting"
