"""A fault strikes at every step of a run: no row is lost, none is in two places, the next run goes on."""

import signal
from collections.abc import Callable, Iterator

import pytest
from archive_scene import Scene
from factories import make_comment, make_post, make_review, make_salon
from faulty_worker import Forks, Worker, disconnect, kill

from sevra_atlas.domain.retention.steps import ArchiveFault
from sevra_atlas.domain.retention.verifying import verify
from sevra_atlas.schema.access import MAINTENANCE


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as forking:
        yield forking


def overdue(scene: Scene) -> list[int]:
    """Delete a salon with reviews and a post with comments, long ago; return their batches."""
    with scene.rows() as session:
        salon, post = make_salon(session).id, make_post(session).id
        for _ in range(3):
            make_review(session, salon_id=salon)
            make_comment(session, post_id=post)
    batches = [scene.delete("salons", salon), scene.delete("posts", post)]
    scene.age(31)
    return batches


def in_two_places(scene: Scene) -> int:
    """Return how many rows lie in their table and in the archive."""
    tables = ("salons", "reviews", "posts", "comments")
    union = " UNION ALL ".join(f"SELECT '{table}' AS name, id FROM {table}" for table in tables)
    join = f"archive.rows r JOIN ({union}) t ON (t.name, t.id) = (r.table_name, r.row_id)"
    return int(scene.value(f"SELECT count(*) FROM {join}"))


def stop(scene: Scene, worker: Worker) -> int:
    """Stop the process for as long as another worker needs to pass over its batch, then let it go on."""
    worker.signal(signal.SIGSTOP)
    others = scene.run()
    assert (others.failed, in_two_places(scene), scene.broken_balances()) == ([], 0, [])
    worker.signal(signal.SIGCONT)
    worker.go_on()
    return 0


@pytest.mark.parametrize(
    "strike",
    [kill, disconnect, pytest.param(stop, marks=pytest.mark.slow)],
    ids=["kill", "disconnect", "stop"],
)
@pytest.mark.parametrize("step", list(ArchiveFault)[:6], ids=lambda step: step.name)
def test_a_fault_at_any_step_loses_no_row_and_the_next_run_completes(
    scene: Scene, forks: Forks, step: ArchiveFault, strike: Callable[[Scene, Worker], int]
) -> None:
    batches = overdue(scene)
    worker = forks.worker_at(f"{scene.database.url(MAINTENANCE)}&application_name=faulty", step.name)
    assert (in_two_places(scene), scene.broken_balances()) == (0, [])

    expected = strike(scene, worker)

    assert worker.end() == expected
    assert (in_two_places(scene), scene.broken_balances()) == (0, [])
    assert scene.run().failed == []
    assert [scene.state(batch) for batch in batches] == ["ARCHIVED", "ARCHIVED"]
    assert scene.archived() == {"salons": 1, "reviews": 3, "posts": 1, "comments": 3}
    assert scene.value("SELECT count(*) - count(DISTINCT (table_name, row_id)) FROM archive.rows") == 0
    assert (in_two_places(scene), scene.broken_balances(), verify(scene.workers).damaged) == (0, [], ())
