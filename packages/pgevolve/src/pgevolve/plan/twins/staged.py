"""The target as it can stand between the phases: the columns under their old names, the new ones beside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from pgevolve.canonical import comparable
from pgevolve.catalog.model import (
    Catalog,
    Column,
    ConstraintObject,
    GrantObject,
    Ident,
    IndexObject,
    SchemaItem,
    SequenceObject,
    TableObject,
    ViewObject,
)
from pgevolve.plan.names import with_ending
from pgevolve.plan.retyping import written
from pgevolve.plan.retyping.staged import stands_on
from pgevolve.plan.retyping.standing import standing_on
from pgevolve.plan.shared_views import with_old_names
from pgevolve.plan.twins.model import Twin, names
from pgevolve.plan.twins.sync import plain
from pgevolve.quoting import name, qualified

Standing = ConstraintObject | IndexObject


@dataclass(frozen=True, slots=True)
class Staged:
    """The catalogue, the indexes of the twins in it, and what gets its name from the target at contract."""

    catalog: Catalog
    indexes: frozenset[Ident] = frozenset()
    renamed: Mapping[Ident, Ident] = field(default_factory=lambda: MappingProxyType({}))


def staged(current: Catalog, target: Catalog, twins: tuple[Twin, ...]) -> Staged:
    """Return the target with the old names of the columns, and plain columns under the new ones."""
    if not twins:
        return Staged(target)
    objects: dict[Ident, SchemaItem] = dict(target.objects)
    for ident in {table for entry in twins for table in entry.tables} & objects.keys():
        objects[ident] = _table(current.objects[ident], target.objects[ident], twins)
    standing = {
        ident: _over_old(item, twins) for ident, item in target.objects.items() if _stands(item, twins)
    }
    objects |= standing
    renamed = dict(_renamed(current, target, standing))
    for ident, old in renamed.items():
        del objects[ident]
        objects[old] = current.objects[old]
    indexes = {index.ident: index for index in _indexes(target, twins)}
    objects |= indexes
    for ident, owned in _sequences(current, target, twins):
        if ident != owned.ident:
            renamed[ident] = owned.ident
            del objects[ident]
        objects[owned.ident] = owned
    needs = {renamed.get(ident, ident): others for ident, others in target.needs.items()}
    needs |= {ident: frozenset({Ident("table", ident.schema, ident.table)}) for ident in indexes}
    for ident in standing_on(current, twins) | standing_on(target, _new(twins)):
        before, after = current.objects.get(ident), objects.get(ident)
        if before is not None and after is not None:
            objects[ident] = _still(before, after, twins)
            needs[ident] = current.needs.get(ident, frozenset()) | needs.get(ident, frozenset())
    catalog = replace(
        target,
        objects=MappingProxyType(objects),
        needs=MappingProxyType({ident: others for ident, others in needs.items() if ident in objects}),
        grants=frozenset(_grants(target, twins)),
    )
    return Staged(catalog, frozenset(indexes), MappingProxyType(renamed))


def _new(twins: tuple[Twin, ...]) -> tuple[Twin, ...]:
    return tuple(entry.under_its_new_name() for entry in twins)


def _stands(item: SchemaItem, twins: tuple[Twin, ...]) -> bool:
    return any(stands_on(item, entry) for entry in _new(twins))


def _table(before: SchemaItem, item: SchemaItem, twins: tuple[Twin, ...]) -> TableObject:
    assert isinstance(before, TableObject)
    assert isinstance(item, TableObject)
    old = names(twins, item.ident, back=True)
    entries = {entry.beside: entry for entry in twins if item.ident in entry.tables}
    columns = [_column(column, old, entries) for column in item.columns]
    columns += [
        plain(entries[column.name], column)
        for column in item.columns
        if column.name in entries and not entries[column.name].is_alone
    ]
    is_parted = any(entry.is_alone for entry in entries.values())
    key = before.partition_key if is_parted else item.partition_key
    return replace(item, columns=tuple(columns), partition_key=key)


def _column(column: Column, old: Mapping[str, str], entries: Mapping[str, Twin]) -> Column:
    entry, default = entries.get(column.name), column.default
    if column.generated and default is not None:
        default = written.expression(default, old)
    elif entry is not None and counts(entry.old) and counts(entry.new):
        default = entry.old.default
    return replace(column, name=old.get(column.name, column.name), default=default)


def counts(column: Column) -> bool:
    """Tell whether a column takes its values from a sequence, whose name follows that of the column."""
    return column.default is not None and column.default.startswith("nextval(")


def _over_old(item: SchemaItem, twins: tuple[Twin, ...]) -> Standing:
    assert isinstance(item, ConstraintObject | IndexObject)
    return rewritten(item, twins, item.name, back=True)


def rewritten(item: Standing, twins: tuple[Twin, ...], called: str, *, back: bool = False) -> Standing:
    """Return a constraint or index over the columns under their other names."""
    own = names(twins, Ident("table", item.schema, item.table), back=back)
    if isinstance(item, IndexObject):
        return written.index(item, own, called)
    tables = {qualified(entry.table.schema, entry.table.name): entry.table for entry in twins}
    there = tables.get(item.references or "")
    referenced = names(twins, there, back=back) if there is not None else {}
    return written.constraint(item, own, referenced, called)


def _renamed(
    current: Catalog, target: Catalog, standing: Mapping[Ident, Standing]
) -> Iterator[tuple[Ident, Ident]]:
    """Yield what differs from something that goes in its name only: made after the column's."""
    left = {
        ident: item
        for ident, item in current.objects.items()
        if isinstance(item, ConstraintObject | IndexObject) and ident not in target.objects
    }
    for ident, item in standing.items():
        if ident in current.objects:
            continue
        for old, other in left.items():
            if type(other) is type(item) and _is_the_same(other, item):
                yield ident, old
                del left[old]
                break


def _is_the_same(old: Standing, new: Standing) -> bool:
    if isinstance(old, IndexObject):
        old = written.index(old, {}, new.name)
    return comparable(replace(old, name=new.name)) == comparable(new)


def _indexes(target: Catalog, twins: tuple[Twin, ...]) -> Iterator[IndexObject]:
    """Yield what new code needs to find rows by the new names, until these are the columns' own."""
    beside = tuple(entry for entry in _new(twins) if not entry.is_alone)
    for item in target.objects.values():
        if not any(stands_on(item, entry) for entry in beside):
            continue
        is_own = isinstance(item, IndexObject | ConstraintObject) and any(
            Ident("table", item.schema, item.table) == entry.table for entry in beside
        )
        called = with_ending(f"zz_{item.ident.name}", "_twin")
        if isinstance(item, IndexObject) and is_own:
            yield replace(written.index(item, {}, called), clustered=False, comment=None)
        elif isinstance(item, ConstraintObject) and is_own and item.kind in "pu":
            yield _of_key(item, called)


def _of_key(item: ConstraintObject, called: str) -> IndexObject:
    _, _, rest = item.definition.partition("PRIMARY KEY " if item.kind == "p" else "UNIQUE ")
    rest = rest.removesuffix(" INITIALLY DEFERRED").removesuffix(" DEFERRABLE")
    nulls = ""
    if rest.startswith("NULLS NOT DISTINCT "):
        rest, nulls = rest.removeprefix("NULLS NOT DISTINCT "), " NULLS NOT DISTINCT"
    table = qualified(item.schema, item.table)
    definition = f"CREATE UNIQUE INDEX {name(called)} ON {table} USING btree {rest}{nulls}"
    return IndexObject(item.schema, item.table, called, definition)


def _sequences(
    current: Catalog, target: Catalog, twins: tuple[Twin, ...]
) -> Iterator[tuple[Ident, SequenceObject]]:
    """Yield the sequences that the columns own in the target, each under its old name and owner."""
    for entry in twins:
        table = qualified(entry.table.schema, entry.table.name)
        old, new = (f"{table}.{name(column)}" for column in (entry.column, entry.beside))
        there = _owned(current, old)
        for item in _owned(target, new):
            called = there[0].name if len(there) == 1 else item.name
            yield item.ident, replace(item, name=called, owned_by=old)


def _owned(catalog: Catalog, by: str) -> list[SequenceObject]:
    return [
        item for item in catalog.objects.values() if isinstance(item, SequenceObject) and item.owned_by == by
    ]


def _still(before: SchemaItem, after: SchemaItem, twins: tuple[Twin, ...]) -> SchemaItem:
    """Return what is written over a column as it is, and a view with the new columns behind its own."""
    if not isinstance(before, ViewObject) or not isinstance(after, ViewObject):
        return before
    pairs = {entry.beside: entry.column for entry in twins}
    if any(entry.is_alone for entry in twins) or set(before.columns) == set(after.columns):
        return before
    if {pairs.get(column, column) for column in after.columns} == {
        pairs.get(column, column) for column in before.columns
    }:
        return with_old_names(after, before, pairs.keys()) or after
    return after


def _grants(target: Catalog, twins: tuple[Twin, ...]) -> Iterator[GrantObject]:
    entries = {(entry.table, entry.beside): entry for entry in twins}
    for grant in target.grants:
        entry = entries.get((grant.on, grant.column))
        if entry is None or not entry.is_alone:
            yield grant
        if entry is not None:
            yield replace(grant, column=entry.column)
