"""What a database holds, as immutable values.

Texts are the server's own words with every name qualified; they are compared through `canonical`, never by
letter. An owner is None when it is the project's owner, because that role has another name on another server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from pgevolve.catalog.attached import PolicyObject, RuleObject, StatisticsObject
from pgevolve.catalog.database import (
    DefaultPrivilegesObject,
    EventTriggerObject,
    ExtensionObject,
    PublicationObject,
)
from pgevolve.catalog.ident import Ident, Kind
from pgevolve.catalog.types import CollationObject, CompositeObject, DomainObject, RangeObject

__all__ = [
    "AggregateObject",
    "Catalog",
    "Column",
    "ConstraintObject",
    "EnumObject",
    "FunctionObject",
    "GrantObject",
    "Ident",
    "IndexObject",
    "Kind",
    "MaterializedViewObject",
    "OtherObject",
    "RowsObject",
    "SchemaItem",
    "SchemaObject",
    "SequenceObject",
    "SequenceOptions",
    "TableObject",
    "TriggerObject",
    "ViewObject",
]


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """A schema."""

    name: str
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("schema", self.name, self.name)


@dataclass(frozen=True, slots=True)
class EnumObject:
    """An enum with its labels in order."""

    schema: str
    name: str
    labels: tuple[str, ...]
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("enum", self.schema, self.name)


@dataclass(frozen=True, slots=True)
class SequenceOptions:
    """How a sequence counts."""

    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool


@dataclass(frozen=True, slots=True)
class SequenceObject:
    """A sequence of its own or of a serial column; those of identity columns belong to the column."""

    schema: str
    name: str
    options: SequenceOptions
    owned_by: str | None = None
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("sequence", self.schema, self.name)


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `generated` is 's' (stored), 'v' (virtual) or empty, and then `default` its expression.

    `inherited` is a column that the table has from a parent only, which no statement can change, and so no
    fact of its own; `usual_storage` is that of its type. None and no options mean the server's defaults.
    """

    name: str
    type: str
    not_null: bool = False
    default: str | None = None
    generated: str = ""
    identity: str = ""
    identity_options: SequenceOptions | None = None
    collation: str | None = None
    storage: str | None = None
    comment: str | None = None
    inherited: bool = field(default=False, compare=False)
    compression: str | None = None
    statistics: int | None = None
    options: tuple[str, ...] = ()
    usual_storage: str = field(default="p", compare=False)


@dataclass(frozen=True, slots=True)
class TableObject:
    """A table, partitioned table or partition, with its columns in order.

    `replica_identity` is None, FULL, NOTHING or USING INDEX with a name. `partition_check` is what the bound
    says as a condition, `brought` the keys, checks and indexes it has from a parent: no facts of its own, but
    the planner has the condition proved before it attaches a table, and what was brought stays with one that
    leaves.
    """

    schema: str
    name: str
    columns: tuple[Column, ...]
    options: tuple[str, ...] = ()
    persistence: str = "p"
    partition_key: str | None = None
    partition_of: str | None = None
    partition_bound: str | None = None
    inherits: tuple[str, ...] = ()
    owner: str | None = None
    comment: str | None = None
    row_security: bool = False
    force_row_security: bool = False
    replica_identity: str | None = None
    tablespace: str | None = None
    of_type: str | None = None
    partition_check: str | None = field(default=None, compare=False)
    brought: "tuple[ConstraintObject | IndexObject, ...]" = field(default=(), compare=False)

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("table", self.schema, self.name)


@dataclass(frozen=True, slots=True)
class ConstraintObject:
    """A constraint; kind 'p', 'u', 'c', 'f' or 'x' as in pg_constraint. NOT NULL is a fact of the column."""

    schema: str
    table: str
    name: str
    kind: str
    definition: str
    validated: bool = True
    columns: tuple[str, ...] = ()
    references: str | None = None
    comment: str | None = None
    options: tuple[str, ...] = ()
    clustered: bool = False

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("constraint", self.schema, self.name, self.table)


@dataclass(frozen=True, slots=True)
class IndexObject:
    """An index that backs no constraint."""

    schema: str
    table: str
    name: str
    definition: str
    valid: bool = True
    clustered: bool = False
    comment: str | None = None
    tablespace: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("index", self.schema, self.name, self.table)


@dataclass(frozen=True, slots=True)
class FunctionObject:
    """A function or procedure; `arguments` are the types that identify it, `result` what it returns."""

    schema: str
    name: str
    arguments: str
    kind: str
    definition: str
    result: str | None = None
    signature: str = ""
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("function", self.schema, f"{self.name}({self.arguments})")


@dataclass(frozen=True, slots=True)
class AggregateObject:
    """An aggregate; `signature` as CREATE AGGREGATE takes it, `options` what it is made of, as SQL.

    `special` says why the planner does not write it, None for a plain one.
    """

    schema: str
    name: str
    arguments: str
    signature: str
    options: tuple[tuple[str, str], ...]
    special: str | None = None
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("aggregate", self.schema, f"{self.name}({self.arguments})")


@dataclass(frozen=True, slots=True)
class TriggerObject:
    """A trigger on a table or view; `enabled`: 'O' (origin), 'D' (disabled), 'R' (replica), 'A' (always)."""

    schema: str
    table: str
    name: str
    definition: str
    enabled: str = "O"
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("trigger", self.schema, self.name, self.table)


@dataclass(frozen=True, slots=True)
class ViewObject:
    """A view; its columns in order, so that a lost one is noticed, and the defaults some may have."""

    schema: str
    name: str
    definition: str
    columns: tuple[str, ...]
    options: tuple[str, ...] = ()
    owner: str | None = None
    comment: str | None = None
    column_comments: tuple[tuple[str, str], ...] = ()
    column_defaults: tuple[tuple[str, str], ...] = ()

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("view", self.schema, self.name)


@dataclass(frozen=True, slots=True)
class MaterializedViewObject:
    """A materialised view. Whether it holds rows yet is no fact of the schema."""

    schema: str
    name: str
    definition: str
    columns: tuple[str, ...]
    options: tuple[str, ...] = ()
    owner: str | None = None
    comment: str | None = None
    column_comments: tuple[tuple[str, str], ...] = ()
    tablespace: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("materialized view", self.schema, self.name)


@dataclass(frozen=True, slots=True)
class OtherObject:
    """An object of a kind that is compared but not planned: an operator, a foreign table, a cast."""

    kind: str
    identity: str
    definition: str

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("other", self.kind, self.identity)


@dataclass(frozen=True, slots=True)
class RowsObject:
    """The reference rows of one table: of each row the columns that code depends on, as text or NULL."""

    schema: str
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("rows", self.schema, self.table)

    def by_key(self) -> dict[tuple[str | None, ...], tuple[str | None, ...]]:
        """Return the rows by the values of their key columns."""
        places = [self.columns.index(column) for column in self.key]
        return {tuple(row[place] for place in places): row for row in self.rows}


@dataclass(frozen=True, slots=True, order=True)
class GrantObject:
    """One privilege of one role on one object, or on one column of it; what owners have is not listed."""

    on: Ident
    grantee: str
    privilege: str
    column: str = ""
    grantable: bool = False


SchemaItem: TypeAlias = (
    SchemaObject
    | EnumObject
    | SequenceObject
    | FunctionObject
    | TableObject
    | ConstraintObject
    | IndexObject
    | ViewObject
    | MaterializedViewObject
    | TriggerObject
    | AggregateObject
    | CollationObject
    | DomainObject
    | CompositeObject
    | RangeObject
    | PolicyObject
    | RuleObject
    | StatisticsObject
    | ExtensionObject
    | PublicationObject
    | EventTriggerObject
    | DefaultPrivilegesObject
    | OtherObject
)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that a database holds, except data; `needs` says what each object stands on."""

    objects: Mapping[Ident, SchemaItem] = field(default_factory=lambda: MappingProxyType({}))
    rows: Mapping[Ident, RowsObject] = field(default_factory=lambda: MappingProxyType({}))
    grants: frozenset[GrantObject] = frozenset()
    needs: Mapping[Ident, frozenset[Ident]] = field(default_factory=lambda: MappingProxyType({}))
    version: int = 0

    def table(self, schema: str, name: str) -> TableObject | None:
        """Return one table."""
        found = self.objects.get(Ident("table", schema, name))
        return found if isinstance(found, TableObject) else None
