"""How single objects are written in migrations: qualified, one column a line."""

import dataclasses
import re
from collections.abc import Iterable, Iterator

from pgevolve.canonical import statement
from pgevolve.catalog.attached import PolicyObject, RuleObject
from pgevolve.catalog.model import (
    AggregateObject,
    Column,
    ConstraintObject,
    EnumObject,
    FunctionObject,
    Ident,
    IndexObject,
    SchemaItem,
    SequenceObject,
    SequenceOptions,
    TableObject,
    TriggerObject,
    ViewObject,
)
from pgevolve.quoting import literal, name, qualified

_WIDTH = 100
_TYPES = frozenset({"enum", "composite type", "range type"})


def on_clause(item: SchemaItem) -> str:
    """Return how COMMENT ON, DROP and ALTER name the object: `TABLE public.books`."""
    if isinstance(item, ConstraintObject):
        return f"CONSTRAINT {name(item.name)} ON {qualified(item.schema, item.table)}"
    if isinstance(item, TriggerObject):
        return f"TRIGGER {name(item.name)} ON {qualified(item.schema, item.table)}"
    if isinstance(item, PolicyObject | RuleObject):
        return f"{item.ident.kind.upper()} {name(item.name)} ON {qualified(item.schema, item.table)}"
    if isinstance(item, AggregateObject):
        return f"AGGREGATE {qualified(item.schema, item.name)}({item.arguments or '*'})"
    if isinstance(item, FunctionObject):
        word = "PROCEDURE" if item.kind == "p" else "FUNCTION"
        return f"{word} {qualified(item.schema, item.name)}({item.arguments})"
    ident = item.ident
    word = "TYPE" if ident.kind in _TYPES else ident.kind.upper()
    of_database = ident.kind == "schema" or not ident.schema
    return f"{word} {name(ident.name) if of_database else qualified(ident.schema, ident.name)}"


def comment(on: str, text: str | None) -> str:
    """Return the statement that sets or clears a comment."""
    return f"COMMENT ON {on} IS {'NULL' if text is None else literal(text)}"


def column_on(table: Ident, column: str) -> str:
    """Return how COMMENT ON names a column."""
    return f"COLUMN {qualified(table.schema, table.name)}.{name(column)}"


def lines(opening: str, parts: Iterable[str], closing: str = ")") -> str:
    """Return a list in parentheses, one part a line."""
    body = ",\n".join(f"    {part}" for part in parts)
    return f"{opening} (\n{body}\n{closing}" if body else f"{opening} ({closing}"


def enum(item: EnumObject) -> str:
    """Return CREATE TYPE."""
    labels = [literal(label) for label in item.labels]
    opening = f"CREATE TYPE {qualified(item.schema, item.name)} AS ENUM"
    one_line = f"{opening} ({', '.join(labels)})"
    return one_line if len(one_line) <= _WIDTH else lines(opening, labels)


def sequence_options(options: SequenceOptions) -> str:
    """Return the options of a sequence that are not the server's defaults, in front of each a space."""
    down = options.increment < 0
    low, high = _limits(options.type, down=down)
    words = [
        ("INCREMENT BY", options.increment, 1),
        ("MINVALUE", options.minimum, low),
        ("MAXVALUE", options.maximum, high),
        ("START WITH", options.start, options.maximum if down else options.minimum),
        ("CACHE", options.cache, 1),
    ]
    written = [f" {word} {value}" for word, value, default in words if value != default]
    return "".join(written) + (" CYCLE" if options.cycle else "")


def with_type(options: SequenceOptions, kind: str) -> SequenceOptions:
    """Return the options after ALTER SEQUENCE ... AS, which moves limits that were those of the old type."""
    down = options.increment < 0
    old_low, old_high = _limits(options.type, down=down)
    low, high = _limits(kind, down=down)
    return dataclasses.replace(
        options,
        type=kind,
        minimum=low if options.minimum == old_low else options.minimum,
        maximum=high if options.maximum == old_high else options.maximum,
    )


def _limits(kind: str, *, down: bool) -> tuple[int, int]:
    top = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}[kind]
    return (-top - 1, -1) if down else (1, top)


def sequence(item: SequenceObject) -> str:
    """Return CREATE SEQUENCE, without its owner."""
    kind = "" if item.options.type == "bigint" else f" AS {item.options.type}"
    return f"CREATE SEQUENCE {qualified(item.schema, item.name)}{kind}{sequence_options(item.options)}"


def column(item: Column) -> str:
    """Return a column as CREATE TABLE and ADD COLUMN take it."""
    parts = [name(item.name), item.type]
    if item.compression:
        parts.append(f"COMPRESSION {item.compression}")
    if item.collation:
        parts.append(f"COLLATE {item.collation}")
    if item.generated:
        kind = "STORED" if item.generated == "s" else "VIRTUAL"
        parts.append(f"GENERATED ALWAYS AS ({item.default}) {kind}")
    elif item.identity:
        options = sequence_options(item.identity_options).strip() if item.identity_options else ""
        always = "ALWAYS" if item.identity == "a" else "BY DEFAULT"
        parts.append(f"GENERATED {always} AS IDENTITY{f' ({options})' if options else ''}")
    elif item.default is not None:
        parts.append(f"DEFAULT {item.default}")
    if item.not_null:
        parts.append("NOT NULL")
    return " ".join(parts)


STORAGES = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}


def table(item: TableObject, constraints: Iterable[ConstraintObject]) -> str:
    """Return CREATE TABLE with the constraints that are made together with it."""
    parts = [column(entry) for entry in item.columns if not entry.inherited]
    text = lines(_create_table(item), [*parts, *_constraints(constraints)])
    if item.inherits:
        text += f"\nINHERITS ({', '.join(item.inherits)})"
    return text + _partition_by(item) + with_options(item.options)


def partition(item: TableObject, overrides: Iterable[Column], constraints: Iterable[ConstraintObject]) -> str:
    """Return CREATE TABLE ... PARTITION OF; the columns are the parent's but for some defaults."""
    parts = [f"{name(entry.name)} {typed}" for entry in overrides if (typed := _default_and_null(entry))]
    parts += _constraints(constraints)
    opening = f"{_create_table(item)} PARTITION OF {item.partition_of}"
    text = lines(opening, parts) if parts else opening
    return f"{text}\n{item.partition_bound}{_partition_by(item)}{with_options(item.options)}"


def table_like(item: TableObject, parent: TableObject, constraints: Iterable[ConstraintObject]) -> str:
    """Return CREATE TABLE in the form of the table that it will be a partition of."""
    copied = "DEFAULTS", "CONSTRAINTS", "GENERATED", "STORAGE", "COMPRESSION"
    including = " ".join(f"INCLUDING {part}" for part in copied)
    like = f"LIKE {qualified(parent.schema, parent.name)} {including}"
    text = lines(_create_table(item), [like, *_constraints(constraints)])
    return text + _partition_by(item) + with_options(item.options)


def typed_table(item: TableObject, constraints: Iterable[ConstraintObject]) -> str:
    """Return CREATE TABLE ... OF a composite type."""
    parts = [
        f"{name(entry.name)} WITH OPTIONS {said}"
        for entry in item.columns
        if (said := _default_and_null(entry))
    ]
    parts += _constraints(constraints)
    opening = f"{_create_table(item)} OF {item.of_type}"
    return (lines(opening, parts) if parts else opening) + with_options(item.options)


def attach(item: TableObject) -> str:
    """Return ATTACH PARTITION."""
    child = qualified(item.schema, item.name)
    return f"ALTER TABLE {item.partition_of}\n    ATTACH PARTITION {child} {item.partition_bound}"


def _create_table(item: TableObject) -> str:
    kind = "UNLOGGED TABLE" if item.persistence == "u" else "TABLE"
    return f"CREATE {kind} {qualified(item.schema, item.name)}"


def _constraints(constraints: Iterable[ConstraintObject]) -> list[str]:
    return [f"CONSTRAINT {name(entry.name)} {entry.definition}" for entry in constraints]


def _partition_by(item: TableObject) -> str:
    return "" if item.partition_key is None else f"\nPARTITION BY {item.partition_key}"


def _default_and_null(item: Column) -> str:
    default = f"DEFAULT {item.default}" if item.default is not None and not item.generated else ""
    return f"{default} {'NOT NULL' if item.not_null else ''}".strip()


def with_options(options: Iterable[str]) -> str:
    """Return the WITH clause of a table or view, on a line of its own."""
    written = ", ".join(options)
    return f"\nWITH ({written})" if written else ""


def function(item: FunctionObject, *, replace: bool) -> str:
    """Return CREATE FUNCTION as the server prints it."""
    text = item.definition.strip()
    return text if replace else text.replace("CREATE OR REPLACE ", "CREATE ", 1)


def view(item: ViewObject) -> str:
    """Return CREATE VIEW."""
    opening = f"CREATE VIEW {qualified(item.schema, item.name)}{with_options(item.options)}"
    return f"{opening} AS\n{item.definition}"


def view_default(item: ViewObject, column_name: str, default: str | None) -> str:
    """Return the statement that sets or drops the default of a view's column."""
    of_column = f"ALTER VIEW {qualified(item.schema, item.name)} ALTER COLUMN {name(column_name)}"
    return f"{of_column} DROP DEFAULT" if default is None else f"{of_column} SET DEFAULT {default}"


def index(item: IndexObject, *, concurrently: bool, called: str | None = None) -> str:
    """Return CREATE INDEX, perhaps under another name."""
    text = item.definition
    opening = re.match(r"CREATE (UNIQUE )?INDEX ", text)
    assert opening is not None, text
    # The server prints ONLY for every index of a partitioned table, although it is on the partitions too.
    rest = text[opening.end() :].removeprefix(name(item.name)).replace(" ON ONLY ", " ON ", 1)
    word = "CONCURRENTLY " if concurrently else ""
    return broken(f"{opening.group()}{word}{name(called or item.name)}{rest}", (" ON ", " WHERE "))


def trigger(item: TriggerObject) -> str:
    """Return CREATE TRIGGER on lines of readable length."""
    return broken(item.definition, (" FOR EACH ", " EXECUTE FUNCTION "))


def broken(text: str, places: Iterable[str]) -> str:
    """Return a long statement with line breaks before some words, unless that would change what it says."""
    if len(text) <= _WIDTH:
        return text
    result = text
    for place in places:
        head, found, tail = result.partition(place)
        if found:
            result = f"{head}\n    {place.strip()} {tail}"
    return result if statement(result) == statement(text) else text


def comments(item: SchemaItem) -> Iterator[str]:
    """Yield the statements for the comments of a new object."""
    if not hasattr(item, "comment"):
        return
    if item.comment is not None:
        yield comment(on_clause(item), item.comment)
    if isinstance(item, ViewObject):
        for column_name, text in item.column_comments:
            yield comment(column_on(item.ident, column_name), text)


def owner(item: SchemaItem) -> Iterator[str]:
    """Yield the statement that gives a new object to a role other than the project's owner."""
    role = getattr(item, "owner", None)
    if role is not None:
        yield f"ALTER {on_clause(item)} OWNER TO {name(role)}"
