"""How far the statements of backfills have come: written by the deploy, and by who asks it to pause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from psycopg.rows import class_row, scalar_row

from pgevolve.backfill.cursor import Cursor
from pgevolve.connect import Connection

BackfillState: TypeAlias = Literal["running", "paused", "done", "failed"]


@dataclass(frozen=True, slots=True)
class LedgerBackfill:
    """One statement of a backfill; `held` until somebody lifts a pause, `why` it waits or stands still.

    `turn` is the pass, from 1, over `end_block` blocks, which found `found` rows so far.
    """

    migration: str
    statement: int
    relation: str
    checksum: str
    state: BackfillState
    turn: int
    next_block: int
    end_block: int
    found: int
    files: str
    rows_done: int
    rows_estimated: int
    batches: int
    batch_blocks: int
    held: bool
    why: str | None
    started_at: datetime
    progress_at: datetime

    @property
    def cursor(self) -> Cursor:
        """Where it goes on."""
        return Cursor(self.turn, self.next_block, self.end_block, self.found, self.rows_done, self.files)

    @property
    def share(self) -> float:
        """How much of the pass is over, from 0 to 1."""
        return self.cursor.share


def ledger_backfills(connection: Connection, migration: str | None = None) -> tuple[LedgerBackfill, ...]:
    """Return the statements of a migration, or of all, in history order; none where no ledger keeps them."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        if not cursor.execute("SELECT to_regclass('pgevolve.backfills') IS NOT NULL").fetchone():
            return ()
    with connection.cursor(row_factory=class_row(LedgerBackfill)) as cursor:
        cursor.execute(
            "SELECT b.migration, b.statement, b.relation, b.checksum, b.state, b.pass AS turn, b.next_block,"
            " b.end_block, b.found, b.files, b.rows_done, b.rows_estimated, b.batches, b.batch_blocks,"
            " b.held, b.why, b.started_at, b.progress_at"
            " FROM pgevolve.backfills AS b JOIN pgevolve.migrations AS m ON m.name = b.migration"
            " WHERE %(name)s::text IS NULL OR b.migration = %(name)s ORDER BY m.position, b.statement",
            {"name": migration},
        )
        return tuple(cursor)


def open_backfill(  # noqa: PLR0913 (a row has these facts)
    connection: Connection,
    migration: str,
    statement: int,
    *,
    relation: str,
    checksum: str,
    cursor: Cursor,
    rows_estimated: int,
    batch_blocks: int,
) -> None:
    """Record that a statement begins, or goes on from a cursor; nobody holds it any more."""
    connection.execute(
        "INSERT INTO pgevolve.backfills AS known (migration, statement, relation, checksum, state, pass,"
        " next_block, end_block, found, files, rows_done, rows_estimated, batch_blocks)"
        " VALUES (%(migration)s, %(statement)s, %(relation)s, %(checksum)s, 'running', %(turn)s, %(block)s,"
        " %(end)s, %(found)s, %(files)s, %(rows)s, %(estimated)s, %(size)s)"
        " ON CONFLICT (migration, statement) DO UPDATE SET relation = excluded.relation,"
        " checksum = excluded.checksum, state = 'running', pass = excluded.pass,"
        " next_block = excluded.next_block, end_block = excluded.end_block, found = excluded.found,"
        " files = excluded.files, rows_done = excluded.rows_done, rows_estimated = excluded.rows_estimated,"
        " held = false, why = NULL",
        {
            "migration": migration,
            "statement": statement,
            "relation": relation,
            "checksum": checksum,
            "turn": cursor.turn,
            "block": cursor.block,
            "end": cursor.end,
            "found": cursor.found,
            "files": cursor.files,
            "rows": cursor.rows,
            "estimated": rows_estimated,
            "size": batch_blocks,
        },
    )


def move_backfill(  # noqa: PLR0913, PLR0917 (what moves)
    connection: Connection,
    migration: str,
    statement: int,
    cursor: Cursor,
    batch_blocks: int,
    batches: int = 1,
) -> tuple[bool, int]:
    """Move the cursor, in the transaction of the batch that it stands behind.

    Returns whether somebody asked to pause, and how many sessions wait at this moment for what this
    transaction has locked.
    """
    row = connection.execute(
        "UPDATE pgevolve.backfills SET pass = %s, next_block = %s, end_block = %s, found = %s, files = %s,"
        " rows_done = %s, batch_blocks = %s, batches = batches + %s, progress_at = clock_timestamp(),"
        " state = CASE WHEN held THEN state ELSE 'running' END, why = CASE WHEN held THEN why END"
        " WHERE migration = %s AND statement = %s"
        " RETURNING held, (SELECT count(DISTINCT l.pid) FROM pg_catalog.pg_locks AS l WHERE NOT l.granted"
        " AND pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(l.pid)))",
        (
            cursor.turn,
            cursor.block,
            cursor.end,
            cursor.found,
            cursor.files,
            cursor.rows,
            batch_blocks,
            batches,
            migration,
            statement,
        ),
    ).fetchone()
    assert row is not None
    return bool(row[0]), int(row[1])


def note_backfill(connection: Connection, migration: str, statement: int, why: str | None) -> None:
    """Record what a running statement waits for, None when it goes on."""
    connection.execute(
        "UPDATE pgevolve.backfills SET why = %s WHERE migration = %s AND statement = %s AND NOT held",
        (why, migration, statement),
    )


def end_backfill(
    connection: Connection, migration: str, statement: int, state: BackfillState, why: str | None = None
) -> None:
    """Record that a statement is done, has failed, or stands still; what a pause was asked for stays."""
    connection.execute(
        "UPDATE pgevolve.backfills SET state = %(state)s, why = CASE WHEN held THEN why ELSE %(why)s END,"
        " held = held AND %(state)s <> 'done' WHERE migration = %(name)s AND statement = %(statement)s",
        {"state": state, "why": why, "name": migration, "statement": statement},
    )


def hold_backfills(connection: Connection, migration: str | None, why: str) -> Sequence[str]:
    """Ask the unfinished statements of a migration, or of all, to pause; return their migrations.

    Waits for the end of a batch that runs.
    """
    return _changed(
        connection,
        "UPDATE pgevolve.backfills SET held = true, state = 'paused', why = %(why)s"
        " WHERE state <> 'done' AND (%(name)s::text IS NULL OR migration = %(name)s) RETURNING migration",
        {"name": migration, "why": why},
    )


def release_backfills(connection: Connection, migration: str | None) -> Sequence[str]:
    """Lift the pauses of a migration, or all; return their migrations."""
    return _changed(
        connection,
        "UPDATE pgevolve.backfills SET held = false, why = NULL"
        " WHERE held AND (%(name)s::text IS NULL OR migration = %(name)s) RETURNING migration",
        {"name": migration},
    )


def held_why(connection: Connection, migration: str, statement: int) -> str | None:
    """Return why somebody asked to pause, None when nobody did; locks the row until the transaction ends."""
    row = connection.execute(
        "SELECT coalesce(why, '') FROM pgevolve.backfills WHERE migration = %s AND statement = %s AND held"
        " FOR UPDATE",
        (migration, statement),
    ).fetchone()
    return None if row is None else str(row[0])


def _changed(connection: Connection, query: str, values: dict[str, str | None]) -> Sequence[str]:
    return tuple(dict.fromkeys(name for (name,) in connection.execute(query.encode(), values)))
