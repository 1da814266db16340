"""Reference rows: the statements that insert, update and delete them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pgevolve.catalog.model import Catalog, ConstraintObject, Ident, RowsObject, TableObject
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.order import ordered
from pgevolve.quoting import literal, name, qualified

# No text of the server: PostgreSQL stores no NUL.
_NOTHING_YET = "\0"


def changes(before: Catalog, after: Catalog) -> tuple[list[str], list[str]]:
    """Return the statements that insert and update, parents first, and those that delete, children first."""
    filled: list[str] = []
    deleted: list[list[str]] = []
    for ident in _parents_first(before, after):
        old, new = before.rows.get(ident), after.rows.get(ident)
        filled += _insert_and_update(after, old, new)
        if old is not None and Ident("table", old.schema, old.table) in after.objects:
            deleted.append(list(_delete(old, new)))
    return filled, [statement for group in reversed(deleted) for statement in group]


def _parents_first(before: Catalog, after: Catalog) -> list[Ident]:
    tables = {ident: Ident("table", ident.schema, ident.name) for ident in {**before.rows, **after.rows}}
    needs: dict[Ident, frozenset[Ident]] = {}
    for ident, table in tables.items():
        parents = {
            other
            for key in (*before.objects.values(), *after.objects.values())
            if isinstance(key, ConstraintObject) and (key.schema, key.table) == (table.schema, table.name)
            for other, parent in tables.items()
            if key.references == qualified(parent.schema, parent.name)
        }
        needs[ident] = frozenset(parents)
    return ordered(tables, needs)


def _insert_and_update(after: Catalog, old: RowsObject | None, new: RowsObject | None) -> Iterator[str]:
    if new is None:
        return
    old = None if old is None else with_columns(old, new)
    there = old.by_key() if old else {}
    wanted = new.by_key()
    missing = [row for key, row in wanted.items() if key not in there]
    if missing:
        yield _insert(after, new, missing)
    for key, row in wanted.items():
        if key in there and there[key] != row:
            yield _update(new, there[key], row)


def with_columns(old: RowsObject, new: RowsObject) -> RowsObject:
    """Return the old rows with the columns of the new ones; a column that is new holds nothing wanted yet.

    Raises UnplannableChangeError when a row is identified by other columns than before.
    """
    if old.key != new.key:
        raise UnplannableChangeError(
            f"{new.ident} is identified by {', '.join(new.key)} and was by {', '.join(old.key)}",
            "write the UPDATE, INSERT and DELETE statements by hand",
        )
    there = {column: place for place, column in enumerate(old.columns)}
    rows = tuple(
        tuple(row[there[column]] if column in there else _NOTHING_YET for column in new.columns)
        for row in old.rows
    )
    return replace(old, columns=new.columns, rows=rows)


def _insert(after: Catalog, rows: RowsObject, missing: Sequence[tuple[str | None, ...]]) -> str:
    columns = ", ".join(name(column) for column in rows.columns)
    overriding = "OVERRIDING SYSTEM VALUE " if _gives_identity(after, rows) else ""
    values = ",\n".join(f"    ({_values(row)})" for row in missing)
    return f"INSERT INTO {qualified(rows.schema, rows.table)} ({columns}) {overriding}VALUES\n{values}"


def _gives_identity(after: Catalog, rows: RowsObject) -> bool:
    table: TableObject | None = after.table(rows.schema, rows.table)
    return table is not None and any(
        column.identity == "a" and column.name in rows.columns for column in table.columns
    )


def _values(row: Iterable[str | None]) -> str:
    return ", ".join("NULL" if value is None else literal(value) for value in row)


def _update(rows: RowsObject, old: tuple[str | None, ...], new: tuple[str | None, ...]) -> str:
    pairs = zip(rows.columns, old, new, strict=True)
    changed = ", ".join(
        f"{name(column)} = {_values([value])}" for column, was, value in pairs if was != value
    )
    table = qualified(rows.schema, rows.table)
    return f"UPDATE {table} SET {changed} WHERE {_key(rows, new)}"  # noqa: S608 - quoted


def _delete(old: RowsObject, new: RowsObject | None) -> Iterator[str]:
    kept = set() if new is None else set(new.by_key())
    for key, row in old.by_key().items():
        if key not in kept:
            table = qualified(old.schema, old.table)
            yield f"DELETE FROM {table} WHERE {_key(old, row)}"  # noqa: S608 - quoted


def _key(rows: RowsObject, row: tuple[str | None, ...]) -> str:
    values = dict(zip(rows.columns, row, strict=True))
    return " AND ".join(
        f"{name(column)} IS NULL"
        if (value := values[column]) is None
        else f"{name(column)} = {literal(value)}"
        for column in rows.key
    )
