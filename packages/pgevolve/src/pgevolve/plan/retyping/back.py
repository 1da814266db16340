"""The way back of the contract: the old column comes again, of what the new one holds."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

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
)
from pgevolve.plan.retyping import written
from pgevolve.plan.retyping.exchange import Exchange
from pgevolve.plan.retyping.retyping import Retyping, names_beside
from pgevolve.plan.retyping.staged import stands_on
from pgevolve.plan.retyping.standing import standing_on
from pgevolve.quoting import name, qualified


def leads_back(retypings: tuple[Retyping, ...]) -> bool:
    """Tell whether the old values can be made of the new ones: each is the same, or the models say how."""
    return all(entry.is_exact or entry.back.is_said for entry in retypings)


def back(target: Catalog, retypings: tuple[Retyping, ...]) -> Exchange:
    """Return the statements that give the new columns their other names and bring the old ones back.

    Each table is written anew while nobody reads it. What stands on the new columns has moved with them; the
    plain difference to the state before the contract is left to do, in the same transaction.
    """
    objects: dict[Ident, SchemaItem] = {}
    for ident, item in target.objects.items():
        objects[ident] = _moved(item, target, retypings)
    after = replace(target, objects=MappingProxyType(objects), grants=frozenset(_grants(target, retypings)))
    statements = tuple(statement for entry in retypings for statement in _columns(entry))
    over = frozenset(standing_on(target, retypings))
    return Exchange("The old columns come back", statements, after, over, ())


def _columns(entry: Retyping) -> Iterator[str]:
    alter = f"ALTER TABLE {qualified(entry.table.schema, entry.table.name)}"
    collation = f" COLLATE {entry.old.collation}" if entry.old.collation else ""
    yield f"{alter} RENAME COLUMN {name(entry.column)} TO {name(entry.beside)}"
    yield f"{alter} ADD COLUMN {name(entry.column)} {entry.old.type}{collation}"
    # Not an UPDATE: that would run triggers, whose events keep the table from being altered further.
    of_type = f"ALTER COLUMN {name(entry.column)} TYPE {entry.old.type}{collation}"
    yield f"{alter} {of_type} USING {entry.back.sql}"


def _moved(item: SchemaItem, target: Catalog, retypings: tuple[Retyping, ...]) -> SchemaItem:
    match item:
        case TableObject():
            return _table(item, retypings)
        case SequenceObject(owned_by=str(owner)):
            return replace(item, owned_by=_owner(owner, retypings))
        case IndexObject() if any(stands_on(item, entry) for entry in retypings):
            own = names_beside(retypings, Ident("table", item.schema, item.table))
            return written.index(item, own, item.name)
        case ConstraintObject() if any(stands_on(item, entry) for entry in retypings):
            own = names_beside(retypings, Ident("table", item.schema, item.table))
            referenced = next(
                (
                    names_beside(retypings, ident)
                    for ident in target.objects
                    if ident.kind == "table" and qualified(ident.schema, ident.name) == item.references
                ),
                {},
            )
            return written.constraint(item, own, referenced, item.name)
    return item


def _table(item: TableObject, retypings: tuple[Retyping, ...]) -> TableObject:
    mine = {entry.column: entry for entry in retypings if item.ident in entry.tables}
    moved = tuple(_column(column, mine) for column in item.columns)
    return replace(item, columns=(*moved, *(_bare(entry) for entry in mine.values())))


def _column(column: Column, mine: Mapping[str, Retyping]) -> Column:
    if column.name in mine:
        return replace(column, name=mine[column.name].beside)
    if column.generated == "v" and column.default is not None:
        names = {old: entry.beside for old, entry in mine.items()}
        return replace(column, default=written.expression(column.default, names))
    return column


def _bare(entry: Retyping) -> Column:
    """Return the old column as ADD COLUMN makes it."""
    old = entry.old
    return Column(old.name, old.type, collation=old.collation, usual_storage=old.usual_storage)


def _owner(owner: str, retypings: tuple[Retyping, ...]) -> str:
    for entry in retypings:
        table = qualified(entry.table.schema, entry.table.name)
        if owner == f"{table}.{name(entry.column)}":
            return f"{table}.{name(entry.beside)}"
    return owner


def _grants(target: Catalog, retypings: tuple[Retyping, ...]) -> Iterator[GrantObject]:
    beside = {(table, entry.column): entry.beside for entry in retypings for table in entry.tables}
    for grant in target.grants:
        yield replace(grant, column=beside.get((grant.on, grant.column), grant.column))
