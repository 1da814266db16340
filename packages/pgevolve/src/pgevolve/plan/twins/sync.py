"""How the plain column is kept in step with the one whose name it holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pgevolve.catalog.model import Column, Ident
from pgevolve.plan.filling import SEARCH_PATH, Filled, Fillings
from pgevolve.plan.retyping.sync import Retyped
from pgevolve.plan.twins.model import Twin
from pgevolve.quoting import name


@dataclass(frozen=True, slots=True)
class _Synced(Retyped):
    """The twin of a column that is written: whichever of the two changes is copied to the other."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Nothing waits for the twin: the column stays what it is."""
        return ()


@dataclass(frozen=True, slots=True)
class _Computed(Filled):
    """The twin of a computed column: nobody writes it, and the trigger computes what the server computes."""

    expression: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Nothing waits for the twin: the column stays what it is."""
        return ()

    @property
    def settings(self) -> tuple[str, ...]:
        """Return the settings under which the expression means the same for every writer."""
        return (SEARCH_PATH,)

    def body(self, table: Ident) -> Iterator[str]:
        """Yield the line of the trigger: the server itself computes only after it."""
        row = f"(SELECT NEW.*) AS {name(table.name)}"
        yield f"  NEW.{name(self.column.name)} := (SELECT {self.expression} FROM {row});"  # noqa: S608 - the server's own words


def plain(entry: Twin, column: Column) -> Column:
    """Return the column that stands beside: it neither counts nor computes, and may be empty."""
    return replace(
        column,
        name=entry.beside,
        default=None,
        identity="",
        identity_options=None,
        generated="",
        not_null=False,
        storage=None,
        comment=None,
    )


def with_twins(fillings: Fillings, twins: Iterable[Twin]) -> Fillings:
    """Return what has to be filled, the twins among it."""
    found = dict(fillings)
    for entry in twins:
        if entry.is_alone:
            continue
        column, value = plain(entry, entry.new), name(entry.column)
        filled: Filled = _Synced(column, value, entry.column, entry)
        if entry.old.generated:
            filled = _Computed(column, value, entry.column, entry.old.default or "NULL")
        found[entry.table] = (*found.get(entry.table, ()), filled)
    return found
