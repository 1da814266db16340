"""The schema at one moment of the pending history, read through to the target's rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.messages import messages
from pgevolve.prechecks.relation import Relation, RowColumn
from pgevolve.prechecks.target import SequenceFacts, Target, TypeFacts
from pgevolve.quoting import qualified

LOCKED = "another session keeps the table locked"
_READABLE = ("r", "p", "m")


@dataclass(frozen=True, slots=True)
class Schema:
    """What is where. A change makes a new one; what pending statements did not touch is the target's.

    `relations` holds None for what is dropped. `types` are those that pending statements make, and
    `functions` the names of functions that they make or change: neither can be used in a query now.
    """

    target: Target
    relations: Mapping[str, Relation | None] = field(default_factory=dict)
    types: Mapping[str, TypeFacts | None] = field(default_factory=dict)
    checks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sequences: Mapping[str, SequenceFacts | None] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()
    path: tuple[str, ...] = ("public",)
    blocked: str | None = None
    """Why no rows can be known any more: something ran that may have written anywhere."""

    # Names.
    def name(self, node: Any) -> str:
        """Return the qualified name of the table that a RangeVar means."""
        if node.schemaname:
            return qualified(node.schemaname, node.relname)
        candidates = [qualified(schema, node.relname) for schema in self.path]
        return next((name for name in candidates if self.get(name) is not None), candidates[0])

    def type_named(self, parts: Iterable[Any]) -> tuple[str, TypeFacts | None]:
        """Return the qualified name of a type of the project's own schemas, and its facts if it is one."""
        schema, name = tree.dotted(parts)
        candidates = [qualified(schema, name)] if schema else [qualified(path, name) for path in self.path]
        for candidate in candidates:
            if candidate in self.types:
                return candidate, self.types[candidate]
            if candidate in self.target.types:
                return candidate, self.target.types[candidate]
        return candidates[0], None

    def pending_type(self, node: Any) -> TypeFacts | None:
        """Return the facts of a type that a query cannot name yet, or that is another one by then."""
        name, facts = self.type_named(node.names)
        return facts if facts is not None and name in self.types else None

    # Tables.
    def relation(self, node: Any) -> Relation | None:
        """Return the table that a RangeVar means, None for anything without rows and for the unknown."""
        return self.get(self.name(node))

    def get(self, name: str) -> Relation | None:
        """Return a table by its qualified name."""
        if name in self.relations:
            return self.relations[name]
        facts = self.target.facts.relations.get(name)
        if facts is None or facts.kind not in _READABLE:
            return None
        constraints = self.target.constraints.get(name, {})
        parsed = {key: constraint_from(text) for key, text in constraints.items()}
        primary = next((node for node in parsed.values() if node.contype == ast.CONSTR_PRIMARY), None)
        return Relation(
            name,
            name,
            facts.kind,
            {
                key: RowColumn(column.type, column.not_null, column.generated)
                for key, column in facts.columns.items()
            },
            tree.strings(primary.keys) if primary is not None else (),
            constraints=parsed,
            indexes={
                key: postgast.parse(index.definition).stmts[0].stmt.index_stmt
                for key, index in self.target.indexes.items()
                if index.table == name and not index.of_constraint
            },
            unknown=LOCKED if name in self.target.locked else self.blocked,
        )

    def family(self, name: str) -> tuple[str, ...]:
        """Return a table and those below it that hold the same columns, by their present names."""
        relation = self.get(name)
        if relation is None or relation.base is None:
            return (name,)
        bases = self.target.facts.family(relation.base)
        now = {entry.base: key for key, entry in self.relations.items() if entry is not None and entry.base}
        return tuple(now.get(base, base) for base in bases)

    def with_relation(self, name: str, relation: Relation | None) -> "Schema":
        """Return the schema with one table changed, or gone."""
        return replace(self, relations={**self.relations, name: relation})

    def touched(self) -> Iterable[Relation]:
        """Return every table that has rows in the target and is there at this moment."""
        names = dict.fromkeys([*self.relations, *self.target.facts.relations])
        return (relation for name in names if (relation := self.get(name)) is not None)

    # Texts.
    def sql(self, expression: Any) -> str:
        """Return an expression as a query on the target can have it.

        A cast to a type that is not there yet becomes one to text, or to the type below a domain.
        """
        if not self.types:
            return tree.sql(expression)
        copy = type(expression)()
        copy.CopyFrom(expression)
        for node in messages(copy, "TypeName"):
            self._make_readable(node)
        return tree.sql(copy)

    def type_sql(self, node: Any) -> str:
        """Return a type as a query on the target can name it; serial is an integer."""
        copy = type(node)()
        copy.CopyFrom(node)
        self._make_readable(copy)
        named = tree.type_name(copy)
        if named.serial:
            return named.name
        cast = ast.Node()
        cast.type_cast.arg.a_const.isnull = True
        cast.type_cast.type_name.CopyFrom(copy)
        return tree.sql(cast).removeprefix("NULL::")

    def _make_readable(self, node: Any) -> None:
        facts = self.pending_type(node)
        if facts is None:
            return
        parsed = postgast.parse(f"SELECT NULL::{facts.base or 'text'}")
        base = parsed.stmts[0].stmt.select_stmt.target_list[0].res_target.val.type_cast.type_name
        dimensions = list(node.array_bounds)
        del node.names[:], node.typmods[:], node.array_bounds[:]
        node.names.extend(base.names)
        node.typmods.extend(base.typmods)
        node.array_bounds.extend([*base.array_bounds, *dimensions])

    def uses_pending_function(self, expression: Any) -> str | None:
        """Return why an expression cannot be computed now: a function of it is not yet what it will be."""
        called = {name for _, name in tree.called_functions(expression)} & self.functions
        return f"it calls {min(called)}(), which a pending migration makes" if called else None


def constraint_from(definition: str) -> Any:
    """Return the parse tree of a constraint as the server prints it."""
    parsed = postgast.parse(f"ALTER TABLE t ADD {definition}")
    return tree.definition(parsed.stmts[0].stmt.alter_table_stmt.cmds[0].alter_table_cmd)
