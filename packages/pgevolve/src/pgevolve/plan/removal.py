"""What is dropped, and in which order: each before what it stands on."""

from collections.abc import Iterator, Mapping, Sequence

from pgevolve.catalog.model import (
    Catalog,
    ConstraintObject,
    Ident,
    IndexObject,
    SchemaItem,
    SequenceObject,
    TriggerObject,
)
from pgevolve.plan import text
from pgevolve.plan.order import dependents, ordered
from pgevolve.quoting import name, qualified


def statements(
    gone: Mapping[Ident, SchemaItem], columns: Mapping[Ident, Sequence[str]], before: Catalog
) -> Iterator[tuple[str, str, bool]]:
    """Yield title, statement, and whether it may share a transaction.

    `columns` are the statements that drop columns of tables which stay; what stands on a column goes first.
    What a dropped table or view takes along (its triggers, indexes, constraints, owned sequences) gets no
    statement of its own. All tables go in one statement, because they may refer to each other.
    """
    alone = {ident: item for ident, item in gone.items() if not _goes_along(item, gone, before)}
    tables = [ident for ident in alone if ident.kind == "table"]
    above = dependents([*columns, *(i for i in alone if i.kind in {"table", "view"})], before.needs)
    order = list(reversed(ordered(alone, before.needs)))
    early = [i for i in order if i.kind == "trigger"]
    early += [i for i in order if i.kind in {"view", "function"} and (i in above or i.kind == "view")]
    for ident in early:
        yield "Removed", f"DROP {text.on_clause(alone[ident])}", True
    keys = [item for ident, item in gone.items() if _refers_to_what_goes(item, alone, before)]
    yield from _constraints_and_indexes([*keys, *(alone[ident] for ident in order)], before)
    for drops in columns.values():
        for statement in drops:
            yield "Removed", statement, True
    if tables:
        names = ",\n    ".join(qualified(ident.schema, ident.name) for ident in sorted(tables))
        yield "Removed", f"DROP TABLE\n    {names}" if len(tables) > 1 else f"DROP TABLE {names}", True
    for ident in order:
        if ident.kind in {"function", "enum", "sequence", "schema"} and ident not in early:
            yield "Removed", f"DROP {text.on_clause(alone[ident])}", True


def _constraints_and_indexes(items: Sequence[SchemaItem], before: Catalog) -> Iterator[tuple[str, str, bool]]:
    for item in items:
        if isinstance(item, ConstraintObject):
            table = qualified(item.schema, item.table)
            yield "Removed", f"ALTER TABLE {table} DROP CONSTRAINT {name(item.name)}", True
    for item in items:
        if isinstance(item, IndexObject):
            partitioned = getattr(before.table(item.schema, item.table), "partition_key", None) is not None
            word = "" if partitioned else "CONCURRENTLY "
            yield "Removed", f"DROP INDEX {word}{qualified(item.schema, item.name)}", partitioned


def _refers_to_what_goes(item: SchemaItem, alone: Mapping[Ident, SchemaItem], before: Catalog) -> bool:
    """Tell whether a foreign key of a dropped table stands on a key that goes before its table does."""
    return (
        isinstance(item, ConstraintObject)
        and item.kind == "f"
        and item.ident not in alone
        and any(
            needed.kind in {"constraint", "index"}
            for needed in before.needs.get(item.ident, ())
            if needed in alone
        )
    )


def _goes_along(item: SchemaItem, gone: Mapping[Ident, SchemaItem], before: Catalog) -> bool:
    if isinstance(item, TriggerObject):
        holders = Ident("table", item.schema, item.table), Ident("view", item.schema, item.table)
        return any(holder in gone for holder in holders)
    if isinstance(item, IndexObject | ConstraintObject):
        return Ident("table", item.schema, item.table) in gone
    if isinstance(item, SequenceObject) and item.owned_by is not None:
        return any(
            ident in gone and item.owned_by.startswith(f"{qualified(ident.schema, ident.name)}.")
            for ident in before.objects
            if ident.kind == "table"
        )
    return False
