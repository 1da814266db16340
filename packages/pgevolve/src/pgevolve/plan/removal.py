"""What is dropped, and in which order: each before what it stands on."""

from collections.abc import Iterator, Mapping, Sequence

from pgevolve.catalog.attached import PolicyObject, RuleObject, StatisticsObject
from pgevolve.catalog.model import (
    Catalog,
    ConstraintObject,
    Ident,
    IndexObject,
    SchemaItem,
    SequenceObject,
    TriggerObject,
)
from pgevolve.plan import kinds
from pgevolve.plan.order import dependents, ordered
from pgevolve.plan.retyping.written import index_names
from pgevolve.quoting import name, qualified

_ON_TOP = frozenset(
    {"trigger", "rule", "policy", "publication", "event trigger", "statistics", "view", "materialized view"}
)
_ROUTINES = frozenset({"function", "aggregate"})


class Removal:
    """The statements that drop what is left over: title, statement, and whether it may share a transaction.

    `columns` are the statements that drop columns of tables which stay, `lost` these columns by name; what
    stands on a column goes first.
    What a dropped table or view takes along (its triggers, indexes, constraints, owned sequences) gets no
    statement of its own. All tables go in one statement, because they may refer to each other.

    With `at_once` a trigger goes that copies between columns, in one transaction with them: what is written
    in between would reach only one of the two. So no index is dropped in between: the columns take theirs
    along, and the others go beforehand.
    """

    def __init__(
        self,
        gone: Mapping[Ident, SchemaItem],
        columns: Mapping[Ident, Sequence[str]],
        before: Catalog,
        lost: frozenset[str] = frozenset(),
        *,
        at_once: bool = False,
    ) -> None:
        self.gone, self.columns, self.before, self.at_once = gone, columns, before, at_once
        self.alone = {
            ident: item
            for ident, item in gone.items()
            if not _goes_along(item, gone, before, lost) and not (at_once and _is_over(item, lost))
        }
        above = dependents([*columns, *(i for i in self.alone if _is_relation(i))], before.needs)
        self.order = list(reversed(ordered(self.alone, before.needs)))
        self.early = [i for i in self.order if i.kind in _ON_TOP or (i.kind in _ROUTINES and i in above)]

    def beforehand(self) -> Iterator[tuple[str, str, bool]]:
        """Yield what drops the indexes that nothing stands on, where nothing may come between later."""
        for item in self._free_indexes():
            yield "Removed", *_index_drop(item, self.before, concurrently=True)

    def _free_indexes(self) -> list[IndexObject]:
        if not self.at_once:
            return []
        needed = {other for others in self.before.needs.values() for other in others}
        items = (self.alone[ident] for ident in self.order if ident not in needed)
        return [item for item in items if isinstance(item, IndexObject)]

    def from_tables(self, *, concurrently: bool = True) -> Iterator[tuple[str, str, bool]]:
        """Yield what drops everything down to the tables."""
        first = [i for i in self.early if i.kind not in {"view", "materialized view", *_ROUTINES}]
        for ident in (*first, *(i for i in self.early if i not in first)):
            for statement in kinds.drop(self.alone[ident]):
                yield "Removed", statement, True
        keys = [item for item in self.gone.values() if _refers_to_what_goes(item, self.alone, self.before)]
        free = {item.ident for item in self._free_indexes()}
        items = [*keys, *(self.alone[ident] for ident in self.order if ident not in free)]
        concurrently = concurrently and not self.at_once
        yield from _constraints_and_indexes(items, self.before, concurrently=concurrently)
        for drops in self.columns.values():
            for statement in drops:
                yield "Removed", statement, True
        tables = sorted(ident for ident in self.alone if ident.kind == "table")
        if tables:
            names = ",\n    ".join(qualified(ident.schema, ident.name) for ident in tables)
            yield "Removed", f"DROP TABLE\n    {names}" if len(tables) > 1 else f"DROP TABLE {names}", True

    def from_below(self) -> Iterator[tuple[str, str, bool]]:
        """Yield what drops the rest: functions, types, sequences, schemas and what else tables may need."""
        done = {"table", "constraint", "index", "schema", "other"}
        rest = [i for i in self.order if i not in self.early and i.kind not in done]
        for ident in (*rest, *(i for i in self.order if i.kind == "schema")):
            for statement in kinds.drop(self.alone[ident]):
                yield "Removed", statement, True


def _is_relation(ident: Ident) -> bool:
    return ident.kind in {"table", "view", "materialized view"}


def _constraints_and_indexes(
    items: Sequence[SchemaItem], before: Catalog, *, concurrently: bool
) -> Iterator[tuple[str, str, bool]]:
    # A foreign key goes before the key that it points to.
    constraints = [item for item in items if isinstance(item, ConstraintObject)]
    for constraint in sorted(constraints, key=lambda constraint: constraint.kind != "f"):
        table = qualified(constraint.schema, constraint.table)
        yield "Removed", f"ALTER TABLE {table} DROP CONSTRAINT {name(constraint.name)}", True
    for item in items:
        if isinstance(item, IndexObject):
            yield "Removed", *_index_drop(item, before, concurrently=concurrently)


def _index_drop(item: IndexObject, before: Catalog, *, concurrently: bool) -> tuple[str, bool]:
    partitioned = getattr(before.table(item.schema, item.table), "partition_key", None) is not None
    at_once = partitioned or not concurrently
    word = "" if at_once else "CONCURRENTLY "
    return f"DROP INDEX {word}{qualified(item.schema, item.name)}", at_once


def _is_over(item: SchemaItem, lost: frozenset[str]) -> bool:
    """Tell whether an index goes with a column that it names."""
    if not isinstance(item, IndexObject):
        return False
    table = f"{qualified(item.schema, item.table)}."
    columns = (column.removeprefix(table) for column in lost if column.startswith(table))
    return any(index_names(item, column.strip('"').replace('""', '"')) for column in columns)


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


def _goes_along(
    item: SchemaItem, gone: Mapping[Ident, SchemaItem], before: Catalog, lost: frozenset[str]
) -> bool:
    """Tell whether something else that goes takes the object along."""
    if isinstance(item, TriggerObject | PolicyObject | RuleObject | IndexObject | ConstraintObject):
        holders = (Ident(kind, item.schema, item.table) for kind in ("table", "view", "materialized view"))
        return any(holder in gone for holder in holders)
    if isinstance(item, StatisticsObject):
        return any(needed in gone and needed.kind == "table" for needed in before.needs.get(item.ident, ()))
    if isinstance(item, SequenceObject) and item.owned_by is not None:
        return item.owned_by in lost or any(
            ident in gone and item.owned_by.startswith(f"{qualified(ident.schema, ident.name)}.")
            for ident in before.objects
            if ident.kind == "table"
        )
    return False
