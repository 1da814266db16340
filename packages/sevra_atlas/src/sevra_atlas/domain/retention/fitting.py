"""An archived row made a live one of today, and the statement that inserts it among its neighbours."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from psycopg import sql

from sevra_atlas.domain.retention.errors import UnfitRowError
from sevra_atlas.domain.retention.tables import OF_ENTITIES, Reference, entity_columns, references_of
from sevra_atlas.domain.retention.upconverting import Upconverters
from sevra_atlas.schema.reference import EDGES, KINDS

# Numbers stay as they are written: an amount must not go through a binary fraction.
_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

# They count rows whose reference was set NULL when the row left, and is set again when it has come back.
_COUNTED_AGAIN = {"categories": ("post_count",), "series": ("post_count",)}

# A row of which a neighbour is away is not inserted but named, by its place and by who is away.
_INSERT = sql.SQL("""
WITH given AS MATERIALIZED (
  SELECT x.place AS _place, r.*, {absent} AS _absent
    FROM jsonb_array_elements(%(rows)s::jsonb) WITH ORDINALITY AS x (value, place)
   CROSS JOIN LATERAL jsonb_populate_record(NULL::public.{table}, x.value) r
), back AS (
  INSERT INTO public.{table} ({columns}) OVERRIDING SYSTEM VALUE
  SELECT {values} FROM given r WHERE _absent IS NULL
)
SELECT _place - 1, _absent FROM given WHERE _absent IS NOT NULL ORDER BY 1
""")
_THERE = sql.SQL("EXISTS (SELECT FROM public.{parent} p WHERE {named})")
_AWAY = sql.SQL("""
WHEN {column} IS NOT NULL AND NOT EXISTS (SELECT FROM public.{parent} p WHERE p.{named} = {column}{live})
THEN concat({parent_name}, ' ', {column})
""")
_UNOWNED = sql.SQL("""
WHEN NOT EXISTS (SELECT FROM public.entities e WHERE (e.entity_type, e.entity_id) = ({kind}, {row_id})
                    AND e.state NOT IN ('archived', 'purged'))
THEN (SELECT concat(t.table_name, ' ', {row_id}) FROM public.entity_types t WHERE t.entity_type = {kind})
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

    def insert(self, *, is_root: bool = False) -> sql.Composed:
        """Return the statement that inserts a JSON array of rows: those whose neighbours are all there.

        It gives the places of the others in the array, from 0, each with one neighbour that is away as
        `table id`. The root of a deletion is inserted in any case, for the constraints to refuse.
        """
        away = [] if is_root else [_away(each) for each in _needed(self.table)]
        if self.table in OF_ENTITIES:
            kind, row_id = (sql.Identifier("r", column) for column in entity_columns(self.table))
            away.append(_UNOWNED.format(kind=kind, row_id=row_id))
        absent = sql.SQL("CASE {} END").format(sql.SQL("").join(away)) if away else sql.SQL("NULL::text")
        return _INSERT.format(
            table=sql.Identifier(self.table),
            columns=sql.SQL(", ").join(map(sql.Identifier, self.columns)),
            values=sql.SQL(", ").join(self._values()),
            absent=absent,
        )

    def _values(self) -> list[sql.Composable]:
        loose = {each.columns: each for each in references_of(self.table, "SET NULL")}
        values: list[sql.Composable] = []
        for column in self.columns:
            name, each = sql.Identifier("r", column), loose.get((column,))
            is_loose = sql.SQL("CASE WHEN {} THEN {} END")
            values.append(name if each is None else is_loose.format(_there(each), name))
        return values


def _needed(table: str) -> tuple[Reference, ...]:
    """Return the references without whose row a row cannot be."""
    return tuple(each for action in ("CASCADE", "RESTRICT", None) for each in references_of(table, action))


def _away(each: Reference) -> sql.Composed:
    # Beside the id stand columns that the database generates; a parent that has moved on breaks the key.
    here, there = next(pair for pair in zip(each.columns, each.named, strict=True) if pair[1] == "id")
    is_edge = any(
        (edge.parent_table, edge.child_table, edge.child_column) == (each.parent, each.table.name, here)
        for edge in EDGES
    )
    return _AWAY.format(
        column=sql.Identifier("r", here),
        parent=sql.Identifier(each.parent),
        parent_name=sql.Literal(each.parent),
        named=sql.Identifier(there),
        # Along the edges of deletion a row lives with its parent; elsewhere it is enough that it is there.
        live=sql.SQL(" AND p.deleted_at IS NULL") if is_edge else sql.SQL(""),
    )


def _there(each: Reference) -> sql.Composed:
    """Return the condition that the row which a returned row names is in its table."""
    return _THERE.format(
        parent=sql.Identifier(each.parent),
        named=sql.SQL(" AND ").join(
            sql.SQL("{} = {}").format(sql.Identifier("p", there), sql.Identifier("r", here))
            for here, there in zip(each.columns, each.named, strict=True)
        ),
    )
