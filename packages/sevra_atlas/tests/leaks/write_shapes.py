"""The shapes in which rows are written, W1 to W15 of the guarantees' chapter 1.4.

Each returns the live id once when the database did what the table there says, and the dead id otherwise.
Where a table has nothing that a shape is about (no reference leads to it, no key of it may be taken again),
only the dead row is looked at again.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from databases import acting_as, violated_by
from leak_scene import MAKERS, SHARED, Scene, cascading_parent
from read_shapes import Shape
from sqlalchemy import Column, Text, delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from sevra_atlas.domain import trash
from sevra_atlas.domain.errors import NotInTrashError, RestoreConflictError, sqlstate
from sevra_atlas.schema import DeletionBatch, Entity, OutboxEntry
from sevra_atlas.schema.access import APP, MAINTENANCE
from sevra_atlas.schema.reference import EDGES, KINDS, Edge

_FORBIDDEN, _NOT_NOW = "42501", "25001"


def _writable(scene: Scene) -> Column[Any]:
    """Return a column of text that the application may change."""
    granted = scene.sql(
        "SELECT column_name::text FROM information_schema.column_privileges WHERE table_schema = 'live'"
        " AND table_name = :name AND privilege_type = 'UPDATE' AND grantee = :app",
        name=scene.name,
        app=APP,
    )
    columns = [column for column in scene.table.columns if column.name in granted]
    return next((column for column in columns if isinstance(column.type, Text)), columns[0])


def _dead_row(scene: Scene) -> str:
    """Return the dead row with everything in it, as its owner sees it."""
    found = scene.as_owner(
        f"SELECT to_jsonb(t)::text FROM public.{scene.name} t WHERE id = :id", id=scene.dead
    )
    assert len(found) == 1
    return str(found[0])


def _untouched(scene: Scene, act: Callable[[], object]) -> list[int]:
    before = _dead_row(scene)
    act()
    return [scene.live] if _dead_row(scene) == before else [scene.dead]


def attribute_update(scene: Scene) -> list[int]:
    third = scene.third()
    row = scene.session.get(scene.model, third)
    scene.sql(f"DELETE FROM {scene.name} WHERE id = :id RETURNING id", id=third)
    flag_modified(row, _writable(scene).name)
    try:
        with scene.session.begin_nested():
            scene.session.flush()
    except StaleDataError:
        scene.session.expunge_all()
        return [scene.live]
    return [third]


def bulk_update(scene: Scene) -> list[int]:
    column = _writable(scene)

    def act() -> None:
        everything = update(scene.model).values({column.name: column})
        result = scene.session.execute(everything, execution_options={"synchronize_session": False})
        living = scene.as_owner(f"SELECT count(*) FROM public.{scene.name} WHERE deleted_at IS NULL")
        assert result.rowcount == living[0]

    return _untouched(scene, act)


def bulk_delete(scene: Scene) -> list[int]:
    def act() -> None:
        both = delete(scene.model).where(scene.model.id.in_(scene.both))
        result = scene.session.execute(both, execution_options={"synchronize_session": False})
        assert result.rowcount == 1
        assert scene.as_owner(
            f"SELECT deletion_id IS NOT NULL FROM public.{scene.name} WHERE id = :id", id=scene.live
        ) == [True]

    return _untouched(scene, act)


def insert_select(scene: Scene) -> list[int]:
    return scene.sql(
        f"INSERT INTO path_misses (path) SELECT '/leak/' || id FROM {scene.name} WHERE id IN (:live, :dead)"
        " RETURNING split_part(path, '/', 3)::bigint",
        live=scene.live,
        dead=scene.dead,
    )


def update_from(scene: Scene) -> list[int]:
    user = MAKERS["users"][1](scene.session).id
    changed = [
        scene.sql(
            f"UPDATE users u SET username = u.username FROM {scene.name} t"
            " WHERE u.id = :user AND t.id = :id RETURNING t.id",
            user=user,
            id=id_,
        )
        for id_ in scene.both
    ]
    return [id_ for found in changed for id_ in found]


def _free_again(scene: Scene) -> list[str]:
    """Return the columns of a key that only live rows hold, without those whose paths are kept for ever."""
    for index in scene.table.indexes:
        where = index.dialect_options["postgresql"]["where"]
        names = [getattr(entry, "name", None) for entry in index.expressions]
        kept_for_ever = {"slug", "slug_key"} & set(names)
        given = all(name is not None and scene.table.c[name].computed is None for name in names)
        if index.unique and str(where) == "deleted_at IS NULL" and given and not kept_for_ever:
            return [str(name) for name in names]
    return []


def _key_of_dead(scene: Scene, columns: list[str]) -> dict[str, Any]:
    query = f"SELECT to_jsonb(t) FROM public.{scene.name} t WHERE id = :id"
    row = scene.as_owner(query, id=scene.dead)[0]
    return {name: row[name] for name in columns}


def take_key_of_dead(scene: Scene) -> list[int]:
    """A key of a dead row may be taken: the new row is another one."""
    columns = _free_again(scene)
    if not columns:
        return _untouched(scene, lambda: None)

    def act() -> None:
        kept = _key_of_dead(scene, columns)
        taken = scene.third(**{name: value for name, value in kept.items() if value is not None})
        assert taken not in scene.both

    return _untouched(scene, act)


def _referring(scene: Scene, edge: Edge) -> dict[str, int]:
    """Return the columns of a child of the dead row."""
    columns = {edge.child_column: scene.dead}
    shared = SHARED.get((edge.child_table, edge.child_column))
    if shared is not None:
        query = f"SELECT {shared} FROM public.{scene.name} WHERE id = :id"
        columns[shared] = scene.as_owner(query, id=scene.dead)[0]
    return columns


def reference_to_dead(scene: Scene) -> list[int]:
    edges = [edge for edge in EDGES if edge.parent_table == scene.name and edge.child_column != "id"]
    refused = [
        violated_by(
            scene.session,
            partial(MAKERS[edge.child_table][1], scene.session, **_referring(scene, edge)),
        )
        for edge in edges
    ]
    assert refused == [f"{edge.child_table}_{edge.child_column}_live" for edge in edges]
    return [scene.live]


def child_and_parent_race(scene: Scene) -> list[int]:
    """No live row of the table has a dead parent on an edge; the races themselves have tests of their own."""
    for edge in EDGES:
        if edge.child_table == scene.name:
            assert (
                scene.as_owner(
                    f"SELECT c.id FROM public.{edge.child_table} c JOIN public.{edge.parent_table} p"
                    f" ON p.id = c.{edge.child_column} WHERE c.deleted_at IS NULL"
                    " AND p.deleted_at IS NOT NULL"
                )
                == []
            )
    return [scene.live]


def deletion_elsewhere_than_read_committed(scene: Scene) -> list[int]:
    """Asked of the function itself, in another session: the rows of this one are nobody else's yet."""
    engine = scene.session.connection().engine
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as elsewhere:
        try:
            elsewhere.execute(text(f"SELECT public.soft_delete_rows('{scene.name}', '{{{scene.live}}}', 1)"))
        except DBAPIError as error:
            return [scene.live] if sqlstate(error) == _NOT_NOW else [scene.dead]
    return [scene.dead]


def _refusal(scene: Scene, statement: str) -> str | None:
    return violated_by(scene.session, lambda: scene.session.execute(text(statement)))


def deletion_state_by_hand(scene: Scene) -> list[int]:
    statements = (
        f"UPDATE {scene.name} SET deleted_at = now() WHERE id = {scene.live}",
        f"UPDATE {scene.name} SET deletion_id = 1 WHERE id = {scene.live}",
        f"INSERT INTO {scene.name} (deleted_at) VALUES (now())",
        f"INSERT INTO {scene.name} (deletion_id) VALUES (1)",
    )
    assert {statement: _refusal(scene, statement) for statement in statements} == dict.fromkeys(
        statements, _FORBIDDEN
    )
    return [scene.live]


def base_table(scene: Scene) -> list[int]:
    statements = (
        f"SELECT FROM public.{scene.name}",
        f"SELECT count(id) FROM public.{scene.name}",
        f"UPDATE public.{scene.name} SET deletion_id = NULL",
        f"DELETE FROM public.{scene.name}",
        f"INSERT INTO public.{scene.name} DEFAULT VALUES",
        f"TRUNCATE public.{scene.name}",
        f"LOCK TABLE public.{scene.name}",
        f"COPY public.{scene.name} TO STDOUT",
    )
    assert {statement: _refusal(scene, statement) for statement in statements} == dict.fromkeys(
        statements, _FORBIDDEN
    )
    return [scene.live]


def lock_for_update(scene: Scene) -> list[int]:
    locking = select(scene.model.id).where(scene.model.id.in_(scene.both)).with_for_update()
    return list(scene.session.scalars(locking))


def restore_below_dead_parent(scene: Scene) -> list[int]:
    found = cascading_parent(scene.name)
    if found is None:
        return _untouched(scene, lambda: None)
    parent_table, column = found
    parent_model, make_parent = MAKERS[parent_table]
    parent = make_parent(scene.session).id
    third = scene.third(**{column: parent})
    batch = trash.delete(scene.session, scene.model, third).batch
    trash.delete(scene.session, parent_model, parent)
    return [scene.live] if isinstance(_restore(scene, batch), RestoreConflictError) else [third]


def restore_into_taken_key(scene: Scene) -> list[int]:
    columns = _free_again(scene)
    if not columns:
        return _untouched(scene, lambda: None)
    kept = _key_of_dead(scene, columns)
    if any(value is None for value in kept.values()):
        return _untouched(scene, lambda: None)
    scene.third(**kept)
    batch = scene.session.scalars(
        select(DeletionBatch.id).where(
            DeletionBatch.root_type == scene.entity_type, DeletionBatch.root_id == scene.dead
        )
    ).one()
    return [scene.live] if isinstance(_restore(scene, batch), RestoreConflictError) else [scene.dead]


def _restore(scene: Scene, batch: int) -> Exception | None:
    with acting_as(scene.session, MAINTENANCE):
        try:
            trash.restore(scene.session, batch)
        except (RestoreConflictError, NotInTrashError) as error:
            return error
    return None


def what_triggers_do(scene: Scene) -> list[int]:
    """State, announcement and batch are there before the transaction ends."""
    third = scene.third()
    batch = trash.delete(scene.session, scene.model, third).batch
    state = scene.session.get_one(Entity, (scene.entity_type, third)).state
    announced = scene.as_owner(
        "SELECT count(*) FROM outbox WHERE entity_type = CAST(:kind AS entity_type) AND entity_id = :id",
        kind=scene.entity_type,
        id=third,
    )
    assert state.value == "deleted"
    assert scene.session.get_one(DeletionBatch, batch).root_id == third
    assert announced[0] > 0 or scene.name not in _ANNOUNCED, OutboxEntry.__tablename__
    return [scene.live]


# Kinds with a page or a document: sitemap and search are told of them.
_ANNOUNCED = frozenset(table for table, kind in KINDS.items() if kind.url_prefix is not None)

WRITE_SHAPES: dict[str, Shape] = {
    f"W{number}": shape
    for number, shape in enumerate(
        (
            attribute_update,
            bulk_update,
            bulk_delete,
            insert_select,
            update_from,
            take_key_of_dead,
            reference_to_dead,
            child_and_parent_race,
            deletion_elsewhere_than_read_committed,
            deletion_state_by_hand,
            base_table,
            lock_for_update,
            restore_below_dead_parent,
            restore_into_taken_key,
            what_triggers_do,
        ),
        1,
    )
}
