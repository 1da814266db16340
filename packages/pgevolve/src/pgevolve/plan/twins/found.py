"""Which renamed columns keep what they are, and which of them are refused by name."""

from collections.abc import Iterator

from pgevolve.catalog.model import Catalog, Column, ConstraintObject, SequenceObject, TableObject
from pgevolve.plan import retype
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.filling import has_children
from pgevolve.plan.intent import Intent
from pgevolve.plan.partitions import all_below
from pgevolve.plan.retyping.retyping import Conversion
from pgevolve.plan.retyping.staged import stands_on
from pgevolve.plan.retyping.written import mentions
from pgevolve.plan.twins.model import Twin
from pgevolve.quoting import name, qualified


def twins(current: Catalog, target: Catalog, intent: Intent) -> tuple[Twin, ...]:
    """Return the renamed columns that keep what they are. Raises UnplannableChangeError."""
    return tuple(_twins(current, target, intent))


def _twins(current: Catalog, target: Catalog, intent: Intent) -> Iterator[Twin]:
    for ident in sorted(intent.renames):
        before, after = current.objects.get(ident), target.objects.get(ident)
        if not isinstance(before, TableObject) or not isinstance(after, TableObject):
            continue
        old = {column.name: column for column in before.columns}
        new = {column.name: column for column in after.columns}
        for new_name, old_name in intent.renamed(after).items():
            entry = _twin(current, target, before, old[old_name], new[new_name])
            if _keeps_what_it_is(current, target, before, entry):
                _refuse(current, before, entry)
                yield entry


def _twin(current: Catalog, target: Catalog, table: TableObject, old: Column, new: Column) -> Twin:
    below = tuple(part.ident for part in all_below(current, table) if part.ident in target.objects)
    parted = (table, *all_below(current, table))
    return Twin(
        table.ident,
        old,
        new,
        new.name,
        Conversion(name(old.name)),
        Conversion(name(new.name)),
        name(old.name),
        is_exact=True,
        below=below,
        is_alone=any(mentions(part.partition_key or "", old.name) for part in parted),
    )


def _keeps_what_it_is(current: Catalog, target: Catalog, table: TableObject, entry: Twin) -> bool:
    if table.partition_key or entry.old.identity or entry.old.generated or _counts(current, table, entry.old):
        return True
    return any(
        isinstance(item, ConstraintObject)
        and stands_on(item, entry)
        and (item.kind in "px" or (item.kind == "u" and item.ident in target.objects) or _points(item, table))
        for item in current.objects.values()
    )


def _points(item: ConstraintObject, table: TableObject) -> bool:
    return item.kind == "f" and item.references == qualified(table.schema, table.name)


def _counts(current: Catalog, table: TableObject, column: Column) -> bool:
    owner = f"{qualified(table.schema, table.name)}.{name(column.name)}"
    return any(
        isinstance(item, SequenceObject) and item.owned_by == owner for item in current.objects.values()
    )


def _refuse(current: Catalog, table: TableObject, entry: Twin) -> None:
    old, new, reason = entry.old, entry.new, None
    by_hand = (
        f"write `ALTER TABLE {qualified(table.schema, table.name)} RENAME COLUMN {name(old.name)}"
        f" TO {name(new.name)}` by hand, in a release during which no old code runs"
    )
    if has_children(current, table) or (table.partition_of is not None and not old.inherited):
        reason = "in a table with parents or children"
    elif (old.type, old.collation) != (new.type, new.collation) and not retype.changes_in_place(old, new):
        reason = f"and gets another type: {old.type} -> {new.type}"
        by_hand = "rename it in one migration and change its type in another"
    elif bool(old.generated) != bool(new.generated):
        reason = "and is computed on one side only"
        by_hand = "rename it in one migration and change how it is computed in another"
    if reason is not None:
        change = f"column {qualified(table.schema, table.name)}.{name(old.name)} becomes {name(new.name)}"
        raise UnplannableChangeError(f"rename: {change}, {reason}", by_hand)
