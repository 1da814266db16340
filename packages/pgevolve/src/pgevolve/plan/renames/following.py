"""What is named after a table gets its new name along with it: keys, indexes and sequences."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pgevolve.canonical import comparable
from pgevolve.catalog.model import Catalog, ConstraintObject, IndexObject, SchemaItem, SequenceObject
from pgevolve.plan.renames.model import Rename, Renaming, renaming
from pgevolve.quoting import name


def of_what_stands_on_them(
    renames: Sequence[Rename], current: Catalog, target: Catalog
) -> tuple[Renaming, ...]:
    """Return what renames keys, indexes and sequences that differ in their names only.

    `current` is the catalogue after the tables got their new names.
    """
    tables = {(rename.schema, rename.new) for rename in renames if rename.kind == "table"}
    old = [item for ident, item in current.objects.items() if ident not in target.objects]
    new = [item for ident, item in target.objects.items() if ident not in current.objects]
    found: list[Renaming] = []
    for item in old:
        match = next((other for other in new if _is_the_same(item, other, tables)), None)
        if match is not None:
            new.remove(match)
            found += _followed(item, match)
    return tuple(found)


def _is_the_same(old: SchemaItem, new: SchemaItem, tables: set[tuple[str, str]]) -> bool:
    match old, new:
        case ConstraintObject(), ConstraintObject():
            return (old.schema, old.table) in tables and comparable(
                replace(old, name=new.name)
            ) == comparable(new)
        case IndexObject(), IndexObject():
            if (old.schema, old.table) not in tables:
                return False
            definition = old.definition.replace(f" {name(old.name)} ON ", f" {name(new.name)} ON ", 1)
            return comparable(replace(old, name=new.name, definition=definition)) == comparable(new)
        case SequenceObject(), SequenceObject():
            return old.owned_by is not None and replace(old, name=new.name) == new
    return False


def _followed(old: SchemaItem, new: SchemaItem) -> Iterator[Renaming]:
    match old, new:
        case ConstraintObject(), ConstraintObject():
            yield renaming(Rename("constraint", old.schema, old.name, new.name, old.table))
        case IndexObject(), IndexObject():
            yield renaming(Rename("index", old.schema, old.name, new.name, old.table))
        case SequenceObject(), SequenceObject():
            yield renaming(Rename("sequence", old.schema, old.name, new.name))
