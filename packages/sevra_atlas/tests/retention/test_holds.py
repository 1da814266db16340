"""Legal holds are placed, listed and lifted; a run that is under way is waited for."""

from datetime import UTC, datetime

import pytest
from archive_scene import Scene
from databases import in_background, wait_until_blocked
from factories import make_salon

from sevra_atlas.domain.errors import NotFoundError
from sevra_atlas.domain.retention import holds
from sevra_atlas.domain.retention.errors import (
    AlreadyHeldError,
    BatchNotFoundError,
    FinishedBatchError,
    NotHeldError,
)
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch
from sevra_atlas.domain.trash import restore
from sevra_atlas.schema.access import MAINTENANCE
from sevra_atlas.schema.enums import EntityType

SALON = EntityType.SALON


def deleted_salon(scene: Scene) -> tuple[int, int]:
    with scene.rows() as session:
        salon = make_salon(session).id
    return salon, scene.delete("salons", salon)


def test_a_batch_is_held_listed_and_lifted(scene: Scene) -> None:
    salon, batch = deleted_salon(scene)
    end = datetime(2999, 1, 1, tzinfo=UTC)

    holds.hold_batch(scene.workers, batch, "court", end)
    listed = holds.open_holds(scene.workers)
    holds.hold_batch(scene.workers, batch, "court again")
    again = holds.open_holds(scene.workers)
    holds.lift_batch(scene.workers, batch)

    assert listed == (holds.Hold(batch, "SALON", salon, "court", None, end),)
    assert (again[0].reason, again[0].until) == ("court again", None)
    assert holds.open_holds(scene.workers) == ()
    with pytest.raises(NotHeldError):
        holds.lift_batch(scene.workers, batch)


def test_a_row_is_held_before_and_after_its_deletion(scene: Scene) -> None:
    with scene.rows() as session:
        salon = make_salon(session).id

    holds.hold_entity(scene.workers, SALON, salon, "court")
    batch = scene.delete("salons", salon)
    scene.age(31)

    assert scene.run().archived == 0
    (hold,) = holds.open_holds(scene.workers)
    assert (hold.batch, hold.kind, hold.row_id, hold.reason) == (None, "SALON", salon, "court")
    with pytest.raises(AlreadyHeldError):
        holds.hold_entity(scene.workers, SALON, salon, "again")
    holds.lift_entity(scene.workers, SALON, salon)
    assert scene.run().archived == 1
    assert scene.state(batch) == "ARCHIVED"
    with pytest.raises(NotHeldError):
        holds.lift_entity(scene.workers, SALON, salon)


def test_a_hold_never_stops_a_restore(scene: Scene) -> None:
    salon, batch = deleted_salon(scene)
    holds.hold_batch(scene.workers, batch, "court")
    holds.hold_entity(scene.workers, SALON, salon, "court")

    with scene.database.session(MAINTENANCE) as session:
        assert restore(session, batch) == 1


def test_what_never_was_or_is_finished_cannot_be_held(scene: Scene) -> None:
    _, batch = deleted_salon(scene)
    with scene.database.session(MAINTENANCE) as session:
        restore(session, batch)

    with pytest.raises(FinishedBatchError):
        holds.hold_batch(scene.workers, batch, "court")
    with pytest.raises(BatchNotFoundError):
        holds.hold_batch(scene.workers, 987_654_321, "court")
    with pytest.raises(NotFoundError):
        holds.hold_entity(scene.workers, SALON, 987_654_321, "court")


@pytest.mark.parametrize("what", ["batch", "row"])
def test_a_hold_waits_for_the_run_that_moves_its_batch_and_keeps_it_from_the_purge(
    scene: Scene, what: str
) -> None:
    salon, batch = deleted_salon(scene)
    scene.age(31)
    with (
        scene.database.connect(MAINTENANCE, autocommit=True) as clerk,
        scene.database.connect("sevra_owner", autocommit=True) as watcher,
    ):
        started = []

        def place() -> None:
            if what == "batch":
                holds.hold_batch(clerk, batch, "court")
            else:
                holds.hold_entity(clerk, SALON, salon, "court")

        def hold_meanwhile(step: ArchiveFault) -> None:
            if step is ArchiveFault.MOVE_CHILDREN:
                started.append(in_background(place))
                wait_until_blocked(watcher, clerk)

        assert scene.run(Watch(at=hold_meanwhile)).archived == 1
        ((thread, caught),) = started
        thread.join()
    assert caught == []
    scene.age_archive(1096)

    assert scene.run().purged == 0
    assert scene.state(batch) == "ARCHIVED"
