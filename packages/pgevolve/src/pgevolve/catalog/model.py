"""What a database holds, as immutable values.

Texts are the server's own words with every name qualified; they are compared through `canonical`, never by
letter. An owner is None when it is the project's owner, because that role has another name on another server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "schema",
    "enum",
    "sequence",
    "function",
    "table",
    "constraint",
    "index",
    "view",
    "trigger",
    "rows",
    "other",
]


@dataclass(frozen=True, slots=True, order=True)
class Ident:
    """What tells one object from all others: a function's name ends in its argument types."""

    kind: Kind
    schema: str
    name: str
    table: str = ""

    def __str__(self) -> str:
        where = f"{self.schema}.{self.table}" if self.table else self.schema
        return f"{self.kind} {self.name if self.kind == 'schema' else f'{where}.{self.name}'}"


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
    """A column; `generated` is 's' (stored), 'v' (virtual) or empty, and then `default` its expression."""

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


@dataclass(frozen=True, slots=True)
class TableObject:
    """A table, partitioned table or partition, with its columns in order."""

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
    """A view; its columns in order, so that a lost one is noticed."""

    schema: str
    name: str
    definition: str
    columns: tuple[str, ...]
    options: tuple[str, ...] = ()
    owner: str | None = None
    comment: str | None = None
    column_comments: tuple[tuple[str, str], ...] = ()

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("view", self.schema, self.name)


@dataclass(frozen=True, slots=True)
class OtherObject:
    """An object of a kind that is compared but not planned yet: a domain, a policy, an extension."""

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
    | TriggerObject
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
