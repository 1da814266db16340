"""COPY of one table in chunks.

A chunk is one statement: the checks of its foreign keys wait in memory until it ends, so a chunk bounds what
a load of any size needs. The rows of the next one are made while the server works: libpq's buffer and the
socket's hold what it has not read, and a full buffer stops the generator.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from psycopg import Cursor, sql

from sevra_atlas.demo.scale.bulk import Bulk

_CHUNK = 50_000
_LINES_OF_A_WRITE = 200


def copy(cursor: Cursor[Any], bulk: Bulk, done: Callable[[int], None]) -> None:
    """Copy the rows of a table and move its id sequence behind them, in the caller's transaction."""
    statement = sql.SQL("COPY public.{} ({}) FROM STDIN").format(
        sql.Identifier(bulk.table), sql.SQL(", ").join(map(sql.Identifier, bulk.columns))
    )
    lines, copied = bulk.lines(), 0
    while chunk := _copy_chunk(cursor, statement, lines):
        copied += chunk
        done(copied)
    if bulk.columns[0] == "id" and bulk.table != "author_profiles":
        cursor.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, 'id'), coalesce(max(id), 1)) FROM public.{}"
            ).format(sql.Literal(f"public.{bulk.table}"), sql.Identifier(bulk.table))
        )


def _copy_chunk(cursor: Cursor[Any], statement: sql.Composed, lines: Iterator[str]) -> int:
    """Copy at most a chunk and return how many rows it had; nothing is sent when no row is left."""
    copied = 0
    first = list(islice(lines, _LINES_OF_A_WRITE))
    if not first:
        return 0
    with cursor.copy(statement) as writer:
        while first:
            writer.write("".join(first))
            copied += len(first)
            first = list(islice(lines, min(_LINES_OF_A_WRITE, _CHUNK - copied)))
    return copied
