"""Triggers of the project's own that would part columns which are kept alike until the contract."""

import re
from collections.abc import Iterator, Sequence

from pgevolve.catalog.model import Catalog, FunctionObject, Ident, TriggerObject, ViewObject
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.filling import Fillings, helper
from pgevolve.plan.retyping.written import mentions
from pgevolve.quoting import qualified

_BEFORE_ROW = re.compile(r"^CREATE TRIGGER .* BEFORE .*\b(?:INSERT|UPDATE)\b.* FOR EACH ROW ", re.DOTALL)
_INSTEAD = re.compile(r"^CREATE TRIGGER .* INSTEAD OF .*\b(?:INSERT|UPDATE)\b.* ON ", re.DOTALL)


def refuse_triggers(filled: Catalog, fillings: Fillings) -> None:
    """Refuse triggers that run after the one that keeps columns alike, or write in its place.

    `filled` is the state between the phases. Raises UnplannableChangeError.
    """
    for table, entries in fillings.items():
        pairs = [(source, entry.column.name) for entry in entries for source in entry.sources]
        if not pairs:
            continue
        for trigger in _later(filled, table, pairs):
            raise UnplannableChangeError(
                f"trigger {trigger.name} of {table} changes rows after {helper(table.name)}, which keeps"
                f" {' and '.join(pairs[0])} alike",
                f"give it a name that comes before {helper(table.name)}, in a migration before this one",
            )
        for trigger in _in_its_place(filled, table, pairs):
            raise UnplannableChangeError(
                f"trigger {trigger.name} writes for view {qualified(trigger.schema, trigger.table)}, which"
                f" shows {' and '.join(pairs[0])}: it knows one of them, and a write to the other is lost",
                "take the view or the trigger away in a migration before this one, or let the view show none"
                " of them",
            )


def _later(catalog: Catalog, table: Ident, pairs: Sequence[tuple[str, str]]) -> Iterator[TriggerObject]:
    """Yield the triggers that may change the columns later; the server goes by their names."""
    own, columns = helper(table.name).encode(), {column for pair in pairs for column in pair}
    for item in _triggers(catalog):
        is_after = (item.schema, item.table) == (table.schema, table.name) and item.name.encode() > own
        if is_after and _BEFORE_ROW.match(item.definition):
            text = "\n".join(_texts(catalog, item))
            if any(mentions(text, column) for column in columns):
                yield item


def _texts(catalog: Catalog, trigger: TriggerObject) -> Iterator[str]:
    yield trigger.definition
    for ident in catalog.needs.get(trigger.ident, frozenset()):
        item = catalog.objects.get(ident)
        if isinstance(item, FunctionObject):
            yield item.definition


def _in_its_place(
    catalog: Catalog, table: Ident, pairs: Sequence[tuple[str, str]]
) -> Iterator[TriggerObject]:
    for item in _triggers(catalog):
        view = catalog.objects.get(Ident("view", item.schema, item.table))
        if not isinstance(view, ViewObject) or not _INSTEAD.match(item.definition):
            continue
        if table not in catalog.needs.get(view.ident, frozenset()):
            continue
        if any({old, new} <= set(view.columns) for old, new in pairs):
            yield item


def _triggers(catalog: Catalog) -> list[TriggerObject]:
    found = [item for item in catalog.objects.values() if isinstance(item, TriggerObject)]
    return sorted(found, key=lambda item: (item.schema, item.table, item.name))
