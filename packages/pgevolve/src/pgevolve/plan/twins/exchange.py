"""The contract of a twin: the plain column goes, and the old one takes its name, with what stands on it."""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from pgevolve.catalog.model import (
    Catalog,
    ConstraintObject,
    GrantObject,
    Ident,
    IndexObject,
    SchemaItem,
    SequenceObject,
    TableObject,
)
from pgevolve.plan.filling import helper
from pgevolve.plan.kinds import drop
from pgevolve.plan.retyping import Exchange, written
from pgevolve.plan.retyping.staged import stands_on
from pgevolve.plan.retyping.standing import standing_on
from pgevolve.plan.twins.model import Twin, names
from pgevolve.plan.twins.staged import Staged, counts, rewritten
from pgevolve.quoting import name, qualified


def exchanged(exchange: Exchange, target: Catalog, staged: Staged, twins: tuple[Twin, ...]) -> Exchange:
    """Return an exchange with that of the twins behind it. None of its statements looks at a row."""
    if not twins:
        return exchange
    before = exchange.after
    triggers = [
        ident for ident in _fill_triggers(twins) if ident in before.objects and ident not in target.objects
    ]
    statements = (
        *exchange.statements,
        *(statement for ident in triggers for statement in drop(before.objects[ident])),
        *(statement for entry in twins for statement in _columns(entry)),
        *(_named(target, ident, old) for ident, old in staged.renamed.items()),
    )
    back = {old: ident for ident, old in staged.renamed.items()}
    objects: dict[Ident, SchemaItem] = {}
    for ident, item in before.objects.items():
        if ident in triggers or ident in staged.indexes:
            continue
        own = _after(item, twins, target, back)
        objects[own.ident] = own
    needs = {
        back.get(ident, ident): frozenset(back.get(other, other) for other in others)
        for ident, others in before.needs.items()
    }
    after = replace(
        before,
        objects=MappingProxyType(objects),
        needs=MappingProxyType({ident: others for ident, others in needs.items() if ident in objects}),
        grants=frozenset(_grants(before, twins)),
    )
    renamed = tuple(entry.under_its_new_name() for entry in twins)
    over = standing_on(before, twins) | standing_on(before, renamed)
    lost = (
        *exchange.lost,
        *(f"column {entry.column} of {entry.table} under this name" for entry in twins),
    )
    title = exchange.title if exchange.statements else "The columns take their new names"
    return Exchange(title, statements, after, exchange.over | (over & objects.keys()), lost)


def _fill_triggers(twins: tuple[Twin, ...]) -> Iterator[Ident]:
    """Yield what keeps the twins in step, the triggers first."""
    tables = sorted({entry.table for entry in twins})
    called = {table: helper(table.name) for table in tables}
    for table in tables:
        yield Ident("trigger", table.schema, called[table], table.name)
    for table in tables:
        yield Ident("function", table.schema, f"{called[table]}()")


def _columns(entry: Twin) -> Iterator[str]:
    table = qualified(entry.table.schema, entry.table.name)
    if not entry.is_alone:
        yield f"ALTER TABLE {table} DROP COLUMN {name(entry.beside)}"
    yield f"ALTER TABLE {table} RENAME COLUMN {name(entry.column)} TO {name(entry.beside)}"


def _named(target: Catalog, ident: Ident, old: Ident) -> str:
    if isinstance(target.objects[ident], IndexObject | SequenceObject):
        return f"ALTER {ident.kind.upper()} {qualified(old.schema, old.name)} RENAME TO {name(ident.name)}"
    table = qualified(ident.schema, ident.table)
    return f"ALTER TABLE {table} RENAME CONSTRAINT {name(old.name)} TO {name(ident.name)}"


def _after(
    item: SchemaItem, twins: tuple[Twin, ...], target: Catalog, back: dict[Ident, Ident]
) -> SchemaItem:
    match item:
        case TableObject():
            return _table(item, target.objects.get(item.ident), twins)
        case ConstraintObject() | IndexObject() if any(stands_on(item, entry) for entry in twins):
            called = back.get(item.ident, item.ident).name
            return rewritten(item, twins, called)
        case SequenceObject():
            for entry in twins:
                table = qualified(entry.table.schema, entry.table.name)
                if item.owned_by == f"{table}.{name(entry.column)}":
                    called = back.get(item.ident, item.ident).name
                    return replace(item, name=called, owned_by=f"{table}.{name(entry.beside)}")
    return item


def _table(item: TableObject, wanted: SchemaItem | None, twins: tuple[Twin, ...]) -> TableObject:
    new = names(twins, item.ident)
    if not new or not isinstance(wanted, TableObject):
        return item
    entries = {entry.column: entry for entry in twins if item.ident in entry.tables}
    synced = {entry.beside for entry in entries.values() if not entry.is_alone}
    columns = []
    for column in item.columns:
        if column.name in synced:
            continue
        entry, default = entries.get(column.name), column.default
        if column.generated and default is not None:
            default = written.expression(default, new)
        elif entry is not None and counts(entry.old) and counts(entry.new):
            default = entry.new.default
        columns.append(replace(column, name=new.get(column.name, column.name), default=default))
    return replace(item, columns=tuple(columns), partition_key=wanted.partition_key)


def _grants(before: Catalog, twins: tuple[Twin, ...]) -> Iterator[GrantObject]:
    old = {(entry.table, entry.column): entry.beside for entry in twins}
    gone = {(entry.table, entry.beside) for entry in twins}
    for grant in before.grants:
        if (grant.on, grant.column) not in gone:
            yield replace(grant, column=old.get((grant.on, grant.column), grant.column))
