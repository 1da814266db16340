"""An archived row made a live one of today, and the statement that inserts it among its neighbours."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from psycopg import sql

from sevra_atlas.domain.retention.errors import UnfitRowError
from sevra_atlas.domain.retention.tables import OF_ENTITIES, Reference, entity_columns, references_of
from sevra_atlas.domain.retention.upconverting import Upconverters
from sevra_atlas.schema.reference import KINDS

# Numbers stay as they are written: an amount must not go through a binary fraction.
_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

# They count rows whose reference was set NULL when the row left, and is set again when it has come back.
_COUNTED_AGAIN = {"categories": ("post_count",), "series": ("post_count",)}

_INSERT = sql.SQL("""
INSERT INTO public.{table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {values} FROM jsonb_populate_recordset(NULL::public.{table}, %(rows)s::jsonb) r WHERE {needed}
""")
_THERE = sql.SQL("EXISTS (SELECT FROM public.{parent} p WHERE {named})")
_OWNED = sql.SQL("""
EXISTS (SELECT FROM public.entities e WHERE (e.entity_type, e.entity_id) = ({kind}, {row_id})
           AND e.state NOT IN ('archived', 'purged'))
""")


@dataclass(frozen=True, slots=True)
class Fitting:
    """How the rows of one table come back: its columns that can be written, and a person's phone."""

    table: str
    columns: tuple[str, ...]
    phone: str | None
    converters: Upconverters

    def fitted(self, text: str, migration: str) -> str:
        """Return an archived row as a live one, both JSON. Raises UnfitRowError when it has other columns."""
        row: dict[str, Any] = _DECODER.decode(text)
        for convert in self.converters.of(self.table, migration):
            row = convert(row)
        if self.table in KINDS:
            row |= {"deleted_at": None, "deletion_id": None}
        row |= dict.fromkeys(_COUNTED_AGAIN.get(self.table, ()), 0)
        if self.table == "users":
            # The archive has no way to reach a person.
            row |= {"phone_number": self.phone, "is_phone_verified": False}
            row |= {} if self.phone is not None else {"status": "SUSPENDED"}
        if set(row) != set(self.columns):
            missing, surplus = set(self.columns) - set(row), set(row) - set(self.columns)
            raise UnfitRowError(self.table, migration, missing, surplus)
        return _ENCODER.encode(row).decode()

    def insert(self) -> sql.Composed:
        """Return the statement that inserts a JSON array of rows: those whose owners are all there."""
        needed = [
            sql.SQL("({} IS NULL OR {})").format(sql.Identifier("r", each.columns[0]), _there(each))
            for each in references_of(self.table, "CASCADE")
        ]
        if self.table in OF_ENTITIES:
            kind, row_id = (sql.Identifier("r", column) for column in entity_columns(self.table))
            needed.append(_OWNED.format(kind=kind, row_id=row_id))
        return _INSERT.format(
            table=sql.Identifier(self.table),
            columns=sql.SQL(", ").join(map(sql.Identifier, self.columns)),
            values=sql.SQL(", ").join(self._values()),
            needed=sql.SQL(" AND ").join(needed) if needed else sql.SQL("true"),
        )

    def _values(self) -> list[sql.Composable]:
        loose = {each.columns: each for each in references_of(self.table, "SET NULL")}
        values: list[sql.Composable] = []
        for column in self.columns:
            name, each = sql.Identifier("r", column), loose.get((column,))
            is_loose = sql.SQL("CASE WHEN {} THEN {} END")
            values.append(name if each is None else is_loose.format(_there(each), name))
        return values


def _there(each: Reference) -> sql.Composed:
    """Return the condition that the row which a returned row names is in its table."""
    return _THERE.format(
        parent=sql.Identifier(each.parent),
        named=sql.SQL(" AND ").join(
            sql.SQL("{} = {}").format(sql.Identifier("p", there), sql.Identifier("r", here))
            for here, there in zip(each.columns, each.named, strict=True)
        ),
    )
