"""A fault strikes at every step of a return: all of it is undone, and the next one brings the same back."""

import signal
from collections.abc import Callable, Iterator

import pytest
from archive_scene import Scene
from faulty_worker import Forks, Worker, disconnect, kill
from test_remainders import reviewed_salon
from test_return import archived

from sevra_atlas.domain.retention.errors import NotArchivedError
from sevra_atlas.domain.retention.remainders import remainders
from sevra_atlas.domain.retention.returning import restore
from sevra_atlas.domain.retention.steps import ArchiveFault
from sevra_atlas.domain.retention.verifying import verify
from sevra_atlas.schema.access import MAINTENANCE

_RETURN = [step for step in ArchiveFault if step.name.startswith("RETURN_")]
_LEFT = {"reviews": 1, "review_votes": 1}


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as forking:
        yield forking


def stop(scene: Scene, worker: Worker) -> int:
    """Stop the process for as long as a run of the worker needs to pass over its batch, then let it go on."""
    worker.signal(signal.SIGSTOP)
    assert scene.run().failed == []
    worker.signal(signal.SIGCONT)
    worker.go_on()
    return 0


@pytest.mark.parametrize("strike", [kill, disconnect, pytest.param(stop, marks=pytest.mark.slow)])
@pytest.mark.parametrize("step", _RETURN, ids=lambda step: step.name)
def test_a_fault_at_any_step_of_a_return_leaves_every_row_in_one_place(
    scene: Scene, forks: Forks, step: ArchiveFault, strike: Callable[[Scene, Worker], int]
) -> None:
    salon, (_, away) = reviewed_salon(scene, 2)
    batch = archived(scene, "salons", salon)
    scene.delete("users", away)
    url = f"{scene.database.url(MAINTENANCE)}&application_name=faulty"
    worker = forks.worker_at(url, step.name, batch=batch)
    whole = {"salons": 1, "reviews": 2, "review_votes": 2}
    assert (scene.archived(), scene.broken_balances()) == (whole, [])

    expected = strike(scene, worker)

    assert worker.end() == expected
    assert scene.broken_balances() == []
    if expected:
        assert (scene.archived(), scene.state(batch), remainders(scene.workers)) == (whole, "ARCHIVED", ())
        assert restore(scene.workers, batch).waiting == _LEFT
    with pytest.raises(NotArchivedError):
        restore(scene.workers, batch)
    (left,) = remainders(scene.workers)
    assert (scene.archived(), scene.state(batch), left.rows) == (_LEFT, "RESTORED", 1)
    assert scene.value("SELECT review_count FROM salons") == 1
    assert (scene.broken_balances(), verify(scene.workers).damaged, verify(scene.workers).misplaced) == (
        [],
        (),
        (),
    )
