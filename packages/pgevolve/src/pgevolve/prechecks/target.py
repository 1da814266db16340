"""What the target has before the first pending statement, as far as questions need it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from psycopg import RawCursor, errors

from pgevolve.connect import Connection
from pgevolve.effects.database import read_facts
from pgevolve.effects.facts import SchemaFacts

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class IndexText:
    """An index as the server prints it; `of_constraint` says that a constraint owns it."""

    table: str
    definition: str
    of_constraint: bool


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """A domain ('d') or an enum ('e'); `default` and `labels` belong to one of them."""

    kind: str
    base: str | None = None
    not_null: bool = False
    default: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SequenceFacts:
    """A sequence and the column it belongs to. `last` is None before it was used."""

    table: str | None = None
    column: str | None = None
    start: int = 1
    increment: int = 1
    maximum: int = 2**63 - 1
    minimum: int = 1
    cycles: bool = False
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The target's catalogue. Names are qualified; definitions are texts, parsed when they are asked for.

    `constraints` maps a table or domain to its constraints by name. `partitions` maps a partitioned table to
    the text of its key and what each of its partitions asks of a row. Of tables that another session keeps
    `locked` only the columns are known.
    """

    facts: SchemaFacts
    locked: frozenset[str]
    constraints: Mapping[str, Mapping[str, str]]
    indexes: Mapping[str, IndexText]
    types: Mapping[str, TypeFacts]
    sequences: Mapping[str, SequenceFacts]
    partition_keys: Mapping[str, str]
    partitions: Mapping[str, Mapping[str, str | None]]


def read_target(connection: Connection) -> Target:
    """Read the catalogue of a database in a transaction of its own that only reads; autocommit mode.

    Nothing is waited for: to print a definition the server locks its table, so those that somebody keeps
    locked are left out. Raises LockNotAvailable when that changes again and again while it is read.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                connection.execute("SET LOCAL lock_timeout = '200ms'")
                return _read(connection)
        except errors.LockNotAvailable:
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError


def _read(connection: Connection) -> Target:
    locked = dict(_rows(connection, "locked.sql"))
    oids = list(locked)
    constraints: dict[str, dict[str, str]] = defaultdict(dict)
    for owner, name, definition in _rows(connection, "definitions.sql", oids):
        constraints[owner][name] = definition
    keys: dict[str, str] = {}
    partitions: dict[str, dict[str, str | None]] = defaultdict(dict)
    for table, key, partition, bound in _rows(connection, "partitions.sql", oids):
        keys[table] = key
        if partition is not None:
            partitions[table][partition] = bound
    return Target(
        read_facts(connection, with_constraints=False),
        frozenset(locked.values()),
        constraints,
        {name: IndexText(*row) for name, *row in _rows(connection, "indexes.sql", oids)},
        {
            name: TypeFacts(kind, base, not_null, default, tuple(labels))
            for name, kind, base, not_null, default, labels in _rows(connection, "types.sql")
        },
        {name: SequenceFacts(*row) for name, *row in _rows(connection, "sequences.sql")},
        keys,
        partitions,
    )


def _rows(connection: Connection, query: str, locked: list[int] | None = None) -> list[tuple[Any, ...]]:
    text = files("pgevolve.prechecks").joinpath("sql", query).read_bytes()
    parameters = None if locked is None else (locked,)
    with RawCursor(connection) as cursor:
        return cursor.execute(text, parameters).fetchall()
