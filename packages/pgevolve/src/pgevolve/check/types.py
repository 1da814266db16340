"""What ALTER COLUMN TYPE costs: nothing but the catalogue, rebuilt indexes, or a rewritten table."""

from enum import Enum
from typing import Any

from pgevolve.check import tree
from pgevolve.check.facts import Column
from pgevolve.check.state import SchemaState
from pgevolve.check.tree import TypeName

_GROWING = {"varchar", "varbit", "numeric", "timestamp", "timestamptz", "time", "timetz", "interval"}
_TIMES = {"timestamp", "timestamptz", "time", "timetz", "interval"}
# pg_cast: binary coercible, so the stored bytes stay.
_RELABELLED = {
    ("varchar", "text"),
    ("cidr", "inet"),
    ("xml", "text"),
    ("int4", "oid"),
    ("bit", "varbit"),
}
_FULL_PRECISION = 6


class TypeChange(Enum):
    """The cost of a change."""

    CATALOGUE = "catalogue"
    INDEXES = "indexes"
    REWRITE = "rewrite"
    UNKNOWN = "unknown"


def type_change(state: SchemaState, column: Column | None, described: Any) -> TypeChange:
    """Return what a change costs; `described` is the ColumnDef of the command.

    A collation other than the column's costs its indexes. UNKNOWN when the history does not say what the type
    is now.
    """
    new = tree.type_name(described.type_name)
    if column is None or column.type is None:
        return TypeChange.UNKNOWN
    if described.HasField("raw_default") and not is_plain_cast(described, column.name):
        return TypeChange.REWRITE
    if not _keeps_bytes(state, column.type, new):
        return TypeChange.REWRITE
    given = ".".join(tree.strings(described.coll_clause.collname)) or None
    return TypeChange.CATALOGUE if given == column.collation else TypeChange.INDEXES


def is_plain_cast(described: Any, column: str) -> bool:
    """Say whether USING is the column itself, or the column cast to the new type."""
    using = described.raw_default
    if tree.kind_of(using) == "type_cast":
        if tree.type_name(using.type_cast.type_name) != tree.type_name(described.type_name):
            return False
        using = using.type_cast.arg
    return tree.kind_of(using) == "column_ref" and tree.column_names(using) == {column}


def _keeps_bytes(state: SchemaState, old: TypeName, new: TypeName) -> bool:
    domain = state.domain(new)
    if domain is not None and domain.constrained and str(old) != str(new):
        return False
    before, after = state.base_type(old) or old, state.base_type(new) or new
    if state.domain(old) is not None and after.modifiers and str(old) != str(new):
        # The server takes a domain's values as having no limit, and applies the new one to each.
        return False
    if _same(before, after):
        return True
    if before.dimensions or after.dimensions:
        return False
    if before.name == after.name:
        return before.name in _GROWING and grows(before, after)
    return not after.modifiers and (
        (before.name, after.name) in _RELABELLED or (before.name == "text" and after.name == "varchar")
    )


def _same(old: TypeName, new: TypeName) -> bool:
    return (old.name, old.modifiers, bool(old.dimensions)) == (new.name, new.modifiers, bool(new.dimensions))


def grows(old: TypeName, new: TypeName) -> bool:
    """Say whether every value of the old modifiers has the same form under the new ones of the same type."""
    if old.name in _TIMES:
        return _precision(new) >= _precision(old)
    if not new.modifiers:
        return True
    if not old.modifiers:
        return False
    if old.name == "numeric":
        scales = [(modifiers[1] if len(modifiers) > 1 else 0) for modifiers in (old.modifiers, new.modifiers)]
        return scales[0] == scales[1] and new.modifiers[0] >= old.modifiers[0]
    return new.modifiers[0] >= old.modifiers[0]


def _precision(type_name: TypeName) -> int:
    return type_name.modifiers[-1] if type_name.modifiers else _FULL_PRECISION


def narrows(state: SchemaState, old: TypeName | None, new: TypeName) -> bool:
    """Say whether values that fit now may not fit, or lose digits, under the new type."""
    before, after = state.base_type(old), state.base_type(new) or new
    if before is None:
        return False
    if before.name == after.name:
        return before.modifiers != after.modifiers and not grows(before, after)
    ranks = {"int2": 1, "int4": 2, "int8": 3, "numeric": 4}
    if before.name in ranks and after.name in ranks:
        return ranks[after.name] < ranks[before.name]
    return (before.name, after.name) in {
        ("timestamptz", "date"),
        ("timestamp", "date"),
        ("float8", "float4"),
        ("jsonb", "json"),
        ("numeric", "float8"),
        ("numeric", "float4"),
        ("float8", "int8"),
        ("float8", "int4"),
    } or (before.name in {"text", "varchar"} and bool(after.modifiers))
