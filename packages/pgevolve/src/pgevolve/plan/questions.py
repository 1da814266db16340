"""What the models leave open: a column or table that comes while another goes may be that one, renamed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pgevolve.canonical import expression
from pgevolve.catalog.model import Catalog, Column, ConstraintObject, Ident, IndexObject, TableObject
from pgevolve.plan.intent import Intent
from pgevolve.plan.retype import copies_both_ways
from pgevolve.quoting import name

_TYPE, _FAMILY, _PLACE, _DEFAULT, _STANDING = 0.4, 0.2, 0.2, 0.2, 0.2
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that goes, and how much it is like what comes: 1 where only the name differs."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Question:
    """A new table, or a new column of one that is there, and what it may have been, the likeliest first."""

    table: Ident
    column: str | None
    candidates: tuple[Candidate, ...]

    def __str__(self) -> str:
        what = str(self.table) if self.column is None else f"column {self.column} of {self.table}"
        return f"{what} is new, and {', '.join(entry.name for entry in self.candidates)} would go"


def questions(current: Catalog, target: Catalog, intent: Intent) -> Iterator[Question]:
    """Yield what has to be answered before a plan can be made; tables first.

    In `current` the objects that `intent` renames have their new names already.
    """
    yield from _of_tables(current, target, intent)
    for ident, after in target.objects.items():
        before = current.objects.get(ident)
        if isinstance(before, TableObject) and isinstance(after, TableObject):
            yield from _of_columns(before, after, current, target, intent)


def _of_tables(current: Catalog, target: Catalog, intent: Intent) -> Iterator[Question]:
    gone = [item for item in _tables(current) if item.ident not in target.objects]
    for new in _tables(target):
        if new.ident in current.objects or new.ident in intent.added_tables:
            continue
        candidates = [Candidate(old.name, _shared(old, new)) for old in gone if old.schema == new.schema]
        if any(_names(old) == _names(new) for old in gone):
            alike = [entry for entry in candidates if entry.score >= _ALIKE]
            if alike:
                yield Question(new.ident, None, _best_first(alike))


def _tables(catalog: Catalog) -> list[TableObject]:
    return [
        item
        for item in catalog.objects.values()
        if isinstance(item, TableObject) and item.partition_of is None
    ]


def _names(table: TableObject) -> set[str]:
    return {column.name for column in table.columns}


def _shared(old: TableObject, new: TableObject) -> float:
    """Return which part of the columns of both the tables share, by name and type."""
    sides = [{(column.name, column.type) for column in table.columns} for table in (old, new)]
    every = sides[0] | sides[1]
    return round(len(sides[0] & sides[1]) / len(every), 2) if every else 1.0


def _of_columns(
    before: TableObject, after: TableObject, current: Catalog, target: Catalog, intent: Intent
) -> Iterator[Question]:
    old, new = intent.explained(after)
    gone = [column for column in before.columns if column.name not in _names(after) | old]
    added = [column for column in after.columns if column.name not in _names(before) | new]
    if any(column.inherited for column in (*gone, *added)):
        return
    for column in added if gone else ():
        scored = [
            Candidate(other.name, _Pair(before, other, current).like(_Pair(after, column, target)))
            for other in gone
        ]
        yield Question(after.ident, column.name, _best_first(scored))


def _best_first(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=lambda entry: (-entry.score, entry.name)))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A column in its table, with what stands on it."""

    table: TableObject
    column: Column
    catalog: Catalog

    def like(self, other: "_Pair") -> float:
        """Return how much two columns are alike: by type, place, default and constraints."""
        mine, others = self.column, other.column
        score = _PLACE * (1 - abs(self.place() - other.place()))
        if mine.type == others.type:
            score += _TYPE
        elif copies_both_ways(mine, others):
            score += _FAMILY
        if _default(mine) == _default(others) and mine.generated == others.generated:
            score += _DEFAULT
        if (mine.not_null, mine.identity, self.standing()) == (
            others.not_null,
            others.identity,
            other.standing(),
        ):
            score += _STANDING
        return round(score, 2)

    def place(self) -> float:
        """Return where the column stands in its table, from 0 to 1."""
        return self.table.columns.index(self.column) / max(len(self.table.columns) - 1, 1)

    def standing(self) -> Mapping[str, int]:
        """Return how many constraints of each kind, and indexes, name the column."""
        word = re.compile(rf'(?<![\w"]){re.escape(name(self.column.name))}(?![\w"])')
        found: dict[str, int] = {}
        for item in self.catalog.objects.values():
            if not isinstance(item, ConstraintObject | IndexObject):
                continue
            if (item.schema, item.table) != (self.table.schema, self.table.name):
                continue
            kind = item.kind if isinstance(item, ConstraintObject) else "index"
            if word.search(item.definition):
                found[kind] = found.get(kind, 0) + 1
        return found


def _default(column: Column) -> str | None:
    return None if column.default is None else expression(column.default)
