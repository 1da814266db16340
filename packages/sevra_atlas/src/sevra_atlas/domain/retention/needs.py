"""Rows outside a batch that need one of its rows: what the database would refuse to let go."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import tuple_row

from sevra_atlas.domain.retention.tables import OF_ENTITIES, Reference, entity_columns, parents_of, references
from sevra_atlas.schema.reference import KINDS

_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Need:
    """One row that needs a row of `batch`; `holder` is the batch that it is in itself, if any."""

    batch: int
    holder: int | None
    what: str


@cache
def _query(parents: frozenset[str], *, of_one: bool) -> sql.Composed:
    """Return the query of needs, of one batch or of all; at most one need for each holder."""
    arms = [
        _arm(each, of_one=of_one)
        for each in references()
        if each.parent in parents and (each.on_delete or "NO ACTION") in {"RESTRICT", "NO ACTION"}
    ]
    if not arms:
        return sql.SQL("SELECT NULL::bigint, NULL::bigint, NULL::text WHERE false").format()
    return sql.SQL(
        "SELECT DISTINCT ON (batch, holder) batch, holder, what FROM ({}) n ORDER BY 1, 2, 3"
    ).format(sql.SQL(" UNION ALL ").join(arms))


def _arm(each: Reference, *, of_one: bool) -> sql.Composed:
    child = each.table
    key = [sql.SQL("c.{}").format(sql.Identifier(column.name)) for column in child.primary_key.columns]
    return sql.SQL("""
        SELECT p.deletion_id AS batch, h.holder,
               left({name} || ' ' || concat_ws(':', {key}) || {by}, {longest}) AS what
          FROM public.{parent} p JOIN public.{child} c ON {joined}
          CROSS JOIN LATERAL (SELECT {holder} AS holder) h
         WHERE p.deletion_id {wanted} AND h.holder IS DISTINCT FROM p.deletion_id
    """).format(
        name=sql.Literal(child.name),
        by=sql.Literal(f" ({', '.join(each.columns)})"),
        key=sql.SQL(", ").join(key),
        longest=sql.Literal(_LONGEST),
        parent=sql.Identifier(each.parent),
        child=sql.Identifier(child.name),
        joined=sql.SQL(" AND ").join(
            sql.SQL("c.{} = p.{}").format(sql.Identifier(here), sql.Identifier(there))
            for here, there in zip(each.columns, each.named, strict=True)
        ),
        holder=_holder("c", child.name),
        wanted=sql.SQL("= %(batch)s") if of_one else sql.SQL("IS NOT NULL"),
    )


def _holder(alias: str, table: str) -> sql.Composed:
    """Return the batch that takes a row along: its own, or the first one of an owner of the satellite."""
    if table in KINDS:
        return sql.SQL("{}.deletion_id").format(sql.Identifier(alias))
    inner = f"{alias}p"
    owners = [
        sql.SQL(
            "(SELECT {holder} FROM public.{parent} {inner} WHERE {inner}.{there} = {alias}.{here})"
        ).format(
            holder=_holder(inner, each.parent),
            parent=sql.Identifier(each.parent),
            inner=sql.Identifier(inner),
            there=sql.Identifier(each.named[0]),
            alias=sql.Identifier(alias),
            here=sql.Identifier(each.columns[0]),
        )
        for each in parents_of(table)
    ]
    if table in OF_ENTITIES:
        type_column, id_column = entity_columns(table)
        owners += [
            sql.SQL(
                "(SELECT e.deletion_id FROM public.{table} e"
                " WHERE {type} = {kind}::public.entity_type AND e.id = {id})"
            ).format(
                table=sql.Identifier(name),
                type=sql.Identifier(alias, type_column),
                kind=sql.Literal(kind.entity_type.value),
                id=sql.Identifier(alias, id_column),
            )
            for name, kind in KINDS.items()
        ]
    if not owners:
        return sql.SQL("NULL::bigint").format()
    return sql.SQL("least({})").format(sql.SQL(", ").join(owners))


def needs_of(connection: Connection[Any], batch: int, tables: Iterable[str]) -> list[Need]:
    """Return what needs a batch with rows in these tables."""
    return _found(connection, _query(frozenset(tables), of_one=True), {"batch": batch})


def all_needs(connection: Connection[Any]) -> list[Need]:
    """Return what needs any batch in the trash."""
    return _found(connection, _query(frozenset(KINDS), of_one=False), None)


def _found(connection: Connection[Any], query: sql.Composed, values: dict[str, int] | None) -> list[Need]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return [Need(*row) for row in cursor.execute(query, values)]
