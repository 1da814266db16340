"""The statements that lead from one catalogue to another, in an order and in transactions that are safe.

1 labels of enums, each by itself, before anything can use them
2 objects to be re-made go, then everything is made or altered, each after what it stands on
3 indexes on tables that were there, concurrently, each by itself
4 constraints on such tables, not validated, and what stands on them
5 their validation, each by itself
6 what is left over goes
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pgevolve.catalog.model import (
    Catalog,
    ConstraintObject,
    EnumObject,
    FunctionObject,
    Ident,
    IndexObject,
    OtherObject,
    SchemaItem,
    SchemaObject,
    SequenceObject,
    TableObject,
    TriggerObject,
    ViewObject,
)
from pgevolve.diff import Alter, Create, Drop, diff
from pgevolve.plan import alter, existing, grants, remake, removal, rows, text
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.order import ordered
from pgevolve.quoting import name, qualified
from pgevolve.step import Step

_TITLES = {
    "schema": "Schemas",
    "enum": "Enums",
    "sequence": "Sequences",
    "function": "Functions",
    "table": "Tables",
    "constraint": "Constraints",
    "index": "Indexes",
    "view": "Views",
    "trigger": "Triggers",
    "other": "Others",
}


@dataclass(slots=True)
class _Script:
    """Statements in their stages; a title stands above the first statement of a group."""

    steps: list[Step] = field(default_factory=list)
    title: str = ""

    def add(self, title: str, statements: Iterable[str], *, transactional: bool = True) -> None:
        for statement in statements:
            header = f"-- {title}\n" if title != self.title else ""
            self.title = title
            self.steps.append(Step(header + statement, transactional))


def steps(before: Catalog, after: Catalog) -> tuple[Step, ...]:
    """Return the statements from one catalogue to the other; raises UnplannableChangeError."""
    return _Steps(before, after).all()


class _Steps:
    def __init__(self, before: Catalog, after: Catalog) -> None:
        self.before, self.after = before, after
        changes = diff(before, after)
        self.created = {change.ident: change.item for change in changes if isinstance(change, Create)}
        self.dropped = {change.ident: change.item for change in changes if isinstance(change, Drop)}
        self.altered = {change.ident: change for change in changes if isinstance(change, Alter)}
        self._refuse_what_nobody_plans()
        self.remade = remake.remade(before, self.altered.values())
        self.script = _Script()
        self.late = existing.Late()

    def all(self) -> tuple[Step, ...]:
        self._labels()
        self._make()
        self._late()
        self._remove()
        return tuple(self.script.steps)

    def _refuse_what_nobody_plans(self) -> None:
        for created in self.created.values():
            if isinstance(created, OtherObject):
                raise alter.other("create", created)
        for dropped in self.dropped.values():
            if isinstance(dropped, OtherObject):
                raise alter.other("drop", dropped)
        for change in self.altered.values():
            if isinstance(change.after, OtherObject):
                raise alter.other("change", change.after)

    def _labels(self) -> None:
        for change in self.altered.values():
            if isinstance(change.before, EnumObject) and isinstance(change.after, EnumObject):
                labels = alter.added_labels(change.before, change.after)
                self.script.add("New labels", labels, transactional=False)

    def _make(self) -> None:
        """Write what happens in the main transaction, and note what has to come later."""
        if self.remade:
            self.script.add("Made again further down", self._taken_away())
        wanted = {
            *self.created,
            *self.altered,
            *(ident for ident in self.remade if ident in self.after.objects),
        }
        bodies_off = False
        for ident in ordered({self._unit(ident) for ident in wanted}, self.after.needs, self._unit):
            if ident.kind == "function" and not bodies_off:
                # Bodies name tables that come later; the server checks them when they run.
                self.script.add("Functions", ["SET LOCAL check_function_bodies = off"])
                bodies_off = True
            item = self.after.objects[ident]
            if not self.late.takes(self, item):
                self.script.add(_TITLES[ident.kind], self._statements(item))
        for sequence in self.after.objects.values():
            if isinstance(sequence, SequenceObject) and sequence.owned_by is not None:
                self.script.add("Owned sequences", self._ownership(sequence))
        self._privileges()
        filled, self.deletions = rows.changes(self.before, self.after)
        self.script.add("Reference rows", filled)

    def _unit(self, ident: Ident) -> Ident:
        """Return the object with which another is made: a new table brings its keys and checks along."""
        item = self.after.objects.get(ident)
        if isinstance(item, ConstraintObject) and item.kind != "f":
            table = Ident("table", item.schema, item.table)
            if table in self.created:
                return table
        return ident

    def _taken_away(self) -> Iterator[str]:
        for ident in reversed(ordered(self.remade, self.before.needs)):
            item = self.before.objects[ident]
            if not (isinstance(item, TriggerObject) and self._view_of(item) in self.remade):
                yield f"DROP {text.on_clause(item)}"

    def _view_of(self, trigger: TriggerObject) -> Ident:
        return Ident("view", trigger.schema, trigger.table)

    def _statements(self, item: SchemaItem) -> Iterator[str]:
        change = self.altered.get(item.ident)
        if change is not None and item.ident not in self.remade:
            yield from self._alteration(change)
        else:
            yield from self._creation(item)

    def _creation(self, item: SchemaItem) -> Iterator[str]:
        match item:
            case SchemaObject():
                yield f"CREATE SCHEMA {name(item.name)}"
            case EnumObject():
                yield text.enum(item)
            case SequenceObject():
                yield text.sequence(item)
            case FunctionObject():
                yield text.function(item, replace=False)
            case TableObject():
                yield from self._new_table(item)
            case ViewObject():
                yield text.view(item)
            case TriggerObject():
                yield from alter.new_trigger(item)
                return
            case ConstraintObject():
                yield existing.add_constraint(item)
            case IndexObject():
                yield text.index(item, concurrently=False)
        yield from text.owner(item)
        yield from text.comments(item)

    def _new_table(self, item: TableObject) -> Iterator[str]:
        if item.partition_of is not None or item.inherits:
            role = f"a partition of {item.partition_of}" if item.partition_of else "which inherits columns"
            raise UnplannableChangeError(f"create {item.ident}, {role}", "write CREATE TABLE by hand")
        own = [
            constraint
            for constraint in self.after.objects.values()
            if isinstance(constraint, ConstraintObject)
            and (constraint.schema, constraint.table) == (item.schema, item.name)
            and constraint.kind != "f"
        ]
        own.sort(key=lambda constraint: ("puxc".index(constraint.kind), constraint.name))
        yield text.table(item, own)
        for column in item.columns:
            if column.storage:
                storage = text.STORAGES[column.storage]
                target = f"{qualified(item.schema, item.name)} ALTER COLUMN {name(column.name)}"
                yield f"ALTER TABLE {target} SET STORAGE {storage}"
        for constraint in own:
            yield from text.comments(constraint)

    def _alteration(self, change: Alter) -> Iterator[str]:
        match change.before, change.after:
            case TableObject() as before, TableObject() as after:
                yield from alter.table(before, after)
                yield from alter.facts(before, after)
            case TriggerObject() as before, TriggerObject() as after:
                yield from alter.trigger(before, after)
            case FunctionObject() as before, FunctionObject() as after:
                if remake.definition_differs(before, after):
                    yield text.function(after, replace=True)
                yield from alter.facts(before, after)
            case ViewObject() as before, ViewObject() as after:
                yield from alter.facts(before, after)
            case EnumObject() as before, EnumObject() as after:
                yield from alter.facts(before, after)
            case before, after:
                yield from alter.comment_or_owner(before, after)

    def _ownership(self, item: SequenceObject) -> Iterator[str]:
        if item.ident in self.created:
            yield f"ALTER SEQUENCE {qualified(item.schema, item.name)} OWNED BY {item.owned_by}"

    def _privileges(self) -> None:
        new = {*self.created, *self.remade}
        there = {grant for grant in self.before.grants if grant.on not in new}
        for ident in new & self.after.objects.keys():
            there |= grants.of_new_object(ident)
        kept = {
            grant
            for grant in there
            if grant.on in self.after.objects and self._has_column(grant.on, grant.column)
        }
        revoked = kept - self.after.grants
        left = there - grants.revoked_along(revoked, there)
        self.script.add("Privileges", grants.revoke(revoked, self.after.objects))
        self.script.add("Privileges", grants.grant(self.after.grants - left, self.after.objects))

    def _has_column(self, ident: Ident, column: str) -> bool:
        item = self.after.objects[ident]
        return (
            not column
            or not isinstance(item, TableObject)
            or any(entry.name == column for entry in item.columns)
        )

    def _late(self) -> None:
        for title, statement, transactional in self.late.statements(self):
            self.script.add(title, [statement], transactional=transactional)

    def _remove(self) -> None:
        self.script.add("Reference rows", self.deletions)
        columns = {
            ident: tuple(alter.dropped_columns(change.before, change.after))
            for ident, change in self.altered.items()
            if isinstance(change.before, TableObject) and isinstance(change.after, TableObject)
        }
        gone = {ident: item for ident, item in self.dropped.items() if ident not in self.remade}
        for title, statement, transactional in removal.statements(gone, columns, self.before):
            self.script.add(title, [statement], transactional=transactional)
