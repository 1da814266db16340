"""Every shape in which a row can be read or written, on every soft-deletable table: none shows a dead row."""

from collections.abc import Iterator

import pytest
from leak_scene import MAKERS, Scene, scene
from read_shapes import READ_SHAPES, Shape
from sqlalchemy.orm import Session
from write_shapes import WRITE_SHAPES

from sevra_atlas.schema import metadata
from sevra_atlas.schema.soft_delete import soft_deletable_tables

TABLES = [table.name for table in soft_deletable_tables(metadata)]


@pytest.fixture(params=TABLES)
def rows(request: pytest.FixtureRequest, session: Session) -> Scene:
    """Return the live and the dead row of a table."""
    return scene(session, request.param)


def _verdicts(rows: Scene, shapes: dict[str, Shape]) -> Iterator[tuple[str, list[int]]]:
    for name, shape in shapes.items():
        # What a shape writes is undone, so that the next one finds the scene as it was.
        savepoint = rows.session.begin_nested()
        seen = list(shape(rows))
        savepoint.rollback()
        rows.session.expunge_all()
        yield name, seen


@pytest.mark.parametrize("shapes", [READ_SHAPES, WRITE_SHAPES], ids=["reads", "writes"])
def test_every_shape_is_clean(rows: Scene, shapes: dict[str, Shape]) -> None:
    verdicts = dict(_verdicts(rows, shapes))

    leaking = {name: seen for name, seen in verdicts.items() if seen != [rows.live]}
    assert leaking == {}, f"live {rows.live}, dead {rows.dead}"
    assert len(verdicts) == len(shapes)


def test_the_matrix_has_every_shape_and_every_table() -> None:
    shapes = [*READ_SHAPES, *WRITE_SHAPES]

    assert shapes == [*(f"R{n}" for n in range(1, 51)), *(f"W{n}" for n in range(1, 16))]
    assert set(TABLES) == MAKERS.keys()
    assert len(shapes) * len(TABLES) == 65 * 19
