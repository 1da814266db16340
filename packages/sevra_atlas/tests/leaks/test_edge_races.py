"""A child that is written while its parent is deleted: never a live row below a dead one, on any edge."""

from typing import Any

import psycopg
import pytest
from databases import SevraDatabase, in_background, wait_until_blocked
from leak_scene import MAKERS, SHARED
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sevra_atlas.domain.errors import violated
from sevra_atlas.schema.reference import EDGES, Edge


def _named(edge: Edge) -> str:
    return f"{edge.child_table}.{edge.child_column}"


@pytest.fixture(params=EDGES, ids=_named)
def edge(request: pytest.FixtureRequest) -> Edge:
    """Return one way in which the deletion of a row concerns another."""
    found: Edge = request.param
    return found


def _parent(database: SevraDatabase, edge: Edge) -> int:
    with database.session() as session:
        parent: int = MAKERS[edge.parent_table][1](session).id
    return parent


def _add_child(session: Session, edge: Edge, parent: int) -> int:
    columns: dict[str, Any] = {edge.child_column: parent}
    shared = SHARED.get((edge.child_table, edge.child_column))
    if shared is not None:
        query = text(f"SELECT {shared} FROM {edge.parent_table} WHERE id = :id")
        columns[shared] = session.scalar(query, {"id": parent})
    child: int = MAKERS[edge.child_table][1](session, **columns).id
    return child


def _driver(session: Session) -> psycopg.Connection[Any]:
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def _living(database: SevraDatabase, table: str, row_id: int) -> bool:
    with database.connect() as connection:
        query = f"SELECT FROM {table} WHERE id = %s".encode()
        return connection.execute(query, (row_id,)).fetchone() is not None


def test_a_deletion_waits_for_a_child_that_is_being_written_and_takes_it_along_or_is_refused(
    embedded_db: SevraDatabase, edge: Edge
) -> None:
    parent = _parent(embedded_db, edge)
    statement = f"DELETE FROM {edge.parent_table} WHERE id = {parent}"
    engine = embedded_db.engine()
    with embedded_db.connect(autocommit=True) as deleting, Session(engine) as writing:
        child = _add_child(writing, edge, parent)
        thread, caught = in_background(lambda: deleting.execute(statement.encode()))
        with psycopg.connect(embedded_db.admin_url, autocommit=True) as watcher:
            wait_until_blocked(watcher, deleting)
        writing.commit()
        thread.join()
    engine.dispose()

    if edge.action == "restrict":
        (error,) = caught
        assert isinstance(error, errors.ForeignKeyViolation)
        assert error.diag.constraint_name == f"{edge.child_table}_{edge.child_column}_restrict"
        assert _living(embedded_db, edge.child_table, child)
    else:
        assert caught == []
        assert not _living(embedded_db, edge.child_table, child)


def test_a_child_written_while_its_parent_is_deleted_waits_and_is_refused(
    embedded_db: SevraDatabase, edge: Edge
) -> None:
    parent = _parent(embedded_db, edge)
    statement = f"DELETE FROM {edge.parent_table} WHERE id = {parent}"
    engine = embedded_db.engine()
    with embedded_db.connect() as deleting, Session(engine) as writing:
        driver = _driver(writing)
        deleting.execute(statement.encode())
        thread, caught = in_background(lambda: _add_child(writing, edge, parent))
        with psycopg.connect(embedded_db.admin_url, autocommit=True) as watcher:
            wait_until_blocked(watcher, driver)
        deleting.commit()
        thread.join()
    engine.dispose()

    (error,) = caught
    assert isinstance(error, IntegrityError)
    assert violated(error) == f"{edge.child_table}_{edge.child_column}_live"
