"""The target as it can stand beside the current state: each retyped column under a name of its own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from pgevolve.catalog.model import (
    Catalog,
    ConstraintObject,
    GrantObject,
    Ident,
    IndexObject,
    SchemaItem,
    TableObject,
)
from pgevolve.plan.names import as_type
from pgevolve.plan.retyping import written
from pgevolve.plan.retyping.retyping import Retyping, names_beside
from pgevolve.plan.retyping.standing import standing_on
from pgevolve.plan.retyping.sync import beside
from pgevolve.quoting import qualified

Standing = ConstraintObject | IndexObject


@dataclass(frozen=True, slots=True)
class Staged:
    """The catalogue, and the twins in it: what stands on a retyped column, by what it is in the target."""

    catalog: Catalog
    twins: Mapping[Ident, Ident]


def staged(current: Catalog, target: Catalog, retypings: tuple[Retyping, ...]) -> Staged:
    """Return the target with the new columns, and what stands on them, under names of their own.

    What is written over an old column stays as it is in `current`, whose types it has.
    """
    objects: dict[Ident, SchemaItem] = dict(target.objects)
    twins = dict(_twins(current, target, retypings))
    for ident, twin in twins.items():
        del objects[ident]
        objects[twin.ident] = twin
    for ident in {table for entry in retypings for table in entry.tables}:
        objects[ident] = _table(current, target, ident, retypings)
    names = {ident: twin.ident for ident, twin in twins.items()}
    needs = {
        names.get(ident, ident): frozenset(names.get(other, other) for other in others)
        for ident, others in target.needs.items()
    }
    for ident in standing_on(current, retypings) | standing_on(target, retypings):
        if ident in current.objects and ident in objects:
            objects[ident] = current.objects[ident]
            needs[ident] = current.needs.get(ident, frozenset())
    catalog = replace(
        target,
        objects=MappingProxyType(objects),
        needs=MappingProxyType(needs),
        grants=target.grants | frozenset(_grants_beside(target.grants, retypings)),
    )
    return Staged(catalog, names)


def _table(current: Catalog, target: Catalog, ident: Ident, retypings: Iterable[Retyping]) -> TableObject:
    table, before = target.objects[ident], current.objects[ident]
    assert isinstance(table, TableObject)
    assert isinstance(before, TableObject)
    new = {entry.column: entry for entry in retypings if ident in entry.tables}
    # What is computed when it is read is computed from the old columns until the contract.
    computed = {
        column.name: column
        for column in before.columns
        if column.generated == "v" and any(written.mentions(column.default or "", name) for name in new)
    }
    columns = tuple(
        beside(column, new[column.name]) if column.name in new else computed.get(column.name, column)
        for column in table.columns
    )
    return replace(table, columns=columns, replica_identity=before.replica_identity)


def _twins(
    current: Catalog, target: Catalog, retypings: tuple[Retyping, ...]
) -> Iterator[tuple[Ident, Standing]]:
    taken = {ident.name for catalog in (current, target) for ident in catalog.objects}
    for ident, item in sorted(target.objects.items()):
        if not isinstance(item, ConstraintObject | IndexObject):
            continue
        for entry in retypings:
            if stands_on(item, entry):
                called = as_type(item.name, entry.new.type, taken)
                taken.add(called)
                yield ident, _twin(item, called, target, retypings)
                break


def stands_on(item: SchemaItem, retyping: Retyping) -> bool:
    """Tell whether an index or constraint names the column, in its own table or in the one referred to."""
    table = retyping.table
    match item:
        case IndexObject():
            is_own = (item.schema, item.table) == (table.schema, table.name)
            return is_own and written.index_names(item, retyping.column)
        case ConstraintObject():
            is_own = (item.schema, item.table) == (table.schema, table.name)
            points_there = item.references == qualified(table.schema, table.name)
            return (is_own and written.constraint_names(item, retyping.column)) or (
                points_there and written.constraint_points_to(item, retyping.column)
            )
    return False


def _twin(item: Standing, called: str, target: Catalog, retypings: tuple[Retyping, ...]) -> Standing:
    own = names_beside(retypings, Ident("table", item.schema, item.table))
    if isinstance(item, IndexObject):
        return replace(written.index(item, own, called), clustered=False)
    if item.kind == "p":
        return written.index_of_key(item, own, called)
    referenced = {}
    for ident in target.objects:
        if ident.kind == "table" and qualified(ident.schema, ident.name) == item.references:
            referenced = names_beside(retypings, ident)
    return replace(written.constraint(item, own, referenced, called), clustered=False)


def _grants_beside(grants: Iterable[GrantObject], retypings: Iterable[Retyping]) -> Iterator[GrantObject]:
    beside = {(entry.table, entry.column): entry.beside for entry in retypings}
    for grant in grants:
        if (grant.on, grant.column) in beside:
            yield replace(grant, column=beside[grant.on, grant.column])
