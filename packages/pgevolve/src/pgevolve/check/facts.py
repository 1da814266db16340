"""What a checker may know about the objects of a schema. None always means: not known."""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from pgevolve.check.tree import TypeName

ConstraintKind: TypeAlias = Literal["primary", "unique", "foreign", "check", "not null", "exclude"]


class Name(NamedTuple):
    """Schema and name of an object."""

    schema: str
    name: str

    def __str__(self) -> str:
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"


class Moment(NamedTuple):
    """When something was made: the number of the migration, of the transaction, and the statement.

    Numbers count over the whole history, from 0. `statement` is a `pgevolve.check.statement.Statement`.
    """

    migration: int
    transaction: int
    statement: Any


@dataclass(slots=True, eq=False)
class Column:
    """A column; expressions are parse trees. `added` is None where the history did not add it."""

    name: str
    type: TypeName | None = None
    not_null: bool | None = None
    default: Any = None
    identity: str | None = None
    generated: str | None = None
    collation: str | None = None
    comment: bool = False
    added: Moment | None = None


@dataclass(slots=True, eq=False)
class Constraint:
    """A constraint. `index` names the index that enforces it; `targets` the referenced columns."""

    name: str
    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    validated: bool = True
    enforced: bool = True
    expression: Any = None
    references: Name | None = None
    targets: tuple[str, ...] = ()
    on_delete: str = "a"
    on_update: str = "a"
    index: Name | None = None
    made: Moment | None = None
    validated_at: Moment | None = None


@dataclass(slots=True, eq=False)
class Index:
    """An index. `columns` has None for an expression; `predicate` and `key` are SQL texts to compare.

    `valid` is None when it cannot be known: a concurrent build may have left an invalid one, which
    IF NOT EXISTS would keep.
    """

    name: Name
    table: Name
    columns: tuple[str | None, ...] = ()
    include: tuple[str, ...] = ()
    unique: bool = False
    nulls_not_distinct: bool = False
    method: str = "btree"
    predicate: str | None = None
    key: tuple[str, ...] = ()
    concurrently: bool = False
    valid: bool | None = True
    constraint: str | None = None
    made: Moment | None = None


@dataclass(slots=True, eq=False)
class Trigger:
    """A trigger of a table or view; `arguments` are those given to its function."""

    name: str
    function: str
    arguments: tuple[str, ...] = ()
    row: bool = False


@dataclass(slots=True, eq=False)
class Table:
    """A table. `complete` says that its columns and constraints are all known.

    `created` is None for a table that the history does not create. `filled` says that a statement of the
    history put rows into it.
    """

    name: Name
    created: Moment | None = None
    complete: bool = False
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    indexes: dict[Name, Index] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    policies: set[str] = field(default_factory=set)
    persistence: str = "p"
    foreign: bool = False
    partitioned: bool = False
    partition_key: tuple[str, ...] = ()
    partition_of: Name | None = None
    partitions: set[Name] = field(default_factory=set)
    default_partition: Name | None = None
    inherits: tuple[Name, ...] = ()
    comment: bool = False
    filled: bool = False
    row_security: bool = False

    def primary_key(self) -> Constraint | None:
        """Return the primary key, if one is known."""
        return next((c for c in self.constraints.values() if c.kind == "primary"), None)

    def column_type(self, name: str) -> TypeName | None:
        """Return the type of a column, if it is known."""
        column = self.columns.get(name)
        return None if column is None else column.type

    def unique_sets(self) -> list[tuple[str, ...]]:
        """Return the sets of columns in which no two rows agree, as far as is known."""
        found = [c.columns for c in self.constraints.values() if c.kind in {"primary", "unique"}]
        for index in self.indexes.values():
            columns = tuple(column for column in index.columns if column is not None)
            if index.unique and index.predicate is None and len(columns) == len(index.columns):
                found.append(columns)
        return found


@dataclass(slots=True, eq=False)
class EnumType:
    """An enum; each label with the moment in which it was added, None with the type itself."""

    name: Name
    labels: dict[str, Moment | None] = field(default_factory=dict)
    created: Moment | None = None
    complete: bool = False


@dataclass(slots=True, eq=False)
class Domain:
    """A domain over a type; `constrained` says that its values are checked or that it has a default."""

    name: Name
    base: TypeName
    constrained: bool = False
    unvalidated: set[str] = field(default_factory=set)
    created: Moment | None = None


@dataclass(slots=True, eq=False)
class View:
    """A view with the names of its columns, where they can be read from its query."""

    name: Name
    columns: tuple[str, ...] | None = None
    materialized: bool = False
    unique_index: bool = False
    populated: bool = True
    created: Moment | None = None
    triggers: dict[str, Trigger] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Function:
    """A function or procedure; `statement` is the statement that made it, `body` its text."""

    name: Name
    language: str = "sql"
    volatility: str = "volatile"
    body: str = ""
    created: Moment | None = None
    procedure: bool = False


@dataclass(slots=True, eq=False)
class SequenceFacts:
    """A sequence and the table whose column owns it."""

    name: Name
    owner: Name | None = None
    created: Moment | None = None
    renamed: Moment | None = None
