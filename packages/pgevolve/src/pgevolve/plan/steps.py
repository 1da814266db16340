"""The statements that lead from one catalogue to another, in an order and in transactions that are safe.

1 labels of enums, each by itself, before anything can use them
2 objects to be re-made go, then everything is made or altered, each after what it stands on
3 tables come to their parents
4 NOT NULL on columns that were there, proved by a check first
5 indexes on tables that were there, concurrently, each by itself
6 constraints on such tables, not validated, and what stands on them
7 their validation, each by itself
8 what is left over goes
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pgevolve.catalog.database import DefaultPrivilegesObject
from pgevolve.catalog.model import (
    Catalog,
    ConstraintObject,
    EnumObject,
    Ident,
    IndexObject,
    OtherObject,
    SchemaItem,
    SequenceObject,
    TableObject,
    TriggerObject,
)
from pgevolve.catalog.types import DomainObject
from pgevolve.diff import Alter, Create, Drop, diff
from pgevolve.plan import (
    alter,
    existing,
    grants,
    identity,
    not_null,
    partitions,
    plain,
    remake,
    retype,
    rows,
    settings,
    swap,
)
from pgevolve.plan.alteration import alteration
from pgevolve.plan.creation import creation
from pgevolve.plan.filling import helper
from pgevolve.plan.kinds import domain, drop
from pgevolve.plan.order import ordered
from pgevolve.plan.removal import Removal
from pgevolve.plan.retyping.exchange import Exchange
from pgevolve.quoting import name, qualified
from pgevolve.step import Step

_TITLES = {
    "schema": "Schemas",
    "extension": "Extensions",
    "collation": "Collations",
    "enum": "Enums",
    "domain": "Domains",
    "composite type": "Types",
    "range type": "Types",
    "sequence": "Sequences",
    "function": "Functions",
    "aggregate": "Aggregates",
    "table": "Tables",
    "constraint": "Constraints",
    "index": "Indexes",
    "view": "Views",
    "materialized view": "Materialised views",
    "statistics": "Statistics",
    "policy": "Policies",
    "rule": "Rules",
    "trigger": "Triggers",
    "publication": "Publications",
    "event trigger": "Event triggers",
    "default privileges": "Default privileges",
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


def steps(
    before: Catalog, after: Catalog, *, swaps: bool = False, exchange: Exchange | None = None
) -> tuple[Step, ...]:
    """Return the statements from one catalogue to the other; raises UnplannableChangeError.

    With `swaps` a type that cannot change in place is replaced by a new one, for which the tables that hold
    it are written anew under a lock. The statements of an `exchange` lead to `before`, and share the
    transaction in which what is written over their columns goes and comes back.
    """
    return _Steps(before, after, plain=False, swaps=swaps, exchange=exchange).all()


def plain_steps(before: Catalog, after: Catalog, *, exchange: Exchange | None = None) -> tuple[Step, ...]:
    """Return plain DDL in the order of dependencies, as one writes it where nobody else works.

    Raises UnplannableChangeError for what no DDL can say.
    """
    return _Steps(before, after, plain=True, swaps=True, exchange=exchange).all()


class _Steps:
    def __init__(
        self, before: Catalog, after: Catalog, *, plain: bool, swaps: bool, exchange: Exchange | None = None
    ) -> None:
        self.exchange = exchange
        before = partitions.with_what_stays(before, after)
        self.before, self.after, self.plain = before, after, plain
        changes = diff(before, after)
        self.created = {change.ident: change.item for change in changes if isinstance(change, Create)}
        self.dropped = {change.ident: change.item for change in changes if isinstance(change, Drop)}
        self.altered = {change.ident: change for change in changes if isinstance(change, Alter)}
        self.counters = {} if plain else self._counters()
        self._refuse_what_nobody_plans()
        unfit = swap.needed(self.altered.values(), before)
        self.swapped = unfit if swaps else []
        self.remade = remake.remade(
            before,
            tuple(self.altered.values()),
            plain=plain,
            swapped=[old.ident for old, _ in self.swapped],
            retyped=[*self._retyped(), *(exchange.over if exchange is not None else ())],
        )
        if not swaps:
            alter.refuse_unfit_domains(unfit)
        if not plain:
            self._refuse_filled_domains()
        self.script = _Script()
        self.late = existing.Late()
        self.removal = self._removal()
        self.deletions: list[str] = []

    def all(self) -> tuple[Step, ...]:
        if not self.plain:
            self._remove(self.removal.beforehand())
        self._labels()
        if self.remade:
            self.script.add("Made again further down", self._taken_away())
        self._leave()
        if self.exchange is not None:
            self.script.add(self.exchange.title, self.exchange.statements)
        if self.plain:
            self._remove(self.removal.from_tables(concurrently=False))
        for old, new in self.swapped:
            self.script.add("Types made anew", swap.statements(old, new, self.before, self.after))
        self._make()
        self._join()
        self._late()
        self._settle()
        if not self.plain:
            self._remove(self.removal.from_tables())
        self._remove(self.removal.from_below())
        self.script.add("Removed", (swap.removal(old) for old, _ in self.swapped))
        return tuple(self.script.steps)

    def is_new(self, item: IndexObject | ConstraintObject) -> bool:
        """Tell whether nobody works yet with the table that an index or constraint is for."""
        holders = [Ident(kind, item.schema, item.table) for kind in ("table", "materialized view")]
        return any(holder in self.created or holder in self.remade for holder in holders)

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

    def _refuse_filled_domains(self) -> None:
        for change in self.altered.values():
            if isinstance(change.before, DomainObject) and isinstance(change.after, DomainObject):
                is_held = bool(swap.holders(self.before, change.ident))
                alter.refuse_filled_domains(change.before, change.after, is_held=is_held)

    def _counters(self) -> dict[Ident, tuple[identity.Counter, ...]]:
        """Return the columns that count otherwise, by table; their sequences come and go with them."""
        found = {
            ident: tuple(identity.counters(old, new, self.before, self.after))
            for ident, old, new in self._altered_tables()
        }
        for counter in (counter for counters in found.values() for counter in counters):
            if counter.sequence is not None:
                self.created.pop(counter.sequence.ident, None)
                self.dropped.pop(counter.sequence.ident, None)
        return found

    def _altered_tables(self) -> Iterator[tuple[Ident, TableObject, TableObject]]:
        """Yield the tables that change, before as their parents' changes leave them."""
        for ident, change in self.altered.items():
            if isinstance(change.before, TableObject) and isinstance(change.after, TableObject):
                yield ident, self._as_brought(change.before, change.after), change.after

    def _as_brought(self, old: TableObject, new: TableObject) -> TableObject:
        return partitions.without_what_parents_bring(old, new, self.before, self.after)

    def _retyped(self) -> list[Ident]:
        retyped = plain.retyped if self.plain else retype.retyped_in_place
        return [
            ident
            for ident, change in self.altered.items()
            if isinstance(change.before, TableObject)
            and isinstance(change.after, TableObject)
            and retyped(change.before, change.after)
        ]

    def _labels(self) -> None:
        swapped = {old.ident for old, _ in self.swapped}
        for change in self.altered.values():
            if isinstance(change.before, EnumObject) and isinstance(change.after, EnumObject):
                if change.ident in swapped:
                    continue
                labels = alter.added_labels(change.before, change.after)
                self.script.add("New labels", labels, transactional=False)

    def _leave(self) -> None:
        for _, old, new in self._altered_tables():
            self.script.add("Tables that leave their parents", partitions.leaving(old, new))

    def _make(self) -> None:
        """Write what happens in the main transaction, and note what has to come later."""
        swapped = {old.ident for old, _ in self.swapped}
        wanted = {
            *self.created,
            *self.altered,
            *(ident for ident in self.remade if ident in self.after.objects),
        }
        bodies_off = False
        for ident in ordered({self._unit(ident) for ident in wanted}, self.after.needs, self._unit):
            if ident in swapped:
                continue
            if ident.kind == "function" and not bodies_off:
                # Bodies name tables that come later; the server checks them when they run.
                self.script.add("Functions", [self._without_looking_at_bodies()])
                bodies_off = True
            item = self.after.objects[ident]
            if self.plain or ident in self.remade or not self.late.takes(self, item):
                self.script.add(_TITLES[ident.kind], self._statements(item))
        for sequence in self.after.objects.values():
            if isinstance(sequence, SequenceObject):
                self.script.add("Owned sequences", self._ownership(sequence))
        self._privileges()
        filled, self.deletions = rows.changes(self.before, self.after)
        self.script.add("Reference rows", filled)

    def _without_looking_at_bodies(self) -> str:
        alone = self.plain and self.exchange is None
        return f"SET {'' if alone else 'LOCAL '}check_function_bodies = off"

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
            if isinstance(item, TriggerObject | IndexObject) and self._view_of(item) & self.remade:
                continue
            if isinstance(item, ConstraintObject):
                table = qualified(item.schema, item.table)
                yield f"ALTER TABLE {table} DROP CONSTRAINT {name(item.name)}"
            else:
                yield from drop(item)

    def _view_of(self, item: TriggerObject | IndexObject) -> set[Ident]:
        return {Ident(kind, item.schema, item.table) for kind in ("view", "materialized view")}

    def _statements(self, item: SchemaItem) -> Iterator[str]:
        change = self.altered.get(item.ident)
        if change is None or item.ident in self.remade:
            yield from creation(item, self.after, parent_is_there=self._parent_is_there(item))
        elif self.plain and isinstance(item, TableObject) and isinstance(change.before, TableObject):
            old = self._as_brought(change.before, item)
            yield from plain.table(old, item, self.before)
            yield from settings.in_place(old, item)
            yield from alter.facts(old, item)
        elif isinstance(item, TableObject) and isinstance(change.before, TableObject):
            old = self._as_brought(change.before, item)
            counters = self.counters.get(item.ident, ())
            for counter in counters:
                yield from counter.statements()
            yield from alteration(Alter(identity.settled(old, counters), item, ()))
        else:
            yield from alteration(change)

    def _parent_is_there(self, item: SchemaItem) -> bool:
        if self.plain or not isinstance(item, TableObject) or item.partition_of is None:
            return False
        return not any(
            ident.kind == "table" and qualified(ident.schema, ident.name) == item.partition_of
            for ident in self.created
        )

    def _ownership(self, item: SequenceObject) -> Iterator[str]:
        before = self.before.objects.get(item.ident)
        was = before.owned_by if isinstance(before, SequenceObject) else None
        if item.owned_by != was:
            sequence = qualified(item.schema, item.name)
            yield f"ALTER SEQUENCE {sequence} OWNED BY {item.owned_by or 'NONE'}"

    def _privileges(self) -> None:
        new = {*self.created, *self.remade, *(old.ident for old, _ in self.swapped)}
        defaults = [
            item for item in self.before.objects.values() if isinstance(item, DefaultPrivilegesObject)
        ]
        there = {grant for grant in self.before.grants if grant.on not in new}
        for ident in new & self.after.objects.keys():
            there |= grants.of_new_object(ident, defaults)
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

    def _join(self) -> None:
        for _, old, new in self._altered_tables():
            for statement, transactional in partitions.joining(old, new, plain=self.plain):
                self.script.add("Tables that come to their parents", [statement], transactional=transactional)

    def _late(self) -> None:
        if not self.plain:
            # Before the keys, which may stand on these columns.
            for _, old, new in self._altered_tables():
                for title, statement, transactional in not_null.statements(
                    new, not_null.newly_required(old, new)
                ):
                    self.script.add(title, [statement], transactional=transactional)
        for counter in (counter for counters in self.counters.values() for counter in counters):
            self.script.add("Counters", counter.behind_the_last(), transactional=False)
        for title, statement, transactional in self.late.statements(self):
            self.script.add(title, [statement], transactional=transactional)
        for ident, change in self.altered.items():
            if isinstance(change.before, DomainObject) and isinstance(change.after, DomainObject):
                validations = domain.validations(change.before, change.after)
                if ident not in {old.ident for old, _ in self.swapped}:
                    title = "Constraints, for the rows that are there"
                    self.script.add(title, validations, transactional=self.plain)

    def _settle(self) -> None:
        """Write what names an index, now that all are there."""
        self.script.add("Settings that name an index", settings.naming_an_index(self.before, self.after))

    def _removal(self) -> Removal:
        columns: dict[Ident, tuple[str, ...]] = {}
        lost: set[str] = set()
        for ident, old, new in self._altered_tables():
            columns[ident] = tuple(alter.dropped_columns(old, new))
            kept = {column.name for column in new.columns}
            lost |= {
                f"{qualified(old.schema, old.name)}.{name(column.name)}"
                for column in old.columns
                if column.name not in kept or (column.default and self._becomes_identity(new, column.name))
            }
        gone = {ident: item for ident, item in self.dropped.items() if ident not in self.remade}
        return Removal(gone, columns, self.before, frozenset(lost), at_once=self._ends_copying())

    def _ends_copying(self) -> bool:
        """Tell whether a trigger goes that keeps columns alike, with one of them."""
        return not self.plain and (
            self.exchange is not None
            or any(ident.kind == "trigger" and ident.name == helper(ident.table) for ident in self.dropped)
        )

    def _becomes_identity(self, table: TableObject, column: str) -> bool:
        """Tell whether a plain statement has dropped the column's sequence with its default."""
        return self.plain and any(entry.name == column and entry.identity for entry in table.columns)

    def _remove(self, removed: Iterable[tuple[str, str, bool]]) -> None:
        self.script.add("Reference rows", self.deletions)
        self.deletions = []
        for title, statement, transactional in removed:
            self.script.add(title, [statement], transactional=transactional)
