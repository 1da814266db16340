"""The states between the phases, in which old and new code both work.

The first holds the new columns, empty and filled by a trigger. In the second they are filled, and what stands
on them is there: NOT NULL, keys, checks and indexes.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from pgevolve.catalog.attached import PolicyObject
from pgevolve.catalog.model import (
    Catalog,
    Column,
    ConstraintObject,
    Ident,
    IndexObject,
    MaterializedViewObject,
    SchemaItem,
    TableObject,
    ViewObject,
)
from pgevolve.plan.filling import Filled, Fillings, trigger_objects
from pgevolve.plan.order import dependents
from pgevolve.plan.shared_views import with_old_names


def filled_state(middle: Catalog, fillings: Fillings) -> Catalog:
    """Return the state with the columns filled: `middle`, and the triggers that keep them so."""
    objects, needs = dict(middle.objects), dict(middle.needs)
    for ident, filled in fillings.items():
        table = objects[ident]
        assert isinstance(table, TableObject)
        # The old column knows the default until the contract: the trigger copies what it gives.
        synced = {entry.column.name for entry in filled if entry.old is not None}
        columns = (replace(c, default=None) if c.name in synced else c for c in table.columns)
        objects[ident] = replace(table, columns=tuple(columns))
        made = trigger_objects(ident, filled)
        if made is not None:
            function, trigger = made
            objects[function.ident], objects[trigger.ident] = function, trigger
            needs[function.ident] = frozenset({Ident("schema", ident.schema, ident.schema)} & objects.keys())
            needs[trigger.ident] = frozenset({ident, function.ident})
    return _with(middle, objects, needs)


def empty_state(current: Catalog, filled: Catalog, fillings: Fillings) -> Catalog:
    """Return the state before: the columns may be empty, and nothing that is new stands on their tables."""
    objects = dict(filled.objects)
    for ident, entries in fillings.items():
        table, before = objects[ident], current.objects[ident]
        assert isinstance(table, TableObject)
        assert isinstance(before, TableObject)
        objects[ident] = replace(table, columns=tuple(_columns(before, table, entries)))
    waiting = {
        ident
        for ident, item in objects.items()
        if isinstance(item, IndexObject | ConstraintObject)
        and Ident("table", item.schema, item.table) in fillings
        and current.objects.get(ident) != item
    }
    waiting |= {
        ident
        for ident, item in objects.items()
        if isinstance(item, ConstraintObject)
        and current.objects.get(ident) != item
        and filled.needs.get(ident, frozenset()) & waiting
    }
    for ident in waiting:
        if ident in current.objects:
            objects[ident] = current.objects[ident]
        else:
            del objects[ident]
    needs = dict(filled.needs)
    new = {entry.column.name for entries in fillings.values() for entry in entries}
    for ident in dependents(fillings, filled.needs) & current.objects.keys() & objects.keys():
        objects[ident] = _until_filled(current.objects[ident], objects[ident], new)
        needs[ident] = needs.get(ident, frozenset()) | current.needs.get(ident, frozenset())
    return _with(filled, objects, needs)


def _until_filled(before: SchemaItem, after: SchemaItem, new: set[str]) -> SchemaItem:
    """Return what reads rows as it was: over columns that are empty yet it would show or pass over others."""
    match before, after:
        case ViewObject(), ViewObject() if set(after.columns) <= set(before.columns):
            return before
        case ViewObject(), ViewObject():
            return with_old_names(after, before, new) or after
        case (PolicyObject(), PolicyObject()) | (MaterializedViewObject(), MaterializedViewObject()):
            return before
    return after


def _columns(before: TableObject, table: TableObject, entries: tuple[Filled, ...]) -> list[Column]:
    empty = {entry.column.name for entry in entries}
    old = {column.name: column for column in before.columns}
    synced = {source for entry in entries for source in entry.sources}
    return [
        replace(column, not_null=False)
        if column.name in empty
        # Until the new column is filled, the old one is what holds.
        else (old[column.name] if column.name in synced else column)
        for column in table.columns
    ]


def _with(
    catalog: Catalog, objects: Mapping[Ident, SchemaItem], needs: Mapping[Ident, frozenset[Ident]]
) -> Catalog:
    return replace(
        catalog,
        objects=MappingProxyType(dict(objects)),
        needs=MappingProxyType({ident: needed for ident, needed in needs.items() if ident in objects}),
    )
