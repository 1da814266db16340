"""Indexes and constraints on tables that already hold rows: built aside, checked later, one step each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgevolve.catalog.model import ConstraintObject, Ident, IndexObject, SchemaItem
from pgevolve.plan import alter, partitions, text
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.names import with_ending
from pgevolve.plan.options import changed_options
from pgevolve.quoting import name, qualified

if TYPE_CHECKING:
    from pgevolve.plan.steps import _Steps

_KEY = re.compile(
    r"(?P<kind>UNIQUE|PRIMARY KEY)(?P<nulls> NULLS NOT DISTINCT)? (?P<columns>\([^()]*\))"
    r"(?P<include> INCLUDE \([^()]*\))?(?P<rest>.*)"
)


def add_constraint(item: ConstraintObject, *, validated: bool = True) -> str:
    """Return ADD CONSTRAINT, on a line of its own under ALTER TABLE."""
    table = qualified(item.schema, item.table)
    is_enforced = not item.definition.endswith("NOT ENFORCED")
    suffix = " NOT VALID" if is_enforced and not (validated and item.validated) else ""
    return f"ALTER TABLE {table}\n    ADD CONSTRAINT {name(item.name)} {item.definition}{suffix}"


def index_options(before: tuple[str, ...], item: ConstraintObject) -> Iterator[str]:
    """Yield the statements for the storage parameters of the index of a key."""
    yield from changed_options(f"ALTER INDEX {qualified(item.schema, item.name)}", before, item.options)


@dataclass(slots=True)
class Late:
    """Collects what must not happen in the main transaction."""

    indexes: list[IndexObject | ConstraintObject] = field(default_factory=list)
    constraints: list[ConstraintObject] = field(default_factory=list)
    waiting: set[Ident] = field(default_factory=set)

    def takes(self, plan: "_Steps", item: SchemaItem) -> bool:
        """Tell whether the object comes later, and remember it then."""
        if not isinstance(item, IndexObject | ConstraintObject):
            if plan.after.needs.get(item.ident, frozenset()) & self.waiting:
                raise UnplannableChangeError(
                    f"{item.ident} stands on a key that is added to a table with rows",
                    "add the key in a migration of its own first",
                )
            return False
        on_new_table = plan.is_new(item)
        needs_late = bool(plan.after.needs.get(item.ident, frozenset()) & self.waiting)
        if on_new_table and not needs_late:
            return False
        self.waiting.add(item.ident)
        if isinstance(item, IndexObject) or item.kind in "pu":
            self.indexes.append(item)
        else:
            self.constraints.append(item)
        return True

    def statements(self, plan: "_Steps") -> Iterator[tuple[str, str, bool]]:
        """Yield title, statement, and whether it may share a transaction."""
        for entry in self.indexes:
            if isinstance(entry, IndexObject):
                yield from _index(plan, entry)
            else:
                yield from _key(plan, entry)
        validations: list[str] = []
        for constraint in self.constraints:
            for statement in _constraint(plan, constraint, validations):
                yield "Constraints, for new rows", statement, True
        for validation in validations:
            yield "Constraints, for the rows that are there", validation, False


def _index(plan: "_Steps", item: IndexObject) -> Iterator[tuple[str, str, bool]]:
    change = plan.altered.get(item.ident)
    old = change.before if change is not None else None
    title = "Indexes, while everybody works on"
    if isinstance(old, IndexObject):
        if not alter.index_is_same(old, item):
            # The new one is built beside the old one, so that queries never miss it.
            aside = with_ending(item.name, "_new")
            if partitions.is_partitioned(plan.after, item):
                raise UnplannableChangeError(
                    f"{item.ident} on a partitioned table changes",
                    "add the new index under another name and drop the old one",
                )
            yield title, text.index(item, concurrently=True, called=aside), False
            yield title, f"DROP INDEX {qualified(item.schema, item.name)}", True
            yield title, f"ALTER INDEX {qualified(item.schema, aside)} RENAME TO {name(item.name)}", True
            old = None
        for statement in text.comments(item) if old is None else alter.facts(old, item):
            yield title, statement, True
        return
    if item.tablespace is not None:
        raise UnplannableChangeError(
            f"{item.ident} in tablespace {item.tablespace}, which another server need not have",
            "create it by hand, or leave it in the database's own tablespace",
        )
    if partitions.is_partitioned(plan.after, item):
        for statement, transactional in partitions.index(item, plan.after):
            yield title, statement, transactional
    else:
        yield title, text.index(item, concurrently=True), False
    for statement in text.comments(item):
        yield title, statement, True


def _key(plan: "_Steps", item: ConstraintObject) -> Iterator[tuple[str, str, bool]]:
    """Build the unique index aside, then make it the key."""
    title = "Keys, from indexes built while everybody works on"
    change = plan.altered.get(item.ident)
    if change is not None and isinstance(change.before, ConstraintObject):
        if not alter.constraint_is_same(change.before, item):
            raise UnplannableChangeError(
                f"{item.ident} changes: {change.before.definition} -> {item.definition}",
                "add the new key under another name and drop the old one",
            )
        for statement in (*index_options(change.before.options, item), *alter.facts(change.before, item)):
            yield title, statement, True
        return
    parts = _KEY.fullmatch(item.definition)
    if parts is None:
        raise UnplannableChangeError(
            f"add {item.ident} {item.definition} to a table with rows",
            "build a unique index of the same columns concurrently, and make the key of it",
        )
    if partitions.is_partitioned(plan.after, item):
        raise UnplannableChangeError(
            f"{item.ident} on a partitioned table, which cannot be built concurrently",
            "add the key to each partition from an index built concurrently, and then to the parent",
        )
    table, key = qualified(item.schema, item.table), name(item.name)
    options = text.with_options(item.options).replace("\n", " ")
    columns = f"{parts['columns']}{parts['include'] or ''}{parts['nulls'] or ''}{options}"
    yield title, f"CREATE UNIQUE INDEX CONCURRENTLY {key} ON {table} {columns}", False
    constraint = f"ADD CONSTRAINT {key} {parts['kind']} USING INDEX {key}{parts['rest']}"
    yield title, f"ALTER TABLE {table}\n    {constraint}", True
    for statement in text.comments(item):
        yield title, statement, True


def _constraint(plan: "_Steps", item: ConstraintObject, validations: list[str]) -> Iterator[str]:
    """Yield what makes a check or foreign key hold for new rows; note its validation."""
    change = plan.altered.get(item.ident)
    old = change.before if change is not None else None
    validate = f"ALTER TABLE {qualified(item.schema, item.table)} VALIDATE CONSTRAINT {name(item.name)}"
    if isinstance(old, ConstraintObject):
        if alter.constraint_is_same(old, item):
            if old.validated and not item.validated:
                raise UnplannableChangeError(f"{item.ident} becomes NOT VALID", "keep it validated")
            if item.validated and not old.validated:
                validations.append(validate)
            yield from alter.facts(old, item)
            return
        if item.kind in "fc":
            yield f"ALTER TABLE {qualified(item.schema, item.table)} DROP CONSTRAINT {name(item.name)}"
    if item.kind == "x":
        raise UnplannableChangeError(
            f"add {item.ident} {item.definition} to a table with rows",
            "it reads every row and builds its index under an exclusive lock, and PostgreSQL can do neither"
            " concurrently: make a new table with the constraint and move the rows in batches; or keep the"
            " rows apart by a trigger that locks what it compares; or accept the lock by hand",
        )
    on_new_table = plan.is_new(item)
    if item.kind == "f" and not on_new_table and partitions.is_partitioned(plan.after, item):
        raise UnplannableChangeError(
            f"add {item.ident} to a partitioned table, where PostgreSQL before 18 takes no NOT VALID",
            "add the key to each partition NOT VALID, validate it there, and then add it to the parent",
        )
    yield add_constraint(item, validated=on_new_table)
    yield from text.comments(item)
    if item.validated and not on_new_table:
        validations.append(validate)
