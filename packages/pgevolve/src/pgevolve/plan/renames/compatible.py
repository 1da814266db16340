"""What stands between the phases under the old names, so that running code finds it there.

A table or view has a view under its old name, through which PostgreSQL passes reads and writes on; see
"Updatable Views" in the documentation of CREATE VIEW. The view checks the rights of whoever uses it, so that
row security holds as before. A function has one that calls it, a domain or composite type a domain over it,
a schema a schema with all of these.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from pgevolve.catalog.model import (
    Catalog,
    FunctionObject,
    GrantObject,
    Ident,
    Kind,
    MaterializedViewObject,
    SchemaItem,
    SchemaObject,
    SequenceObject,
    TableObject,
    ViewObject,
)
from pgevolve.catalog.types import CompositeObject, DomainObject
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.renames.model import Rename
from pgevolve.plan.renames.said import has_stand_in
from pgevolve.quoting import name, qualified

_PASSED_ON = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
_UNCALLED = frozenset({"trigger", "event_trigger"})
_WORDS = re.compile(r"^ .*?\b(IMMUTABLE|STABLE)\b", re.MULTILINE)
_PARALLEL = re.compile(r"^ .*?\b(PARALLEL (?:SAFE|RESTRICTED))\b", re.MULTILINE)


@dataclass(slots=True)
class _Standing:
    """What is there already, and what comes to it."""

    objects: dict[Ident, SchemaItem]
    needs: dict[Ident, frozenset[Ident]]
    grants: set[GrantObject] = field(default_factory=set)

    def add(self, item: SchemaItem, instead_of: Ident, current: Catalog) -> None:
        """Put an object under an old name, open to whom the other one was. Raises UnplannableChangeError."""
        self._refuse_taken_place(item.ident)
        self.objects[item.ident] = item
        schema = Ident("schema", item.ident.schema, item.ident.schema)
        self.needs[item.ident] = frozenset({instead_of, schema} & self.objects.keys() - {item.ident})
        is_relation = item.ident.kind == "view"
        self.grants |= {
            replace(grant, on=item.ident)
            for grant in current.grants
            if grant.on == instead_of and (not is_relation or grant.privilege in _PASSED_ON)
        }

    def _refuse_taken_place(self, ident: Ident) -> None:
        relations: tuple[Kind, ...] = ("table", "view", "materialized view")
        kinds = relations if ident.kind == "view" else (ident.kind,)
        if any(replace(ident, kind=kind) in self.objects for kind in kinds):
            what = "relation" if ident.kind == "view" else ident.kind
            raise UnplannableChangeError(
                f"rename: another {what} takes the place of {qualified(ident.schema, ident.name)}",
                "make the rename first, and the other one once the contract is applied",
            )


def with_old_names(middle: Catalog, current: Catalog, renames: Iterable[Rename]) -> Catalog:
    """Return the state between the phases with something under each old name, open to whom it was.

    In `current` everything has its new name. Raises UnplannableChangeError where the place is taken, and for
    a schema that holds what nothing can stand in for.
    """
    standing = _Standing(dict(middle.objects), dict(middle.needs), set(middle.grants))
    for rename in renames:
        if rename.late:
            continue
        if rename.kind == "schema":
            _add_schema(standing, rename, current)
            continue
        item = current.objects.get(rename.ident)
        if item is not None:
            for other in _in_place_of(item, rename.schema, rename.old):
                standing.add(other, item.ident, current)
    return replace(
        middle,
        objects=MappingProxyType(standing.objects),
        needs=MappingProxyType(standing.needs),
        grants=frozenset(standing.grants),
    )


def _add_schema(standing: _Standing, rename: Rename, current: Catalog) -> None:
    schema = current.objects[rename.ident]
    assert isinstance(schema, SchemaObject)
    standing.add(replace(schema, name=rename.old, comment=None), schema.ident, current)
    for item in current.objects.values():
        if item.ident.schema != rename.new or item.ident == schema.ident:
            continue
        if _has_no_stand_in(item):
            raise UnplannableChangeError(
                f"rename: schema {name(rename.old)} becomes {name(rename.new)}, and holds {item.ident},"
                " for which nothing can stand in",
                f"write `ALTER SCHEMA {name(rename.old)} RENAME TO {name(rename.new)}` by hand,"
                " in a release during which no old code runs",
            )
        called = getattr(item, "name", "")
        for other in _in_place_of(item, rename.old, called):
            standing.add(other, item.ident, current)


def _has_no_stand_in(item: SchemaItem) -> bool:
    if isinstance(item, FunctionObject):
        return not has_stand_in(item)
    if isinstance(item, SequenceObject):
        return item.owned_by is None
    return item.ident.kind in {"enum", "aggregate", "range type", "collation", "other"}


def _in_place_of(item: SchemaItem, schema: str, called: str) -> Iterator[SchemaItem]:
    """Yield what works under the old name as the object does under the new one."""
    match item:
        case TableObject() | ViewObject() | MaterializedViewObject():
            yield _view(item, schema, called)
        case FunctionObject() if item.result not in _UNCALLED:
            yield _function(item, schema, called)
        case DomainObject() | CompositeObject():
            yield DomainObject(schema, called, qualified(item.schema, item.name), owner=item.owner)
        case _:
            pass


def _view(item: TableObject | ViewObject | MaterializedViewObject, schema: str, called: str) -> ViewObject:
    columns = item.columns
    names = tuple(column if isinstance(column, str) else column.name for column in columns)
    shown = ",\n    ".join(map(name, names))
    definition = f" SELECT {shown}\n   FROM {qualified(item.schema, item.name)}"  # noqa: S608 - names are quoted
    return ViewObject(schema, called, definition, names, ("security_invoker=true",), owner=item.owner)


def _function(item: FunctionObject, schema: str, called: str) -> FunctionObject:
    count = len(item.arguments.split(", ")) if item.arguments else 0
    given = [f"${place}" for place in range(1, count + 1)]
    if "VARIADIC " in item.signature:
        given[-1] = f"VARIADIC {given[-1]}"
    call = f"{qualified(item.schema, item.name)}({', '.join(given)})"
    opening = f"{qualified(schema, called)}({item.signature})"
    if item.kind == "p":
        body = f" LANGUAGE plpgsql\nAS $procedure$ BEGIN CALL {call}; END $procedure$"
        return replace(
            item, schema=schema, name=called, definition=f"CREATE PROCEDURE {opening}\n{body}", comment=None
        )
    words = [found[1] for pattern in (_WORDS, _PARALLEL) if (found := pattern.search(_head(item.definition)))]
    is_row = item.result is not None and (
        item.result.startswith(("SETOF ", "TABLE(")) or item.result == "record"
    )
    query = f"SELECT * FROM {call}" if is_row else f"SELECT {call}"  # noqa: S608 - names are quoted
    definition = (
        f"CREATE FUNCTION {opening}\n RETURNS {item.result}\n LANGUAGE sql\n"
        + "".join(f" {word}\n" for word in words)
        + f"AS $function$ {query} $function$"
    )
    return replace(item, schema=schema, name=called, definition=definition, comment=None)


def _head(definition: str) -> str:
    """Return a definition down to its body."""
    return re.split(r"^ ?(?:AS |RETURN |BEGIN ATOMIC)", definition, maxsplit=1, flags=re.MULTILINE)[0]
