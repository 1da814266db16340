"""Settings of tables and indexes that are no columns: row security, replica identity, clustering."""

from collections.abc import Iterator

from pgevolve.catalog.model import Catalog, ConstraintObject, IndexObject, TableObject
from pgevolve.plan.creation import row_security
from pgevolve.quoting import name, qualified


def in_place(before: TableObject, after: TableObject) -> Iterator[str]:
    """Yield the statements for settings that name nothing else."""
    yield from row_security(before, after)


def naming_an_index(before: Catalog, after: Catalog) -> Iterator[str]:
    """Yield the statements for replica identities and clustering, which may name an index."""
    for ident, item in after.objects.items():
        old = before.objects.get(ident)
        if isinstance(item, TableObject):
            was = old.replica_identity if isinstance(old, TableObject) else None
            if was != item.replica_identity:
                identity = item.replica_identity or "DEFAULT"
                yield f"ALTER TABLE {qualified(item.schema, item.name)} REPLICA IDENTITY {identity}"
    yield from _clustering(before, after)


def _clustering(before: Catalog, after: Catalog) -> Iterator[str]:
    old, new = _clustered(before), _clustered(after)
    for table, index in new.items():
        if old.get(table) != index:
            yield f"ALTER TABLE {table} CLUSTER ON {index}"
    for table in old:
        if table not in new and _is_there(table, after):
            yield f"ALTER TABLE {table} SET WITHOUT CLUSTER"


def _clustered(catalog: Catalog) -> dict[str, str]:
    return {
        qualified(item.schema, item.table): name(item.name)
        for item in catalog.objects.values()
        if isinstance(item, IndexObject | ConstraintObject) and item.clustered
    }


def _is_there(table: str, catalog: Catalog) -> bool:
    return any(
        ident.kind in {"table", "materialized view"} and qualified(ident.schema, ident.name) == table
        for ident in catalog.objects
    )
