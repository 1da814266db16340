"""A column that counted by a sequence of its own becomes an identity, or one that did not count at all.

Neither looks at a row while anybody waits: the sequence's place is carried over in the same transaction, and
the greatest value of a column that did not count is looked up after it, outside of any lock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pgevolve.catalog.model import Catalog, Column, Ident, SequenceObject, TableObject
from pgevolve.plan import text
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.plan.names import with_ending
from pgevolve.quoting import literal, name, qualified


@dataclass(frozen=True, slots=True)
class Counter:
    """A column that gets or loses an identity, and its sequence on the side without one, if any."""

    table: TableObject
    old: Column
    new: Column
    sequence: SequenceObject | None

    @property
    def settled(self) -> Column:
        """Return the old column as the statements leave it."""
        return replace(
            self.old,
            identity=self.new.identity,
            identity_options=self.new.identity_options,
            default=self.new.default,
        )

    def statements(self) -> Iterator[str]:
        """Yield what changes the way of counting; all in one transaction, which locks the table."""
        if not self.new.identity:
            yield from self._back()
            return
        if not self.old.not_null:
            raise UnplannableChangeError(
                f"column {self.new.name} of {self.table.ident} becomes an identity, and may be NULL now",
                "set it NOT NULL in a migration of its own first",
            )
        if self.sequence is None:
            yield f"{self._of_column} ADD GENERATED {self._always} AS IDENTITY{self._options('')}"
            return
        called, aside = self._names(self.sequence)
        yield f"{self._of_column} DROP DEFAULT"
        yield f"ALTER SEQUENCE {called} RENAME TO {name(self._aside(self.sequence))}"
        new = f"ADD GENERATED {self._always} AS IDENTITY{self._options(f'SEQUENCE NAME {called}')}"
        yield f"{self._of_column} {new}"
        yield f"SELECT pg_catalog.setval({literal(called)}, last_value, is_called) FROM {aside}"  # noqa: S608 - names are quoted
        yield f"DROP SEQUENCE {aside}"

    def _back(self) -> Iterator[str]:
        assert self.sequence is not None
        called, aside = self._names(self.sequence)
        made = text.sequence(self.sequence).replace(called, aside, 1)
        table = literal(qualified(self.table.schema, self.table.name))
        own = f"pg_catalog.pg_get_serial_sequence({table}, {literal(self.old.name)})::regclass"
        last = f"pg_catalog.pg_sequence_last_value({own})"
        yield made
        yield f"SELECT pg_catalog.setval({literal(aside)}, {last}) WHERE {last} IS NOT NULL"
        yield f"{self._of_column} DROP IDENTITY"
        yield f"ALTER SEQUENCE {aside} RENAME TO {name(self.sequence.name)}"
        yield f"{self._of_column} SET DEFAULT {self.new.default}"

    def behind_the_last(self) -> Iterator[str]:
        """Yield what sets a new counter behind the greatest value; it reads the table without a lock."""
        if self.new.identity and self.sequence is None:
            column, table = name(self.new.name), qualified(self.table.schema, self.table.name)
            sequence = f"pg_catalog.pg_get_serial_sequence({literal(table)}, {literal(self.new.name)})"
            yield f"SELECT pg_catalog.setval({sequence}, max({column})) FROM {table} HAVING max({column}) > 0"  # noqa: S608 - names are quoted

    @property
    def _of_column(self) -> str:
        return (
            f"ALTER TABLE {qualified(self.table.schema, self.table.name)} ALTER COLUMN {name(self.new.name)}"
        )

    @property
    def _always(self) -> str:
        return "ALWAYS" if self.new.identity == "a" else "BY DEFAULT"

    def _options(self, first: str) -> str:
        options = text.sequence_options(self.new.identity_options) if self.new.identity_options else ""
        written = f"{first}{options}".strip()
        return f" ({written})" if written else ""

    def _aside(self, sequence: SequenceObject) -> str:
        return with_ending(sequence.name, "_before")

    def _names(self, sequence: SequenceObject) -> tuple[str, str]:
        return qualified(sequence.schema, sequence.name), qualified(sequence.schema, self._aside(sequence))


def counters(before: TableObject, after: TableObject, current: Catalog, target: Catalog) -> Iterator[Counter]:
    """Yield the columns of a table that count otherwise: by an identity, or by a sequence again."""
    old = {column.name: column for column in before.columns}
    for column in after.columns:
        was = old.get(column.name)
        if was is None or was.generated or column.generated or was.type != column.type:
            continue
        if column.identity and not was.identity:
            sequence = _counting(before, was, current)
            if sequence is not None or was.default is None:
                yield Counter(after, was, column, sequence)
        elif was.identity and not column.identity:
            sequence = _counting(after, column, target)
            if sequence is not None and sequence.ident not in current.objects:
                yield Counter(after, was, column, sequence)


def settled(table: TableObject, counters: Iterable[Counter]) -> TableObject:
    """Return the table as the statements of its counters leave it."""
    columns = {counter.old.name: counter.settled for counter in counters}
    return replace(table, columns=tuple(columns.get(column.name, column) for column in table.columns))


def _counting(table: TableObject, column: Column, catalog: Catalog) -> SequenceObject | None:
    """Return the sequence that a column owns and takes its default from."""
    owner = f"{qualified(table.schema, table.name)}.{name(column.name)}"
    if column.default is None or "nextval(" not in column.default:
        return None
    owned = [
        item
        for item in catalog.objects.values()
        if isinstance(item, SequenceObject) and item.owned_by == owner
    ]
    return owned[0] if len(owned) == 1 else None


def taken_over(current: Catalog, target: Catalog) -> frozenset[Ident]:
    """Return the sequences that go because an identity goes on from where they are."""
    return frozenset(
        counter.sequence.ident
        for ident, before in current.objects.items()
        if isinstance(before, TableObject) and isinstance(after := target.objects.get(ident), TableObject)
        for counter in counters(before, after, current, target)
        if counter.sequence is not None and counter.sequence.ident not in target.objects
    )
