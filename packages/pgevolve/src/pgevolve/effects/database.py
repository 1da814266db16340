"""The facts of a real database."""

from collections import defaultdict
from importlib.resources import files
from typing import Any

from pgevolve.connect import Connection
from pgevolve.effects.facts import ColumnFacts, ConstraintFacts, IndexFacts, RelationFacts, SchemaFacts

_VOLATILE = "SELECT DISTINCT proname FROM pg_catalog.pg_proc WHERE provolatile = 'v' AND prokind = 'f'"


def read_facts(connection: Connection, *, with_constraints: bool = True) -> SchemaFacts:
    """Read what the claims need from the catalogue, in one snapshot if the caller's transaction has one.

    The server locks a table in ACCESS SHARE to print its checks, and waits for that: without the constraints
    nothing is waited for.
    """
    columns: dict[str, dict[str, ColumnFacts]] = defaultdict(dict)
    kinds: dict[str, str] = {}
    for relation, kind, column, *facts in _rows(connection, "columns.sql"):
        kinds[relation] = kind
        if column is not None:
            columns[relation][column] = ColumnFacts(*facts)
    constraints: dict[str, dict[str, ConstraintFacts]] = defaultdict(dict)
    found = _rows(connection, "constraints.sql") if with_constraints else []
    for relation, name, kind, validated, members, references, expression in found:
        constraints[relation][name] = ConstraintFacts(kind, validated, tuple(members), references, expression)
    children: dict[str, list[str]] = defaultdict(list)
    parents: dict[str, list[str]] = defaultdict(list)
    defaults: dict[str, str] = {}
    for parent, child, is_default in _rows(connection, "families.sql"):
        children[parent].append(child)
        parents[child].append(parent)
        if is_default:
            defaults[parent] = child
    dependents: dict[str, set[str]] = defaultdict(set)
    for name, relation in _rows(connection, "dependents.sql"):
        dependents[name].add(relation)
    return SchemaFacts(
        version=connection.info.server_version // 10_000,
        relations={
            name: RelationFacts(
                name,
                kind,
                columns[name],
                constraints[name],
                tuple(parents[name]),
                tuple(children[name]),
                defaults.get(name),
            )
            for name, kind in kinds.items()
        },
        indexes={
            name: IndexFacts(table, tuple(members))
            for name, table, members in _rows(connection, "indexes.sql")
        },
        domains={name: (base, constrained) for name, base, constrained in _rows(connection, "domains.sql")},
        volatile=frozenset(name for (name,) in connection.execute(_VOLATILE)),
        dependents={name: frozenset(relations) for name, relations in dependents.items()},
    )


def _rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(files("pgevolve.effects").joinpath("sql", query).read_bytes()).fetchall()
