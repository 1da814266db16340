"""Facts of a column that change in place, without a look at its rows."""

from collections.abc import Iterator

from pgevolve.catalog.model import Column, SequenceOptions, TableObject
from pgevolve.plan import text
from pgevolve.plan.options import changed_options
from pgevolve.quoting import name, qualified


def of_new_column(item: TableObject, column: Column) -> Iterator[str]:
    """Yield what CREATE TABLE and ADD COLUMN cannot say about a column."""
    of_column = _of_column(item, column)
    if column.storage:
        yield f"{of_column} SET STORAGE {text.STORAGES[column.storage]}"
    if column.statistics is not None:
        yield f"{of_column} SET STATISTICS {column.statistics}"
    yield from changed_options(of_column, (), column.options)
    if column.comment is not None:
        yield text.comment(text.column_on(item.ident, column.name), column.comment)


def changed(item: TableObject, old: Column, new: Column) -> Iterator[str]:
    """Yield the statements for storage, compression, statistics, options and comment."""
    of_column = _of_column(item, new)
    if old.storage != new.storage:
        # SET STORAGE DEFAULT is known since 16.
        yield f"{of_column} SET STORAGE {text.STORAGES[new.storage or new.usual_storage]}"
    if old.compression != new.compression:
        yield f"{of_column} SET COMPRESSION {new.compression or 'DEFAULT'}"
    if old.statistics != new.statistics:
        yield f"{of_column} SET STATISTICS {-1 if new.statistics is None else new.statistics}"
    yield from changed_options(of_column, old.options, new.options)
    if old.comment != new.comment:
        yield text.comment(text.column_on(item.ident, new.name), new.comment)


def changed_identity(item: TableObject, old: Column, new: Column) -> Iterator[str]:
    """Yield the statements for an identity that counts otherwise or is none any more."""
    of_column = _of_column(item, new)
    if old.identity and not new.identity:
        yield f"{of_column} DROP IDENTITY"
        return
    if old.identity != new.identity:
        yield f"{of_column} SET GENERATED {'ALWAYS' if new.identity == 'a' else 'BY DEFAULT'}"
    before, after = old.identity_options, new.identity_options
    if before is not None and after is not None and before != after:
        options = changed_sequence_options(before, after)
        yield f"{of_column} {' '.join(f'SET {option}' for option in options)}"


def changed_sequence_options(before: SequenceOptions, after: SequenceOptions) -> list[str]:
    """Return the options in which two sequences differ, as ALTER SEQUENCE takes them."""
    words = (
        ("INCREMENT BY", before.increment, after.increment),
        ("MINVALUE", before.minimum, after.minimum),
        ("MAXVALUE", before.maximum, after.maximum),
        ("START WITH", before.start, after.start),
        ("CACHE", before.cache, after.cache),
    )
    written = [f"{word} {new}" for word, old, new in words if old != new]
    if before.cycle != after.cycle:
        written.append("CYCLE" if after.cycle else "NO CYCLE")
    return written


def _of_column(item: TableObject, column: Column) -> str:
    return f"ALTER TABLE {qualified(item.schema, item.name)} ALTER COLUMN {name(column.name)}"
