"""How the old and the new column are kept in step, and how the rows that are there are filled."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from pgevolve.catalog.model import Column, Ident
from pgevolve.plan.filling import Filled, Fillings, differ
from pgevolve.plan.intent import Intent
from pgevolve.plan.retyping.retyping import Retyping
from pgevolve.quoting import name


@dataclass(frozen=True, slots=True)
class Retyped(Filled):
    """The new column as one that has to be filled."""

    retyping: Retyping | None = None

    @property
    def pending(self) -> str:
        """Return the condition of a row that is not filled yet; one that was written is left alone."""
        retyping = self._retyping()
        value = f"({retyping.there.sql})" if retyping.there.is_said else name(retyping.column)
        return f"({name(retyping.beside)} IS NULL AND {value} IS NOT NULL)"

    @property
    def assignment(self) -> str:
        """Return what an UPDATE sets; a row that waits for another column only keeps what it has."""
        new, value = name(self.column.name), self._retyping().for_batch
        return f"{new} = coalesce({new}, {value})"

    @property
    def settings(self) -> tuple[str, ...]:
        """Return the settings that the trigger needs."""
        return self._retyping().settings

    def body(self, table: Ident) -> Iterator[str]:
        """Yield the lines of the trigger: what the writer gave or changed is converted to the other."""
        retyping = self._retyping()
        new, old = f"NEW.{name(retyping.beside)}", f"NEW.{name(retyping.column)}"
        there, back = retyping.there.in_trigger(table), retyping.back.in_trigger(table)
        yield f"  -- {retyping.column}: whichever of the two the writer gave or changed becomes the other."
        yield "  DECLARE"
        yield f"    is_given boolean := {new} IS NOT NULL;"
        if not retyping.is_exact:
            yield f"    converted {retyping.new.type};"
        yield "  BEGIN"
        changed, old_changed = (differ(one, one.replace("NEW.", "OLD.", 1)) for one in (new, old))
        yield "    IF TG_OP = 'UPDATE' THEN"
        yield f"      is_given := {changed};"
        yield "    END IF;"
        yield "    IF is_given THEN"
        yield from _written_to_the_new(retyping, there, back, new, old)
        yield "    ELSIF TG_OP = 'INSERT' THEN"
        yield f"      {new} := {there};"
        yield f"    ELSIF {old_changed} THEN"
        yield f"      {new} := {there};"
        yield "    END IF;"
        yield "  END;"

    def _retyping(self) -> Retyping:
        assert self.retyping is not None
        return self.retyping


def beside(column: Column, retyping: Retyping) -> Column:
    """Return a new column under the name beside the old one.

    It neither counts nor has a default until the contract.
    """
    return replace(column, name=retyping.beside, default=None, identity="", identity_options=None)


def with_new_columns(fillings: Fillings, retypings: Iterable[Retyping]) -> Fillings:
    """Return what has to be filled, the new columns among it."""
    found = dict(fillings)
    for entry in retypings:
        filled = Retyped(beside(entry.new, entry), entry.there.sql, entry.column, entry)
        found[entry.table] = (*found.get(entry.table, ()), filled)
    return found


def as_renames(intent: Intent, retypings: Iterable[Retyping]) -> Intent:
    """Return what is said, and that each new column was the old one."""
    renames = {table: dict(columns) for table, columns in intent.renames.items()}
    for entry in retypings:
        for table in entry.tables:
            renames.setdefault(table, {})[entry.beside] = entry.column
    return replace(intent, renames=MappingProxyType(renames))


def _written_to_the_new(retyping: Retyping, there: str, back: str, new: str, old: str) -> Iterator[str]:
    if retyping.is_exact:
        yield f"      {old} := {back};"
        return
    yield "      -- A batch writes what the old value becomes: that one stays, to the last digit."
    yield "      BEGIN"
    yield f"        converted := {there};"
    yield "      EXCEPTION WHEN OTHERS THEN"
    yield "        converted := NULL;"
    yield "      END;"
    yield f"      IF {differ('converted', new)} THEN"
    yield f"        {old} := {back};"
    yield "      END IF;"
