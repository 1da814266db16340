"""A table gets another name: it is renamed, and in the same transaction a view takes the old one.

PostgreSQL passes reads and writes of a plain view on to its table; see "Updatable Views" in the documentation
of CREATE VIEW. The view checks the rights of whoever uses it, so that row security holds as before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlalchemy import MetaData

from pgevolve.canonical import comparable
from pgevolve.catalog.model import (
    Catalog,
    ConstraintObject,
    Ident,
    IndexObject,
    SchemaItem,
    SequenceObject,
    ViewObject,
)
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.quoting import name, qualified

_PASSED_ON = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


@dataclass(frozen=True, slots=True)
class TableRename:
    """A table, its old name, and that of the models."""

    schema: str
    old: str
    new: str

    @property
    def ident(self) -> Ident:
        """What tells the table from all others under its new name."""
        return Ident("table", self.schema, self.new)


@dataclass(frozen=True, slots=True)
class Renaming:
    """A statement that gives something another name, and the one that gives the old name back."""

    there: str
    back: str


def table_renames(metadata: MetaData, current: Catalog) -> tuple[TableRename, ...]:
    """Return the renames that the models speak of and that are still to be done.

    Raises UnplannableChangeError for a partitioned table, a partition, and one with children.
    """
    found = []
    for table in metadata.tables.values():
        schema, old = table.schema or "public", table.info.get("renamed_from")
        there = current.table(schema, old) if old is not None else None
        if there is None or current.table(schema, table.name) is not None:
            continue
        if there.partition_key or there.partition_of or there.inherits:
            raise UnplannableChangeError(
                f"rename: table {qualified(schema, there.name)} becomes {name(table.name)},"
                " which is partitioned, or a part of another",
                f"write `ALTER TABLE {qualified(schema, there.name)} RENAME TO {name(table.name)}` by hand,"
                " in a release during which no old code runs",
            )
        found.append(TableRename(schema, there.name, table.name))
    return tuple(found)


def of_tables(renames: Iterable[TableRename]) -> tuple[Renaming, ...]:
    """Return what renames the tables themselves."""
    return tuple(
        _renaming("TABLE", rename.schema, rename.old, rename.new, f"RENAME TO {name(rename.new)}")
        for rename in renames
    )


def of_what_stands_on_them(
    renames: Sequence[TableRename], current: Catalog, target: Catalog
) -> tuple[Renaming, ...]:
    """Return what renames keys, indexes and sequences that differ in their names only.

    `current` is the catalogue after the tables got their new names.
    """
    tables = {(rename.schema, rename.new) for rename in renames}
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
            table, was, becomes = qualified(old.schema, old.table), name(old.name), name(new.name)
            rename = f"ALTER TABLE {table} RENAME CONSTRAINT"
            yield Renaming(f"{rename} {was} TO {becomes}", f"{rename} {becomes} TO {was}")
        case IndexObject(), IndexObject():
            yield _renaming("INDEX", old.schema, old.name, new.name, f"RENAME TO {name(new.name)}")
        case SequenceObject(), SequenceObject():
            yield _renaming("SEQUENCE", old.schema, old.name, new.name, f"RENAME TO {name(new.name)}")


def _renaming(kind: str, schema: str, old: str, new: str, clause: str) -> Renaming:
    return Renaming(
        f"ALTER {kind} {qualified(schema, old)} {clause}",
        f"ALTER {kind} {qualified(schema, new)} RENAME TO {name(old)}",
    )


def with_old_names(middle: Catalog, current: Catalog, renames: Iterable[TableRename]) -> Catalog:
    """Return the state between the phases with a view under each old name, open to whom the table was."""
    objects, needs, grants = dict(middle.objects), dict(middle.needs), set(middle.grants)
    for rename in renames:
        table = current.table(rename.schema, rename.new)
        assert table is not None
        columns = tuple(column.name for column in table.columns)
        shown = ",\n    ".join(map(name, columns))
        view = ViewObject(
            rename.schema,
            rename.old,
            f" SELECT {shown}\n   FROM {qualified(rename.schema, rename.new)}",  # noqa: S608 - names are quoted
            columns,
            options=("security_invoker=true",),
            owner=table.owner,
        )
        if view.ident in objects or Ident("table", rename.schema, rename.old) in objects:
            raise UnplannableChangeError(
                f"rename: another relation takes the place of {qualified(rename.schema, rename.old)}",
                "rename the table first, and make the other one once the contract is applied",
            )
        objects[view.ident] = view
        needs[view.ident] = frozenset({rename.ident})
        grants |= {
            replace(grant, on=view.ident)
            for grant in current.grants
            if grant.on == rename.ident and grant.privilege in _PASSED_ON
        }
    return replace(
        middle,
        objects=MappingProxyType(objects),
        needs=MappingProxyType(needs),
        grants=frozenset(grants),
    )
