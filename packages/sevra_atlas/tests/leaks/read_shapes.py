"""The shapes in which rows are read, R1 to R50 of the guarantees' chapter 1.4.

Each returns the ids that it saw of the live row and its dead twin; a count returns the live id that often. A
shape that has to raise for a dead row returns the dead id when it does not. Clean is what returned the live
id exactly once.
"""

from collections.abc import Callable
from typing import Any

from leak_scene import MAKERS, Scene, cascading_parent
from sqlalchemy import distinct, exists, func, literal, select, text, true, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.orm import aliased, joinedload, selectinload, subqueryload
from sqlalchemy.orm.exc import ObjectDeletedError

from sevra_atlas.domain import trash
from sevra_atlas.domain.invariants import broken
from sevra_atlas.schema import Entity, SearchDocument
from sevra_atlas.schema.access import MAINTENANCE

Shape = Callable[[Scene], list[int]]


def _of(scene: Scene, statement: Any) -> list[int]:
    return [found for found in scene.session.scalars(statement) if found is not None]


def _rows(scene: Scene, statement: Any) -> list[int]:
    return [row.id for row in scene.session.scalars(statement).unique()]


def _times(scene: Scene, count: Any) -> list[int]:
    return [scene.live] * int(count or 0)


def _owners(scene: Scene, *options: Any) -> list[Any]:
    """Return the entities of the live row and of its dead twin, loaded with the given options."""
    owner = scene.mapped.owner
    wanted = select(owner).where(owner.entity_id.in_(scene.both)).options(*options)
    return list(scene.session.scalars(wanted).unique())


def _collected(scene: Scene, *options: Any) -> list[int]:
    return [row.id for owner in _owners(scene, *options) for row in owner.rows]


def select_model(scene: Scene) -> list[int]:
    return _rows(scene, select(scene.model).where(scene.model.id.in_(scene.both)))


def select_columns(scene: Scene) -> list[int]:
    return _of(scene, select(scene.model.id).where(scene.model.id.in_(scene.both)))


def count_ids(scene: Scene) -> list[int]:
    wanted = select(func.count(scene.model.id)).where(scene.model.id.in_(scene.both))
    return _times(scene, scene.session.scalar(wanted))


def count_rows(scene: Scene) -> list[int]:
    wanted = select(func.count()).select_from(scene.model).where(scene.model.id.in_(scene.both))
    return _times(scene, scene.session.scalar(wanted))


def aggregates(scene: Scene) -> list[int]:
    id_ = scene.model.id
    wanted = select(func.sum(id_), func.max(id_), func.array_agg(id_), func.jsonb_agg(id_))
    total, highest, listed, as_json = scene.session.execute(wanted.where(id_.in_(scene.both))).one()
    return [total] if int(total) == highest == scene.live and listed == as_json == [scene.live] else listed


def get_cold(scene: Scene) -> list[int]:
    return [row.id for id_ in scene.both if (row := scene.session.get(scene.model, id_)) is not None]


def get_after_deletion(scene: Scene) -> list[int]:
    kept = scene.session.get(scene.model, scene.live)
    third = scene.third()
    loaded = scene.session.get(scene.model, third)
    assert loaded is not None
    scene.delete(third)
    assert kept is not None
    again = scene.session.get(scene.model, third)
    return [scene.live] if again is None else [third]


def get_cascaded(scene: Scene) -> list[int]:
    """A row that goes because its parent does; where nothing cascades to the table, the row itself goes."""
    found = cascading_parent(scene.name)
    if found is None:
        return get_after_deletion(scene)
    parent_table, column = found
    parent_model, make_parent = MAKERS[parent_table]
    parent = make_parent(scene.session).id
    third = scene.third(**{column: parent})
    assert scene.session.get(scene.model, third) is not None
    trash.delete(scene.session, parent_model, parent)
    return [scene.live] if scene.session.get(scene.model, third) is None else [third]


def loaded_collection(scene: Scene) -> list[int]:
    third, owner = scene.third(), scene.mapped.owner
    loaded = scene.session.get(owner, third)
    assert loaded is not None
    assert [row.id for row in loaded.rows] == [third]
    scene.delete(third)
    return [row.id for row in loaded.rows] or [scene.live]


def lazy_collection(scene: Scene) -> list[int]:
    return _collected(scene)


def selectin_collection(scene: Scene) -> list[int]:
    return _collected(scene, selectinload(scene.mapped.owner.rows))


def joined_collection(scene: Scene) -> list[int]:
    return _collected(scene, joinedload(scene.mapped.owner.rows))


def subquery_collection(scene: Scene) -> list[int]:
    return _collected(scene, subqueryload(scene.mapped.owner.rows))


def lazy_parent(scene: Scene) -> list[int]:
    return [owner.row.id for owner in _owners(scene) if owner.row is not None]


def parent_in_identity_map(scene: Scene) -> list[int]:
    third, mapped = scene.third(), scene.mapped
    row, owner = scene.session.get(mapped.row, third), scene.session.get(mapped.owner, third)
    assert owner is not None
    assert owner.row is row
    scene.delete(third)
    return [scene.live] if owner.row is None else [third]


def many_to_many(scene: Scene) -> list[int]:
    kind = scene.mapped.kind
    eager = select(kind).where(kind.entity_type == scene.entity_type).options(selectinload(kind.rows))
    loaded = [row.id for row in scene.session.scalars(eager).one().rows if row.id in scene.both]
    scene.session.expunge_all()
    lazily = scene.session.get(kind, scene.entity_type)
    assert lazily is not None
    lazy = [row.id for row in lazily.rows if row.id in scene.both]
    return lazy if lazy == loaded else [*lazy, *loaded]


def association(scene: Scene) -> list[int]:
    return [id_ for owner in _owners(scene) for id_ in owner.row_ids]


def count_of_association(scene: Scene) -> list[int]:
    entity = Entity.__table__
    wanted = (
        select(func.count())
        .select_from(entity.join(scene.table, scene.table.c.id == entity.c.entity_id))
        .where(entity.c.entity_type == scene.entity_type, scene.table.c.id.in_(scene.both))
    )
    return _times(scene, scene.session.scalar(wanted))


def write_only(scene: Scene) -> list[int]:
    return [row.id for owner in _owners(scene) for row in scene.session.scalars(owner.later.select())]


def dynamic(scene: Scene) -> list[int]:
    return [row.id for owner in _owners(scene) for row in owner.dynamic.all()]


def inner_join(scene: Scene) -> list[int]:
    owner = scene.mapped.owner
    wanted = select(scene.model.id).join(owner, owner.entity_id == scene.model.id)
    return _of(scene, wanted.where(owner.entity_id.in_(scene.both)))


def outer_join(scene: Scene) -> list[int]:
    owner = scene.mapped.owner
    wanted = select(scene.model.id).select_from(owner)
    wanted = wanted.outerjoin(scene.model, owner.entity_id == scene.model.id)
    return _of(scene, wanted.where(owner.entity_id.in_(scene.both)))


def any_and_has(scene: Scene) -> list[int]:
    owner = scene.mapped.owner
    among = owner.entity_id.in_(scene.both)
    having = _of(scene, select(owner.entity_id).where(among, owner.rows.any()))
    also = _of(scene, select(owner.entity_id).where(among, owner.row.has()))
    return having if having == also else [*having, *also]


def subqueries_as_conditions(scene: Scene) -> list[int]:
    owner, id_ = scene.mapped.owner, scene.model.id
    among = owner.entity_id.in_(scene.both)
    there = exists(select(id_).where(id_ == owner.entity_id))
    inside = owner.entity_id.in_(select(id_))
    found = [_of(scene, select(owner.entity_id).where(among, condition)) for condition in (there, inside)]
    for condition in (~there, owner.entity_id.not_in(select(id_))):
        absent = _of(scene, select(owner.entity_id).where(among, condition))
        found.append([one for one in scene.both if one not in absent])
    return found[0] if all(one == found[0] for one in found) else [id_ for one in found for id_ in one]


def scalar_subquery(scene: Scene) -> list[int]:
    owner, id_ = scene.mapped.owner, scene.model.id
    inner = select(id_).where(id_ == owner.entity_id).scalar_subquery()
    return _of(scene, select(inner).select_from(owner).where(owner.entity_id.in_(scene.both)))


def common_table(scene: Scene) -> list[int]:
    wanted = select(scene.model.id).where(scene.model.id.in_(scene.both)).cte("wanted")
    return _of(scene, select(wanted.c.id))


def recursive(scene: Scene) -> list[int]:
    """A walk that steps from the smaller id to the larger one."""
    id_ = scene.model.id
    walk = select(id_.label("id")).where(id_ == scene.live).cte("walk", recursive=True)
    walk = walk.union(select(id_).join(walk, id_ != walk.c.id).where(id_.in_(scene.both)))
    return _of(scene, select(walk.c.id))


def subquery(scene: Scene) -> list[int]:
    inner = select(scene.model).where(scene.model.id.in_(scene.both)).subquery()
    return _of(scene, select(inner.c.id))


def alias(scene: Scene) -> list[int]:
    other = aliased(scene.model)
    return _rows(scene, select(other).where(other.id.in_(scene.both)))


def alias_of_subquery(scene: Scene) -> list[int]:
    other = aliased(scene.model, select(scene.model).where(scene.model.id.in_(scene.both)).subquery())
    return _rows(scene, select(other))


def union(scene: Scene) -> list[int]:
    parts = union_all(*(select(scene.model.id).where(scene.model.id == id_) for id_ in scene.both))
    return _of(scene, select(parts.subquery().c.id))


def from_statement(scene: Scene) -> list[int]:
    written = text(f"SELECT * FROM {scene.name} WHERE id IN (:live, :dead)")
    wanted = select(scene.mapped.row).from_statement(written)
    return [row.id for row in scene.session.scalars(wanted, {"live": scene.live, "dead": scene.dead})]


def lateral(scene: Scene) -> list[int]:
    owner = scene.mapped.owner
    inner = select(scene.model.id).where(scene.model.id == owner.entity_id).lateral("beside")
    wanted = select(inner.c.id).select_from(owner).join(inner, true())
    return _of(scene, wanted.where(owner.entity_id.in_(scene.both)))


def windows(scene: Scene) -> list[int]:
    id_ = scene.model.id
    ranked = select(id_, func.row_number().over(order_by=id_), func.count().over())
    found = scene.session.execute(ranked.where(id_.in_(scene.both))).all()
    first = _of(scene, select(id_).ext(distinct_on(id_)).where(id_.in_(scene.both)).order_by(id_))
    assert {row[2] for row in found} == {len(found)}
    ids = [row[0] for row in found]
    return ids if ids == first else [*ids, *first]


def literal_where(scene: Scene) -> list[int]:
    seen = [id_ for id_ in scene.both if _of(scene, select(literal(1)).where(scene.model.id == id_))]
    return list(seen)


def core_select(scene: Scene) -> list[int]:
    wanted = select(scene.table).where(scene.table.c.id.in_(scene.both))
    return [row.id for row in scene.session.execute(wanted)]


def core_count(scene: Scene) -> list[int]:
    wanted = select(func.count(distinct(scene.table.c.id))).where(scene.table.c.id.in_(scene.both))
    return _times(scene, scene.session.scalar(wanted))


def sql_text(scene: Scene) -> list[int]:
    return scene.sql(
        f"SELECT id FROM {scene.name} WHERE id IN (:live, :dead)", live=scene.live, dead=scene.dead
    )


def text_fragment(scene: Scene) -> list[int]:
    fragment = text(f"id IN (SELECT id FROM {scene.name} WHERE id IN ({scene.live}, {scene.dead}))")
    return _rows(scene, select(scene.model).where(fragment))


def row_to_json(scene: Scene) -> list[int]:
    return scene.sql(
        f"SELECT (row_to_json(t)->>'id')::bigint FROM {scene.name} t WHERE id IN (:live, :dead)",
        live=scene.live,
        dead=scene.dead,
    )


def legacy_query(scene: Scene) -> list[int]:
    query = scene.session.query(scene.model).filter(scene.model.id.in_(scene.both))
    found = [row.id for row in query.all()]
    return found if query.count() == len(found) == 1 else [*found, *_times(scene, query.count())]


def refresh(scene: Scene) -> list[int]:
    third = scene.third()
    row = scene.session.get(scene.model, third)
    scene.sql(f"DELETE FROM {scene.name} WHERE id = :id RETURNING id", id=third)
    try:
        scene.session.refresh(row)
    except (InvalidRequestError, ObjectDeletedError):
        return [scene.live]
    return [third]


def merge(scene: Scene) -> list[int]:
    """A merge of a dead id would insert the row anew, which no role may do with an id of its own."""
    try:
        with scene.session.begin_nested():
            scene.session.merge(scene.model(id=scene.dead))
            scene.session.flush()
    except DBAPIError:
        scene.session.expunge_all()
        return [scene.live]
    return [scene.dead]


def prepared(scene: Scene) -> list[int]:
    with scene.driver().cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {scene.name} WHERE id = ANY (%s)".encode(), (list(scene.both),), prepare=True
        )
        return [row[0] for row in cursor]


def server_cursor(scene: Scene) -> list[int]:
    """A cursor that was opened before a deletion goes on in its snapshot; one opened after it does not."""
    third, driver = scene.third(), scene.driver()
    query = f"SELECT id FROM {scene.name} WHERE id IN ({third}, {scene.live}) ORDER BY id".encode()
    with driver.cursor("before") as before:
        before.execute(query)
        scene.delete(third)
        assert sorted(row[0] for row in before) == sorted((third, scene.live))
    with driver.cursor("after") as after:
        after.execute(query)
        return [row[0] for row in after]


def copied(scene: Scene) -> list[int]:
    query = f"COPY (SELECT id FROM {scene.name} WHERE id IN ({scene.live}, {scene.dead})) TO STDOUT"
    with scene.driver().cursor() as cursor, cursor.copy(query.encode()) as copy:
        copy.set_types(["int8"])
        return [row[0] for row in copy.rows()]


def search_documents(scene: Scene) -> list[int]:
    """A document goes with its row, at once and not when a worker comes by."""
    found = _of(
        scene,
        select(SearchDocument.entity_id).where(
            SearchDocument.entity_type == scene.entity_type, SearchDocument.entity_id == scene.dead
        ),
    )
    return found or [scene.live]


def counters(scene: Scene) -> list[int]:
    """Every counter, projection and document, counted again over what is live."""
    from databases import acting_as

    with acting_as(scene.session, MAINTENANCE):
        wrong = broken(scene.driver())
    assert wrong == []
    return [scene.live]


def through_entities(scene: Scene) -> list[int]:
    entity = select(Entity.entity_id, Entity.state).where(
        Entity.entity_type == scene.entity_type, Entity.entity_id.in_(scene.both)
    )
    states = {row.entity_id: row.state.value for row in scene.session.execute(entity)}
    assert states[scene.dead] == "deleted"
    return [id_ for id_ in scene.both if states[id_] != "deleted"]


def keyset_page(scene: Scene) -> list[int]:
    """A page that begins behind a row which was deleted since the page before."""
    third = scene.third()
    scene.delete(third)
    id_ = scene.model.id
    page = select(id_).where(id_ < third, id_ >= min(scene.both)).order_by(id_.desc()).limit(10)
    return [found for found in _of(scene, page) if found in scene.both]


READ_SHAPES: dict[str, Shape] = {
    f"R{number}": shape
    for number, shape in enumerate(
        (
            select_model,
            select_columns,
            count_ids,
            count_rows,
            aggregates,
            get_cold,
            get_after_deletion,
            get_cascaded,
            loaded_collection,
            lazy_collection,
            selectin_collection,
            joined_collection,
            subquery_collection,
            lazy_parent,
            parent_in_identity_map,
            many_to_many,
            association,
            count_of_association,
            write_only,
            dynamic,
            inner_join,
            outer_join,
            any_and_has,
            subqueries_as_conditions,
            scalar_subquery,
            common_table,
            recursive,
            subquery,
            alias,
            alias_of_subquery,
            union,
            from_statement,
            lateral,
            windows,
            literal_where,
            core_select,
            core_count,
            sql_text,
            text_fragment,
            row_to_json,
            legacy_query,
            refresh,
            merge,
            prepared,
            server_cursor,
            copied,
            search_documents,
            counters,
            through_entities,
            keyset_page,
        ),
        1,
    )
}
