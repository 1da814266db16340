"""Which changes of a column's type leave the rows as they are.

PostgreSQL keeps the file when the new type has the same bytes and asks nothing of them: see the notes of the
documentation of ALTER TABLE, and ATColumnChangeRequiresRewrite() and the planner support functions of
varchar, numeric, varbit, time and timestamp in its sources. A session in the time zone UTC is assumed, which
is what the engine's own sessions are: elsewhere timestamp and timestamptz differ in their bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from postgast import pg_query_pb2 as ast

from pgevolve.effects.facts import ColumnFacts, SchemaFacts

_NAMES = {
    "character varying": "varchar",
    "character": "bpchar",
    "char": "bpchar",
    "integer": "int4",
    "int": "int4",
    "bigint": "int8",
    "smallint": "int2",
    "decimal": "numeric",
    "boolean": "bool",
    "real": "float4",
    "double precision": "float8",
    "bit varying": "varbit",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
}
# The same bytes; from pg_cast, castmethod 'b', those that the usual types have.
_SAME_BYTES = frozenset(
    {
        ("varchar", "text"),
        ("text", "varchar"),
        ("xml", "text"),
        ("xml", "varchar"),
        ("cidr", "inet"),
        ("int4", "oid"),
        ("oid", "int4"),
        ("bit", "varbit"),
        ("timestamp", "timestamptz"),
        ("timestamptz", "timestamp"),
    }
)
# Of these the indexes are kept as well.
_SAME_ORDER = frozenset({("varchar", "text"), ("text", "varchar"), ("cidr", "inet")})
_WITH_PRECISION = frozenset({"time", "timetz", "timestamp", "timestamptz", "interval"})
_FINEST = 6
_TYPE = re.compile(
    r"(?P<before>[^(]*?)\s*(?:\((?P<modifiers>[0-9,\s-]+)\))?\s*(?P<after>[^()\[\]]*)(?P<array>(?:\[\])*)"
)


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its internal name, its modifiers, and how many dimensions of an array it has."""

    name: str
    modifiers: tuple[int, ...] = ()
    dimensions: int = 0


@dataclass(frozen=True, slots=True)
class TypeChange:
    """What a change of type does: to the rows, and if it keeps them, to the indexes over the column."""

    rewrites: bool
    reindexes: bool = False


def parse_type(text: str) -> Type:
    """Read a type as `format_type` prints it."""
    match = _TYPE.fullmatch(text)
    if match is None:
        return Type(text)
    words = " ".join(part for part in (match["before"], match["after"].strip()) if part)
    modifiers = tuple(int(part) for part in match["modifiers"].split(",")) if match["modifiers"] else ()
    return Type(_NAMES.get(words, words), modifiers, len(match["array"]) // 2)


def type_named(name: ast.TypeName) -> Type:
    """Read a type as the parser has it."""
    words = [part.string.sval for part in name.names]
    bare = words[-1] if words[0] == "pg_catalog" or len(words) == 1 else ".".join(words)
    modifiers = tuple(part.a_const.ival.ival for part in name.typmods)
    return Type(_NAMES.get(bare, bare), modifiers, len(name.array_bounds))


def type_change(column: ColumnFacts, definition: ast.ColumnDef, name: str, schema: SchemaFacts) -> TypeChange:
    """Say what ALTER COLUMN name TYPE does."""
    old, new = parse_type(column.type), type_named(definition.type_name)
    collation = [part.string.sval for part in definition.coll_clause.collname]
    reindexes = bool(collation) and collation[-1] != column.collation
    using = definition.raw_default if definition.HasField("raw_default") else None
    if using is not None and not _is_plain(using, name, new):
        return TypeChange(rewrites=True)
    if old == new:
        return TypeChange(rewrites=False, reindexes=reindexes)
    base, _ = _below(old, schema)
    wanted, constrained = _below(new, schema)
    if constrained or old.dimensions != new.dimensions or _changes_bytes(base, wanted):
        return TypeChange(rewrites=True)
    keeps_order = base.name == wanted.name or (base.name, wanted.name) in _SAME_ORDER
    return TypeChange(rewrites=False, reindexes=reindexes or not keeps_order)


def keeps_rows_and_indexes(old: str, new: str) -> bool:
    """Tell whether a column of one type, as `format_type` prints it, becomes one of another in place.

    Of domains nothing is known here, and so none is said to be kept.
    """
    before, after = parse_type(old), parse_type(new)
    keeps_order = before.name == after.name or (before.name, after.name) in _SAME_ORDER
    return keeps_order and not _changes_bytes(before, after)


def _below(type_: Type, schema: SchemaFacts) -> tuple[Type, bool]:
    """Return the type under a domain, and whether the domain asks anything of its values."""
    constrained = False
    while type_.name in schema.domains:
        text, asks = schema.domains[type_.name]
        constrained = constrained or asks
        type_ = parse_type(text)
    return type_, constrained


def _changes_bytes(old: Type, new: Type) -> bool:
    if old == new:
        return False
    if old.dimensions:
        return True
    if old.name == new.name:
        return _narrows(new.name, old.modifiers, new.modifiers)
    if (old.name, new.name) not in _SAME_BYTES:
        return True
    if new.name in _WITH_PRECISION:
        return _narrows(new.name, old.modifiers, new.modifiers)
    return bool(new.modifiers)


def _narrows(name: str, old: Sequence[int], new: Sequence[int]) -> bool:
    """Tell whether values that fitted may not fit, so that each is looked at."""
    if name in ("varchar", "varbit"):
        return bool(new) and not (old and old[0] <= new[0])
    if name == "numeric":
        return bool(new) and not (old and old[0] <= new[0] and (*old, 0)[1] == (*new, 0)[1])
    if name in _WITH_PRECISION:
        finest = new[-1] if new else _FINEST
        return finest < (old[-1] if old else _FINEST)
    return True


def _is_plain(using: ast.Node, name: str, new: Type) -> bool:
    """Tell whether USING is the column itself, cast to the new type or not."""
    node = using
    if node.WhichOneof("node") == "type_cast":
        if type_named(node.type_cast.type_name) != new:
            return False
        node = node.type_cast.arg
    fields = [part.string.sval for part in node.column_ref.fields]
    return node.WhichOneof("node") == "column_ref" and fields == [name]
