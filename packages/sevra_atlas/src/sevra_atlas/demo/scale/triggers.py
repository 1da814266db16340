"""The triggers of the tables that a bulk load fills, off for its transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Cursor, sql


@contextmanager
def triggers_off(cursor: Cursor[Any], tables: Sequence[str]) -> Iterator[None]:
    """Switch the triggers of the tables off for the block, those of foreign keys apart.

    Takes SHARE ROW EXCLUSIVE on each table until the transaction ends: nobody else writes meanwhile, and
    nobody sees the switch. A block that fails leaves them off: the caller rolls the switch back together with
    the rows, to a savepoint that lies before both. Acts as the owner of the tables.
    """
    # ALTER TABLE refuses a table about which a deferred trigger has yet to speak.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _alter(cursor, tables, sql.SQL("DISABLE TRIGGER USER"))
    # Salons name their first owner before the row of the ownership is there.
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _alter(cursor, tables, sql.SQL("ENABLE TRIGGER USER"))


def _alter(cursor: Cursor[Any], tables: Sequence[str], action: sql.SQL) -> None:
    for table in tables:
        cursor.execute(sql.SQL("ALTER TABLE public.{} {}").format(sql.Identifier(table), action))
