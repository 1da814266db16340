"""How many rows the tables of a rehearsal have before and after, and where that may differ.

Rows may come and go in the tables that a data statement writes, and in those that the triggers, views and
functions behind it name in their text. Where SQL is put together when it runs, that may be every table.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import postgast
from postgast import pg_query_pb2 as ast
from psycopg import sql

from pgevolve.check import tree
from pgevolve.connect import Connection
from pgevolve.deploy.report import RowsChanged
from pgevolve.failures import RehearsedRowsError
from pgevolve.history import Migration
from pgevolve.messages import messages
from pgevolve.quoting import qualified
from pgevolve.sqltext import parse_steps

_TABLES = """
SELECT c.oid, n.nspname, c.relname
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'pgevolve')
"""
# What a name leads to: of a relation the functions of its triggers, its rules, the tables that a foreign key
# empties with it, its parents and partitions; of a view what it shows; of a function what its text names.
# Cast, because a union with a `name` would cut the texts off.
_TEXTS = """
SELECT c.relname::text, p.proname::text
  FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal
UNION ALL
SELECT c.relname, pg_catalog.pg_get_ruledef(r.oid)
  FROM pg_catalog.pg_rewrite AS r JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
 WHERE c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
UNION ALL
SELECT c.relname, k.conrelid::regclass::text
  FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS c ON c.oid = k.confrelid
 WHERE k.contype = 'f' AND k.confdeltype = 'c'
UNION ALL
SELECT c.relname, o.relname
  FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid IN (i.inhrelid, i.inhparent)
  JOIN pg_catalog.pg_class AS o ON o.oid IN (i.inhrelid, i.inhparent) AND o.oid <> c.oid
UNION ALL
SELECT p.proname, CASE p.prokind WHEN 'a' THEN '' ELSE pg_catalog.pg_get_functiondef(p.oid) END
  FROM pg_catalog.pg_proc AS p
 WHERE p.pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
"""
_WRITES = ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")
_CALLERS = frozenset(
    {"select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "create_table_as_stmt"}
)
_RUN_LATER = frozenset({"create_function_stmt", "rule_stmt"})
_WORD = re.compile(r"\w+")
_DYNAMIC = "execute"


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its number in the catalogue, which a rename does not change, with its rows."""

    oid: int
    schema: str
    name: str
    rows: int

    @property
    def label(self) -> str:
        """The name as a statement writes it."""
        return qualified(self.schema, self.name)


def count_rows(connection: Connection) -> tuple[Table, ...]:
    """Count the rows of every table and partition, on a connection in autocommit mode."""
    found = []
    for oid, schema, name in connection.execute(_TABLES.encode()).fetchall():
        counted = connection.execute(
            sql.SQL("SELECT count(*) FROM ONLY {}").format(sql.Identifier(schema, name))
        ).fetchone()
        assert counted is not None
        found.append(Table(oid, schema, name, counted[0]))
    return tuple(found)


def require_rows_kept(
    before: Sequence[Table], after: Sequence[Table], changeable: frozenset[str] | None
) -> tuple[RowsChanged, ...]:
    """Return the tables whose number of rows changed; those that are new are not among them.

    `changeable` is what `changeable_tables` returned. A table that is gone was dropped by a statement, and is
    none to complain of. Raises RehearsedRowsError.
    """
    now = {table.oid: table for table in after}
    changed, wrong = [], []
    for table in before:
        found = now.get(table.oid)
        if found is not None and found.rows == table.rows:
            continue
        changed.append(RowsChanged(table.label, table.rows, None if found is None else found.rows))
        if found is not None and not _may_change((table.name, found.name), changeable):
            wrong.append(f"{table.label} had {table.rows} rows and has {found.rows}")
    if wrong:
        raise RehearsedRowsError(tuple(wrong))
    return tuple(changed)


def _may_change(names: Iterable[str], changeable: frozenset[str] | None) -> bool:
    return changeable is None or any(_words(name) <= changeable for name in names)


def words_by_name(connection: Connection) -> Mapping[str, frozenset[str]]:
    """Return the words to which those in the name of each relation and function lead."""
    found: dict[str, set[str]] = {}
    for name, text in connection.execute(_TEXTS.encode()):
        for word in _words(name):
            found.setdefault(word, set()).update(_words(text))
    return {word: frozenset(words) for word, words in found.items()}


def changeable_tables(
    migrations: Sequence[Migration], leads: Sequence[Mapping[str, frozenset[str]]]
) -> frozenset[str] | None:
    """Return the words in the names of what data statements may write, and of what they set off; None is all.

    `leads` are those of the schema before and after the migrations.
    """
    reached: set[str] = set()
    waiting = {word for migration in migrations for word in _written(migration)}
    while waiting:
        if _DYNAMIC in waiting:
            return None
        reached |= waiting
        led = {word for found in leads for name in waiting for word in found.get(name, ())}
        waiting = led - reached
    return frozenset(reached)


def _written(migration: Migration) -> Iterator[str]:
    """Yield the words of what data statements write, and all those of a statement that calls something."""
    for step in (*migration.up, *parse_steps(migration.backfill_sql or "", "backfill.sql")):
        for raw in postgast.parse(step.sql).stmts:
            kind, node = tree.kind_of(raw.stmt), tree.inner(raw.stmt)
            if kind in {"do_stmt", "call_stmt", "execute_stmt"} or _calls(kind, node):
                yield from _words(step.sql)
            for target in _targets(kind, node):
                yield from _words(target)


def _calls(kind: str, node: Any) -> bool:
    return kind in _CALLERS and any(True for _ in messages(node, "FuncCall"))


def _targets(kind: str, node: Any) -> Iterator[str]:
    if kind in _RUN_LATER:
        return
    for name in _WRITES:
        yield from (write.relation.relname for write in messages(node, name))
    if kind == "copy_stmt" and node.is_from:
        yield node.relation.relname
    if kind == "truncate_stmt":
        yield from (relation.relname for relation in messages(node, "RangeVar"))
        if node.behavior == ast.DROP_CASCADE:
            yield _DYNAMIC  # every table that refers to it, in whatever way


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))
