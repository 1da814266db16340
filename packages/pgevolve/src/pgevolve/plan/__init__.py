"""Two catalogues -> migrations: what running code needs first, what it no longer needs last.

`expand` leads to a middle state in which old and new code both work: everything new is there, nothing old is
gone yet. `contract` removes the rest. Columns that have to be filled make two of the first: one that adds
them and fills them in batches, and one for what stands on filled columns.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from pgevolve.catalog.model import (
    Catalog,
    Column,
    ConstraintObject,
    EnumObject,
    GrantObject,
    Ident,
    RowsObject,
    SchemaItem,
    TableObject,
    ViewObject,
)
from pgevolve.catalog.types import CompositeObject
from pgevolve.diff import AlterRows, Change, Create, Deny, Drop, diff
from pgevolve.plan import alter, between, identity, renames, retyping, rows, twins
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.filling import Fillings, backfill, fillings
from pgevolve.plan.intent import Intent, intent_of
from pgevolve.plan.merging.filled import with_merges
from pgevolve.plan.partitions import leaves
from pgevolve.plan.remake import AnyView, lost_columns, refuse_taken_places
from pgevolve.plan.shared_views import with_old_names
from pgevolve.plan.steps import plain_steps, steps
from pgevolve.plan.triggers import refuse_triggers
from pgevolve.step import Step

__all__ = ["Intent", "PlannedMigration", "UnplannableChangeError", "intent_of", "plain_steps", "plan"]


@dataclass(frozen=True, slots=True)
class PlannedMigration:
    """One migration: its phase, its statements, and those that undo it, or why nothing can.

    `ending` tells it from the others of one plan. `backfill` runs in batches after its statements.
    """

    phase: Literal["expand", "contract"]
    up: tuple[Step, ...]
    down: tuple[Step, ...] | None
    irreversible: str | None
    backfill: str | None = None
    ending: str = ""


def plan(
    changes: tuple[Change, ...], current: Catalog, target: Catalog, intent: Intent | None = None
) -> tuple[PlannedMigration, ...]:
    """Return the migrations from one catalogue to the other: none, one, or expands and a contract.

    In `current` the objects that `intent` renames have their new names already.

    Raises UnplannableChangeError for a change that no safe statements are known for.
    """
    said = intent or Intent()
    kept = twins.twins(current, target, said)
    staged = twins.staged(current, target, kept)
    moved = twins.without(said, kept)
    retyped = retyping.retypings(current, staged.catalog, moved)
    beside = retyping.staged(current, staged.catalog, retyped)
    if kept or retyped:
        changes = diff(current, beside.catalog)
    refuse_taken_places(
        [change.item for change in changes if isinstance(change, Create)],
        [change.item for change in changes if isinstance(change, Drop)],
        said.added_tables,
    )
    to_fill = with_merges(fillings(current, beside.catalog, moved), current, beside.catalog, moved)
    to_fill = twins.with_twins(retyping.with_new_columns(to_fill, retyped), kept)
    middle = _middle(changes, current, beside.catalog, retyping.as_renames(said, retyped))
    middle = renames.with_old_names(middle, current, said.objects)
    filled = between.filled_state(middle, to_fill)
    refuse_triggers(filled, to_fill)
    first, *others = _expanding(current, filled, to_fill)
    planned = [_with_renamings(first, said, late=False), *others]
    _refuse_early_use(planned, said)
    exchange = retyping.exchange(filled, staged.catalog, beside, retyped)
    exchange = twins.exchanged(exchange, target, staged, kept)
    leads_back = not kept and retyping.leads_back(retyped)
    contract = _contract(filled, target, exchange, retyping.back(target, retyped) if leads_back else None)
    planned.append(replace(_with_renamings(contract, said, late=True), ending="_contract"))
    return tuple(migration for migration in planned if migration.up)


def _contract(
    filled: Catalog, target: Catalog, exchange: retyping.Exchange, back: retyping.Exchange | None
) -> PlannedMigration:
    if not exchange.statements:
        return _planned("contract", filled, target)
    up = steps(exchange.after, target, swaps=True, exchange=exchange)
    lost = _lost_data(exchange.after, target)
    if lost or back is None:
        return PlannedMigration("contract", up, None, _drops([*lost, *exchange.lost]))
    try:
        return PlannedMigration("contract", up, plain_steps(back.after, filled, exchange=back), None)
    except UnplannableChangeError as error:
        return PlannedMigration("contract", up, None, f"{error}; {error.by_hand}")


def _drops(lost: Sequence[str]) -> str:
    return f"drops the data of {', '.join(lost)}"


def _refuse_early_use(expanding: Sequence[PlannedMigration], intent: Intent) -> None:
    """Refuse what needs a name that comes at contract only. Raises UnplannableChangeError."""
    late = {renaming.new: renaming for renaming in intent.renamings if renaming.late}
    for migration in expanding:
        for text in (*(step.sql for step in migration.up), migration.backfill or ""):
            for new, renaming in late.items():
                if re.search(rf"(?<!\w){re.escape(new)}(?!\w)", text):
                    raise UnplannableChangeError(
                        f"rename: {renaming.there} is for the contract, and other changes need the new name"
                        " before",
                        "make the rename in a migration of its own, before the rest",
                    )


def _expanding(current: Catalog, filled: Catalog, to_fill: Fillings) -> Iterator[PlannedMigration]:
    if not to_fill:
        yield _planned("expand", current, filled)
        return
    empty = between.empty_state(current, filled, to_fill)
    yield replace(_planned("expand", current, empty), backfill=backfill(to_fill))
    yield replace(_planned("expand", empty, filled), ending="_filled")


def _with_renamings(first: PlannedMigration, intent: Intent, *, late: bool) -> PlannedMigration:
    """Put the renames into the first transaction, in which the views under the old names are made too."""
    renamings = [renaming for renaming in intent.renamings if renaming.late == late]
    there = tuple(Step(renaming.there) for renaming in renamings)
    back = tuple(Step(renaming.back) for renaming in reversed(renamings))
    place = next((i for i, step in enumerate(first.up) if step.transactional), len(first.up))
    up = (*first.up[:place], *there, *first.up[place:])
    return replace(first, up=up, down=None if first.down is None else (*first.down, *back))


def _planned(phase: Literal["expand", "contract"], before: Catalog, after: Catalog) -> PlannedMigration:
    up = steps(before, after, swaps=phase == "contract")
    lost = _lost_data(before, after)
    if lost:
        return PlannedMigration(phase, up, None, _drops(lost))
    try:
        return PlannedMigration(phase, up, steps(after, before), None)
    except UnplannableChangeError as error:
        return PlannedMigration(phase, up, None, f"{error}; {error.by_hand}")


def _lost_data(before: Catalog, after: Catalog) -> list[str]:
    """Return which data the way back could not bring back."""
    lost = []
    for ident, item in before.objects.items():
        if not isinstance(item, TableObject):
            continue
        there = after.objects.get(ident)
        if not isinstance(there, TableObject):
            lost.append(str(ident))
            continue
        kept = {column.name for column in there.columns}
        lost += [f"column {column.name} of {ident}" for column in item.columns if column.name not in kept]
    return lost


def _middle(changes: tuple[Change, ...], current: Catalog, target: Catalog, intent: Intent) -> Catalog:
    """Return the state between the phases: the target, and all of the current that is still in use."""
    objects: dict[Ident, SchemaItem] = dict(target.objects)
    row_sets: dict[Ident, RowsObject] = dict(target.rows)
    kept_grants: set[GrantObject] = set()
    taken_over = identity.taken_over(current, target)
    for change in changes:
        if isinstance(change, Drop) and change.ident not in taken_over:
            objects[change.ident] = change.item
        elif isinstance(change, Deny):
            kept_grants.add(change.grant)
        elif isinstance(change, AlterRows):
            row_sets[change.ident] = _kept_rows(change)
    for ident, item in target.objects.items():
        objects[ident] = _in_between(current, item, intent)
    for ident, table in current.objects.items():
        wanted = target.objects.get(ident)
        if isinstance(table, TableObject) and isinstance(wanted, TableObject) and leaves(table, wanted):
            # Until it leaves, what its parent brought stands there under these names.
            for brought in table.brought:
                objects.pop(brought.ident, None)
    needs = {
        ident: target.needs.get(ident, frozenset()) | current.needs.get(ident, frozenset())
        for ident in {*target.needs, *current.needs}
        if ident in objects
    }
    return Catalog(
        objects=MappingProxyType(objects),
        rows=MappingProxyType(row_sets),
        grants=target.grants | frozenset(_possible(kept_grants, objects)),
        needs=MappingProxyType(needs),
        version=target.version,
    )


def _in_between(current: Catalog, after: SchemaItem, intent: Intent) -> SchemaItem:
    before = current.objects.get(after.ident)
    if isinstance(before, TableObject) and isinstance(after, TableObject):
        kept = {column.name for column in after.columns}
        renamed = intent.renamed(after)
        going = tuple(
            column
            if _stays_required(current, before, after, column, renamed)
            else replace(column, not_null=False)
            for column in before.columns
            if column.name not in kept
        )
        old_columns = {column.name: column for column in before.columns}
        old, new = intent.explained(after)
        added = [column.name for column in after.columns if column.name not in {*old_columns, *new}]
        unsaid = [column.name for column in going if column.name not in old]
        if unsaid and added:
            raise alter.ambiguous(after, unsaid, added)
        kept_columns = tuple(_counting_for_both(old_columns.get(c.name), c) for c in after.columns)
        return _still_in_its_place(before, replace(after, columns=kept_columns + going))
    if isinstance(before, EnumObject) and isinstance(after, EnumObject):
        return replace(after, labels=_all_labels(before.labels, after.labels))
    if isinstance(before, CompositeObject) and isinstance(after, CompositeObject):
        kept = {attribute.name for attribute in after.attributes}
        staying = tuple(attribute for attribute in before.attributes if attribute.name not in kept)
        return replace(after, attributes=after.attributes + staying)
    if isinstance(before, AnyView) and isinstance(after, AnyView) and lost_columns(before, after):
        if lost_columns(after, before):
            if isinstance(before, ViewObject) and isinstance(after, ViewObject):
                both = with_old_names(before, after, intent.old_names() | _going(current, intent))
                if both is not None:
                    return both
            raise UnplannableChangeError(
                f"{after.ident} loses {', '.join(lost_columns(before, after))}"
                f" and gains {', '.join(lost_columns(after, before))}",
                "make the loss and the gain in two migrations",
            )
        return before
    return after


def _going(current: Catalog, intent: Intent) -> set[str]:
    """Return the names of columns of which it is said that they become no new ones."""
    tables = (current.objects[ident] for ident in intent.added)
    return {column.name for table in tables if isinstance(table, TableObject) for column in table.columns}


def _stays_required(
    current: Catalog, before: TableObject, after: TableObject, going: Column, renamed: Mapping[str, str]
) -> bool:
    """Tell whether a column that goes keeps NOT NULL: new code does not fill one that it does not know."""
    required = {column.name for column in after.columns if column.not_null}
    # What becomes of it fills it.
    if any(old == going.name and new in required for new, old in renamed.items()):
        return True
    return going.name in _primary_key(current, before) or _fills_itself(going) or going.inherited


def _still_in_its_place(before: TableObject, after: TableObject) -> TableObject:
    """Return the table as a partition of whom it was one, and with every parent: it leaves at contract."""
    inherits = (*after.inherits, *(parent for parent in before.inherits if parent not in after.inherits))
    if before.partition_of is None:
        return replace(after, inherits=inherits, brought=before.brought)
    return replace(
        after,
        inherits=inherits,
        partition_of=before.partition_of,
        partition_bound=before.partition_bound,
        partition_check=before.partition_check,
        brought=before.brought,
    )


def _all_labels(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """Return the old labels in their order, and each new one behind its neighbour."""
    labels = list(before)
    for place, label in enumerate(after):
        if label not in before:
            labels.insert(labels.index(after[place - 1]) + 1 if place else 0, label)
    return tuple(labels)


def _primary_key(catalog: Catalog, table: TableObject) -> set[str]:
    return {
        column
        for item in catalog.objects.values()
        if isinstance(item, ConstraintObject) and item.kind == "p"
        if (item.schema, item.table) == (table.schema, table.name)
        for column in item.columns
    }


def _counting_for_both(before: Column | None, after: Column) -> Column:
    """Return a column that begins to count so that old code may go on to give its values."""
    if before is not None and not before.identity and after.identity == "a":
        return replace(after, identity="d")
    return after


def _fills_itself(column: Column) -> bool:
    return column.default is not None or bool(column.identity)


def _kept_rows(change: AlterRows) -> RowsObject:
    """Return the wanted rows and those that are still there, which the contract deletes."""
    if change.after is None or change.before is None:
        side = change.after or change.before
        assert side is not None
        return side
    wanted = change.after.by_key()
    before = rows.with_columns(change.before, change.after)
    extra = tuple(row for key, row in before.by_key().items() if key not in wanted)
    return replace(change.after, rows=change.after.rows + extra)


def _possible(grants: set[GrantObject], objects: dict[Ident, SchemaItem]) -> set[GrantObject]:
    return {grant for grant in grants if grant.on in objects}
