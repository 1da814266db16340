"""What is dropped, and in which order: each before what it stands on."""

from collections.abc import Iterator, Mapping

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


def statements(gone: Mapping[Ident, SchemaItem], before: Catalog) -> Iterator[tuple[str, str, bool]]:
    """Yield title, statement, and whether it may share a transaction.

    What a dropped table or view takes along (its triggers, indexes, constraints, owned sequences) gets no
    statement of its own. All tables go in one statement, because they may refer to each other.
    """
    alone = {ident: item for ident, item in gone.items() if not _goes_along(item, gone, before)}
    tables = [ident for ident in alone if ident.kind == "table"]
    above = dependents(tables, before.needs)
    order = list(reversed(ordered(alone, before.needs)))
    early = [i for i in order if i.kind == "trigger"]
    early += [i for i in order if i.kind in {"view", "function"} and (i in above or i.kind == "view")]
    for ident in early:
        yield "Removed", f"DROP {text.on_clause(alone[ident])}", True
    for ident in order:
        item = alone[ident]
        if isinstance(item, ConstraintObject):
            table = qualified(item.schema, item.table)
            yield "Removed", f"ALTER TABLE {table} DROP CONSTRAINT {name(item.name)}", True
    for ident in order:
        item = alone[ident]
        if isinstance(item, IndexObject):
            partitioned = getattr(before.table(item.schema, item.table), "partition_key", None) is not None
            word = "" if partitioned else "CONCURRENTLY "
            yield "Removed", f"DROP INDEX {word}{qualified(item.schema, item.name)}", partitioned
    if tables:
        names = ",\n    ".join(qualified(ident.schema, ident.name) for ident in sorted(tables))
        yield "Removed", f"DROP TABLE\n    {names}" if len(tables) > 1 else f"DROP TABLE {names}", True
    for ident in order:
        if ident.kind in {"function", "enum", "sequence", "schema"} and ident not in early:
            yield "Removed", f"DROP {text.on_clause(alone[ident])}", True


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
