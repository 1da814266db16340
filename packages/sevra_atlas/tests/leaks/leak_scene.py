"""One soft-deletable table with a live row and a dead twin, seen as the application's role.

The platform's own relationships are `lazy="raise"`, so the shapes that load lazily or as a collection are
read through mappers of this file's own over the same tables. `entities` is what every soft-deletable table
has beside it and keeps the dead: a relationship from there to the table leads to a dead row wherever a
predicate is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import psycopg
from databases import acting_as
from factories import SOFT_MODELS
from sqlalchemy import Table, and_, select, text
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import Session, foreign, registry, relationship, remote

from sevra_atlas.domain import trash
from sevra_atlas.schema import metadata
from sevra_atlas.schema.access import OWNER
from sevra_atlas.schema.reference import EDGES, KINDS

MAKERS: dict[str, tuple[type[Any], Callable[..., Any]]] = {
    model.__tablename__: (model, make) for model, make in SOFT_MODELS
}

# What a child has to have in common with its parent besides.
SHARED = {
    ("salons", "neighborhood_id"): "city_id",
    ("artists", "neighborhood_id"): "city_id",
    ("comments", "parent_id"): "post_id",
}


@dataclass(frozen=True)
class Mapped:
    """Classes of the matrix over one table.

    `row` has a many-to-one `owner`; `owner` (its entity) has the collections `rows`, `later` (write-only) and
    `dynamic`, and the many-to-one `row`; `kind` has the many-to-many `rows` by way of `entities`.
    """

    row: type[Any]
    owner: type[Any]
    kind: type[Any]


@cache
def mapped(table_name: str) -> Mapped:
    """Return the classes over a table, mapped once a process."""
    table, entities = metadata.tables[table_name], metadata.tables["entities"]
    kinds = metadata.tables["entity_types"]
    of_kind = (
        select(entities.c.entity_id, entities.c.state)
        .where(entities.c.entity_type == KINDS[table_name].entity_type)
        .subquery(f"owners_of_{table_name}")
    )
    mappers = registry()
    row: type[Any] = type("Row", (), {})
    owner: type[Any] = type("Owner", (), {"row_ids": association_proxy("rows", "id")})
    kind: type[Any] = type("Kind", (), {})
    one_to_many = foreign(table.c.id) == remote(of_kind.c.entity_id)
    collection: dict[str, Any] = {
        "primaryjoin": of_kind.c.entity_id == foreign(table.c.id),
        "passive_deletes": "all",
    }
    collection["overlaps"] = "rows,later,dynamic,row,owner"
    mappers.map_imperatively(
        row,
        table,
        properties={"owner": relationship(owner, primaryjoin=one_to_many, viewonly=True, uselist=False)},
    )
    mappers.map_imperatively(
        owner,
        of_kind,
        primary_key=[of_kind.c.entity_id],
        properties={
            "rows": relationship(row, uselist=True, **collection),
            "later": relationship(row, lazy="write_only", uselist=True, **collection),
            "dynamic": relationship(row, lazy="dynamic", uselist=True, **collection),
            "row": relationship(
                row,
                primaryjoin=foreign(of_kind.c.entity_id) == table.c.id,
                viewonly=True,
                uselist=False,
            ),
        },
    )
    mappers.map_imperatively(
        kind,
        kinds,
        properties={
            "rows": relationship(
                row,
                secondary=entities,
                primaryjoin=kinds.c.entity_type == entities.c.entity_type,
                secondaryjoin=and_(entities.c.entity_id == table.c.id),
                viewonly=True,
            )
        },
    )
    mappers.configure()
    return Mapped(row, owner, kind)


@dataclass
class Scene:
    """A live row and its dead twin; `third` makes further live rows for what deletes while it looks."""

    session: Session
    model: type[Any]
    make: Callable[..., Any]
    live: int
    dead: int
    others: list[int] = field(default_factory=list)

    @property
    def table(self) -> Table:
        return metadata.tables[self.model.__tablename__]

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def entity_type(self) -> str:
        return KINDS[self.name].entity_type.value

    @property
    def mapped(self) -> Mapped:
        return mapped(self.name)

    @property
    def both(self) -> tuple[int, int]:
        return self.live, self.dead

    def third(self, **columns: Any) -> int:
        """Return the id of one more live row; the session remembers none of it."""
        row = self.make(self.session, **columns)
        row_id: int = row.id
        self.session.expunge_all()
        return row_id

    def delete(self, row_id: int) -> None:
        """Move a row to the trash as the platform does."""
        trash.delete(self.session, self.model, row_id)

    def driver(self) -> psycopg.Connection[Any]:
        """Return the driver's connection of the session, in the same transaction."""
        connection = self.session.connection().connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        return connection

    def sql(self, statement: str, **values: Any) -> list[int]:
        """Run SQL text and return its first column."""
        return list(self.session.execute(text(statement), values).scalars())

    def as_owner(self, statement: str, **values: Any) -> list[Any]:
        """Run SQL text as the owner of the tables, who sees what is dead."""
        with acting_as(self.session, OWNER):
            return list(self.session.execute(text(statement), values).scalars())


def scene(session: Session, table_name: str) -> Scene:
    """Make the rows of one table and forget every object."""
    model, make = MAKERS[table_name]
    live, dead = make(session).id, make(session).id
    trash.delete(session, model, dead)
    session.expunge_all()
    return Scene(session, model, make, live, dead)


def cascading_parent(table_name: str) -> tuple[str, str] | None:
    """Return a table and the column that refers to it, whose deletion takes rows of this table along."""
    found = [
        (edge.parent_table, edge.child_column)
        for edge in EDGES
        if edge.child_table == table_name and edge.action == "cascade" and edge.child_column != "id"
        if edge.parent_table != table_name
    ]
    return found[0] if found else None
