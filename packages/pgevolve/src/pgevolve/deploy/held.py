"""The locks that the steps of a transaction take on tables that others can see."""

from collections.abc import Mapping
from typing import Any

from pgevolve.connect import Connection

_TABLES = """
SELECT c.oid::bigint FROM pg_catalog.pg_class AS c
WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f')
  AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pgevolve', 'pg_toast')
"""
# Reading takes the two weakest ones, which nobody notices but who drops the table.
_HELD = """
SELECT format('%%I.%%I', n.nspname, c.relname), l.mode
FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted
  AND l.mode = ANY (%s) AND l.relation = ANY (%s::oid[])
"""
_MODES = {
    "RowExclusiveLock": "ROW EXCLUSIVE",
    "ShareUpdateExclusiveLock": "SHARE UPDATE EXCLUSIVE",
    "ShareLock": "SHARE",
    "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE",
    "ExclusiveLock": "EXCLUSIVE",
    "AccessExclusiveLock": "ACCESS EXCLUSIVE",
}
_STRENGTH = {mode: number for number, mode in enumerate(_MODES.values())}


class HeldLocks:
    """Tells after each statement of a transaction which locks it added."""

    def __init__(self, connection: Connection) -> None:
        """Read which tables are there; the transaction has changed none yet."""
        self._connection = connection
        self._tables = [oid for (oid,) in connection.execute(_TABLES)]
        self._held: dict[str, str] = {}

    def added(self) -> Mapping[str, str]:
        """Return the strongest new lock by table since the last call."""
        if not self._tables:
            return {}
        strongest: dict[str, str] = {}
        rows: list[tuple[Any, ...]] = self._connection.execute(_HELD, (list(_MODES), self._tables)).fetchall()
        for table, lock in rows:
            mode = _MODES[lock]
            if table not in strongest or _STRENGTH[strongest[table]] < _STRENGTH[mode]:
                strongest[table] = mode
        fresh = {table: mode for table, mode in strongest.items() if self._held.get(table) != mode}
        self._held = strongest
        return fresh
