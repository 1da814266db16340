"""A type that cannot change in place: a new one takes its name, its columns move over, the old one goes.

Every table that holds the type is written anew while it is locked, which is why labels go at contract only.
"""

from collections.abc import Iterable, Iterator

from pgevolve.catalog.model import Catalog, Column, ConstraintObject, EnumObject, Ident, TableObject
from pgevolve.catalog.types import DomainObject
from pgevolve.diff import Alter
from pgevolve.plan import kinds, text
from pgevolve.plan.kinds import domain
from pgevolve.quoting import name, qualified

Swapped = EnumObject | DomainObject
_NAME_BYTES = 63


def needed(changes: Iterable[Alter], current: Catalog) -> list[tuple[Swapped, Swapped]]:
    """Return the types that cannot become the new ones in place."""
    found: list[tuple[Swapped, Swapped]] = []
    for change in changes:
        match change.before, change.after:
            case EnumObject() as before, EnumObject() as after:
                if tuple(label for label in after.labels if label in before.labels) != before.labels:
                    found.append((before, after))
            case DomainObject() as before, DomainObject() as after:
                if kinds.change(before, after) is None or _cannot_be_checked(before, after, current):
                    found.append((before, after))
            case _:
                pass
    return found


def _cannot_be_checked(before: DomainObject, after: DomainObject, current: Catalog) -> bool:
    """Tell whether a new constraint could not be proved: the server does not look into arrays."""
    array = f"{qualified(before.schema, before.name)}[]"
    in_arrays = any(
        column.type == array for table in holders(current, before.ident) for column in table.columns
    )
    stricter = after.not_null and not before.not_null
    return in_arrays and (stricter or any(domain.validations(before, after)))


def statements(before: Swapped, after: Swapped, current: Catalog, target: Catalog) -> Iterator[str]:
    """Yield the statements up to the point at which nothing holds the old type any more."""
    written = qualified(after.schema, after.name)
    word = "DOMAIN" if isinstance(before, DomainObject) else "TYPE"
    yield f"ALTER {word} {written} RENAME TO {name(_aside(before))}"
    yield from [text.enum(after)] if isinstance(after, EnumObject) else kinds.create(after)
    yield from text.owner(after)
    yield from text.comments(after)
    for table in holders(current, before.ident):
        yield from _move(table, written, target, through_text=isinstance(after, EnumObject))


def removal(before: Swapped) -> str:
    """Return the statement that drops the old type."""
    word = "DOMAIN" if isinstance(before, DomainObject) else "TYPE"
    return f"DROP {word} {qualified(before.schema, _aside(before))}"


def holders(catalog: Catalog, of_type: Ident) -> list[TableObject]:
    """Return the tables with a column of the type, or of an array of it."""
    written = qualified(of_type.schema, of_type.name)
    return [
        item
        for item in catalog.objects.values()
        if isinstance(item, TableObject) and any(_holds(column, written) for column in item.columns)
    ]


def crossing_keys(catalog: Catalog, of_type: Ident) -> list[Ident]:
    """Return the foreign keys over columns of the type: for a moment the two sides would not match."""
    written = qualified(of_type.schema, of_type.name)
    found = []
    for item in catalog.objects.values():
        if not isinstance(item, ConstraintObject) or item.kind != "f":
            continue
        table = catalog.table(item.schema, item.table)
        columns = {column.name for column in table.columns if _holds(column, written)} if table else set()
        if columns & set(item.columns):
            found.append(item.ident)
    return found


def _holds(column: Column, written: str) -> bool:
    return not column.inherited and column.type.removesuffix("[]") == written


def _aside(item: Swapped) -> str:
    return f"{item.name.encode()[: _NAME_BYTES - 4].decode(errors='ignore')}_old"


def _move(table: TableObject, written: str, target: Catalog, *, through_text: bool) -> Iterator[str]:
    wanted = target.table(table.schema, table.name)
    kept = {column.name: column for column in wanted.columns} if wanted else {}
    parts = []
    for column in table.columns:
        new = kept.get(column.name)
        if not _holds(column, written) or new is None:
            continue  # it is dropped with its column or table
        of_column = f"ALTER COLUMN {name(column.name)}"
        array = "[]" if column.type.endswith("[]") else ""
        through = f"::text{array}" if through_text else ""
        if column.default is not None:
            parts.append(f"{of_column} DROP DEFAULT")
        using = f"{name(column.name)}{through}::{written}{array}"
        parts.append(f"{of_column} TYPE {written}{array} USING {using}")
        if column.default is not None and new.default is not None:
            parts.append(f"{of_column} SET DEFAULT {new.default}")
    if parts:
        body = ",\n".join(f"    {part}" for part in parts)
        yield f"ALTER TABLE {qualified(table.schema, table.name)}\n{body}"
