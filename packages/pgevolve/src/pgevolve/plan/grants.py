"""Privileges: which statements lead from those that are there to those that are wanted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pgevolve.catalog.database import DefaultPrivilegesObject
from pgevolve.catalog.model import AggregateObject, FunctionObject, GrantObject, Ident, SchemaItem
from pgevolve.plan.text import lines
from pgevolve.quoting import name, qualified

_WORDS = {
    "schema": "SCHEMA",
    "table": "TABLE",
    "view": "TABLE",
    "sequence": "SEQUENCE",
    "function": "ROUTINE",
    "aggregate": "ROUTINE",
    "enum": "TYPE",
    "composite type": "TYPE",
    "range type": "TYPE",
    "domain": "DOMAIN",
    "materialized view": "TABLE",
}
_TYPES = frozenset({"enum", "domain", "composite type", "range type"})
_DEFAULTS_ON: Mapping[str, frozenset[str]] = {
    "TABLES": frozenset({"table", "view", "materialized view"}),
    "SEQUENCES": frozenset({"sequence"}),
    "ROUTINES": frozenset({"function", "aggregate"}),
    "TYPES": _TYPES,
    "SCHEMAS": frozenset({"schema"}),
}
_ALL_OF_TABLE = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"})
_COLUMNS_A_LINE = 6


def of_new_object(ident: Ident, defaults: Iterable[DefaultPrivilegesObject] = ()) -> frozenset[GrantObject]:
    """Return what others may do with a new object of the owner before anything is granted or revoked."""
    given: set[tuple[str, str, bool]] = set()
    if ident.kind in {"function", "aggregate"}:
        given.add(("PUBLIC", "EXECUTE", False))
    elif ident.kind in _TYPES:
        given.add(("PUBLIC", "USAGE", False))
    # What holds in one schema is added to what holds in all.
    for entry in sorted(defaults, key=lambda entry: entry.schema):
        if entry.role is None and entry.schema in {"", ident.schema} and ident.kind in _DEFAULTS_ON[entry.on]:
            given = (given - set(entry.revoked)) | set(entry.granted)
    return frozenset(
        GrantObject(ident, grantee, privilege, grantable=option) for grantee, privilege, option in given
    )


def revoked_along(revoked: Iterable[GrantObject], there: Iterable[GrantObject]) -> frozenset[GrantObject]:
    """Return the privileges on columns that go when the same privilege on the whole table is revoked."""
    whole = {(entry.on, entry.grantee, entry.privilege) for entry in revoked if not entry.column}
    return frozenset(
        entry for entry in there if entry.column and (entry.on, entry.grantee, entry.privilege) in whole
    )


def revoke(grants: Iterable[GrantObject], objects: Mapping[Ident, SchemaItem]) -> Iterator[str]:
    """Yield the REVOKE statements, one for each object and set of roles."""
    for ident, privileges, roles, _ in _grouped(grants):
        yield f"REVOKE {privileges} ON {_target(ident, objects)} FROM {roles}"


def grant(grants: Iterable[GrantObject], objects: Mapping[Ident, SchemaItem]) -> Iterator[str]:
    """Yield the GRANT statements, one for each object and set of roles."""
    for ident, privileges, roles, grantable in _grouped(grants):
        option = " WITH GRANT OPTION" if grantable else ""
        yield f"GRANT {privileges} ON {_target(ident, objects)} TO {roles}{option}"


def _grouped(grants: Iterable[GrantObject]) -> Iterator[tuple[Ident, str, str, bool]]:
    """Yield object, privileges, roles: roles with equal privileges on one object share a statement."""
    held: dict[tuple[Ident, str, bool], set[tuple[str, str]]] = defaultdict(set)
    for entry in grants:
        held[entry.on, entry.grantee, entry.grantable].add((entry.privilege, entry.column))
    shared: dict[tuple[Ident, bool, frozenset[tuple[str, str]]], list[str]] = defaultdict(list)
    for (ident, grantee, grantable), privileges in sorted(held.items()):
        shared[ident, grantable, frozenset(privileges)].append(grantee)
    for (ident, grantable, common), roles in shared.items():
        written = ", ".join("PUBLIC" if role == "PUBLIC" else name(role) for role in roles)
        yield ident, _privileges(ident, common), written, grantable


def _privileges(ident: Ident, held: frozenset[tuple[str, str]]) -> str:
    whole = {privilege for privilege, column in held if not column}
    # Since 17 there is one more, MAINTAIN: ALL is right on every version.
    is_all = ident.kind in {"table", "view", "materialized view"} and whole >= _ALL_OF_TABLE
    written = ["ALL"] if is_all else sorted(whole)
    by_privilege: dict[str, list[str]] = defaultdict(list)
    for privilege, column in sorted(held):
        if column:
            by_privilege[privilege].append(name(column))
    for privilege, columns in by_privilege.items():
        if len(columns) <= _COLUMNS_A_LINE:
            written.append(f"{privilege} ({', '.join(columns)})")
        else:
            written.append(lines(privilege, columns))
    return ", ".join(written)


def _target(ident: Ident, objects: Mapping[Ident, SchemaItem]) -> str:
    word = _WORDS[ident.kind]
    if ident.kind == "schema":
        return f"{word} {name(ident.name)}"
    item = objects[ident]
    if isinstance(item, FunctionObject | AggregateObject):
        return f"{word} {qualified(item.schema, item.name)}({item.arguments})"
    return f"{word} {qualified(ident.schema, ident.name)}"
