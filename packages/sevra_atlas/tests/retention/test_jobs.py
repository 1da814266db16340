"""The jobs of the worker: what is due goes, what is wrong is counted, and a drill leaves nothing behind."""

import psycopg
from archive_scene import Scene, make_directory
from factories import make_salon

from sevra_atlas.domain.retention.drilling import drill
from sevra_atlas.schema.access import APP, MAINTENANCE
from sevra_atlas.workers.catalogue.archive_batches import ARCHIVE_BATCHES
from sevra_atlas.workers.catalogue.purge_archive import PURGE_ARCHIVE
from sevra_atlas.workers.catalogue.verify_archive import VERIFY_ARCHIVE
from sevra_atlas.workers.jobs import Done, Job
from sevra_atlas.workers.metrics import JobMetrics
from sevra_atlas.workers.running import Runner, Stopping, Ticket


def worked(scene: Scene, job: Job) -> Done:
    """Run a job once, as a worker does."""
    urls = {"app": scene.database.url(APP), "maintenance": scene.database.url(MAINTENANCE)}
    with Runner(urls, JobMetrics([job]), Stopping(), 2) as runner:
        done = runner.run(Ticket(job, 0, 0, {}))
    assert isinstance(done, Done)
    return done


def test_the_jobs_archive_verify_and_purge(scene: Scene) -> None:
    with scene.rows() as session:
        ids = make_directory(session)
    batches = [scene.delete(table, ids[table]) for table in ("salons", "posts")]
    scene.age(31)

    archived = worked(scene, ARCHIVE_BATCHES)
    verified = worked(scene, VERIFY_ARCHIVE)

    assert (archived.facts["archived"], archived.facts["failed"], archived.more) == (2, 0, False)
    assert archived.facts["rows"] == verified.facts["rows"] == sum(scene.archived().values())
    assert verified.facts["drilled"] == 2
    assert (verified.facts["failures"], verified.facts["gaps"]) == (0, 0)
    assert [scene.state(batch) for batch in batches] == ["ARCHIVED"] * 2
    scene.age_archive(1096)
    assert worked(scene, PURGE_ARCHIVE).facts["purged"] == 2
    assert worked(scene, PURGE_ARCHIVE).facts["purged"] == 0


def test_a_drill_changes_nothing_and_finds_what_would_not_come_back(scene: Scene) -> None:
    with scene.rows() as session:
        first, second = make_salon(session).id, make_salon(session).id
    batches = [scene.delete("salons", each) for each in (first, second)]
    scene.age(31)
    scene.run()
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            'UPDATE archive.rows SET row = row || \'{"name": "x"}\' WHERE batch_id = %s', (batches[0],)
        )

    drilled = drill(scene.workers)

    assert (drilled.batches, [failure.batch for failure in drilled.failed]) == (1, batches[:1])
    assert [scene.state(batch) for batch in batches] == ["ARCHIVED"] * 2
    assert scene.archived() == {"salons": 2}
    assert worked(scene, VERIFY_ARCHIVE).facts["failures"] == 2
