"""The contract of a retyped column: the new one takes the name and the place of the old one, which goes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
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
    TriggerObject,
)
from pgevolve.plan import partitions, text
from pgevolve.plan.filling import helper
from pgevolve.plan.kinds import drop
from pgevolve.plan.names import with_ending
from pgevolve.plan.retyping.retyping import Retyping, names_beside
from pgevolve.plan.retyping.staged import Staged, stands_on
from pgevolve.plan.retyping.standing import standing_on
from pgevolve.plan.retyping.written import deferring, expression, mentions
from pgevolve.quoting import literal, name, qualified


@dataclass(frozen=True, slots=True)
class Exchange:
    """The statements, which run in one transaction, the catalogue that they lead to, and what is over it.

    What is `over` the columns goes before the statements and comes back after them. The first statement locks
    the table against everybody until the transaction ends. `lost` is the data that goes.
    """

    title: str
    statements: tuple[str, ...]
    after: Catalog
    over: frozenset[Ident]
    lost: tuple[str, ...]


def exchange(filled: Catalog, target: Catalog, staged: Staged, retypings: tuple[Retyping, ...]) -> Exchange:
    """Return what leads from the state with both columns to the one in which the new has the name.

    No statement looks at a row.
    """
    old = {
        ident: item
        for ident, item in filled.objects.items()
        if any(stands_on(item, entry) for entry in retypings)
    }
    # What has the name of a twin's and stood on other columns does not go with a column.
    replaced = {
        ident: filled.objects[ident] for ident in staged.twins if ident in filled.objects.keys() - old
    }
    triggers = _fill_triggers(filled, target, retypings)
    sequences = _owned(filled, retypings)
    statements = (
        *(statement for trigger in triggers for statement in drop(filled.objects[trigger])),
        *_foreign_keys(old),
        *(_removal(item) for item in replaced.values()),
        *(f"ALTER SEQUENCE {qualified(item.schema, item.name)} OWNED BY NONE" for item in sequences),
        *_computed(filled, retypings),
        *(statement for entry in retypings for statement in _columns(entry)),
        *(statement for ident, twin in staged.twins.items() for statement in _renamed(target, ident, twin)),
        *_on_partitions(filled, target, staged),
    )
    objects = dict(filled.objects)
    for ident in (*old, *replaced, *triggers, *staged.twins.values()):
        del objects[ident]
    for sequence in sequences:
        objects[sequence.ident] = replace(sequence, owned_by=None)
    for ident in {table for entry in retypings for table in entry.tables} & objects.keys():
        objects[ident] = _table(filled.objects[ident], retypings)
    objects |= {ident: _as_it_came(target.objects[ident]) for ident in staged.twins}
    lost = tuple(f"column {entry.column} of {entry.table} as {entry.old.type}" for entry in retypings)
    after = replace(
        filled,
        objects=MappingProxyType(objects),
        needs=MappingProxyType(_needs(filled, staged.twins, objects)),
        grants=frozenset(_grants(filled, retypings)),
    )
    title = "The new columns take the names"
    return Exchange(title, statements, after, frozenset(standing_on(after, retypings)), lost)


def _fill_triggers(filled: Catalog, target: Catalog, retypings: tuple[Retyping, ...]) -> list[Ident]:
    """Return the triggers and functions that keep the columns in step, the triggers first."""
    found: list[Ident] = []
    for table in sorted({entry.table for entry in retypings}):
        called = helper(table.name)
        places = (
            Ident("trigger", table.schema, called, table.name),
            Ident("function", table.schema, f"{called}()"),
        )
        found += [ident for ident in places if ident in filled.objects and ident not in target.objects]
    return sorted(found, key=lambda ident: not isinstance(filled.objects[ident], TriggerObject))


def _foreign_keys(old: Mapping[Ident, SchemaItem]) -> Iterator[str]:
    """Yield the removal of foreign keys: those of other tables stand on keys that go with the column."""
    for item in old.values():
        if isinstance(item, ConstraintObject) and item.kind == "f":
            yield _removal(item)


def _removal(item: SchemaItem) -> str:
    if isinstance(item, IndexObject):
        return f"DROP INDEX {qualified(item.schema, item.name)}"
    assert isinstance(item, ConstraintObject)
    return f"ALTER TABLE {qualified(item.schema, item.table)} DROP CONSTRAINT {name(item.name)}"


def _owned(filled: Catalog, retypings: tuple[Retyping, ...]) -> list[SequenceObject]:
    columns = {
        f"{qualified(entry.table.schema, entry.table.name)}.{name(entry.column)}" for entry in retypings
    }
    return [
        item
        for item in filled.objects.values()
        if isinstance(item, SequenceObject) and item.owned_by in columns
    ]


def _computed(filled: Catalog, retypings: tuple[Retyping, ...]) -> Iterator[str]:
    """Yield what computes virtual columns from the new columns, whose rename they follow."""
    for ident in sorted({entry.table for entry in retypings}):
        table, beside = filled.objects[ident], names_beside(retypings, ident)
        assert isinstance(table, TableObject)
        for column in table.columns:
            over = column.default or ""
            if column.generated == "v" and any(mentions(over, old) for old in beside):
                of_column = (
                    f"ALTER TABLE {qualified(table.schema, table.name)} ALTER COLUMN {name(column.name)}"
                )
                yield f"{of_column} SET EXPRESSION AS ({expression(over, beside)})"


def _columns(entry: Retyping) -> Iterator[str]:
    """Yield the exchange of the two columns; keys, checks and indexes of the old one go with it."""
    table = qualified(entry.table.schema, entry.table.name)
    if entry.new.identity:
        yield from _identity(entry, table)
    yield f"ALTER TABLE {table} DROP COLUMN {name(entry.column)}"
    yield f"ALTER TABLE {table} RENAME COLUMN {name(entry.beside)} TO {name(entry.column)}"
    if entry.new.identity:
        sequence = qualified(entry.table.schema, _sequence(entry))
        usual = with_ending(f"{entry.table.name}_{entry.column}", "_seq")
        yield f"ALTER SEQUENCE {sequence} RENAME TO {name(usual)}"


def _identity(entry: Retyping, table: str) -> Iterator[str]:
    """Yield what makes the new column count on from where the old one is."""
    options = text.sequence_options(entry.new.identity_options) if entry.new.identity_options else ""
    sequence = qualified(entry.table.schema, _sequence(entry))
    always = "ALWAYS" if entry.new.identity == "a" else "BY DEFAULT"
    of_column = f"ALTER TABLE {table} ALTER COLUMN {name(entry.beside)}"
    yield f"{of_column} ADD GENERATED {always} AS IDENTITY (SEQUENCE NAME {sequence}{options})"
    old = f"pg_catalog.pg_get_serial_sequence({literal(table)}, {literal(entry.column)})::regclass"
    last = f"pg_catalog.pg_sequence_last_value({old})"
    yield f"SELECT pg_catalog.setval({literal(sequence)}, {last}) WHERE {last} IS NOT NULL"


def _sequence(entry: Retyping) -> str:
    return with_ending(f"{entry.table.name}_{entry.beside}", "_seq")


def _renamed(target: Catalog, ident: Ident, twin: Ident) -> Iterator[str]:
    item = target.objects[ident]
    if isinstance(item, IndexObject):
        yield f"ALTER INDEX {qualified(twin.schema, twin.name)} RENAME TO {name(item.name)}"
        return
    assert isinstance(item, ConstraintObject)
    table = qualified(item.schema, item.table)
    if item.kind != "p":
        yield f"ALTER TABLE {table} RENAME CONSTRAINT {name(twin.name)} TO {name(item.name)}"
        return
    key = f"ADD CONSTRAINT {name(item.name)} PRIMARY KEY USING INDEX {name(twin.name)}{deferring(item)}"
    yield f"ALTER TABLE {table}\n    {key}"


def _on_partitions(filled: Catalog, target: Catalog, staged: Staged) -> Iterator[str]:
    """Yield the renames of what an index of a partitioned table has on each partition."""
    for ident, twin in staged.twins.items():
        item, made = target.objects[ident], filled.objects[twin]
        if not isinstance(item, IndexObject) or not isinstance(made, IndexObject):
            continue
        parent = filled.table(item.schema, item.table)
        for child in partitions.all_below(filled, parent) if parent is not None else ():
            old, new = (partitions.name_on(child, index) for index in (made, item))
            yield f"ALTER INDEX {qualified(child.schema, old)} RENAME TO {name(new)}"


def _table(item: SchemaItem, retypings: tuple[Retyping, ...]) -> TableObject:
    assert isinstance(item, TableObject)
    mine = [entry for entry in retypings if item.ident in entry.tables]
    gone, new = {entry.column for entry in mine}, {entry.beside: entry for entry in mine}
    columns = tuple(
        _column(column, new[column.name]) if column.name in new else column
        for column in item.columns
        if column.name not in gone
    )
    # An identity that named an index is none without it; the steps after this one say it again.
    identity = item.replica_identity
    by_index = identity is not None and identity.startswith("USING INDEX")
    return replace(item, columns=columns, replica_identity=None if by_index else identity)


def _column(beside: Column, entry: Retyping) -> Column:
    new = entry.new
    return replace(beside, name=entry.column, identity=new.identity, identity_options=new.identity_options)


def _as_it_came(item: SchemaItem) -> SchemaItem:
    """Return what the twin is under its name: not clustered on, and without the comment of a key."""
    assert isinstance(item, ConstraintObject | IndexObject)
    if isinstance(item, ConstraintObject) and item.kind == "p":
        return replace(item, clustered=False, comment=None)
    return replace(item, clustered=False)


def _needs(
    filled: Catalog, twins: Mapping[Ident, Ident], objects: Mapping[Ident, SchemaItem]
) -> dict[Ident, frozenset[Ident]]:
    names = {twin: ident for ident, twin in twins.items()}
    found: dict[Ident, frozenset[Ident]] = {}
    for ident, others in filled.needs.items():
        own = names.get(ident, ident)
        if own in objects:
            needed = frozenset(names.get(other, other) for other in others)
            found[own] = found.get(own, frozenset()) | needed
    return found


def _grants(filled: Catalog, retypings: tuple[Retyping, ...]) -> Iterator[GrantObject]:
    old = {(entry.table, entry.column) for entry in retypings}
    names = {(entry.table, entry.beside): entry.column for entry in retypings}
    for grant in filled.grants:
        place = (grant.on, grant.column)
        if place not in old:
            yield replace(grant, column=names.get(place, grant.column))
