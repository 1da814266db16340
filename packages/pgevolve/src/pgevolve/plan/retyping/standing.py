"""What is written over a retyped column: it goes before the old one, and comes back over the new one."""

from pgevolve.catalog.attached import PolicyObject, RuleObject, StatisticsObject
from pgevolve.catalog.database import PublicationObject
from pgevolve.catalog.model import (
    Catalog,
    FunctionObject,
    Ident,
    MaterializedViewObject,
    SchemaItem,
    TriggerObject,
    ViewObject,
)
from pgevolve.plan.order import dependents
from pgevolve.plan.remake import has_text_body
from pgevolve.plan.retyping.retyping import Retyping
from pgevolve.plan.retyping.written import mentions
from pgevolve.quoting import qualified


def standing_on(catalog: Catalog, retypings: tuple[Retyping, ...]) -> set[Ident]:
    """Return views, functions, triggers, policies and the like that name the columns, and what needs these.

    A word that is the name of a column counts, whatever it means there: made again for nothing is no harm.
    """
    found = {
        ident
        for ident, item in catalog.objects.items()
        for entry in retypings
        if _is_over(catalog, ident, item, entry)
    }
    return found | {ident for ident in dependents(found, catalog.needs) if ident in catalog.objects}


def _is_over(catalog: Catalog, ident: Ident, item: SchemaItem, retyping: Retyping) -> bool:
    if isinstance(item, PublicationObject):
        table = qualified(retyping.table.schema, retyping.table.name)
        return any(
            entry.table == table
            and (retyping.column in entry.columns or mentions(entry.where or "", retyping.column))
            for entry in item.tables
        )
    if retyping.table not in catalog.needs.get(ident, frozenset()):
        return False
    return any(mentions(text, retyping.column) for text in _texts(item))


def _texts(item: SchemaItem) -> tuple[str, ...]:
    match item:
        case ViewObject() | MaterializedViewObject() | TriggerObject() | RuleObject() | StatisticsObject():
            return (item.definition,)
        case FunctionObject() if not has_text_body(item):
            return (item.definition,)
        case PolicyObject():
            return (item.using or "", item.check or "")
    return ()
