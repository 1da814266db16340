"""Which renames the models speak of, and of these the ones that are still to be done."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import MetaData

from pgevolve.catalog.model import (
    AggregateObject,
    Catalog,
    EnumObject,
    FunctionObject,
    Ident,
    SequenceObject,
)
from pgevolve.objects import declared
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.renames.model import ORDER, Rename
from pgevolve.plan.renames.words import words_of
from pgevolve.quoting import name, qualified

_GIVES_BACK = re.compile(r"(?:^|, )(?:IN)?OUT ")


def renames_of(
    metadata: MetaData, current: Catalog, target: Catalog, also: Iterable[Rename] = ()
) -> tuple[Rename, ...]:
    """Return the renames that the models or `also` speak of, and that are still to be done, in their order.

    Raises UnplannableChangeError for a partitioned table, a partition, and one with children.
    """
    return still_to_do((*_of_tables(metadata), *words_of(declared(metadata)), *also), current, target)


def still_to_do(said: Iterable[Rename], current: Catalog, target: Catalog) -> tuple[Rename, ...]:
    """Return those of the renames whose old name is there and whose new name is not, in the order to do them.

    Raises UnplannableChangeError for a partitioned table, a partition, and one with children.
    """
    in_order = sorted(said, key=lambda rename: ORDER.get(rename.kind, 3))
    before = _Before(current, tuple(in_order))
    return tuple(found for rename in in_order for found in before.pending(rename, target))


def _of_tables(metadata: MetaData) -> Iterator[Rename]:
    for table in metadata.tables.values():
        schema = table.schema or "public"
        if table.info.get("renamed_from") is not None:
            yield Rename("table", schema, table.info["renamed_from"], table.name)
        for constraint in table.constraints:
            old = constraint.info.get("renamed_from")
            if old is None:
                continue
            if not isinstance(constraint.name, str):
                raise UnplannableChangeError(
                    f"rename: constraint {name(old)} of {qualified(schema, table.name)} has no new name",
                    "give the constraint a name in the models",
                )
            yield Rename("constraint", schema, old, constraint.name, table.name)
        for index in table.indexes:
            if "renamed_from" in index.info:
                yield Rename("index", schema, index.info["renamed_from"], str(index.name), table.name)


@dataclass(frozen=True, slots=True)
class _Before:
    """The catalogue before the renames, asked by the new names of what others are named in."""

    current: Catalog
    said: tuple[Rename, ...]

    def pending(self, rename: Rename, target: Catalog) -> Iterator[Rename]:
        """Yield the rename if it is still to be done; of a function, each of the same name."""
        if rename.kind == "function":
            yield from self._functions(rename, target)
            return
        schema, table = self._old_schema(rename.schema), rename.table
        if rename.kind == "label":
            enum = self.current.objects.get(Ident("enum", schema, self._old_name("enum", rename)))
            if isinstance(enum, EnumObject) and rename.old in enum.labels and rename.new not in enum.labels:
                yield replace(rename, late=True)
            return
        if rename.kind == "schema":
            old, new = Ident("schema", rename.old, rename.old), Ident("schema", rename.new, rename.new)
        else:
            table = self._old_name("table", rename) if table else ""
            old = Ident(rename.kind, schema, rename.old, table)
            new = Ident(rename.kind, schema, rename.new, table)
        if old not in self.current.objects or new in self.current.objects:
            return
        if rename.kind == "table":
            _refuse_relatives(self.current, old, rename)
        yield replace(rename, late=self._is_late(old))

    def _is_late(self, old: Ident) -> bool:
        """Tell whether no other name can stand in for the old one.

        A sequence that a column owns is counted by the column, which names it by nothing that changes.
        """
        item = self.current.objects[old]
        return old.kind == "enum" or (isinstance(item, SequenceObject) and item.owned_by is None)

    def _functions(self, rename: Rename, target: Catalog) -> Iterator[Rename]:
        schema = self._old_schema(rename.schema)
        for item in self.current.objects.values():
            if not isinstance(item, FunctionObject | AggregateObject):
                continue
            if (item.schema, item.name) != (schema, rename.old):
                continue
            kind: Literal["function", "aggregate"] = (
                "function" if isinstance(item, FunctionObject) else "aggregate"
            )
            found = replace(rename, kind=kind, arguments=item.arguments)
            new = found.ident
            old = replace(new, name=f"{rename.old}({item.arguments})")
            is_new = replace(new, schema=schema) not in self.current.objects
            if is_new and new in target.objects and old not in target.objects:
                yield replace(found, late=not has_stand_in(item))

    def _old_schema(self, schema: str) -> str:
        """Return the schema's name so far."""
        renamed = (rename for rename in self.said if (rename.kind, rename.new) == ("schema", schema))
        return next((rename.old for rename in renamed if self._is_schema(rename.old)), schema)

    def _is_schema(self, schema: str) -> bool:
        return Ident("schema", schema, schema) in self.current.objects

    def _old_name(self, kind: str, of: Rename) -> str:
        """Return the name so far of the table, view or type that something hangs on."""
        kinds = {"enum"} if kind == "enum" else {"table", "view", "materialized view"}
        for rename in self.said:
            if rename.kind in kinds and (rename.schema, rename.new) == (of.schema, of.table):
                there = replace(rename.ident, schema=self._old_schema(of.schema), name=rename.old)
                if there in self.current.objects:
                    return rename.old
        return of.table


def has_stand_in(item: FunctionObject | AggregateObject) -> bool:
    """Tell whether another function can be called in place of it, or needs not be: nobody calls triggers."""
    if isinstance(item, AggregateObject) or item.kind == "w":
        return False
    return item.kind != "p" or _GIVES_BACK.search(item.signature) is None


def _refuse_relatives(current: Catalog, old: Ident, rename: Rename) -> None:
    table = current.table(old.schema, old.name)
    if table is not None and (table.partition_key or table.partition_of or table.inherits):
        was = qualified(rename.schema, rename.old)
        raise UnplannableChangeError(
            f"rename: table {was} becomes {name(rename.new)}, which is partitioned, or a part of another",
            f"write `ALTER TABLE {was} RENAME TO {name(rename.new)}` by hand,"
            " in a release during which no old code runs",
        )
