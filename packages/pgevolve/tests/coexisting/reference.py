"""What each row must hold in the old and in the new shape, whoever wrote it: a model without a database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Side = Literal["old", "new"]
Values: TypeAlias = tuple[str | None, ...]
Rows: TypeAlias = "dict[int, Row]"


class RefusedError(Exception):
    """The statement must be refused as a whole: the value has no counterpart, or a constraint forbids it."""


class NotReferredError(RefusedError):
    """A foreign key has nothing to point to: a row that is only proposed may say so."""


def the_same(values: Values) -> Values:
    """Return what a rename makes of values."""
    return values


@dataclass(frozen=True, slots=True)
class Group:
    """Columns of the old shape that are one with columns of the new one.

    `there` and `back` raise RefusedError for a value without a counterpart. `default` is what the old columns
    hold when nobody gives them. The values of `required` sides are never None, those of `unique` groups are
    held by one row only.
    """

    old: int = 1
    new: int = 1
    there: Callable[[Values], Values] = the_same
    back: Callable[[Values], Values] = the_same
    default: Values = (None,)
    required: bool = False
    unique: bool = False
    among: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: of each group its values in both shapes, and a column that is no matter of the change."""

    old: tuple[Values, ...]
    new: tuple[Values, ...]
    price: int = 0

    def side(self, side: Side) -> Values:
        """Return all values of one shape, group after group."""
        return sum(self.old if side == "old" else self.new, ())


@dataclass(frozen=True, slots=True)
class Insert:
    """New rows, all values given, or none of them where it is None."""

    rows: tuple[tuple[int, Values | None], ...]


@dataclass(frozen=True, slots=True)
class Upsert:
    """New rows, which overwrite those that are there, or leave them; by ON CONFLICT or by MERGE."""

    rows: tuple[tuple[int, Values], ...]
    how: Literal["overwrite", "leave", "merge"]


@dataclass(frozen=True, slots=True)
class Update:
    """One statement that sets some columns, of each row to its own values."""

    rows: tuple[tuple[int, Values], ...]
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ToItself:
    """One statement that sets each column to what it holds."""

    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Touch:
    """One statement that writes another column."""

    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """One statement that deletes rows."""

    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MoveKey:
    """One statement that gives a row another key."""

    key: int
    to: int


Write: TypeAlias = Insert | Upsert | Update | ToItself | Touch | Delete | MoveKey


def keys_of(write: Write) -> set[int]:
    """Return the rows that a statement touches."""
    match write:
        case Insert() | Upsert() | Update():
            return {key for key, _ in write.rows}
        case MoveKey():
            return {write.key, write.to}
    return set(write.keys)


@dataclass(frozen=True, slots=True)
class Reference:
    """The rules of one change; `contracted` says that the old shape is gone."""

    groups: tuple[Group, ...]

    def after(self, rows: Mapping[int, Row], side: Side, write: Write, *, contracted: bool = False) -> Rows:
        """Return the rows after one statement of the application of a side. Raises RefusedError."""
        found = dict(rows)
        match write:
            case Insert() | Upsert():
                self._insert(found, side, write, contracted=contracted)
            case Update():
                self._update(found, side, write, contracted=contracted)
            case Touch():
                for key in set(write.keys) & found.keys():
                    found[key] = replace(found[key], price=found[key].price + 1)
            case Delete():
                for key in write.keys:
                    found.pop(key, None)
            case MoveKey():
                _move(found, write)
        self._look_for_doubles(found.values(), contracted=contracted)
        return found

    def filled_anew(self, rows: Mapping[int, Row]) -> Rows:
        """Return the rows with the new shape made of the old one, as batches do."""
        return {
            key: replace(
                row, new=tuple(group.there(old) for group, old in zip(self.groups, row.old, strict=True))
            )
            for key, row in rows.items()
        }

    def split(self, side: Side, values: Values) -> tuple[Values, ...]:
        """Return the values of a shape by group."""
        found, at = [], 0
        for group in self.groups:
            count = group.old if side == "old" else group.new
            found.append(values[at : at + count])
            at += count
        return tuple(found)

    def _insert(self, found: Rows, side: Side, write: Insert | Upsert, *, contracted: bool) -> None:
        for key, values in write.rows:
            # The row that is proposed goes through triggers and NOT NULL before anything else.
            try:
                proposed = self._inserted(side, values, contracted=contracted)
            except NotReferredError:
                if key in found and isinstance(write, Upsert) and write.how == "leave":
                    continue
                raise
            if key not in found:
                found[key] = proposed
            elif isinstance(write, Insert):
                raise RefusedError
            elif write.how != "leave":
                found[key] = self._written(found[key], side, values or (), contracted=contracted)

    def _update(self, found: Rows, side: Side, write: Update, *, contracted: bool) -> None:
        for key, values in write.rows:
            if key in found:
                merged = list(found[key].side(side))
                for place in write.columns:
                    merged[place] = values[place]
                found[key] = self._written(found[key], side, tuple(merged), contracted=contracted)

    def _inserted(self, side: Side, values: Values | None, *, contracted: bool) -> Row:
        if values is None:
            sides = [_from_old(group, group.default, contracted=contracted) for group in self.groups]
        elif side == "old":
            parts = zip(self.groups, self.split(side, values), strict=True)
            sides = [_from_old(group, part, contracted=contracted) for group, part in parts]
        else:
            parts = zip(self.groups, self.split(side, values), strict=True)
            sides = [
                _from_new(group, part, group.default, None, contracted=contracted) for group, part in parts
            ]
        return Row(tuple(old for old, _ in sides), tuple(new for _, new in sides))

    def _written(self, row: Row, side: Side, values: Values, *, contracted: bool) -> Row:
        sides = []
        for place, (group, part) in enumerate(zip(self.groups, self.split(side, values), strict=True)):
            old, new = row.old[place], row.new[place]
            if part == (old if side == "old" else new):
                sides.append((old, new))
            elif side == "old":
                sides.append(_from_old(group, part, contracted=contracted))
            else:
                sides.append(_from_new(group, part, old, new, contracted=contracted))
        return replace(row, old=tuple(old for old, _ in sides), new=tuple(new for _, new in sides))

    def _look_for_doubles(self, rows: Iterable[Row], *, contracted: bool) -> None:
        rows = list(rows)
        for place, group in enumerate(self.groups):
            if not group.unique:
                continue
            for side in ("new",) if contracted else ("old", "new"):
                held = [getattr(row, side)[place] for row in rows]
                held = [values for values in held if None not in values]
                if len(held) != len(set(held)):
                    raise RefusedError


def _move(found: Rows, write: MoveKey) -> None:
    if write.key in found:
        row = found.pop(write.key)
        if write.to in found:
            raise RefusedError
        found[write.to] = row


def _from_old(group: Group, old: Values, *, contracted: bool) -> tuple[Values, Values]:
    new = group.there(old)
    _require(group, () if contracted else old, new)
    return old, new


def _from_new(
    group: Group, new: Values, old: Values, was: Values | None, *, contracted: bool
) -> tuple[Values, Values]:
    """Return both sides: what the new one says, and the old one as it was if it says the same."""
    if contracted:
        _require(group, (), new)
        return old, new
    if was is None and all(value is None for value in new):
        # Nobody can tell a new row that brings nothing from one that brings NULL.
        return _from_old(group, old, contracted=contracted)
    try:
        says_the_same = group.there(old) == new
    except RefusedError:
        says_the_same = False
    if not says_the_same:
        old = group.back(new)
    _require(group, old, new)
    return old, new


def _require(group: Group, old: Values, new: Values) -> None:
    values = (*old, *new)
    if group.required and None in values:
        raise RefusedError
    if group.among is not None and any(value not in group.among for value in values if value is not None):
        raise NotReferredError
