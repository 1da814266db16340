"""Two catalogues -> what differs, as values that read well. Order says nothing; `plan` orders."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from pgevolve.canonical import comparable
from pgevolve.catalog.model import Catalog, Column, GrantObject, Ident, RowsObject, SchemaItem, TableObject


@dataclass(frozen=True, slots=True)
class Create:
    """The target has an object that the current database lacks."""

    item: SchemaItem

    @property
    def ident(self) -> Ident:
        """Which object it is about."""
        return self.item.ident

    def __str__(self) -> str:
        return f"create {self.ident}"


@dataclass(frozen=True, slots=True)
class Drop:
    """The current database has an object that the target lacks."""

    item: SchemaItem

    @property
    def ident(self) -> Ident:
        """Which object it is about."""
        return self.item.ident

    def __str__(self) -> str:
        return f"drop {self.ident}"


@dataclass(frozen=True, slots=True)
class Alter:
    """An object that both have, with other facts; `differences` names each fact once."""

    before: SchemaItem
    after: SchemaItem
    differences: tuple[str, ...]

    @property
    def ident(self) -> Ident:
        """Which object it is about."""
        return self.after.ident

    def __str__(self) -> str:
        return f"alter {self.ident}: {'; '.join(self.differences)}"


@dataclass(frozen=True, slots=True)
class Allow:
    """A privilege that the target has in addition."""

    grant: GrantObject

    def __str__(self) -> str:
        return f"grant {_privilege(self.grant)} to {self.grant.grantee}"


@dataclass(frozen=True, slots=True)
class Deny:
    """A privilege that the target has no longer."""

    grant: GrantObject

    def __str__(self) -> str:
        return f"revoke {_privilege(self.grant)} from {self.grant.grantee}"


@dataclass(frozen=True, slots=True)
class AlterRows:
    """Reference rows of one table that differ; a side is None when the table has none declared there."""

    ident: Ident
    before: RowsObject | None
    after: RowsObject | None

    def __str__(self) -> str:
        old = self.before.by_key() if self.before else {}
        new = self.after.by_key() if self.after else {}
        parts = [f"insert {key}" for key in new if key not in old]
        parts += [f"delete {key}" for key in old if key not in new]
        parts += [
            f"update {key}: {old[key]} -> {new[key]}" for key in new if key in old and new[key] != old[key]
        ]
        return f"alter {self.ident}: {'; '.join(parts) or 'other columns'}"


Change: TypeAlias = Create | Drop | Alter | Allow | Deny | AlterRows


def diff(current: Catalog, target: Catalog) -> tuple[Change, ...]:
    """Return what turns the current catalogue into the target; empty when they mean the same."""
    return (
        *_object_changes(current.objects, target.objects),
        *_row_changes(current.rows, target.rows),
        *(Allow(grant) for grant in sorted(target.grants - current.grants)),
        *(Deny(grant) for grant in sorted(current.grants - target.grants)),
    )


def _object_changes(
    current: Mapping[Ident, SchemaItem], target: Mapping[Ident, SchemaItem]
) -> Iterator[Change]:
    for ident in sorted(current.keys() | target.keys()):
        before, after = current.get(ident), target.get(ident)
        if before is None and after is not None:
            yield Create(after)
        elif after is None and before is not None:
            yield Drop(before)
        elif before is not None and after is not None and before != after:
            differences = tuple(_differences(comparable(before), comparable(after)))
            if differences:
                yield Alter(before, after, differences)


def _row_changes(
    current: Mapping[Ident, RowsObject], target: Mapping[Ident, RowsObject]
) -> Iterator[AlterRows]:
    for ident in sorted(current.keys() | target.keys()):
        before, after = current.get(ident), target.get(ident)
        # Declared rows of no row at all are the same as no declaration.
        if before != after and any(side is not None and side.rows for side in (before, after)):
            yield AlterRows(ident, before, after)


def _differences(before: Any, after: Any) -> Iterator[str]:
    for field in fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new or not field.compare:
            continue
        if isinstance(before, TableObject) and field.name == "columns":
            yield from _column_differences(old, new)
        else:
            yield f"{field.name} {_short(old)} -> {_short(new)}"


def _column_differences(before: tuple[Column, ...], after: tuple[Column, ...]) -> Iterator[str]:
    old, new = ({column.name: column for column in side} for side in (before, after))
    for column in sorted(old.keys() | new.keys()):
        if column not in new:
            yield f"drop column {column}"
        elif column not in old:
            yield f"add column {column} {new[column].type}"
        elif old[column] != new[column]:
            facts = ", ".join(_differences(old[column], new[column]))
            yield f"column {column}: {facts}"


def _short(value: object) -> str:
    """Return a value for a sentence: a definition of many lines is named by the place where sides differ."""
    shown = repr(value)
    return shown if len(shown) <= 200 else f"{shown[:200]}..."  # noqa: PLR2004 - characters of a line


def _privilege(grant: GrantObject) -> str:
    column = f" ({grant.column})" if grant.column else ""
    return f"{grant.privilege}{column} on {grant.on}"
