"""Plain statements for changes of tables, as one writes them where nobody else works with the database."""

from collections.abc import Iterator

from pgevolve.canonical import expression
from pgevolve.catalog.model import Catalog, Column, SequenceObject, TableObject
from pgevolve.plan import columns, text
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.options import changed_options
from pgevolve.quoting import literal, name, qualified

_SETS_EXPRESSIONS = 170000


def table(before: TableObject, after: TableObject, current: Catalog) -> Iterator[str]:
    """Yield the statements that change columns and settings of a table; dropped columns come elsewhere."""
    for fact in ("partition_key", "tablespace", "of_type"):
        if getattr(before, fact) != getattr(after, fact):
            change = f"{fact} of {after.ident}: {getattr(before, fact)} -> {getattr(after, fact)}"
            raise UnplannableChangeError(change, "make a new table, move the rows, and drop the old one")
    alter = f"ALTER TABLE {qualified(after.schema, after.name)}"
    if before.persistence != after.persistence:
        yield f"{alter} SET {'UNLOGGED' if after.persistence == 'u' else 'LOGGED'}"
    old = {column.name: column for column in before.columns}
    if retyped(before, after):
        # The server retypes no column that another is computed from.
        for column in after.columns:
            if column.generated and column.name in old and old[column.name].generated:
                yield f"{alter} DROP COLUMN {name(column.name)}"
                del old[column.name]
    for column in sorted(after.columns, key=lambda column: bool(column.generated)):
        if column.name not in old:
            yield f"{alter} ADD COLUMN {text.column(column)}"
            yield from columns.of_new_column(after, column)
        elif old[column.name] != column:
            yield from _column(after, old[column.name], column, current)
    yield from changed_options(alter, before.options, after.options)


def retyped(before: TableObject, after: TableObject) -> bool:
    """Tell whether a column has another type or collation, so that what is written over it must go first."""
    old = {column.name: column for column in before.columns}
    return any(column.name in old and _type(old[column.name]) != _type(column) for column in after.columns)


def recomputed(before: TableObject, after: TableObject, server_version: int) -> list[str]:
    """Return the computed columns that have to be dropped and made again to change."""
    old = {column.name: column for column in before.columns}
    return [
        column.name
        for column in after.columns
        if column.name in old and _has_to_be_made_again(old[column.name], column, server_version)
    ]


def _type(column: Column) -> tuple[str, str | None]:
    return column.type, column.collation


def _has_to_be_made_again(old: Column, new: Column, server_version: int) -> bool:
    if old.generated != new.generated:
        return not (old.generated == "s" and not new.generated)
    other = bool(new.generated) and expression(old.default or "") != expression(new.default or "")
    return other and server_version < _SETS_EXPRESSIONS


def _column(item: TableObject, old: Column, new: Column, current: Catalog) -> Iterator[str]:
    table_name = qualified(item.schema, item.name)
    of_column = f"ALTER TABLE {table_name} ALTER COLUMN {name(new.name)}"
    if _has_to_be_made_again(old, new, current.version):
        yield f"ALTER TABLE {table_name} DROP COLUMN {name(new.name)}"
        yield f"ALTER TABLE {table_name} ADD COLUMN {text.column(new)}"
        yield from columns.of_new_column(item, new)
        return
    if old.generated and not new.generated:
        yield f"{of_column} DROP EXPRESSION"
    other_type = _type(old) != _type(new)
    default = None if old.generated else old.default
    if other_type:
        if default is not None:
            yield f"{of_column} DROP DEFAULT"
            default = None
        collation = f" COLLATE {new.collation}" if new.collation else ""
        using = "" if new.generated else f" USING {name(new.name)}::{new.type}"
        yield f"{of_column} TYPE {new.type}{collation}{using}"
    if new.generated:
        if expression(old.default or "") != expression(new.default or ""):
            yield f"{of_column} SET EXPRESSION AS ({new.default})"
    elif new.identity and not old.identity:
        yield from _new_identity(item, new, default, current)
    elif _expression(default) != _expression(new.default):
        yield f"{of_column} DROP DEFAULT" if new.default is None else f"{of_column} SET DEFAULT {new.default}"
    yield from columns.changed_identity(item, old, new)
    if old.not_null != new.not_null and not (new.identity and not old.identity):
        yield f"{of_column} {'SET' if new.not_null else 'DROP'} NOT NULL"
    yield from columns.changed(item, old, new)


def _new_identity(item: TableObject, new: Column, default: str | None, current: Catalog) -> Iterator[str]:
    """Yield what makes a column count by itself, on from its greatest value."""
    table_name, column = qualified(item.schema, item.name), name(new.name)
    of_column = f"ALTER TABLE {table_name} ALTER COLUMN {column}"
    if default is not None:
        yield f"{of_column} DROP DEFAULT"
    for sequence in owned_sequences(item, new, current):
        # Its name is the one that the server gives the new sequence.
        yield f"DROP SEQUENCE {qualified(sequence.schema, sequence.name)}"
    yield f"{of_column} SET NOT NULL"
    options = text.sequence_options(new.identity_options).strip() if new.identity_options else ""
    always = "ALWAYS" if new.identity == "a" else "BY DEFAULT"
    yield f"{of_column} ADD GENERATED {always} AS IDENTITY{f' ({options})' if options else ''}"
    sequence_of = f"pg_catalog.pg_get_serial_sequence({literal(table_name)}, {literal(new.name)})"
    yield f"SELECT pg_catalog.setval({sequence_of}, max({column})) FROM {table_name} HAVING max({column}) > 0"  # noqa: S608 - names are quoted


def owned_sequences(item: TableObject, column: Column, current: Catalog) -> list[SequenceObject]:
    """Return the sequences that go with a column."""
    owner = f"{qualified(item.schema, item.name)}.{name(column.name)}"
    return [
        entry
        for entry in current.objects.values()
        if isinstance(entry, SequenceObject) and entry.owned_by == owner
    ]


def _expression(default: str | None) -> str | None:
    return None if default is None else expression(default)
