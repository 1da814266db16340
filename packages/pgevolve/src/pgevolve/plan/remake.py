"""What cannot be changed in place: which objects go and come back, with everything that stands on them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from pgevolve.canonical import comparable
from pgevolve.catalog.model import (
    Catalog,
    ConstraintObject,
    FunctionObject,
    Ident,
    IndexObject,
    MaterializedViewObject,
    SchemaItem,
    SequenceObject,
    TableObject,
    ViewObject,
)
from pgevolve.diff import Alter
from pgevolve.plan import alter, kinds, swap
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.order import dependents

AnyView: TypeAlias = ViewObject | MaterializedViewObject
_COMES_BACK = frozenset(
    {
        "aggregate",
        "event trigger",
        "function",
        "materialized view",
        "policy",
        "publication",
        "rule",
        "statistics",
        "trigger",
        "view",
    }
)
_WRITTEN_OVER_COLUMNS = frozenset({"view", "materialized view", "policy", "rule", "trigger", "function"})
_BODY_AS_TEXT = re.compile(r"^ ?AS ", re.MULTILINE)


def definition_differs(before: FunctionObject | ViewObject, after: FunctionObject | ViewObject) -> bool:
    """Tell whether more than comment and owner differ."""
    plain = [replace(side, comment=None, owner=None) for side in (before, after)]
    return comparable(plain[0]) != comparable(plain[1])


def view_differs(before: ViewObject, after: ViewObject) -> bool:
    """Tell whether a view has to be made anew; comments and defaults of its columns change in place."""
    plain = [replace(side, column_comments=(), column_defaults=()) for side in (before, after)]
    return definition_differs(plain[0], plain[1])


def remade(
    before: Catalog,
    altered: Sequence[Alter],
    *,
    plain: bool = False,
    swapped: Iterable[Ident] = (),
    retyped: Iterable[Ident] = (),
) -> frozenset[Ident]:
    """Return the objects that have to go and come back, and those that stand on them.

    `swapped` are types that a new one replaces, `retyped` tables of which a column gets another type, so that
    what is written over them comes back too, or what stands on one such column. With `plain` a changed key or
    index is made anew in its place. Raises UnplannableChangeError where a table stands on one of them, or on
    a function whose meaning changes: the values it computed are stored.
    """
    start: set[Ident] = set()
    for change in altered:
        if isinstance(change.before, FunctionObject) and isinstance(change.after, FunctionObject):
            if not plain and definition_differs(change.before, change.after):
                _refuse_stored_results(before, change.before)
            if _has_other_signature(change.before, change.after):
                start.add(change.ident)
        elif _goes_and_comes_back(change) or (plain and _is_another_key(change)):
            start.add(change.ident)
    swapped, retyped = set(swapped), set(retyped)
    start -= swapped
    start |= _written_over(before, retyped) | {ident for ident in retyped if ident.kind != "table"}
    for of_type in swapped:
        start |= _written_over(before, {table.ident for table in swap.holders(before, of_type)})
        start |= {
            ident for ident, needs in before.needs.items() if of_type in needs and ident.kind != "table"
        }
        start |= set(swap.crossing_keys(before, of_type))
    others = dependents(start, before.needs)
    allowed = _COMES_BACK | {"constraint", "index"} if plain or swapped else _COMES_BACK
    for ident in others | start:
        if (
            ident.kind not in allowed
            and not _is_index_of(ident, start | others)
            and ident in others | swapped
        ):
            raise UnplannableChangeError(
                f"{ident} stands on something that has to be made again",
                "make the new one under a new name, move what stands on the old one, and drop that",
            )
    return frozenset(start | others)


def _goes_and_comes_back(change: Alter) -> bool:
    match change.before, change.after:
        case ViewObject() as old, ViewObject() as new:
            return view_differs(old, new)
        case old, new:
            return kinds.has(new) and kinds.change(old, new) is None


def _is_another_key(change: Alter) -> bool:
    match change.before, change.after:
        case ConstraintObject() as old, ConstraintObject() as new:
            return not alter.constraint_is_same(old, new) or (old.validated and not new.validated)
        case IndexObject() as old, IndexObject() as new:
            return not alter.index_is_same(old, new)
    return False


def _is_index_of(ident: Ident, going: set[Ident]) -> bool:
    """Tell whether an index is that of a materialised view which goes."""
    return ident.kind == "index" and Ident("materialized view", ident.schema, ident.table) in going


def _written_over(before: Catalog, tables: set[Ident]) -> set[Ident]:
    """Return what refers to columns of the tables and is not rebuilt by the server itself."""
    return {
        ident
        for ident, needs in before.needs.items()
        if ident.kind in _WRITTEN_OVER_COLUMNS and needs & tables and not has_text_body(before.objects[ident])
    }


def has_text_body(item: SchemaItem) -> bool:
    """Tell whether an object is a function that the server keeps as text, and looks at when it runs."""
    return isinstance(item, FunctionObject) and _BODY_AS_TEXT.search(item.definition) is not None


def _has_other_signature(before: FunctionObject, after: FunctionObject) -> bool:
    return (before.kind, before.result, before.signature) != (after.kind, after.result, after.signature)


def _refuse_stored_results(before: Catalog, function: FunctionObject) -> None:
    for ident, needs in before.needs.items():
        if function.ident in needs and ident.kind in {"table", "constraint", "index"}:
            raise UnplannableChangeError(
                f"the body of {function.ident}, on which {ident} stands: what it computed is stored",
                "write the new body under a new name (f_v2) and move the column, check or index to it",
            )


def refuse_taken_places(
    created: Iterable[SchemaItem],
    dropped: Iterable[SchemaItem],
    added_tables: frozenset[Ident] = frozenset(),
) -> None:
    """Raise UnplannableChangeError when a new object has the name of one that goes.

    A new table with the columns of one that goes counts too, because a rename looks like that, unless it is
    one of `added_tables`, which are said to be none.
    """
    gone = {place: item for item in dropped for place in _names(item)}
    for item in created:
        for place in _names(item):
            if place not in gone or (place[0] == "columns" and item.ident in added_tables):
                continue
            old = gone[place]
            if place[0] == "columns":
                by_hand = (
                    f'say in the models what the table was: info={{"renamed_from": "{old.ident.name}"}},'
                    ' or info={"renamed_from": None} if it was none; at a terminal `new` asks'
                )
            else:
                by_hand = "drop the old one in a migration of its own first"
            raise UnplannableChangeError(f"{item.ident} takes the place of {old.ident}", by_hand)


def _names(item: SchemaItem) -> list[tuple[object, ...]]:
    """Return what an object occupies: its name among relations, and a table its set of columns.

    A partition has the columns of every other.
    """
    if isinstance(item, TableObject) and item.partition_of is not None:
        return [("relation", item.schema, item.name)]
    if isinstance(item, TableObject):
        columns = frozenset(column.name for column in item.columns)
        return [("relation", item.schema, item.name), ("columns", columns)]
    if isinstance(item, ViewObject | MaterializedViewObject | SequenceObject | IndexObject) or (
        isinstance(item, ConstraintObject) and item.kind in "pux"
    ):
        return [("relation", item.schema, item.name)]
    return []


def lost_columns(before: AnyView, after: AnyView) -> list[str]:
    """Return the columns of a view that readers will not find any more."""
    return [column for column in before.columns if column not in after.columns]
