"""The statements that change an object in place."""

from collections.abc import Iterator

from pgevolve.catalog.model import (
    ConstraintObject,
    FunctionObject,
    SchemaItem,
    SequenceObject,
    TableObject,
    TriggerObject,
    ViewObject,
)
from pgevolve.diff import Alter
from pgevolve.plan import alter, existing, kinds, remake, settings, text
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.quoting import name, qualified


def alteration(change: Alter) -> Iterator[str]:
    """Yield what turns one object into the other. Raises UnplannableChangeError."""
    before, after = change.before, change.after
    if isinstance(before, TriggerObject) and isinstance(after, TriggerObject):
        yield from alter.trigger(before, after)
        return
    if kinds.has(after):
        statements = kinds.change(before, after)
        if statements is None:
            raise UnplannableChangeError(
                f"{after.ident} becomes another", "make it under a new name, and move what stands on it"
            )
        yield from statements
    else:
        yield from _in_place(before, after)
    yield from alter.facts(before, after)


def _in_place(old: SchemaItem, new: SchemaItem) -> Iterator[str]:
    match old, new:
        case TableObject() as before, TableObject() as after:
            yield from alter.table(before, after)
            yield from settings.in_place(before, after)
        case FunctionObject() as before, FunctionObject() as after:
            if remake.definition_differs(before, after):
                yield text.function(after, replace=True)
        case ViewObject() as before, ViewObject() as after:
            yield from _view(before, after)
        case SequenceObject() as before, SequenceObject() as after:
            yield from alter.sequence(before, after)
        case ConstraintObject() as before, ConstraintObject() as after:
            # The planner of safe steps keeps these for later; here only plain ones arrive.
            if after.validated and not before.validated:
                table = qualified(after.schema, after.table)
                yield f"ALTER TABLE {table} VALIDATE CONSTRAINT {name(after.name)}"
            yield from existing.index_options(before.options, after)


def _view(before: ViewObject, after: ViewObject) -> Iterator[str]:
    comments, defaults = dict(before.column_comments), dict(before.column_defaults)
    new_comments, new_defaults = dict(after.column_comments), dict(after.column_defaults)
    for column in after.columns:
        if comments.get(column) != new_comments.get(column):
            yield text.comment(text.column_on(after.ident, column), new_comments.get(column))
        if defaults.get(column) != new_defaults.get(column):
            yield text.view_default(after, column, new_defaults.get(column))
