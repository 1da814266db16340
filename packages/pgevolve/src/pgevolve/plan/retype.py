"""Changes of a column's type: which are made in place, because no row is looked at and no index rebuilt."""

from collections.abc import Iterator

from pgevolve.catalog.model import Column, TableObject
from pgevolve.effects.types import keeps_rows_and_indexes
from pgevolve.quoting import name, qualified


def changes_in_place(old: Column, new: Column) -> bool:
    """Tell whether only what the catalogue says of the column changes."""
    return (
        old.collation == new.collation
        and not old.generated
        and not new.generated
        and keeps_rows_and_indexes(old.type, new.type)
    )


def retyped_in_place(before: TableObject, after: TableObject) -> bool:
    """Tell whether a column gets another type in place, so that what is written over it must go first."""
    old = {column.name: column for column in before.columns}
    return any(
        column.name in old
        and old[column.name].type != column.type
        and changes_in_place(old[column.name], column)
        for column in after.columns
    )


def in_place(item: TableObject, new: Column) -> Iterator[str]:
    """Yield the statements; the default is said again, because the server would cast the old one."""
    of_column = f"ALTER TABLE {qualified(item.schema, item.name)} ALTER COLUMN {name(new.name)}"
    yield f"{of_column} TYPE {new.type}"
    if new.default is not None:
        yield f"{of_column} SET DEFAULT {new.default}"
