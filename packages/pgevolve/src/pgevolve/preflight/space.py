"""Disk space: what the pending steps will need at most, beside what is free where that can be seen."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg

from pgevolve.connect import Connection
from pgevolve.preflight.concerned import Concerned
from pgevolve.preflight.model import Fact, Space

_TABLE = """
WITH RECURSIVE parts (oid) AS (
    SELECT %(table)s::regclass::oid
    UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN parts p ON p.oid = i.inhparent
)
SELECT coalesce(sum(pg_catalog.pg_total_relation_size(oid)), 0)::bigint FROM parts
"""
# An entry is its columns and 16 bytes of head and pointer; pages of a new btree are filled to nine tenths.
_INDEX = """
WITH RECURSIVE parts (oid) AS (
    SELECT %(table)s::regclass::oid
    UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN parts p ON p.oid = i.inhparent
), widths AS (
    SELECT p.oid, coalesce(sum(s.avg_width), 32) AS width
      FROM parts p JOIN pg_catalog.pg_class c USING (oid)
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
       AND s.attname = ANY (%(columns)s)
     GROUP BY p.oid
)
SELECT coalesce(sum(least(
         pg_catalog.pg_relation_size(oid),
         (greatest(c.reltuples, 0) * (width + 16) / 0.9)::bigint)), 0)::bigint
  FROM widths JOIN pg_catalog.pg_class c USING (oid)
"""
_START_LINE = 2
_CLOSE_SECONDS = 2


def space(connection: Connection, on: Concerned, copied: int | None = None) -> Space:
    """Return the bytes needed, from the sizes of the tables, and the bytes free on a server of this machine.

    Needed is what the data directory takes while everything runs: rewritten tables with their indexes, rows
    written again by a backfill, new indexes. The WAL of it comes on top and goes again. `copied` is the size
    of a copy of the database in which the same runs before.
    """
    needed = 0
    for table in on.written:
        needed += _number(connection, _TABLE, {"table": table})
    for table, columns in on.indexed:
        needed += _number(connection, _INDEX, {"table": table, "columns": list(columns)})
    return Space(needed, _free(connection), 0 if copied is None else copied + needed)


def facts(found: Space, *, rehearsed: bool = False) -> Iterator[Fact]:
    """Yield that the space does not suffice, or is short; `rehearsed` says that the copy must have room."""
    if found.free is None:
        return
    if rehearsed and found.needed <= found.free < found.rehearsal:
        yield Fact(
            "disk space",
            "refuse",
            f"the rehearsal needs about {_shown(found.rehearsal)} and {_shown(found.free)} are free",
            "make room in the data directory, or deploy with --no-rehearse",
        )
        return
    if found.needed == 0:
        return
    if found.needed > found.free:
        yield Fact(
            "disk space",
            "refuse",
            f"the steps need about {_shown(found.needed)} and {_shown(found.free)} are free",
            "make room in the data directory, or deploy fewer migrations at a time",
        )
    elif found.needed * 2 > found.free:
        yield Fact(
            "disk space",
            "warn",
            f"the steps need about {_shown(found.needed)}, more than half of the {_shown(found.free)} free",
            "watch the disk: the WAL of the steps comes on top",
        )


def _number(connection: Connection, query: str, values: dict[str, object]) -> int:
    """Return a size; to look at it the server locks the table in ACCESS SHARE, so of a locked one it is 0."""
    try:
        with connection.transaction():
            row = connection.execute(query.encode(), values).fetchone()
    except psycopg.errors.LockNotAvailable:
        return 0
    return int(row[0]) if row is not None else 0


def _free(connection: Connection) -> int | None:
    """Return the free bytes of the data directory, if it is that of this server and may be looked at."""
    if not (connection.info.host or "/").startswith("/"):
        return None
    try:
        with connection.transaction():
            row = connection.execute(
                "SELECT pg_catalog.current_setting('data_directory'),"
                " extract(epoch FROM pg_catalog.pg_postmaster_start_time())::float"
            ).fetchone()
        assert row is not None
        directory = Path(row[0])
        # A socket may lead into another machine's files: the server that started then is the one meant.
        started = float((directory / "postmaster.pid").read_text(encoding="utf-8").splitlines()[_START_LINE])
        if abs(started - row[1]) > _CLOSE_SECONDS:
            return None
        return shutil.disk_usage(directory).free
    except (psycopg.errors.InsufficientPrivilege, OSError, ValueError, IndexError):
        return None


def _shown(count: int) -> str:
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
