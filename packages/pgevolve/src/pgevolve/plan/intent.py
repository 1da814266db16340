"""What nobody can see in two schemas, said by the models: which column was another, what a new one holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import MetaData

from pgevolve.catalog.model import Catalog, Ident, TableObject
from pgevolve.plan.renames import Rename, Renaming
from pgevolve.quoting import qualified

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Intent:
    """`renamed_from` and `backfill` of columns that are still to come, by table and new name, and of objects.

    `renamings` are the statements that give the objects, and what is named after them, their new names.
    """

    renames: Mapping[Ident, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[Ident, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    objects: tuple[Rename, ...] = ()
    renamings: tuple[Renaming, ...] = ()

    def renamed(self, table: TableObject) -> Mapping[str, str]:
        """Return the old names by the new ones."""
        return self.renames.get(table.ident, _NOTHING)

    def old_names(self) -> set[str]:
        """Return every name that goes, of whichever table."""
        return {old for renamed in self.renames.values() for old in renamed.values()}

    def as_toml(self) -> dict[str, Any]:
        """Return what `migration.toml` keeps of it."""
        document: dict[str, Any] = {}
        for title, entries in (("renamed_from", self.renames), ("backfill", self.values)):
            if entries:
                document[title] = {
                    qualified(table.schema, table.name): dict(columns) for table, columns in entries.items()
                }
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
) -> Intent:
    """Return what the models say of columns that `current` lacks.

    `current` is the catalogue in which the renamed `objects` have their new names already, which `renamings`
    gave them.
    """
    renames: dict[Ident, Mapping[str, str]] = {}
    values: dict[Ident, Mapping[str, str]] = {}
    for table in metadata.tables.values():
        schema = table.schema or "public"
        there = current.table(schema, table.name)
        if there is None:
            continue
        names = {column.name for column in there.columns}
        new = [column for column in table.columns if column.name not in names]
        renamed = {c.name: c.info["renamed_from"] for c in new if c.info.get("renamed_from") in names}
        filled = {c.name: c.info["backfill"] for c in new if "backfill" in c.info}
        if renamed:
            renames[there.ident] = MappingProxyType(renamed)
        if filled:
            values[there.ident] = MappingProxyType(filled)
    return Intent(MappingProxyType(renames), MappingProxyType(values), tuple(objects), tuple(renamings))
