"""What nobody can see in two schemas, said by the models: which column was another, what a new one holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import MetaData, Table

from pgevolve.catalog.model import Catalog, Ident, TableObject
from pgevolve.plan.merging.model import Merge, merges
from pgevolve.plan.renames import Rename, Renaming
from pgevolve.quoting import qualified

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Intent:
    """`renamed_from` and `backfill` of columns that are still to come, by table and new name, and of objects.

    `conversions` are `using` and `using_back` of columns that are there, by table and name. `renamings` are
    the statements that give the objects, and what is named after them, their new names. `merges` are the
    columns that become others by expressions, `added` those that were none of the old ones, `added_tables`
    the tables of which the same is said.
    """

    renames: Mapping[Ident, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[Ident, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    objects: tuple[Rename, ...] = ()
    renamings: tuple[Renaming, ...] = ()
    conversions: Mapping[Ident, Mapping[str, Mapping[str, str]]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    merges: Mapping[Ident, tuple[Merge, ...]] = field(default_factory=lambda: MappingProxyType({}))
    added: Mapping[Ident, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    added_tables: frozenset[Ident] = frozenset()

    def conversion(self, table: Ident, column: str) -> Mapping[str, str]:
        """Return `using` and `using_back` of a column that gets another type, each where it is said."""
        return self.conversions.get(table, {}).get(column, _NOTHING)

    def renamed(self, table: TableObject) -> Mapping[str, str]:
        """Return the old names by the new ones."""
        return self.renames.get(table.ident, _NOTHING)

    def explained(self, table: TableObject) -> tuple[frozenset[str], frozenset[str]]:
        """Return the old columns that are said to become others, and the new ones of known origin.

        A column that was none of the old ones is one of the new.
        """
        renamed, merges = self.renamed(table), self.merges.get(table.ident, ())
        old = {*renamed.values(), *(column for merge in merges for column in merge.old)}
        new = {*renamed, *(column for merge in merges for column in merge.new)}
        return frozenset(old), frozenset(new) | self.added.get(table.ident, frozenset())

    def old_names(self) -> set[str]:
        """Return every name that goes, of whichever table."""
        merged = (merge for merges in self.merges.values() for merge in merges)
        return {old for renamed in self.renames.values() for old in renamed.values()} | {
            old for merge in merged for old in merge.old
        }

    def as_toml(self) -> dict[str, Any]:
        """Return what `migration.toml` keeps of it."""
        document: dict[str, Any] = {}
        for title, entries in (("renamed_from", self.renames), ("backfill", self.values)):
            if entries:
                document[title] = {
                    qualified(table.schema, table.name): dict(columns) for table, columns in entries.items()
                }
        if self.conversions:
            document["conversions"] = {
                qualified(table.schema, table.name): {column: dict(said) for column, said in columns.items()}
                for table, columns in self.conversions.items()
            }
        if self.merges:
            document["replaces"] = {
                qualified(table.schema, table.name): [
                    {"new": dict(merge.new), "old": dict(merge.old)} for merge in merges
                ]
                for table, merges in self.merges.items()
            }
        if self.added:
            document["added"] = {
                qualified(table.schema, table.name): sorted(columns) for table, columns in self.added.items()
            }
        if self.added_tables:
            document["added_tables"] = [
                qualified(table.schema, table.name) for table in sorted(self.added_tables)
            ]
        tables = [rename for rename in self.objects if rename.kind == "table"]
        others = [rename for rename in self.objects if rename.kind != "table"]
        if tables:
            document["tables"] = {
                qualified(rename.schema, rename.new): {"renamed_from": rename.old} for rename in tables
            }
        if others:
            document["objects"] = {rename.title: {"renamed_from": rename.old} for rename in others}
        return document


def intent_of(
    metadata: MetaData,
    current: Catalog,
    objects: Sequence[Rename] = (),
    renamings: Sequence[Renaming] = (),
    target: Catalog | None = None,
) -> Intent:
    """Return what the models say of columns that `current` lacks, or has with another type than `target`.

    `current` is the catalogue in which the renamed `objects` have their new names already, which `renamings`
    gave them.
    """
    renames: dict[Ident, Mapping[str, str]] = {}
    values: dict[Ident, Mapping[str, str]] = {}
    conversions: dict[Ident, Mapping[str, Mapping[str, str]]] = {}
    merged: dict[Ident, tuple[Merge, ...]] = {}
    added: dict[Ident, frozenset[str]] = {}
    fresh_tables: set[Ident] = set()
    for table in metadata.tables.values():
        schema = table.schema or "public"
        there = current.table(schema, table.name)
        if there is None:
            if "renamed_from" in table.info and table.info["renamed_from"] is None:
                fresh_tables.add(Ident("table", schema, table.name))
            continue
        names = {column.name for column in there.columns}
        new = [column for column in table.columns if column.name not in names]
        said = {c.name: _replaced(c.info["replaces"]) for c in new if "replaces" in c.info}
        said = {column: old for column, old in said.items() if old.keys() <= names}
        expressions = {c.name: c.info["backfill"] for c in new if "backfill" in c.info}
        renamed = {c.name: c.info["renamed_from"] for c in new if c.info.get("renamed_from") in names}
        filled = {column: value for column, value in expressions.items() if column not in said}
        fresh = {c.name for c in new if "renamed_from" in c.info and c.info["renamed_from"] is None}
        if said:
            merged[there.ident] = merges(there.ident, said, expressions)
        if fresh:
            added[there.ident] = frozenset(fresh)
        if renamed:
            renames[there.ident] = MappingProxyType(renamed)
        if filled:
            values[there.ident] = MappingProxyType(filled)
        converted = _conversions(table, there, target)
        if converted:
            conversions[there.ident] = MappingProxyType(converted)
    return Intent(
        MappingProxyType(renames),
        MappingProxyType(values),
        tuple(objects),
        tuple(renamings),
        MappingProxyType(conversions),
        merges=MappingProxyType(merged),
        added=MappingProxyType(added),
        added_tables=frozenset(fresh_tables),
    )


def _conversions(table: Table, current: TableObject, target: Catalog | None) -> dict[str, Mapping[str, str]]:
    wanted = target.table(current.schema, current.name) if target is not None else None
    types = {column.name: column.type for column in wanted.columns} if wanted is not None else {}
    found: dict[str, Mapping[str, str]] = {}
    for column in current.columns:
        if column.name not in table.columns or types.get(column.name, column.type) == column.type:
            continue
        info = table.columns[column.name].info
        said = {key: info[key] for key in ("using", "using_back") if key in info}
        if said:
            found[column.name] = MappingProxyType(said)
    return found


def _replaced(said: Any) -> dict[str, str | None]:
    """Return the old columns with what they hold of what new code writes, as far as it is said here."""
    return dict(said) if isinstance(said, Mapping) else dict.fromkeys(said)
