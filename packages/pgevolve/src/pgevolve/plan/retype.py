"""Changes of a column's type: which are made in place, because no row is looked at and no index rebuilt."""

from collections.abc import Iterator

from pgevolve.catalog.model import Column, TableObject
from pgevolve.effects.types import keeps_rows_and_indexes, parse_type
from pgevolve.quoting import name, qualified

# Between types of one family a value is copied as it is, or the server refuses it; none is rounded or cut.
_FAMILIES = (frozenset({"int2", "int4", "int8"}), frozenset({"varchar", "text"}))


def changes_in_place(old: Column, new: Column) -> bool:
    """Tell whether only what the catalogue says of the column changes."""
    return (
        old.collation == new.collation
        and not old.generated
        and not new.generated
        and keeps_rows_and_indexes(old.type, new.type)
    )


def copies_both_ways(old: Column, new: Column) -> bool:
    """Tell whether a value of each column, assigned to the other, is the same value or an error."""
    if old.collation != new.collation:
        return False
    types = {parse_type(old.type), parse_type(new.type)}
    alike = any({type_.name for type_ in types} <= family for family in _FAMILIES)
    return old.type == new.type or (alike and not any(type_.dimensions for type_ in types))


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
