"""Put a restored database in the place of another one, which is kept under a dated name.

Three steps: the old database refuses connections, its sessions are ended, and one transaction renames both.
Renaming is transactional in PostgreSQL, so nobody ever sees neither or both. A process that is killed between
the steps leaves the old database closed and the new one marked as compared; the restore that is run again
finds the mark and goes on here. One that fails opens the old database again.
"""

from datetime import datetime
from itertools import count

import psycopg

from pgevolve.connect import Connection
from pgevolve.snapshot import databases
from pgevolve.snapshot.errors import SwapBlockedError
from pgevolve.snapshot.progress import Report, SnapshotProgress

_STEPS = 4
_ATTEMPTS = 2  # each waits five seconds in the server for sessions that are about to end


def swap(  # noqa: PLR0913, PLR0917 (two databases, what the new one is called, and when)
    connection: Connection, database: str, side: str, comment: str | None, now: datetime, report: Report
) -> str | None:
    """Rename `side` to `database`; return the name under which the old one is kept, if there was one.

    On a connection to another database. Raises SwapBlockedError.
    """
    if not databases.exists(connection, database):
        databases.end_sessions(connection, side)
        with connection.transaction():
            databases.rename(connection, side, database)
            databases.set_comment(connection, database, comment)
        return None
    held = databases.prepared_transaction(connection, database)
    if held is not None:
        raise SwapBlockedError(database, f"it has a prepared transaction, {held!r}")
    kept = _unused_name(connection, database, f"_until_{now:%Y%m%d_%H%M%S}")
    try:
        databases.let_in(connection, database, allowed=False)
        report(SnapshotProgress("swap", 1, _STEPS))
        _exchange(connection, database, side, kept, comment, report)
    except psycopg.errors.ObjectInUse as error:
        reason = error.diag.message_detail or error.diag.message_primary or "it is in use"
        raise SwapBlockedError(database, reason.rstrip(".")) from error
    finally:
        # Done already when the exchange was committed: then this name is the new database's.
        if not connection.broken:
            databases.let_in(connection, database, allowed=True)
    report(SnapshotProgress("swap", _STEPS, _STEPS))
    return kept


def _unused_name(connection: Connection, database: str, suffix: str) -> str:
    """Return a dated name that is free: two swaps of small databases fit into one second."""
    names = (
        databases.fitting_name(database, suffix if number == 1 else f"{suffix}_{number}")
        for number in count(1)
    )
    return next(name for name in names if not databases.exists(connection, name))


def _exchange(  # noqa: PLR0913, PLR0917 (as above)
    connection: Connection, database: str, side: str, kept: str, comment: str | None, report: Report
) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        databases.end_sessions(connection, database)
        databases.end_sessions(connection, side)
        report(SnapshotProgress("swap", 2, _STEPS))
        try:
            with connection.transaction():
                databases.rename(connection, database, kept)
                databases.rename(connection, side, database)
                databases.let_in(connection, kept, allowed=True)
                databases.set_comment(connection, database, comment)
                report(SnapshotProgress("swap", 3, _STEPS))
        except psycopg.errors.ObjectInUse:
            if attempt == _ATTEMPTS:
                raise
        else:
            return
