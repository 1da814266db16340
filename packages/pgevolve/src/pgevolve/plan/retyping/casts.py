"""Which values of one type become values of another, without a word from the models.

From pg_cast of PostgreSQL 15 to 18. What an assignment does not take is said by nobody but the models: an
explicit cast cuts a text where an assignment refuses it. The one exception is what is read from a text.
"""

from collections.abc import Iterable

from pgevolve.catalog.model import Catalog
from pgevolve.catalog.types import DomainObject
from pgevolve.effects.types import Type, keeps_rows_and_indexes, parse_type
from pgevolve.quoting import qualified

_STRINGS = frozenset({"text", "varchar", "bpchar"})
_NUMBERS = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"})
_BITS = frozenset({"bit", "varbit"})
_WHOLE = frozenset({"int2", "int4", "int8"})
_FAMILIES = (
    _STRINGS,
    _NUMBERS,
    frozenset({"numeric", "money"}),
    frozenset({"date", "timestamp", "timestamptz"}),
    frozenset({"time", "timetz"}),
    frozenset({"time", "interval"}),
    _BITS,
    frozenset({"inet", "cidr"}),
    frozenset({"json", "jsonb"}),
    frozenset({"macaddr", "macaddr8"}),
    frozenset({"int4", "int8", "oid"}),
)
_ALSO = frozenset(
    {
        ("int4", "money"),
        ("int8", "money"),
        ("timestamp", "time"),
        ("timestamptz", "time"),
        ("timestamptz", "timetz"),
    }
)
_OF_SESSION = frozenset({"date", "time", "timetz", "timestamp", "timestamptz", "interval", "bytea"})


def value(sql: str, old: str, new: str, catalog: Catalog) -> str | None:
    """Return what is assigned to a column of the new type for an expression of the old one; None: no cast."""
    before, after = below_domain(old, catalog), below_domain(new, catalog)
    if _is_assigned(before, after):
        return sql
    # Bits read from a text are cut to their length without a word.
    if before.name in _STRINGS and not before.dimensions and after.name not in _BITS:
        return f"{sql}::{new}"
    return None


def never_cut(sql: str, new: str, catalog: Catalog) -> str:
    """Return an expression as one of the new type, or of one that an assignment brings there uncut."""
    if sql.endswith(f"::{new}"):
        return sql
    type_ = below_domain(new, catalog)
    if type_.name in _STRINGS:
        return f"{sql}::text{'[]' * type_.dimensions}"
    return sql if type_.name in _BITS else f"{sql}::{new}"


def comes_back_the_same(old: str, new: str, catalog: Catalog) -> bool:
    """Tell whether a value that goes to the new type and back is the same one, or was refused."""
    before, after = below_domain(old, catalog), below_domain(new, catalog)
    if before == after:
        return True
    if before.dimensions != after.dimensions:
        return False
    if {before.name, after.name} <= _WHOLE:
        return True
    # A shorter string loses the spaces at its end.
    return {before.name, after.name} <= {"varchar", "text"} and keeps_rows_and_indexes(old, new)


def depends_on_session(types: Iterable[str], catalog: Catalog) -> bool:
    """Tell whether a conversion reads the time zone, or the style of dates or bytes, of whoever writes."""
    return any(below_domain(type_, catalog).name in _OF_SESSION for type_ in types)


def below_domain(type_: str, catalog: Catalog) -> Type:
    """Return the type of the values, below domains."""
    parsed = parse_type(type_)
    domains = {
        qualified(item.schema, item.name): item.type
        for item in catalog.objects.values()
        if isinstance(item, DomainObject)
    }
    while not parsed.dimensions and type_ in domains:
        type_ = domains[type_]
        parsed = parse_type(type_)
    return parsed


def _is_assigned(before: Type, after: Type) -> bool:
    if before.dimensions != after.dimensions:
        return after.name in _STRINGS and not after.dimensions
    pair = {before.name, after.name}
    return (
        before.name == after.name
        or any(pair <= family for family in _FAMILIES)
        or (before.name, after.name) in _ALSO
        or (after.name in _STRINGS and not after.dimensions)
    )
