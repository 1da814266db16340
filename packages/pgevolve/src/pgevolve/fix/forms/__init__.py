"""The safe forms by the rule whose finding asks for them."""

from collections.abc import Callable

from pgevolve.fix.forms import alone, constraint, index, key, not_null, upkeep
from pgevolve.fix.model import Outcome, Site

Form = Callable[[Site], Outcome]

FORMS: dict[str, Form] = {
    "PE101": index.create,
    "PE102": index.drop,
    "PE103": constraint.not_valid,
    "PE104": not_null.proved,
    "PE105": constraint.not_valid,
    "PE106": key.from_index,
    "PE107": key.from_index,
    "PE118": upkeep.reindex,
    "PE119": upkeep.refresh,
    "PE121": upkeep.detach,
    "PE125": alone.validation,
    "PE401": alone.by_itself,
    "PE402": alone.label,
    "PE403": alone.by_itself,
    "PE404": key.over_filled_columns,
}
