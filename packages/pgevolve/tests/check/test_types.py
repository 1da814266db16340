"""What a change of type is said to cost is what it costs on the server."""

from collections.abc import Iterator

import postgast
import psycopg
import pytest

from pgevolve.check import tree
from pgevolve.check.apply import apply
from pgevolve.check.facts import Name
from pgevolve.check.state import SchemaState
from pgevolve.check.types import TypeChange, type_change
from pgevolve.local import LocalPostgres
from pgevolve.scratch import scratch_database

_TYPES = """
    CREATE DOMAIN free AS varchar(50);
    CREATE DOMAIN bound AS varchar(50) CHECK (VALUE <> '');
    CREATE TYPE mood AS ENUM ('a');
"""
_PAIRS = [
    ("varchar(50)", "varchar(100)"),
    ("varchar(50)", "varchar"),
    ("varchar(50)", "text"),
    ("varchar(100)", "varchar(50)"),
    ("text", "varchar"),
    ("text", "varchar(50)"),
    ("char(5)", "char(8)"),
    ("char(5)", "text"),
    ("numeric(8, 2)", "numeric(12, 2)"),
    ("numeric(8, 2)", "numeric"),
    ("numeric", "numeric(8, 2)"),
    ("numeric(8, 2)", "numeric(8, 3)"),
    ("numeric(8, 2)", "numeric(6, 2)"),
    ("int", "bigint"),
    ("bigint", "int"),
    ("smallint", "int"),
    ("int", "numeric"),
    ("int", "oid"),
    ("timestamp(0)", "timestamp(3)"),
    ("timestamp(3)", "timestamp"),
    ("timestamp", "timestamp(3)"),
    ("timestamptz(3)", "timestamptz(6)"),
    ("timestamptz", "timestamptz(0)"),
    ("time(0)", "time(3)"),
    ("interval(0)", "interval(3)"),
    ("varbit(8)", "varbit(16)"),
    ("bit(8)", "varbit"),
    ("cidr", "inet"),
    ("inet", "cidr"),
    ("xml", "text"),
    ("json", "jsonb"),
    ("real", "double precision"),
    ("date", "timestamp"),
    ("varchar(50)[]", "varchar(100)[]"),
    ("int[]", "int[]"),
    ("varchar(50)", "free"),
    ("varchar(50)", "bound"),
    ("free", "varchar(50)"),
    ("bound", "text"),
    ("text", "text"),
    ('text COLLATE "C"', 'text COLLATE "C"'),
    ("text", 'text COLLATE "C"'),
]
_NODES = "SELECT relname, relfilenode::bigint FROM pg_class WHERE relname IN ('t', 't_a')"


@pytest.fixture(scope="module")
def connection(server: LocalPostgres) -> Iterator[psycopg.Connection]:
    with scratch_database(server.url()) as url, psycopg.connect(url) as opened:
        opened.execute(_TYPES)
        opened.commit()
        yield opened


def _said(old: str, new: str) -> TypeChange:
    state = SchemaState()
    for raw in postgast.parse(f"{_TYPES} CREATE TABLE t (a {old})").stmts:
        kind = tree.kind_of(raw.stmt)
        apply(state, kind, getattr(raw.stmt, kind))
    alter = postgast.parse(f"ALTER TABLE t ALTER a TYPE {new}").stmts[0].stmt.alter_table_stmt
    column = state.tables[Name("public", "t")].columns["a"]
    return type_change(state, column, tree.definition(alter.cmds[0].alter_table_cmd))


@pytest.mark.parametrize(("old", "new"), _PAIRS)
def test_the_cost_of_a_change_is_that_on_the_server(
    connection: psycopg.Connection, old: str, new: str
) -> None:
    said = _said(old, new)

    with connection.transaction(force_rollback=True):
        connection.execute(f"CREATE TABLE t (a {old})")
        if not old.startswith(("xml", "json", "text COLLATE")) and "[" not in old:
            connection.execute("CREATE INDEX t_a ON t (a)")
        before = dict(connection.execute(_NODES).fetchall())
        connection.execute("INSERT INTO t VALUES (NULL)")
        connection.execute(f"ALTER TABLE t ALTER a TYPE {new}")
        after = dict(connection.execute(_NODES).fetchall())
    assert (before["t"] != after["t"]) == (said is TypeChange.REWRITE)
    if said is TypeChange.INDEXES:
        assert before["t_a"] != after["t_a"]


def test_a_check_over_the_column_is_read_again(connection: psycopg.Connection) -> None:
    scans = "SELECT pg_stat_get_xact_numscans('t'::regclass)"
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE TABLE t (a varchar(50), b varchar(50) CHECK (b <> ''))")
        connection.execute("ALTER TABLE t ALTER a TYPE varchar(100)")
        free = connection.execute(scans).fetchone()
        connection.execute("ALTER TABLE t ALTER b TYPE varchar(100)")
        assert free == (0,)
        assert connection.execute(scans).fetchone() == (1,)
