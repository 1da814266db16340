"""Renames are said by the models, never guessed; none is planned yet."""

from sqlalchemy import MetaData, Table

from pgevolve.catalog.model import Catalog
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.quoting import name, qualified


def refuse_renames(metadata: MetaData, current: Catalog) -> None:
    """Raise UnplannableChangeError for a `renamed_from` whose old name is still there."""
    for table in metadata.tables.values():
        schema, old_name = table.schema or "public", table.info.get("renamed_from")
        if old_name is not None and current.table(schema, old_name) is not None:
            raise _refusal(
                f"table {qualified(schema, old_name)} becomes {name(table.name)}",
                f"ALTER TABLE {qualified(schema, old_name)} RENAME TO {name(table.name)}",
            )
        _refuse_column_renames(table, schema, current)


def _refuse_column_renames(table: Table, schema: str, current: Catalog) -> None:
    there = current.table(schema, table.name)
    names = {column.name for column in there.columns} if there is not None else set()
    for column in table.columns:
        old_name = column.info.get("renamed_from")
        if old_name in names and column.name not in names:
            renamed = f"{name(old_name)} TO {name(column.name)}"
            raise _refusal(
                f"column {qualified(schema, table.name)}.{name(old_name)} becomes {name(column.name)}",
                f"ALTER TABLE {qualified(schema, table.name)} RENAME COLUMN {renamed}",
            )


def _refusal(change: str, statement: str) -> UnplannableChangeError:
    return UnplannableChangeError(
        f"rename: {change}", f"write `{statement}` by hand, in a release during which no old code runs"
    )
