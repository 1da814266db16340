"""What a rule is. Rules of pgevolve and of a project are made the same way.

```python
@rule("SHOP01", "orders-stay", "error", "drop_stmt")
def orders_stay(seen: Seen) -> Iterator[Complaint]:
    yield Complaint("orders are never dropped", "archive them")
```
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from pgevolve.check import tree
from pgevolve.check.apply_create import query_columns
from pgevolve.check.facts import Name, Table
from pgevolve.check.finding import Severity
from pgevolve.check.state import SchemaState
from pgevolve.check.statement import Statement
from pgevolve.messages import messages
from pgevolve.project import CheckOptions

END = "end"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong and what to do. `at` is a location of the tree; `statement` another one than that seen.

    A rule called at the end of the history names the statement; its complaint counts if that one is reported.
    """

    message: str
    fix: str
    at: int | None = None
    statement: Statement | None = None


@dataclass(slots=True)
class Subject:
    """The table a statement is about; `table` is None when the history does not make it."""

    name: Name
    table: Table | None
    new: bool

    @property
    def doubt(self) -> str:
        """The words that say what was taken for granted about an unknown table."""
        if self.table is not None and self.table.created is not None:
            return ""
        return f"; the history does not make {self.name}, so it is taken to hold rows"

    def __str__(self) -> str:
        return "a table named at run time" if self.name.name == "?" else str(self.name)


@dataclass(slots=True)
class Seen:
    """What a rule looks at: a statement, and the schema before it. At the end there is no statement."""

    state: SchemaState
    options: CheckOptions
    maybe_statement: Statement | None = None

    @property
    def statement(self) -> Statement:
        """The statement."""
        if self.maybe_statement is None:
            raise LookupError
        return self.maybe_statement

    @property
    def node(self) -> Any:
        """The statement's message."""
        return self.statement.node

    @property
    def command(self) -> Any:
        """The command of an ALTER TABLE."""
        return self.statement.command

    @property
    def target(self) -> int:
        """The major version of the server that will run the statement."""
        return self.options.target_version

    @property
    def contract(self) -> bool:
        """Whether the migration removes what no running code uses any more."""
        return self.statement.source.phase == "contract"

    def subject(self, relation: Any = None) -> Subject:
        """Return the table that the statement, or a RangeVar in it, names."""
        relation = self.node.relation if relation is None else relation
        name = self.state.relation_name(relation)
        temporary = Name("pg_temp", relation.relname)
        if relation.relpersistence == "t" or (not relation.schemaname and temporary in self.state.tables):
            name = temporary
        table = self.state.tables.get(name)
        return Subject(name, table, name.schema == "pg_temp" or self.state.is_new_table(table))

    def later_views(self) -> dict[Name, tuple[str, ...] | None]:
        """Return the views that the same transaction makes further on, with their columns where known."""
        found: dict[Name, tuple[str, ...] | None] = {}
        for statement in self._later():
            if statement.kind == "view_stmt":
                name = self.state.relation_name(statement.node.view)
                aliases = tree.strings(statement.node.aliases)
                found[name] = aliases or query_columns(statement.node.query)
            elif statement.kind == "create_table_as_stmt":
                found[self.state.relation_name(statement.node.into.rel)] = None
        return found

    def later_functions(self) -> set[str]:
        """Return the names of the functions that the same transaction makes further on."""
        made = (later.node.funcname for later in self._later() if later.kind == "create_function_stmt")
        return {tree.dotted(name)[1] for name in made}

    def later_stand_ins(self) -> set[str]:
        """Return the names under which the same transaction makes something further on, for who says them."""
        found = {name.name for name in self.later_views()} | self.later_functions()
        for statement in self._later():
            if statement.kind == "create_domain_stmt":
                found.add(tree.dotted(statement.node.domainname)[1])
            elif statement.kind == "create_schema_stmt":
                found.add(statement.node.schemaname)
            elif statement.command is None and statement.kind == "alter_table_stmt":
                found |= set(_sequences_of_identities(statement.node))
        return found

    def _later(self) -> Iterator[Statement]:
        for other in self.statement.source.statements:
            if other.transaction == self.statement.transaction and other.begin > self.statement.begin:
                yield other

    def altered(self) -> Subject | None:
        """Return the table of an ALTER TABLE that others use; None for a new one and for what is no table."""
        if tree.object_kind(self.node.objtype) not in {"OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"}:
            return None
        subject = self.subject()
        return None if subject.new or subject.name in self.state.views else subject


Check: TypeAlias = Callable[[Seen], Iterator[Complaint]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its id, its name, how bad a finding is, the kinds of statements it looks at, and the look."""

    id: str
    name: str
    severity: Severity
    kinds: tuple[str, ...]
    check: Check


def _sequences_of_identities(node: Any) -> Iterator[str]:
    """Yield the names that ADD GENERATED ... AS IDENTITY (SEQUENCE NAME ...) gives."""
    for option in messages(node, "DefElem"):
        if option.defname == "sequence_name":
            yield tree.strings(option.arg.list.items)[-1]


def rule(identity: str, name: str, severity: Severity, *kinds: str) -> Callable[[Check], Rule]:
    """Make a rule of a function.

    Kinds are fields of a Node (`create_stmt`), commands of ALTER TABLE (`AT_AddColumn`), or `END` for a look
    at what the whole history leads to.
    """
    return lambda check: Rule(identity, name, severity, kinds, check)
