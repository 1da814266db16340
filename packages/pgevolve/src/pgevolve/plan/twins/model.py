"""One renamed column that keeps what it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from pgevolve.catalog.model import Ident
from pgevolve.plan.intent import Intent
from pgevolve.plan.retyping.retyping import Retyping


@dataclass(frozen=True, slots=True)
class Twin(Retyping):
    """A column with the plain one that stands `beside` it, whose name it takes at contract.

    By a column that parts the rows of a table nothing can be kept in step: it `is_alone`, and has its new
    name at contract only.
    """

    is_alone: bool = False

    def under_its_new_name(self) -> "Twin":
        """Return it as what names the column in the target."""
        return replace(self, old=replace(self.old, name=self.beside))


def names(twins: Iterable[Twin], table: Ident, *, back: bool = False) -> dict[str, str]:
    """Return the new names of a table's columns by the old ones, or the other way round."""
    pairs = ((entry.column, entry.beside) for entry in twins if table in entry.tables)
    return {new: old for old, new in pairs} if back else dict(pairs)


def without(intent: Intent, twins: Iterable[Twin]) -> Intent:
    """Return what is said beyond these renames."""
    renames: dict[Ident, Mapping[str, str]] = dict(intent.renames)
    for entry in twins:
        for table in entry.tables:
            left = {new: old for new, old in renames.get(table, {}).items() if new != entry.beside}
            renames[table] = MappingProxyType(left)
    return replace(intent, renames=MappingProxyType({table: said for table, said in renames.items() if said}))
