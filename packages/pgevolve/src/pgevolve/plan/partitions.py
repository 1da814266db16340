"""Partitioned tables: their indexes, and tables that come to them and leave them."""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import postgast

from pgevolve.catalog.model import Catalog, Column, ConstraintObject, IndexObject, TableObject
from pgevolve.plan import text
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.quoting import name, qualified

_NAME_BYTES = 63
_NEEDED_CHECK = "partition_bound_check"


def is_partitioned(catalog: Catalog, item: IndexObject | ConstraintObject) -> bool:
    """Tell whether the table of an index or constraint is partitioned."""
    table = catalog.table(item.schema, item.table)
    return table is not None and table.partition_key is not None


def partitions_of(catalog: Catalog, parent: TableObject) -> list[TableObject]:
    """Return the direct partitions of a table, by name."""
    written = qualified(parent.schema, parent.name)
    found = [
        item
        for item in catalog.objects.values()
        if isinstance(item, TableObject) and item.partition_of == written
    ]
    return sorted(found, key=lambda table: (table.schema, table.name))


def all_below(catalog: Catalog, parent: TableObject) -> list[TableObject]:
    """Return the partitions of a table, and theirs, each before those below it."""
    return [
        table for child in partitions_of(catalog, parent) for table in (child, *all_below(catalog, child))
    ]


def index(item: IndexObject, catalog: Catalog) -> Iterator[tuple[str, bool]]:
    """Yield statements for an index of a partitioned table, and whether each may share a transaction.

    One on the parent alone, one on each partition while everybody works on, each then attached: the parent's
    becomes valid with the last. Raises UnplannableChangeError where the partitions are not read, and so not
    known.
    """
    parent = catalog.table(item.schema, item.table)
    assert parent is not None
    if not partitions_of(catalog, parent):
        raise UnplannableChangeError(
            f"{item.ident} on a partitioned table, which cannot be built concurrently",
            "create the index ON ONLY the parent, build one on each partition, and attach them",
        )
    yield _on(item, parent, item.name, only=True), True
    yield from _below(item, parent, item.name, catalog)


def _below(
    item: IndexObject, parent: TableObject, above: str, catalog: Catalog
) -> Iterator[tuple[str, bool]]:
    for child in partitions_of(catalog, parent):
        called = name_on(child, item)
        if child.partition_key is None:
            yield _on(item, child, called, only=False), False
        else:
            yield _on(item, child, called, only=True), True
            yield from _below(item, child, called, catalog)
        attached = f"ATTACH PARTITION {qualified(child.schema, called)}"
        yield f"ALTER INDEX {qualified(parent.schema, above)} {attached}", True


def _on(item: IndexObject, table: TableObject, called: str, *, only: bool) -> str:
    """Return the statement for the same index on another table."""
    parts = item.definition.partition(f" ON {'ONLY ' if ' ON ONLY ' in item.definition else ''}")
    _, _, rest = parts[2].partition(f"{qualified(item.schema, item.table)} ")
    unique = "UNIQUE " if item.definition.startswith("CREATE UNIQUE ") else ""
    on = f"{'ONLY ' if only else ''}{qualified(table.schema, table.name)} {rest}"
    return f"CREATE {unique}INDEX {'' if only else 'CONCURRENTLY '}{name(called)} ON {on}"


def name_on(child: TableObject, item: IndexObject) -> str:
    """Return the name that the server itself would give the index of a partition."""
    statement = postgast.parse(item.definition).stmts[0].stmt.index_stmt
    parts = [element.index_elem.name or "expr" for element in statement.index_params]
    middle = "_".join(parts)
    table, rest = child.name, f"_{middle}_idx"
    return (
        f"{table}{rest}"
        if len(f"{table}{rest}".encode()) <= _NAME_BYTES
        else f"{table[:20]}_{middle[:30]}_idx"
    )


def leaving(before: TableObject, after: TableObject) -> Iterator[str]:
    """Yield the statements that take a table from its parents."""
    child = qualified(before.schema, before.name)
    if before.partition_of is not None and _place(before) != _place(after):
        yield f"ALTER TABLE {before.partition_of}\n    DETACH PARTITION {child}"
    for parent in before.inherits:
        if parent not in after.inherits:
            yield f"ALTER TABLE {child} NO INHERIT {parent}"


def joining(before: TableObject, after: TableObject, *, plain: bool) -> Iterator[tuple[str, bool]]:
    """Yield the statements that bring a table to its parents, and whether each may share a transaction.

    Without `plain` a check in the words of the bound is proved first, so that the rows are not read while
    the table is locked.
    """
    child = qualified(after.schema, after.name)
    for parent in after.inherits:
        if parent not in before.inherits:
            yield f"ALTER TABLE {child} INHERIT {parent}", True
    if after.partition_of is None or _place(before) == _place(after):
        return
    check = after.partition_check
    if plain or check is None:
        yield text.attach(after), True
        return
    if "satisfies_hash_partition" in check:
        raise UnplannableChangeError(
            f"attach {after.ident} to {after.partition_of}, by a hash, which reads every row",
            "attach it by hand while nobody works with it",
        )
    constraint = name(_NEEDED_CHECK)
    yield f"ALTER TABLE {child}\n    ADD CONSTRAINT {constraint} CHECK ({check}) NOT VALID", True
    yield f"ALTER TABLE {child} VALIDATE CONSTRAINT {constraint}", False
    yield text.attach(after), True
    yield f"ALTER TABLE {child} DROP CONSTRAINT {constraint}", True


def with_what_stays(before: Catalog, after: Catalog) -> Catalog:
    """Return the catalogue with the keys, checks and indexes that stay with tables that leave a parent."""
    objects = dict(before.objects)
    for ident, table in before.objects.items():
        wanted = after.objects.get(ident)
        if isinstance(table, TableObject) and isinstance(wanted, TableObject) and leaves(table, wanted):
            objects |= {item.ident: item for item in table.brought}
    return replace(before, objects=MappingProxyType(objects))


def leaves(before: TableObject, after: TableObject) -> bool:
    """Tell whether a table leaves a parent for good, and not for another place below one."""
    return any(leaving(before, after)) and after.partition_of is None


def _place(table: TableObject) -> tuple[str | None, str | None]:
    return table.partition_of, table.partition_bound


def without_what_parents_bring(
    table: TableObject, wanted: TableObject, before: Catalog, after: Catalog
) -> TableObject:
    """Return a table as the changes of its parents leave it: what they bring needs no statement of its own.

    `table` is the table before, `wanted` after. Comments stay apart: no parent brings them.
    """
    parents = [after.objects.get(ident) for ident in after.objects if ident.kind == "table"]
    written = {wanted.partition_of, *wanted.inherits} & {table.partition_of, *table.inherits}
    changed: dict[str, tuple[Column | None, Column | None]] = {}
    for parent in parents:
        if not isinstance(parent, TableObject) or qualified(parent.schema, parent.name) not in written:
            continue
        old_parent = before.table(parent.schema, parent.name)
        if old_parent is None:
            continue
        # What a grandparent brings, the parent has from it and hands on.
        old = {column.name: column for column in old_parent.columns}
        new = {column.name: column for column in parent.columns}
        changed |= {
            column: (old.get(column), new.get(column))
            for column in {**old, **new}
            if old.get(column) != new.get(column)
        }
    return replace(table, columns=tuple(_as_brought(table, wanted, changed)))


def _as_brought(
    table: TableObject, wanted: TableObject, changed: dict[str, tuple[Column | None, Column | None]]
) -> Iterator[Column]:
    goal = {column.name: column for column in wanted.columns}
    there = set()
    for column in table.columns:
        there.add(column.name)
        old, new = changed.get(column.name, (None, None))
        if old is not None and new is None and column.inherited and column.name not in goal:
            continue
        if old is not None and new is not None and _facts(column) == _facts(old):
            yield replace(new, comment=column.comment, inherited=column.inherited)
        else:
            yield column
    for name_, (old, new) in changed.items():
        if old is None and new is not None and name_ not in there and name_ in goal:
            yield replace(new, comment=None, inherited=True)


def _facts(column: Column) -> Column:
    return replace(column, comment=None, inherited=False)
