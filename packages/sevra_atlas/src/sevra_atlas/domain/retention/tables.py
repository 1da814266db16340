"""Which tables a deletion reaches beyond the soft-deletable ones, and in which order their rows leave."""

from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from typing import NamedTuple

from sqlalchemy import ForeignKeyConstraint, Table

from sevra_atlas.schema import metadata
from sevra_atlas.schema.logs import ARCHIVE
from sevra_atlas.schema.reference import KINDS

# They belong to one row of any soft-deletable table, by its kind and id.
OF_ENTITIES = ("media_links", "reactions", "reports", "seo_meta")
# Secret, or made anew from what is there: they go with their owner and are archived nowhere.
REMOVED = frozenset({"city_stats", "idempotency_keys", "post_view_deltas", "refresh_tokens", "sessions"})


class Reference(NamedTuple):
    """A foreign key to a soft-deletable table: the columns that refer and the ones they name."""

    table: Table
    columns: tuple[str, ...]
    parent: str
    named: tuple[str, ...]
    on_delete: str | None


def references() -> Iterator[Reference]:
    """Yield every foreign key to a table of `public`, the archive's own left out."""
    for table in metadata.sorted_tables:
        if table.schema == ARCHIVE:
            continue
        for key in sorted(_keys(table), key=lambda key: tuple(key.column_keys)):
            yield Reference(
                table,
                tuple(key.column_keys),
                key.referred_table.name,
                tuple(element.column.name for element in key.elements),
                key.ondelete,
            )


def _keys(table: Table) -> list[ForeignKeyConstraint]:
    return [each for each in table.constraints if isinstance(each, ForeignKeyConstraint)]


_REFERENCES = tuple(references())


def parents_of(table: str) -> tuple[Reference, ...]:
    """Return the references of a satellite along which it goes with its owner."""
    return tuple(
        each
        for each in _REFERENCES
        if each.table.name == table and (each.on_delete or "").startswith("CASCADE")
    )


def references_of(table: str, on_delete: str | None) -> tuple[Reference, ...]:
    """Return the references of a table to tables that are archived, of one action on deletion."""
    return tuple(
        each
        for each in _REFERENCES
        if each.table.name == table and each.parent in MOVED and each.on_delete == on_delete
    )


def named_column(table: str, column: str, parent: str) -> str:
    """Return the column of `parent` that a column names which is set NULL when its parent goes."""
    (named,) = (
        there
        for each in _REFERENCES
        if each.table.name == table and each.parent == parent
        if (each.on_delete or "").startswith("SET NULL")
        for here, there in zip(each.columns, each.named, strict=True)
        if here == column
    )
    return named


def persons_columns() -> dict[str, tuple[str, ...]]:
    """Return the columns, by table, that name the person whose row it is; `erased_row()` knows the same."""
    owners: dict[str, tuple[str, ...]] = {"users": ("id",)}
    for each in _REFERENCES:
        is_mine = each.on_delete == "CASCADE" or each.table.name in {"author_profiles", "comments", "reviews"}
        if each.parent == "users" and is_mine and each.on_delete != "SET NULL" and each.table.name in MOVED:
            owners[each.table.name] = (*owners.get(each.table.name, ()), each.columns[0])
    return owners


def entity_columns(table: str) -> tuple[str, str]:
    """Return the columns of a satellite of any entity that hold the kind and the id of its owner."""
    (columns,) = (
        each.columns for each in _REFERENCES if each.table.name == table and each.parent == "entities"
    )
    kind, row_id = columns
    return kind, row_id


def _satellites(tables: frozenset[str]) -> frozenset[str]:
    """Return the tables that hang on these by CASCADE, directly or through another."""
    below = {
        each.table.name
        for each in _REFERENCES
        if each.table.name not in KINDS
        and each.parent in tables
        and (each.on_delete or "").startswith("CASCADE")
    } | set(OF_ENTITIES if tables & KINDS.keys() else ())
    return tables if below <= tables else _satellites(tables | below)


def _in_order() -> tuple[str, ...]:
    """Return every table that is moved, each before the ones that it refers to.

    What is SET NULL when its parent goes may go later than it.
    """
    moved = _satellites(frozenset(KINDS)) - REMOVED
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(sorted(moved), ()))
    for each in _REFERENCES:
        is_loose = (each.on_delete or "").startswith("SET NULL") or each.parent == each.table.name
        if {each.parent, each.table.name} <= moved and not is_loose:
            order.add(each.parent, each.table.name)
    for table in OF_ENTITIES:
        for kind in KINDS:
            order.add(kind, table)
    return tuple(order.static_order())


MOVED: tuple[str, ...] = _in_order()


def leaving(tables: Iterable[str]) -> tuple[str, ...]:
    """Return the tables that a batch with rows in these soft-deletable ones reaches, as they go."""
    reached = _satellites(frozenset(tables))
    return tuple(table for table in MOVED if table in reached)
