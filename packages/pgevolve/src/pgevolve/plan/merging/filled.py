"""The new columns of a merge or split: how they are filled, and the trigger that computes both ways."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pgevolve.catalog.model import Catalog, Ident, TableObject
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.filling import SEARCH_PATH, Filled, Fillings, has_relatives
from pgevolve.plan.intent import Intent
from pgevolve.plan.merging.model import Merge
from pgevolve.quoting import name


def with_merges(fillings: Fillings, current: Catalog, target: Catalog, intent: Intent) -> Fillings:
    """Return what has to be filled, the columns of merges and splits among it.

    Raises UnplannableChangeError for columns that take no value, and in tables with partitions or children.
    """
    found = dict(fillings)
    for ident, merges in intent.merges.items():
        before, after = current.objects[ident], target.objects[ident]
        assert isinstance(before, TableObject)
        assert isinstance(after, TableObject)
        if has_relatives(current, before):
            raise UnplannableChangeError(
                f"{merges[0]} in {ident}, a table with partitions or children",
                "write the columns, the trigger and the batches by hand",
            )
        new = {column for merge in merges for column in merge.new}
        others = tuple(entry for entry in found.get(ident, ()) if entry.column.name not in new)
        found[ident] = (*others, *(entry for merge in merges for entry in _merged(before, after, merge)))
    return found


@dataclass(frozen=True, slots=True)
class Merged(Filled):
    """One new column of a merge; the first of them writes for all."""

    merge: Merge | None = None
    types: Mapping[str, str] | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns with which it is one until the contract."""
        return tuple(self._merge().old)

    @property
    def pending(self) -> str:
        """Return the condition of a row of which no new column holds anything, and one would."""
        new = self._merge().new
        empty = " AND ".join(f"{name(column)} IS NULL" for column in new)
        filled = " OR ".join(f"({value}) IS NOT NULL" for value in new.values())
        return f"({empty} AND ({filled}))"

    @property
    def assignment(self) -> str:
        """Return what an UPDATE sets: the value where the row is pending, else what it holds."""
        column = name(self.column.name)
        empty = " AND ".join(f"{name(other)} IS NULL" for other in self._merge().new)
        return f"{column} = CASE WHEN {empty} THEN {self.value} ELSE {column} END"

    @property
    def settings(self) -> tuple[str, ...]:
        """Return the settings under which an expression means the same for every writer."""
        return (SEARCH_PATH,)

    def body(self, table: Ident) -> Iterator[str]:
        """Yield the lines of the trigger, once for all columns of the merge."""
        merge = self._merge()
        if self.column.name == next(iter(merge.new)):
            yield from _Sides(table, merge, self.types or {}).lines()

    def _merge(self) -> Merge:
        assert self.merge is not None
        return self.merge


def _merged(before: TableObject, after: TableObject, merge: Merge) -> Iterator[Merged]:
    """Yield the columns to be filled. Raises UnplannableChangeError for columns that take no value."""
    columns = {column.name: column for column in (*before.columns, *after.columns)}
    for column in (*merge.old, *merge.new):
        if columns[column].generated or columns[column].identity:
            raise UnplannableChangeError(
                f"{merge} in {after.ident}, and the server computes or counts {column}",
                "make it a plain column first, in a migration of its own",
            )
    types = {column: columns[column].type for column in (*merge.old, *merge.new)}
    for column, value in merge.new.items():
        yield Merged(columns[column], value, next(iter(merge.old)), merge, types)


@dataclass(frozen=True, slots=True)
class _Sides:
    """The trigger's part: variables of the columns' own types, so that an assignment cuts nothing."""

    table: Ident
    merge: Merge
    types: Mapping[str, str]

    def lines(self) -> Iterator[str]:
        new, old = self.merge.new, self.merge.old
        yield "  DECLARE"
        for place, column in enumerate((*new, *old), 1):
            yield f"    zz_{place} {self.types[column]};"
        yield "    is_given boolean;"
        yield "  BEGIN"
        yield "    IF TG_OP = 'INSERT' THEN"
        yield f"      is_given := {' OR '.join(f'NEW.{name(column)} IS NOT NULL' for column in new)};"
        yield "    ELSE"
        yield f"      is_given := {self._changed(new)};"
        yield f"      IF {' AND '.join(f'OLD.{name(column)} IS NULL' for column in new)} THEN"
        yield "        -- Not filled yet: what the writer left alone is what the old columns said."
        yield f"        {self._computed(new, 1, 'OLD')}"
        for place, column in enumerate(new, 1):
            yield f"        IF NEW.{name(column)} IS NULL THEN NEW.{name(column)} := zz_{place}; END IF;"
        yield "      END IF;"
        yield "    END IF;"
        yield f"    {self._computed(new, 1, 'NEW')}"
        yield "    IF NOT is_given THEN"
        yield "      -- Written by old code, or by nobody."
        yield f"      IF TG_OP = 'INSERT' OR {self._changed(old)} THEN"
        for place, column in enumerate(new, 1):
            yield f"        NEW.{name(column)} := zz_{place};"
        yield "      END IF;"
        yield f"    ELSIF {self._differ(new)} THEN"
        yield "      -- Written by new code; a batch writes what the old columns become, and these stay."
        yield f"      {self._computed(old, len(new) + 1, 'NEW')}"
        for place, column in enumerate(old, len(new) + 1):
            yield f"      NEW.{name(column)} := zz_{place};"
        yield "    END IF;"
        yield "  END;"

    def _changed(self, columns: Iterable[str]) -> str:
        columns = tuple(columns)
        new, old = (", ".join(f"{side}.{name(column)}" for column in columns) for side in ("NEW", "OLD"))
        return _differ(new, old)

    def _differ(self, columns: Iterable[str]) -> str:
        columns = tuple(columns)
        there = ", ".join(f"zz_{place}" for place in range(1, len(columns) + 1))
        return _differ(", ".join(f"NEW.{name(column)}" for column in columns), there)

    def _computed(self, columns: Mapping[str, str], first: int, row: str) -> str:
        into = ", ".join(f"zz_{place}" for place in range(first, first + len(columns)))
        source = f"(SELECT {row}.*) AS {name(self.table.name)}"
        return f"SELECT {', '.join(columns.values())} INTO {into} FROM {source};"  # noqa: S608 - the models say it


def _differ(one: str, other: str) -> str:
    """Return the comparison of two rows, which any type knows."""
    return f"ROW({one})::record OPERATOR(pg_catalog.*<>) ROW({other})::record"
