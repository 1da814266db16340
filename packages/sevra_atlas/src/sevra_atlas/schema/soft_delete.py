"""What every soft-deletable table gets: its live view, guards, entity, path and reference triggers.

All of it is computed from the models, so a changed column changes the view, and a new reference to a
soft-deletable table brings its live-parent check.
"""

from collections.abc import Iterator

from sqlalchemy import ForeignKeyConstraint, MetaData, Table

from pgevolve.objects import DeclaredObject, Trigger, View
from sevra_atlas.schema.blog import Revision
from sevra_atlas.schema.columns import ROLLED_UP
from sevra_atlas.schema.core import DeletionBatch
from sevra_atlas.schema.logs import OtpAttempt
from sevra_atlas.schema.reference import EDGES, KINDS
from sevra_atlas.schema.seo import SlugHistory

# Journals remember who did what to what, whatever became of either: no live-parent check on their references.
_JOURNALS = frozenset(model.__tablename__ for model in (DeletionBatch, OtpAttempt, Revision, SlugHistory))

# References to what a visitor sees at that moment; those that exist are hidden together with it later.
_ACTIVE, _SHOWN = "status = 'ACTIVE'", "status = 'published' AND visibility <> 'private'"
_TO_VISIBLE = {
    ("follows", "salon_id"): _ACTIVE,
    ("follows", "artist_id"): _ACTIVE,
    ("saves", "salon_id"): _ACTIVE,
    ("saves", "artist_id"): _ACTIVE,
    ("saves", "post_id"): _SHOWN,
}


def soft_deletable_tables(metadata: MetaData) -> tuple[Table, ...]:
    """Return the S tables in the order of their names."""
    return _tables_with(metadata, "deletion_id")


def _timestamped_tables(metadata: MetaData) -> tuple[Table, ...]:
    """Return the T tables, the S tables among them, in the order of their names."""
    return _tables_with(metadata, "created_at", "updated_at")


def _tables_with(metadata: MetaData, *columns: str) -> tuple[Table, ...]:
    tables = (
        table for table in metadata.tables.values() if all(column in table.columns for column in columns)
    )
    return tuple(sorted(tables, key=lambda table: table.name))


def live_objects(metadata: MetaData) -> Iterator[DeclaredObject]:
    """Yield the views and triggers of soft deletion, derived from the tables."""
    soft = soft_deletable_tables(metadata)
    for table in soft:
        kind = KINDS[table.name]
        yield _live_view(table)
        yield Trigger(
            f"CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.{table.name}\n"
            f"FOR EACH ROW EXECUTE FUNCTION public.live_delete('{kind.entity_type}')"
        )
        yield from _guards(table)
        yield from _entity(table)
        if kind.url_prefix is not None:
            yield Trigger(
                f"CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON public.{table.name}\n"
                f"FOR EACH ROW EXECUTE FUNCTION public.sync_path('{kind.entity_type}', '{kind.url_prefix}')"
            )
    for table in _timestamped_tables(metadata):
        yield _stamp(table)
    names = {table.name for table in soft}
    for table in metadata.sorted_tables:
        yield from _live_parents(table, names)


def live_parent_checks(metadata: MetaData) -> tuple[str, ...]:
    """Return the names of the checks that refuse a reference to a deleted row, in their order."""
    names = {table.name for table in soft_deletable_tables(metadata)}
    return tuple(
        sorted(
            _check_name(table, column)
            for table in metadata.sorted_tables
            for column, _ in _references_to(names, table)
        )
    )


def _live_view(table: Table) -> View:
    columns = ",\n       ".join(column.name for column in table.columns)
    return View(
        f"CREATE VIEW live.{table.name} AS\n"
        f"SELECT {columns}\n  FROM public.{table.name}\n WHERE deleted_at IS NULL",
        comment=f"live rows of {table.name}; DELETE moves a row to the trash",
    )


def _guards(table: Table) -> Iterator[Trigger]:
    function = "FOR EACH ROW {}EXECUTE FUNCTION public.guard_deletion_state()"
    inserted = function.format("WHEN (NEW.deleted_at IS NOT NULL) ")
    yield Trigger(
        f"CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.{table.name}\n{inserted}"
    )
    yield Trigger(
        "CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id"
        f" ON public.{table.name}\n{function.format('')}"
    )
    yield Trigger(
        f"CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.{table.name}\n"
        f"FOR EACH ROW EXECUTE FUNCTION public.guard_legal_hold('{KINDS[table.name].entity_type}')"
    )


def _entity(table: Table) -> Iterator[Trigger]:
    """Yield what makes and archives the entity of a row, and what keeps those of the rows of an UPDATE."""
    kind = KINDS[table.name].entity_type
    yield Trigger(
        f"CREATE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.{table.name}\n"
        f"FOR EACH ROW EXECUTE FUNCTION public.sync_entity('{kind}')"
    )
    yield Trigger(
        f"CREATE TRIGGER a10_entities AFTER UPDATE ON public.{table.name} REFERENCING NEW TABLE AS n\n"
        f"FOR EACH STATEMENT EXECUTE FUNCTION public.sync_entities('{kind}')"
    )


def _stamp(table: Table) -> Trigger:
    """Return the stamp of changes by hand.

    Deletion and restore, which set the batch, are none, and what a worker adds up is none.
    """
    passed_over = ", ".join(
        f"'{column.name}'"
        for column in table.columns
        if column.computed is not None or column.name in ROLLED_UP
    )
    when = "WHEN (NEW.deletion_id IS NOT DISTINCT FROM OLD.deletion_id) " if "deletion_id" in table.c else ""
    return Trigger(
        f"CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.{table.name}\n"
        f"FOR EACH ROW {when}EXECUTE FUNCTION public.set_updated_at({passed_over})"
    )


def _live_parents(table: Table, soft: set[str]) -> Iterator[Trigger]:
    """Yield one constraint trigger per reference to an S table; on edges it speaks again at a restore."""
    edges = {(edge.parent_table, edge.child_column) for edge in EDGES if edge.child_table == table.name}
    for column, parent in _references_to(soft, table):
        watched = f"{column}, deleted_at" if (parent, column) in edges else column
        live = " AND NEW.deleted_at IS NULL" if table.name in soft else ""
        condition = _TO_VISIBLE.get((table.name, column))
        visible = [condition.replace("'", "''")] if condition else []
        arguments = "', '".join([column, parent, *visible])
        yield Trigger(
            f"CREATE CONSTRAINT TRIGGER {_check_name(table, column)} AFTER INSERT OR UPDATE OF {watched}\n"
            f"ON public.{table.name} DEFERRABLE INITIALLY IMMEDIATE\n"
            f"FOR EACH ROW WHEN (NEW.{column} IS NOT NULL{live})\n"
            f"EXECUTE FUNCTION public.require_live_parent('{arguments}')"
        )


def _references_to(soft: set[str], table: Table) -> list[tuple[str, str]]:
    """Return the columns of a table that refer to an S table, each with that table; none of a journal."""
    if table.name in _JOURNALS:
        return []
    return sorted(
        (element.parent.name, element.column.table.name)
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint)
        for element in constraint.elements
        if element.column.name == "id" and element.column.table.name in soft
    )


def _check_name(table: Table, column: str) -> str:
    return f"{table.name}_{column}_live"
