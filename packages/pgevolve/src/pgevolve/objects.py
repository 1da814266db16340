"""What SQLAlchemy cannot say, declared as values beside the models.

    declare(metadata, Role("app"), Schema("live"), Function(sql), View(sql), Grant(...))

A declared object is created by `build()` (and so by the scratch server) and by `metadata.create_all()`, is
read back from the catalogue, and takes part in every diff. A callable may be declared in place of an object:
it is called with the metadata when the objects are needed, so that a view can be computed from the columns a
table has by then.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, MetaData, Table, event
from sqlalchemy.engine.mock import MockConnection

_KEY = "pgevolve.declared"


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema; owned by the project's owner role."""

    name: str
    renamed_from: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the cluster: made without login when it is missing, never altered, never dropped."""

    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """One CREATE FUNCTION or CREATE PROCEDURE statement with a schema-qualified name.

    EXECUTE is revoked from PUBLIC unless `public` is set. `renamed_from` is its former name, without schema.
    """

    sql: str
    public: bool = False
    comment: str | None = None
    renamed_from: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """One CREATE [CONSTRAINT] TRIGGER statement on a schema-qualified table or view."""

    sql: str
    renamed_from: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One CREATE VIEW statement with a schema-qualified name."""

    sql: str
    comment: str | None = None
    renamed_from: str | None = None


GrantKind: TypeAlias = Literal["TABLE", "SCHEMA", "FUNCTION", "SEQUENCE", "TYPE"]


@dataclass(frozen=True, slots=True)
class Grant:
    """Privileges of roles on one object; with `columns`, on these columns of a table or view only.

    `on` is the object's qualified name as SQL takes it; functions with argument types: `public.f(bigint)`.
    """

    privileges: tuple[str, ...]
    on: str
    to: tuple[str, ...]
    kind: GrantKind = "TABLE"
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceRows:
    """The rows a table holds because code depends on them; `key` names the columns that identify one.

    A row that is no longer listed is deleted by the next migration. Where the application adds rows of its
    own to the same table, `where` is the SQL condition that tells the declared ones: `kind = 'static'`.
    Columns that no row gives (generated ones, times) are not compared.
    """

    table: str
    key: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    where: str | None = None


RenamedKind: TypeAlias = Literal[
    "schema",
    "enum",
    "label",
    "domain",
    "composite type",
    "sequence",
    "function",
    "aggregate",
    "table",
    "view",
    "materialized view",
    "constraint",
    "index",
    "statistics",
    "policy",
    "rule",
    "trigger",
]


@dataclass(frozen=True, slots=True)
class Renamed:
    """The former name of an object that has no other place to say it: an enum, its label, a policy.

    `name` is its name now, qualified as SQL takes it, and `renamed_from` the former one without schema. What
    hangs on a table, and a label of an enum, has its bare name, and `on` says the table or the type:
    `Renamed("label", "shipped", "sent", on="public.order_state")`.
    """

    kind: RenamedKind
    name: str
    renamed_from: str
    on: str | None = None


DeclaredObject: TypeAlias = Schema | Role | Function | Trigger | View | Grant | ReferenceRows | Renamed
Derivation: TypeAlias = Callable[[MetaData], Iterable[DeclaredObject]]


def declare(metadata: MetaData, *objects: DeclaredObject | Derivation) -> None:
    """Attach objects, or functions that compute them from the finished metadata, in the order given.

    From then on `metadata.create_all()` creates them too, when it creates every table of the metadata.
    """
    if _KEY not in metadata.info:
        metadata.info[_KEY] = []
        event.listen(metadata, "before_create", _before_create)
        event.listen(metadata, "after_create", _after_create)
    metadata.info[_KEY].extend(objects)


def _before_create(
    metadata: MetaData, connection: Connection, *, tables: Sequence[Table], **_: object
) -> None:
    if len(tables) == len(metadata.tables) and not isinstance(connection, MockConnection):
        from pgevolve import build  # build stands on this module

        build.create_before_tables(connection, metadata)


def _after_create(
    metadata: MetaData, connection: Connection, *, tables: Sequence[Table], **_: object
) -> None:
    if len(tables) == len(metadata.tables) and not isinstance(connection, MockConnection):
        from pgevolve import build

        build.create_after_tables(connection, metadata)


def declared(metadata: MetaData) -> tuple[DeclaredObject, ...]:
    """Return every declared object, derivations resolved, in the order of declaration."""
    return tuple(_resolved(metadata, metadata.info.get(_KEY, ())))


def _resolved(metadata: MetaData, entries: Sequence[DeclaredObject | Derivation]) -> Iterator[DeclaredObject]:
    for entry in entries:
        if callable(entry):
            yield from entry(metadata)
        else:
            yield entry


def sql_files(package: str, folder: str = "sql") -> tuple[str, ...]:
    """Return the texts of a package's `.sql` files in the order of their names."""
    entries = (entry for entry in files(package).joinpath(folder).iterdir() if entry.name.endswith(".sql"))
    return tuple(entry.read_text(encoding="utf-8") for entry in sorted(entries, key=lambda entry: entry.name))
