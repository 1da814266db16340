"""The state of the schema as a checker sees it before one statement.

It is built by applying the parse trees of the whole history in order (`pgevolve.check.apply`). What the
history does not make stays unknown: a lookup answers None, and a rule that needs the fact takes the dangerous
reading and says so. Lookups of unqualified names follow the search path as the server does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pgevolve.check.facts import (
    Constraint,
    Domain,
    EnumType,
    Function,
    Index,
    Moment,
    Name,
    SequenceFacts,
    Table,
    View,
)
from pgevolve.check.tree import TypeName

_Found = TypeVar("_Found")
DEFAULT_PATH = ("public",)


@dataclass(slots=True, eq=False)
class SchemaState:
    """Every object that the history has made and not removed, and where in the history we stand.

    `migration` and `transaction` count from 0; `statement` is the one that is looked at. `locked` holds, by
    transaction, the tables in use that it keeps from everybody, with the statement that took the lock.
    """

    tables: dict[Name, Table] = field(default_factory=dict)
    views: dict[Name, View] = field(default_factory=dict)
    indexes: dict[Name, Index] = field(default_factory=dict)
    enums: dict[Name, EnumType] = field(default_factory=dict)
    domains: dict[Name, Domain] = field(default_factory=dict)
    composites: dict[Name, Moment] = field(default_factory=dict)
    functions: dict[Name, Function] = field(default_factory=dict)
    sequences: dict[Name, SequenceFacts] = field(default_factory=dict)
    schemas: dict[str, Moment | None] = field(default_factory=lambda: {"public": None})
    search_path: tuple[str, ...] = DEFAULT_PATH
    session_path: tuple[str, ...] = DEFAULT_PATH
    migration: int = 0
    transaction: int = 0
    statement: Any = None
    locked: dict[int, dict[Name, Any]] = field(default_factory=dict)

    # Where we stand.
    def begin_migration(self) -> None:
        """Go to the next migration: a new transaction on a connection with its own search path."""
        self.migration += 1
        self.session_path = DEFAULT_PATH
        self.begin_transaction()

    def begin_transaction(self) -> None:
        """Go to the next transaction; what SET LOCAL changed is back."""
        self.transaction += 1
        self.search_path = self.session_path

    def moment(self) -> Moment:
        """Return the present moment, for facts that come to be now."""
        return Moment(self.migration, self.transaction, self.statement)

    def is_new(self, made: Moment | None) -> bool:
        """Say whether something was made by the present migration: no running client knows it yet."""
        return made is not None and made.migration == self.migration

    def in_this_transaction(self, made: Moment | None) -> bool:
        """Say whether something was made by the transaction that is still open."""
        return made is not None and made.transaction == self.transaction

    def is_new_table(self, table: Table | None) -> bool:
        """Say whether the present migration made the table: nobody waits for it, and it holds few rows."""
        return table is not None and self.is_new(table.created)

    def is_known_empty(self, table: Table | None) -> bool:
        """Say whether the table was made by the present migration and nothing was written to it."""
        return table is not None and self.is_new(table.created) and not table.filled

    # Names.
    def creation_name(self, schema: str | None, name: str) -> Name:
        """Return the full name of an object that is about to be made."""
        return Name(schema or (self.search_path[0] if self.search_path else "public"), name)

    def full_name(self, schema: str | None, name: str, known: Mapping[Name, object]) -> Name:
        """Return the full name of an object that is there; of an unknown one, the name it most likely has."""
        if schema is not None:
            return Name(schema, name)
        for candidate in self.search_path:
            if (found := Name(candidate, name)) in known:
                return found
        return self.creation_name(None, name)

    def relation_name(self, relation: Any) -> Name:
        """Return the full name of a RangeVar that names a table, view, index or sequence."""
        schema, name = relation.schemaname or None, relation.relname
        if schema is not None:
            return Name(schema, name)
        for candidate in self.search_path:
            found = Name(candidate, name)
            if any(found in known for known in (self.tables, self.views, self.indexes, self.sequences)):
                return found
        return self.creation_name(None, name)

    # Lookups; None is: not known.
    def table(self, relation: Any) -> Table | None:
        """Return the table that a RangeVar names."""
        return self.tables.get(self.relation_name(relation))

    def index(self, schema: str | None, name: str) -> Index | None:
        """Return an index by name."""
        return self.indexes.get(self.full_name(schema, name, self.indexes))

    def enum(self, type_name: TypeName | None) -> EnumType | None:
        """Return the enum that a type is, or that its elements are."""
        return self._by_type(type_name, self.enums)

    def domain(self, type_name: TypeName | None) -> Domain | None:
        """Return the domain that a type is, or that its elements are."""
        return self._by_type(type_name, self.domains)

    def function(self, schema: str | None, name: str) -> Function | None:
        """Return a function or procedure by name; of overloaded ones, the last one made."""
        return self.functions.get(self.full_name(schema, name, self.functions))

    def constraint(self, relation: Any, name: str) -> Constraint | None:
        """Return a constraint of the table that a RangeVar names."""
        table = self.table(relation)
        return None if table is None else table.constraints.get(name)

    def base_type(self, type_name: TypeName | None) -> TypeName | None:
        """Return the type below the domains."""
        domain = self.domain(type_name)
        while domain is not None:
            type_name = domain.base
            domain = self.domain(type_name)
        return type_name

    def referencing(self, name: Name) -> Iterator[tuple[Table, Constraint]]:
        """Yield the foreign keys of other tables that point to a table."""
        for table in self.tables.values():
            for constraint in table.constraints.values():
                if constraint.references == name and table.name != name:
                    yield table, constraint

    def _by_type(self, type_name: TypeName | None, known: Mapping[Name, _Found]) -> _Found | None:
        if type_name is None:
            return None
        return known.get(self.full_name(type_name.schema, type_name.name, known))

    # What `pgevolve.check.apply` needs.
    def assumed_table(self, name: Name) -> Table:
        """Return a table; one that the history did not make is noted as there, with nothing known of it."""
        if name not in self.tables:
            self.tables[name] = Table(name)
        return self.tables[name]

    def remove_table(self, name: Name) -> None:
        """Forget a table with its indexes, partitions, sequences and the foreign keys that point to it."""
        table = self.tables.pop(name, None)
        if table is None:
            return
        for index in table.indexes:
            self.indexes.pop(index, None)
        for partition in table.partitions:
            self.remove_table(partition)
        parent = self.tables.get(table.partition_of) if table.partition_of else None
        if parent is not None:
            parent.partitions.discard(name)
        for sequence in [s.name for s in self.sequences.values() if s.owner == name]:
            del self.sequences[sequence]
        for other, constraint in list(self.referencing(name)):
            other.constraints.pop(constraint.name, None)

    def add_index(self, index: Index) -> None:
        """Note an index, also at its table."""
        self.indexes[index.name] = index
        self.assumed_table(index.table).indexes[index.name] = index

    def remove_index(self, name: Name) -> None:
        """Forget an index."""
        index = self.indexes.pop(name, None)
        if index is not None and index.table in self.tables:
            self.tables[index.table].indexes.pop(name, None)

    def set_search_path(self, schemas: Iterable[str], *, local: bool) -> None:
        """Follow a SET of search_path; `$user` and pg_catalog are never where migrations make things."""
        path = tuple(schema for schema in schemas if schema not in {"$user", "pg_catalog", "pg_temp"})
        self.search_path = path
        if not local:
            self.session_path = path
