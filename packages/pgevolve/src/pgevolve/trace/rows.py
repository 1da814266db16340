"""Rows for a table of which nothing is known but its catalogue, so that a traced step has something to read.

Each column gets an expression of the row's number `i`. The server judges: a few rows are tried, and what
refuses them names the columns whose expressions are exchanged, among a fixed list for their type, until they
pass. Columns that refer to another table take the expressions of that table's columns, so row `i` refers to
row `i`. Triggers and foreign keys do not fire meanwhile, which is why a superuser is needed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import islice, product

import psycopg
from psycopg import errors

from pgevolve.connect import Connection, connect
from pgevolve.quoting import name
from pgevolve.run import one_line

# A few numbers of rows are tried, so that a value that must be unique or small shows itself.
_TRIED = (1, 2, 3, 99, 100, 101)
_TRIES_A_CONSTRAINT = 600
_CONSTRAINTS_A_TABLE = 24
_NULL = "NULL"
_LITERAL = re.compile(r"'(?:[^']|'')*'")

_BY_CATEGORY: Mapping[str, tuple[str, ...]] = {
    "N": ("i", "(i % 100)", "1", "0", "(i % 5 + 1)", "0.5"),
    "S": (
        "('x' || i)",
        "chr(97 + (i % 26)::int)",
        "('+98912' || lpad(i::text, 7, '0'))",
        "('/x/' || i)",
        "('https://example.org/' || i)",
        "('x' || i || '@example.org')",
        "('$argon2id$' || i)",
        "''",
        "'x'",
        "'fa'",
        "'en'",
        "'image'",
        "'image/png'",
    ),
    "B": ("false", "true"),
    "D": ("(timestamp '2026-01-01' + make_interval(mins => i::int))",),
    "T": ("make_interval(mins => i::int)",),
    "A": ("'{}'",),
    "R": ("'empty'",),
    "I": ("('10.0.0.0'::inet + i)",),
    "V": ("'0'",),
    "G": ("'(0,0)'",),
}
_BY_TYPE: Mapping[str, tuple[str, ...]] = {
    "int2": ("(i % 30000)", "1", "0", "(i % 5 + 1)"),
    "uuid": ("md5(i::text)::uuid",),
    "json": ("'{}'", "'[]'", "'1'"),
    "jsonb": ("'{}'", "'[]'", "'1'"),
    "bytea": ("sha256(i::text::bytea)", "substr(sha256(i::text::bytea), 1, 16)", "''"),
    "tsvector": ("''",),
    "int4multirange": ("'{[0,60)}'",),
    "xml": ("'<x/>'",),
    "money": ("i::text::money",),
    "oid": ("i::int",),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """How many rows a table got; none with the reason when no row could be made that it takes."""

    table: str
    rows: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    not_null: bool
    type: str
    category: str
    candidates: tuple[str, ...]


@dataclass(slots=True)
class _Table:
    """A table with the expression that each of its columns has at the moment."""

    name: str
    columns: Mapping[str, _Column]
    expressions: dict[str, str] = field(default_factory=dict)

    def insert(self, numbers: str) -> str:
        """Return the statement that writes a row for each number `i` of a FROM item."""
        columns = ", ".join(name(column) for column in self.expressions)
        values = ", ".join(
            f"({expression})::{self.columns[column].type}" for column, expression in self.expressions.items()
        )
        into = f"INSERT INTO {self.name} ({columns}) OVERRIDING SYSTEM VALUE"
        return f"{into} SELECT {values} FROM {numbers} AS i"  # noqa: S608 (of the catalogue's names)


def fill(url: str, tables: Iterable[str], rows: int) -> tuple[Filled, ...]:
    """Give each of these empty tables so many rows, and the tables they refer to as well.

    Names are qualified and quoted where they must be. Rows are committed and the tables analysed. A table
    that holds rows already keeps them and gets none. Needs a superuser of a scratch server.
    """
    with connect(url, purpose="trace rows") as connection:
        connection.execute("SET session_replication_role = replica")
        filler = _Filler(connection, rows)
        for table in tables:
            filler.fill(table)
        return tuple(filler.filled.values())


class _Filler:
    def __init__(self, connection: Connection, rows: int) -> None:
        self.connection, self.rows = connection, rows
        numbers = ", ".join(str(number) for number in (*_TRIED, rows))
        self.tried = f"unnest('{{{numbers}}}'::bigint[])"
        self.filled: dict[str, Filled] = {}
        self.expressions: dict[str, Mapping[str, str]] = {}
        self._begun: set[str] = set()

    def fill(self, table: str) -> None:
        if table in self._begun:
            return
        self._begun.add(table)
        references = self.connection.execute(_query("references.sql"), {"table": table}).fetchall()
        for _, target, _ in references:
            self.fill(target)
        if self.connection.execute(f"SELECT FROM {table} LIMIT 1".encode()).fetchone() is not None:
            self.filled[table] = Filled(table, 0, "it holds rows already")
            return
        candidate = self._described(table)
        self._refer(candidate, references)
        refused = self._settle(candidate)
        if refused is None:
            refused = self._try(candidate, f"generate_series(1::bigint, {self.rows})", keep=True)
        if refused is not None:
            self.filled[table] = Filled(table, 0, one_line(refused))
            return
        self.connection.execute(f"ANALYZE {table}".encode())
        self.expressions[table] = candidate.expressions
        self.filled[table] = Filled(table, self.rows)

    def _described(self, table: str) -> _Table:
        rows = self.connection.execute(_query("fillable.sql"), {"table": table}).fetchall()
        columns = {
            column: _Column(column, not_null, type_, category, _candidates(base, category, labels))
            for column, not_null, type_, base, category, labels in rows
        }
        first = {column.name: column.candidates[0] for column in columns.values()}
        return _Table(table, columns, first)

    def _refer(self, table: _Table, references: Sequence[tuple[list[str], str, list[str]]]) -> None:
        for columns, target, target_columns in references:
            there = table.expressions if target == table.name else self.expressions.get(target)
            for column, target_column in zip(columns, target_columns, strict=True):
                if column not in table.columns:  # generated
                    continue
                if there is not None and target_column in there:
                    table.expressions[column] = there[target_column]
                elif not table.columns[column].not_null:
                    table.expressions[column] = _NULL

    def _settle(self, table: _Table) -> psycopg.Error | None:
        """Exchange expressions until a row passes; return what refuses it when none does."""
        refused = self._try(table, self.tried)
        for _ in range(_CONSTRAINTS_A_TABLE):
            if refused is None:
                return None
            named = refused.diag.constraint_name or ""
            if not self._exchange(table, refused, named):
                return refused
            refused = self._try(table, self.tried)
        return refused

    def _exchange(self, table: _Table, refused: psycopg.Error, constraint: str) -> bool:
        """Find expressions for the columns of a refusal that it accepts; tell whether there are any."""
        columns = self._to_blame(table, refused, constraint)
        former = dict(table.expressions)
        literals = self._literals(table, constraint)
        choices = [_choices(table.columns[column], former[column], literals) for column in columns]
        second_best: tuple[str, ...] | None = None
        for chosen in islice(product(*choices), 1, _TRIES_A_CONSTRAINT):
            table.expressions.update(zip(columns, chosen, strict=True))
            error = self._try(table, self.tried)
            if error is None:
                return True
            if second_best is None and _another(error, refused):
                second_best = chosen
        table.expressions.update(former)
        table.expressions.update(zip(columns, second_best or (), strict=False))
        return second_best is not None

    def _to_blame(self, table: _Table, refused: psycopg.Error, constraint: str) -> list[str]:
        if isinstance(refused, errors.NotNullViolation) and refused.diag.column_name in table.columns:
            return [refused.diag.column_name or ""]
        rows = self.connection.execute(
            _query("refusing_columns.sql"), {"table": table.name, "name": constraint}
        ).fetchall()
        return [column for (column,) in rows if column in table.columns]

    def _literals(self, table: _Table, constraint: str) -> tuple[str, ...]:
        """Return the texts that a check names: a value is often one of them."""
        row = self.connection.execute(
            "SELECT pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint"
            " WHERE conrelid = %s::regclass AND conname = %s AND contype = 'c'",
            (table.name, constraint),
        ).fetchone()
        return tuple(dict.fromkeys(_LITERAL.findall(row[0]))) if row is not None else ()

    def _try(self, table: _Table, numbers: str, *, keep: bool = False) -> psycopg.Error | None:
        try:
            with self.connection.transaction(force_rollback=not keep):
                self.connection.execute(table.insert(numbers).encode())
        except psycopg.Error as error:
            return error
        return None


def _query(query: str) -> bytes:
    return files("pgevolve.trace").joinpath("sql", query).read_bytes()


def _candidates(base: str, category: str, labels: Sequence[str]) -> tuple[str, ...]:
    if labels:
        return tuple(labels)
    return _BY_TYPE.get(base) or _BY_CATEGORY.get(category) or (_NULL,)


def _choices(column: _Column, current: str, literals: Sequence[str]) -> Iterator[str]:
    yield current
    if not column.not_null and current != _NULL:
        yield _NULL
    if column.category == "S":
        yield from literals
    yield from (candidate for candidate in column.candidates if candidate != current)


def _another(error: psycopg.Error, refused: psycopg.Error) -> bool:
    """Tell whether something else refuses now; a value that the type does not take is no progress."""
    return isinstance(error, errors.IntegrityError) and (
        (error.diag.constraint_name, error.diag.column_name)
        != (refused.diag.constraint_name, refused.diag.column_name)
    )
