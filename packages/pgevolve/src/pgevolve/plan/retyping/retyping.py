"""One column that gets another type: what it was, what it becomes, and how values go there and back."""

from collections.abc import Iterable
from dataclasses import dataclass

from pgevolve.catalog.model import Column, Ident
from pgevolve.quoting import name


@dataclass(frozen=True, slots=True)
class Conversion:
    """An expression over the row that gives the value of a column; `is_said` by the models."""

    sql: str
    is_said: bool = False

    def in_trigger(self, table: Ident) -> str:
        """Return it over the row that a trigger is to return."""
        if not self.is_said:
            return f"NEW.{self.sql}"
        return f"(SELECT {self.sql} FROM (SELECT NEW.*) AS {name(table.name)})"  # noqa: S608 - of the models


@dataclass(frozen=True, slots=True)
class Retyping:
    """A column that another one, of the new type and a name of its own, stands beside until the contract.

    `there` gives the value of the new column, `back` that of the old one, `for_batch` the former beside the
    new column in one expression. With `is_exact` a value that goes
    there and back is the same, or was refused. `settings` are those under which both mean the same for every
    writer. `below` are the partitions that have the column from this table.
    """

    table: Ident
    old: Column
    new: Column
    beside: str
    there: Conversion
    back: Conversion
    for_batch: str
    is_exact: bool
    settings: tuple[str, ...] = ()
    below: tuple[Ident, ...] = ()

    @property
    def tables(self) -> tuple[Ident, ...]:
        """The table and its partitions."""
        return (self.table, *self.below)

    @property
    def column(self) -> str:
        """The name, before and after."""
        return self.old.name


def names_beside(retypings: Iterable[Retyping], table: Ident) -> dict[str, str]:
    """Return the names of the new columns of a table, by those that they will have."""
    return {entry.column: entry.beside for entry in retypings if table in entry.tables}
