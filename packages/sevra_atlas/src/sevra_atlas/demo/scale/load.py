"""The transaction of a bulk load: the base, the mass by COPY, and what is derived from it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from psycopg import Connection, Cursor, sql
from psycopg.rows import tuple_row

from sevra_atlas.demo.generate import SEED
from sevra_atlas.demo.load import load
from sevra_atlas.demo.scale.amounts import Amounts
from sevra_atlas.demo.scale.bulk import Bulk
from sevra_atlas.demo.scale.copying import copy
from sevra_atlas.demo.scale.derived import derive
from sevra_atlas.demo.scale.ground import ground_of
from sevra_atlas.demo.scale.rows import bulks
from sevra_atlas.demo.scale.timing import Timings
from sevra_atlas.demo.scale.triggers import triggers_off
from sevra_atlas.demo.size import Size

BASE = Size.tiny()
# Written beside the tables of the mass.
_DERIVED = ("entities", "url_paths", "slug_history", "city_stats")
_SETTINGS = {"work_mem": "256MB", "maintenance_work_mem": "512MB", "synchronous_commit": "off", "jit": "off"}


def load_rows(connection: Connection[Any], *, media_dir: Path, amounts: Amounts, timings: Timings) -> None:
    """Write base and mass with everything derived, search documents apart; the caller commits.

    The connection acts as `sevra_owner` in READ COMMITTED. Every table that is filled is locked against
    writers until the transaction ends. Memory: one byte a review, a number a salon, and a chunk of rows.
    All of it is one savepoint: whatever is raised, no row stays, and no trigger is off, even if the caller
    goes on and commits. Raises `DemoDataPresentError` when the directory holds entities.
    """
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        for name, value in _SETTINGS.items():
            cursor.execute("SELECT set_config(%s, %s, true)", (name, value))
        with timings.part("base"):
            load(connection, media_dir=media_dir, size=BASE)
        ground = ground_of(cursor, BASE, SEED)
        tables = tuple(bulks(ground, amounts))
        with triggers_off(cursor, [*(bulk.table for bulk in tables), *_DERIVED]):
            derive(cursor, dict(_copied(cursor, tables, timings)), timings)


def _copied(
    cursor: Cursor[Any], tables: Sequence[Bulk], timings: Timings
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Copy the tables and yield the ids that each got: the first, and the one after the last."""
    for bulk in tables:
        before = _last_id(cursor, bulk.table) if "id" in bulk.columns else 0
        with timings.part(bulk.table, bulk.count) as done:
            copy(cursor, bulk, done)
        if bulk.table == "salon_owners":
            # The checks of a salon's first owner have waited for these rows, in memory.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if "id" in bulk.columns:
            yield bulk.table, (before + 1, _last_id(cursor, bulk.table) + 1)


def _last_id(cursor: Cursor[Any], table: str) -> int:
    row = cursor.execute(
        sql.SQL("SELECT coalesce(max(id), 0) FROM public.{}").format(sql.Identifier(table))
    ).fetchone()
    assert row is not None
    return int(row[0])
