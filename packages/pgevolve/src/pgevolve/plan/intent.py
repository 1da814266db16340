"""What nobody can see in two schemas, said by the models: which column was another, what a new one holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import MetaData, Table

from pgevolve.catalog.model import Catalog, Ident, TableObject
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.quoting import name, qualified

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Intent:
    """`renamed_from` and `backfill` of columns that are still to come, by table and new name."""

    renames: Mapping[Ident, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[Ident, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

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
        return document


def intent_of(metadata: MetaData, current: Catalog) -> Intent:
    """Return what the models say of columns that `current` lacks.

    Raises UnplannableChangeError for a renamed table: that is not planned yet.
    """
    renames: dict[Ident, Mapping[str, str]] = {}
    values: dict[Ident, Mapping[str, str]] = {}
    for table in metadata.tables.values():
        schema = table.schema or "public"
        _refuse_table_rename(table, schema, current)
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
    return Intent(MappingProxyType(renames), MappingProxyType(values))


def _refuse_table_rename(table: Table, schema: str, current: Catalog) -> None:
    old_name = table.info.get("renamed_from")
    if old_name is not None and current.table(schema, old_name) is not None:
        raise UnplannableChangeError(
            f"rename: table {qualified(schema, old_name)} becomes {name(table.name)}",
            f"write `ALTER TABLE {qualified(schema, old_name)} RENAME TO {name(table.name)}` by hand,"
            " in a release during which no old code runs",
        )
