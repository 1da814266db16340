"""What cannot be changed in place: which objects go and come back, with everything that stands on them."""

from collections.abc import Iterable
from dataclasses import replace

from pgevolve.canonical import comparable
from pgevolve.catalog.model import (
    Catalog,
    ConstraintObject,
    FunctionObject,
    Ident,
    IndexObject,
    SchemaItem,
    SequenceObject,
    TableObject,
    ViewObject,
)
from pgevolve.diff import Alter
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.order import dependents

_COMES_BACK = frozenset({"view", "function", "trigger"})


def definition_differs(before: FunctionObject | ViewObject, after: FunctionObject | ViewObject) -> bool:
    """Tell whether more than comment and owner differ."""
    plain = [replace(side, comment=None, owner=None) for side in (before, after)]
    return comparable(plain[0]) != comparable(plain[1])


def remade(before: Catalog, altered: Iterable[Alter]) -> frozenset[Ident]:
    """Return the views and functions that have to go and come back, and those that stand on them.

    Raises UnplannableChangeError where a table stands on one of them, or on a function whose meaning changes:
    the values it computed are stored.
    """
    start = set()
    for change in altered:
        if isinstance(change.before, FunctionObject) and isinstance(change.after, FunctionObject):
            if definition_differs(change.before, change.after):
                _refuse_stored_results(before, change.before)
            if _has_other_signature(change.before, change.after):
                start.add(change.ident)
        elif (
            isinstance(change.before, ViewObject)
            and isinstance(change.after, ViewObject)
            and definition_differs(change.before, change.after)
        ):
            start.add(change.ident)
    others = dependents(start, before.needs)
    for ident in others:
        if ident.kind not in _COMES_BACK:
            raise UnplannableChangeError(
                f"{ident} stands on something that has to be made again",
                "make the new one under a new name, move what stands on the old one, and drop that",
            )
    return frozenset(start | others)


def _has_other_signature(before: FunctionObject, after: FunctionObject) -> bool:
    return (before.kind, before.result, before.signature) != (after.kind, after.result, after.signature)


def _refuse_stored_results(before: Catalog, function: FunctionObject) -> None:
    for ident, needs in before.needs.items():
        if function.ident in needs and ident.kind in {"table", "constraint", "index"}:
            raise UnplannableChangeError(
                f"the body of {function.ident}, on which {ident} stands: what it computed is stored",
                "write the new body under a new name (f_v2) and move the column, check or index to it",
            )


def refuse_taken_places(created: Iterable[SchemaItem], dropped: Iterable[SchemaItem]) -> None:
    """Raise UnplannableChangeError when a new object has the name of one that goes.

    A new table with the columns of one that goes counts too: a rename looks like that.
    """
    gone = {place: item for item in dropped for place in _names(item)}
    for item in created:
        for place in _names(item):
            if place in gone:
                raise UnplannableChangeError(
                    f"{item.ident} takes the place of {gone[place].ident}",
                    "write a rename by hand; if it is none, drop the old one in a migration of its own first",
                )


def _names(item: SchemaItem) -> list[tuple[object, ...]]:
    """Return what an object occupies: its name among relations, and a table its set of columns."""
    if isinstance(item, TableObject):
        columns = frozenset(column.name for column in item.columns)
        return [("relation", item.schema, item.name), ("columns", columns)]
    if isinstance(item, ViewObject | SequenceObject | IndexObject) or (
        isinstance(item, ConstraintObject) and item.kind in "pux"
    ):
        return [("relation", item.schema, item.name)]
    return []


def lost_columns(before: ViewObject, after: ViewObject) -> list[str]:
    """Return the columns of a view that readers will not find any more."""
    return [column for column in before.columns if column not in after.columns]
