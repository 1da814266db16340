"""The old and the new application: each knows its own shape only, and says it in plain SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors
from reference import (
    Delete,
    Insert,
    MoveKey,
    Row,
    Side,
    Touch,
    Update,
    Upsert,
    Values,
    Write,
)

Statement = tuple[str, tuple[Any, ...]]
# What a writer of random values must reckon with. Any other error is one of the application or of the engine.
REFUSALS = (errors.IntegrityError, errors.DataError)
RELEASES: Mapping[Side, str] = {"old": "1.0.0", "new": "2.0.0"}
# Conversions must mean the same for everybody.
_ZONES: Mapping[Side, str] = {"old": "Asia/Tehran", "new": "America/St_Johns"}
_FINITE = "CASE WHEN isfinite({0}) THEN ({0} AT TIME ZONE 'UTC')::text || '+00' ELSE {0}::text END"


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as one release knows it: the columns of the change, their types, and the key."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    table: str = "goods"
    key: str = "id"

    @property
    def read(self) -> str:
        """Return the query for all rows: key, another column, and the values as texts."""
        return f"SELECT {self.key}, price, {', '.join(self._texts())} FROM {self.table} ORDER BY 1"

    def _texts(self, of: str = "") -> list[str]:
        """Return the columns as texts, of an alias with its dot."""
        return [
            _FINITE.format(f"{of}{column}") if kind == "timestamptz" else f"{of}{column}::text"
            for column, kind in zip(self.columns, self.types, strict=True)
        ]

    def counted(self, write: Update) -> Statement:
        """Return an UPDATE that counts another column up, and gives key, count and values back."""
        text, values = self._update(write)
        head, given = text.split(" FROM ", 1)
        shown = ", ".join(self._texts("kept."))
        return (
            f"{head}, price = price + 1 FROM {given} RETURNING kept.{self.key}, price, {shown}",
            values,
        )

    def statement(self, write: Write) -> Statement:
        """Return a write as this release says it."""
        match write:
            case Insert():
                return self._insert(write)
            case Upsert():
                return self._merge(write) if write.how == "merge" else self._upsert(write)
            case Update():
                return self._update(write)
            case MoveKey():
                to = f"UPDATE {self.table} SET {self.key} = %s WHERE {self.key} = %s"
                return to, (write.to, write.key)
        which = f"WHERE {self.key} = ANY (%s)"
        if isinstance(write, Delete):
            return f"DELETE FROM {self.table} {which}", (list(write.keys),)
        to = "price = price + 1" if isinstance(write, Touch) else self._each("{0} = {0}")
        return f"UPDATE {self.table} SET {to} {which}", (list(write.keys),)

    def _each(self, pattern: str) -> str:
        return ", ".join(pattern.format(column) for column in self.columns)

    def _insert(self, write: Insert) -> Statement:
        if any(values is None for _, values in write.rows):
            keys = [key for key, _ in write.rows]
            return f"INSERT INTO {self.table} ({self.key}) SELECT unnest(%s::bigint[])", (keys,)
        columns = ", ".join((self.key, *self.columns))
        text, values = self._values(write.rows, range(len(self.columns)))
        return f"INSERT INTO {self.table} ({columns}) {text}", values

    def _upsert(self, write: Upsert) -> Statement:
        text, values = self._insert(Insert(write.rows))
        action = "NOTHING" if write.how == "leave" else f"UPDATE SET {self._each('{0} = excluded.{0}')}"
        return f"{text} ON CONFLICT ({self.key}) DO {action}", values

    def _merge(self, write: Upsert) -> Statement:
        given, values = self._values(write.rows, range(len(self.columns)))
        columns = f"{self.key}, {self._each('{0}')}"
        text = (
            f"MERGE INTO {self.table} AS kept USING ({given}) AS given ({columns})"
            f" ON kept.{self.key} = given.{self.key}"
            f" WHEN MATCHED THEN UPDATE SET {self._each('{0} = given.{0}')}"
            f" WHEN NOT MATCHED THEN INSERT ({columns})"
            f" VALUES (given.{self.key}, {self._each('given.{0}')})"
        )
        return text, values

    def _update(self, write: Update) -> Statement:
        columns = [self.columns[place] for place in write.columns]
        given, values = self._values(write.rows, write.columns)
        to = ", ".join(f"{column} = given.{column}" for column in columns)
        text = (
            f"UPDATE {self.table} AS kept SET {to} FROM ({given}) AS given (zz_key, {', '.join(columns)})"
            f" WHERE kept.{self.key} = given.zz_key"
        )
        return text, values

    def _values(self, rows: Sequence[tuple[int, Values]], places: Sequence[int]) -> Statement:
        one = ", ".join(("%s::bigint", *(f"%s::{self.types[place]}" for place in places)))
        given = tuple(value for key, values in rows for value in (key, *(values[place] for place in places)))
        return f"VALUES {', '.join([f'({one})'] * len(rows))}", given


class Session:
    """One connection of an application, which prepares every statement as a driver does in time."""

    def __init__(self, url: str, side: Side, number: int) -> None:
        self.side, self.name = side, f"{side} {number}"
        self.connection = psycopg.connect(
            url,
            autocommit=True,
            prepare_threshold=0,
            application_name=f"shop/{RELEASES[side]}",
            options=f"-c TimeZone={_ZONES[side]} -c lock_timeout=10s",
        )
        # The rows as this session sees them while it has an open transaction, and what others must not touch.
        self.view: dict[int, Row] | None = None
        self.held: set[int] = set()

    def __repr__(self) -> str:
        return self.name

    def run(self, shape: Shape, write: Write) -> bool:
        """Run a write and say whether it was taken."""
        text, values = shape.statement(write)
        try:
            with self.connection.transaction():
                self.connection.execute(text.encode(), values)
        except REFUSALS:
            return False
        return True

    def rows(self, shape: Shape) -> dict[int, tuple[int, Values]]:
        """Return what it reads in a shape."""
        found = self.connection.execute(shape.read.encode()).fetchall()
        return {key: (price, tuple(values)) for key, price, *values in found}
