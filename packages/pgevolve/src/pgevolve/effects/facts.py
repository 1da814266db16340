"""What the claims need to know of the schema that a statement meets. Names are qualified, `public.t`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from postgast import pg_query_pb2 as ast

from pgevolve.quoting import qualified


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column: its type as `format_type` prints it, with the modifier, and what fills it."""

    type: str
    not_null: bool = False
    generated: str = ""
    identity: str = ""
    collation: str | None = None


@dataclass(frozen=True, slots=True)
class ConstraintFacts:
    """A constraint, of kind 'p', 'u', 'c', 'f', 'x' or 'n'; `expression` is the text of a check."""

    kind: str
    validated: bool = True
    columns: tuple[str, ...] = ()
    references: str | None = None
    expression: str = ""


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """An index; the name of its table, and its columns as far as they are plain ones."""

    table: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationFacts:
    """A table, view or materialised view; kind as in pg_class.

    `children` are partitions and heirs, one level down, `parents` the other way.
    """

    name: str
    kind: str = "r"
    columns: Mapping[str, ColumnFacts] = field(default_factory=dict)
    constraints: Mapping[str, ConstraintFacts] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    default_partition: str | None = None


@dataclass(frozen=True, slots=True)
class SchemaFacts:
    """The schema before a statement.

    `version` is the server's major version. `domains` maps a domain to the type below it and whether anything
    constrains it; `volatile` names functions whose result may differ from row to row. `dependents` maps a
    relation, `relation.column`, type, function or schema to the relations that go with it under CASCADE.
    """

    version: int
    relations: Mapping[str, RelationFacts] = field(default_factory=dict)
    indexes: Mapping[str, IndexFacts] = field(default_factory=dict)
    domains: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    volatile: frozenset[str] = frozenset()
    dependents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    schemas: tuple[str, ...] = ("public",)

    def resolve(self, relation: ast.RangeVar) -> str:
        """Return the qualified name that a statement means: of the first schema that has it."""
        return self.resolve_name(relation.schemaname, relation.relname)

    def resolve_name(self, schema: str, relation: str) -> str:
        """Return the qualified name of a relation or index; without a schema, the first that there is."""
        if schema:
            return qualified(schema, relation)
        names = [qualified(candidate, relation) for candidate in self.schemas]
        return next((name for name in names if name in self.relations or name in self.indexes), names[0])

    def family(self, name: str, *, only: bool = False) -> tuple[str, ...]:
        """Return a table and all below it that hold the same columns."""
        return (name,) if only else tuple(self._below(name))

    def stored(self, name: str, *, only: bool = False) -> tuple[str, ...]:
        """Return those of the family that have rows of their own."""
        return tuple(member for member in self.family(name, only=only) if self.kind(member) in ("r", "m"))

    def kind(self, name: str) -> str:
        """Return the kind of a relation; an unknown one counts as a table."""
        relation = self.relations.get(name)
        return relation.kind if relation is not None else "r"

    def referring(self, name: str) -> set[str]:
        """Return the tables with a foreign key to this one."""
        return {
            relation.name
            for relation in self.relations.values()
            for constraint in relation.constraints.values()
            if constraint.references == name
        }

    def _below(self, name: str) -> Iterator[str]:
        yield name
        relation = self.relations.get(name)
        for child in relation.children if relation is not None else ():
            yield from self._below(child)
