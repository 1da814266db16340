"""What there is to know about a table, from the models and the declared objects; no database is asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import Constraint, CreateColumn, CreateIndex

from pgevolve.objects import Function, Grant, Trigger, declared
from sevra_atlas.schema.access import APP, OWNER
from sevra_atlas.schema.columns import KEPT
from sevra_atlas.schema.enums import EdgeAction
from sevra_atlas.schema.listed import listed_tables
from sevra_atlas.schema.reference import EDGES, KINDS

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

_TRIGGER = re.compile(
    r"CREATE (?:CONSTRAINT )?TRIGGER (?P<name>\w+)\s+(?P<when>.*?)\s+ON (?P<relation>[\w.]+)"
    r".*EXECUTE FUNCTION public\.(?P<function>\w+)\(",
    re.DOTALL,
)
_FUNCTION = re.compile(r"^CREATE FUNCTION public\.(\w+)\(", re.MULTILINE)
_ORDER = {PrimaryKeyConstraint: 0, UniqueConstraint: 1, ForeignKeyConstraint: 2, CheckConstraint: 3}


@dataclass(frozen=True, slots=True)
class ColumnFact:
    """A column; `written_by` says who gives its value: application, database, trigger or worker."""

    name: str
    type: str
    nullable: bool
    default: str | None
    written_by: str
    comment: str


@dataclass(frozen=True, slots=True)
class ConstraintFact:
    """A constraint, as an error names it."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class IndexFact:
    """An index and what it is there for."""

    name: str
    definition: str
    serves: str


@dataclass(frozen=True, slots=True)
class TriggerFact:
    """A trigger, when it fires and what its function is for."""

    name: str
    when: str
    function: str
    does: str


@dataclass(frozen=True, slots=True)
class AccessFact:
    """What a role may do with a relation; `columns` is empty when it is the whole row."""

    role: str
    relation: str
    privilege: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableDescription:
    """Everything about one table; `live_view` is None for a table that is not soft-deletable.

    Of the edges of deletion `takes_along` and `kept_by` name the columns, as `table.column`, whose live rows
    follow a row into the trash or keep it out.
    """

    name: str
    comment: str
    partitioned_by: str | None
    live_view: str | None
    entity_type: str | None
    url_prefix: str | None
    takes_along: tuple[str, ...]
    kept_by: tuple[str, ...]
    columns: tuple[ColumnFact, ...]
    constraints: tuple[ConstraintFact, ...]
    indexes: tuple[IndexFact, ...]
    triggers: tuple[TriggerFact, ...]
    access: tuple[AccessFact, ...]


def describe(metadata: MetaData, name: str) -> TableDescription:
    """Return what there is to know about a table; KeyError when there is none of the name."""
    table = metadata.tables[name]
    kind = KINDS.get(table.name)
    written = _written_by_application(metadata, table)
    return TableDescription(
        name=table.fullname,
        comment=table.comment or "",
        partitioned_by=table.dialect_options["postgresql"]["partition_by"],
        live_view=f"live.{table.name}" if kind else None,
        entity_type=str(kind.entity_type) if kind else None,
        url_prefix=kind.url_prefix if kind else None,
        takes_along=_edges(table, EdgeAction.CASCADE),
        kept_by=_edges(table, EdgeAction.RESTRICT),
        columns=tuple(_column(column, written) for column in table.columns),
        constraints=tuple(_constraints(table)),
        indexes=tuple(_indexes(table)),
        triggers=tuple(sorted(_triggers(metadata, table), key=lambda trigger: trigger.name)),
        access=tuple(_access(metadata, table)),
    )


def _edges(table: Table, action: EdgeAction) -> tuple[str, ...]:
    return tuple(
        f"{edge.child_table}.{edge.child_column}"
        for edge in EDGES
        if edge.parent_table == table.name and edge.action == action
    )


def type_of(column: Column[object]) -> str:
    """Return a column's type as PostgreSQL writes it."""
    written = column.type.compile(dialect=_DIALECT)
    return written.lower().replace("timestamp with time zone", "timestamptz").replace(", ", ",")


def _written_by_application(metadata: MetaData, table: Table) -> set[str]:
    """Return the columns that the application's role may write and no trigger keeps."""
    granted: set[str] = set()
    for fact in _access(metadata, table):
        if fact.role == APP and {"INSERT", "UPDATE"} & set(fact.privilege.split(", ")):
            granted |= set(fact.columns or table.columns.keys())
    return {name for name in granted if not table.columns[name].info.get(KEPT)}


def _column(column: Column[object], written: set[str]) -> ColumnFact:
    if column.computed is not None or column.identity is not None:
        writer = "database"
    else:
        writer = "application" if column.name in written else "trigger or worker"
    return ColumnFact(
        name=column.name,
        type=type_of(column),
        nullable=bool(column.nullable),
        default=_default(column),
        written_by=writer,
        comment=column.comment or "",
    )


def _default(column: Column[object]) -> str | None:
    """Return what fills the column when nobody does, cut out of its DDL."""
    ddl = str(CreateColumn(column).compile(dialect=_DIALECT))
    found = re.search(r" (DEFAULT .+?|GENERATED ALWAYS AS .+?)(?: NOT NULL| NULL)?$", ddl, re.DOTALL)
    return found[1].removeprefix("DEFAULT ") if found else None


def _constraints(table: Table) -> Iterator[ConstraintFact]:
    def place(constraint: Constraint) -> tuple[int, str]:
        return _ORDER[type(constraint)], str(constraint.name)

    for constraint in sorted(table.constraints, key=place):
        yield ConstraintFact(str(constraint.name), _definition(constraint))


def _definition(constraint: Constraint) -> str:
    match constraint:
        case CheckConstraint():
            return f"CHECK ({constraint.sqltext})"
        case ForeignKeyConstraint():
            return _reference(constraint)
        case PrimaryKeyConstraint():
            return f"PRIMARY KEY ({_names(constraint)})"
        case UniqueConstraint():
            nulls = constraint.dialect_options["postgresql"]["nulls_not_distinct"]
            return f"UNIQUE {'NULLS NOT DISTINCT ' if nulls else ''}({_names(constraint)})"
        case _:
            return type(constraint).__name__


def _names(constraint: PrimaryKeyConstraint | UniqueConstraint | ForeignKeyConstraint) -> str:
    return ", ".join(column.name for column in constraint.columns)


def _reference(constraint: ForeignKeyConstraint) -> str:
    there = ", ".join(element.target_fullname.split(".")[-1] for element in constraint.elements)
    words = [f"({_names(constraint)}) → {constraint.referred_table.name} ({there})"]
    words += [f"ON UPDATE {constraint.onupdate}"] if constraint.onupdate else []
    words += [f"ON DELETE {constraint.ondelete}"] if constraint.ondelete else []
    words += ["DEFERRABLE"] if constraint.deferrable else []
    words += [f"INITIALLY {constraint.initially}"] if constraint.initially else []
    return " ".join(words)


def _indexes(table: Table) -> Iterator[IndexFact]:
    """Yield the indexes in the order of their names, those of primary keys and unique constraints too."""
    definitions = {str(index.name): _keys(table, index) for index in table.indexes}
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            definitions[str(constraint.name)] = _definition(constraint)
    served = listed_tables()[table.fullname].indexes
    for name, definition in sorted(definitions.items()):
        yield IndexFact(name, definition, served.get(name, "nothing that the list of tables names"))


def _keys(table: Table, index: Index) -> str:
    ddl = " ".join(str(CreateIndex(index).compile(dialect=_DIALECT)).split())
    keys = ddl.split(f" ON {table.fullname} ", 1)[1]
    return f"UNIQUE {keys}" if index.unique else keys


def _triggers(metadata: MetaData, table: Table) -> Iterator[TriggerFact]:
    relations = {f"{table.schema or 'public'}.{table.name}", f"live.{table.name}"}
    for item in declared(metadata):
        found = _TRIGGER.search(item.sql) if isinstance(item, Trigger) else None
        if found and found["relation"] in relations:
            when = " ".join(found["when"].split())
            if found["relation"].startswith("live."):
                when = f"{when} on {found['relation']}"
            yield TriggerFact(found["name"], when, found["function"], _contracts(metadata)[found["function"]])


@cache
def _contracts(metadata: MetaData) -> dict[str, str]:
    """Return by function what the comment above it says."""
    contracts: dict[str, str] = {}
    for item in declared(metadata):
        if isinstance(item, Function) and (found := _FUNCTION.search(item.sql)):
            above = item.sql[: found.start()].splitlines()
            contracts[found[1]] = " ".join(line.removeprefix("--").strip() for line in above).strip()
    return contracts


def _access(metadata: MetaData, table: Table) -> Iterator[AccessFact]:
    relations = (f"{table.schema or 'public'}.{table.name}", f"live.{table.name}")
    yield AccessFact(OWNER, relations[0], "owns it", ())
    for item in declared(metadata):
        if isinstance(item, Grant) and item.kind == "TABLE" and item.on in relations:
            for role in item.to:
                yield AccessFact(role, item.on, ", ".join(item.privileges), item.columns)
