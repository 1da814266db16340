"""A table as pending statements leave it: its rows are still the target's, read through what will be done.

Each change that alters what a column holds is a layer, a query over the one below it. The server makes one
plan of them all, and an expression of a statement stands in a query as it stands in the statement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pgevolve.quoting import name as quoted


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column: the type that a query can cast to, and why its values cannot be known, if they cannot."""

    type: str
    not_null: bool = False
    generated: str = ""
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """A query over the rows below: what its expressions call them, the columns as SQL, the rows kept."""

    alias: str
    columns: tuple[tuple[str, str], ...]
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, partitioned table or materialised view at one moment of the pending history.

    `base` is what the target calls it, None for one that a pending statement makes. `gains` and `unknown` say
    why there will be more rows than now, or other ones. `constraints` and `indexes` are parse trees.
    """

    name: str
    base: str | None
    kind: str = "r"
    columns: Mapping[str, RowColumn] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = ()
    constraints: Mapping[str, Any] = field(default_factory=dict)
    indexes: Mapping[str, Any] = field(default_factory=dict)
    gains: str | None = None
    unknown: str | None = None

    @property
    def alias(self) -> str:
        """The name that expressions may qualify columns with."""
        return self.name.rpartition(".")[2] if '"' not in self.name else _last_part(self.name)

    @property
    def shown_key(self) -> tuple[str, ...]:
        """The names of the columns by which a row is shown."""
        return self.keys or ("ctid",)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns by which a row is shown, as SQL over `source`."""
        if self.layers:
            return tuple(f"{self.alias}.{quoted('~' + key)}" for key in self.shown_key)
        return tuple(f"{self.alias}.{quoted(key)}" for key in self.shown_key)

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells a row from another one, as SQL over `source`."""
        if self.keys:
            return self.key
        names = ("tableoid", "ctid")
        return tuple(f"{self.alias}.{quoted('~' + part) if self.layers else part}" for part in names)

    def source(self, *, only: bool = False, alias: str | None = None) -> str:
        """Return what stands behind FROM; a table without rows of its own is an empty query."""
        called = alias or self.alias
        if self.base is None:
            listed = ", ".join(
                f"NULL::{column.type} AS {quoted(name)}" for name, column in self.columns.items()
            )
            return f"(SELECT {listed} WHERE false) AS {called}"
        base = f"{'ONLY ' if only and self.kind != 'p' else ''}{self.base}"
        if not self.layers:
            return f"{base} AS {called}"
        text = f"{base} AS {self.layers[0].alias}"
        for number, layer in enumerate(self.layers, 1):
            listed = ", ".join(f"{expression} AS {quoted(name)}" for expression, name in layer.columns)
            where = f" WHERE {layer.condition}" if layer.condition else ""
            last = number == len(self.layers)
            text = f"(SELECT {listed} FROM {text}{where}) AS {called if last else self.layers[number].alias}"
        return text

    def layered(
        self, values: Mapping[str, tuple[str, RowColumn]], condition: str | None = None
    ) -> "Relation":
        """Return the table with columns that hold other values, or new ones, and fewer rows."""
        if self.base is None:
            return replace(
                self, columns={**self.columns, **{name: column for name, (_, column) in values.items()}}
            )
        hidden = self.shown_key if self.keys else ("tableoid", "ctid")
        own = [f"{self.alias}.{quoted('~' + key if self.layers else key)}" for key in hidden]
        listed = [(expression, "~" + key) for expression, key in zip(own, hidden, strict=True)]
        columns = {**self.columns, **{name: column for name, (_, column) in values.items()}}
        listed += [
            (values[name][0] if name in values else f"{self.alias}.{quoted(name)}", name) for name in columns
        ]
        layer = Layer(self.alias, tuple(listed), condition)
        return replace(self, columns=columns, layers=(*self.layers, layer))

    def renamed_column(self, old: str, new: str) -> "Relation":
        """Return the table with a column under another name."""
        if old not in self.columns:
            return self
        column = self.columns[old]
        rest = replace(self, columns={name: entry for name, entry in self.columns.items() if name != old})
        return rest.layered({new: (f"{self.alias}.{quoted(old)}", column)})

    def without_column(self, gone: str) -> "Relation":
        """Return the table without a column; its rows are not touched."""
        return replace(self, columns={name: entry for name, entry in self.columns.items() if name != gone})

    def why_unknown(self, columns: Iterable[str]) -> str | None:
        """Return why the rows or one of these columns cannot be known before the deploy."""
        if self.unknown is not None:
            return self.unknown
        known = (self.columns[name].unknown for name in columns if name in self.columns)
        return next((reason for reason in known if reason is not None), None)


def _last_part(name: str) -> str:
    """Return the last identifier of a qualified name, quoted as it is."""
    if name.endswith('"'):
        start = len(name) - 2
        while name[start] != '"' or name[start - 1] == '"':
            start -= 2 if name[start] == '"' else 1
        return name[start:]
    return name.rpartition(".")[2]
