"""The safe forms by the rule whose finding asks for them."""

from collections.abc import Callable

from pgevolve.fix.forms import alone, constraint, index, key, new_column, not_null, partition, rows, upkeep
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
    "PE110": new_column.with_default,
    "PE111": new_column.numbered,
    "PE118": upkeep.reindex,
    "PE119": upkeep.refresh,
    "PE120": partition.attach,
    "PE121": upkeep.detach,
    "PE125": alone.validation,
    "PE302": rows.change,
    "PE303": rows.change,
    "PE305": rows.change,
    "PE401": alone.by_itself,
    "PE402": alone.label,
    "PE403": alone.by_itself,
    "PE404": key.over_filled_columns,
}
