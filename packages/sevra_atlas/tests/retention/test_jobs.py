"""The jobs of the worker: what is due goes, what is wrong is counted, and a drill leaves nothing behind."""

from gzip import decompress
from pathlib import Path

import psycopg
import pytest
from archive_scene import Scene, make_directory
from factories import make_salon, make_user

from sevra_atlas.domain.retention.drilling import drill
from sevra_atlas.domain.retention.erasing import erase
from sevra_atlas.domain.retention.segment_store import open_segments
from sevra_atlas.schema.access import APP, MAINTENANCE
from sevra_atlas.settings import archive_destination, secret_key
from sevra_atlas.workers.catalogue.archive_batches import ARCHIVE_BATCHES
from sevra_atlas.workers.catalogue.export_months import EXPORT_MONTHS
from sevra_atlas.workers.catalogue.purge_archive import PURGE_ARCHIVE
from sevra_atlas.workers.catalogue.replay_erasures import REPLAY_ERASURES
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


def test_the_jobs_export_a_month_read_it_daily_and_purge_from_it(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEVRA_ARCHIVE", str(tmp_path / "months"))
    monkeypatch.setenv("SEVRA_ARCHIVE_DROP_AFTER_EXPORT", "true")
    with scene.rows() as session:
        salon = make_salon(session).id
    scene.delete("salons", salon)
    scene.age(31)
    scene.run()
    scene.age_archive(70)

    exported = worked(scene, EXPORT_MONTHS)
    again = worked(scene, EXPORT_MONTHS)

    # Rows from before there were partitions of months stay in the database as well.
    assert exported.facts == {"months": 1, "rows": 1, "dropped": 0}
    assert (again.facts["months"], scene.archived()) == (0, {"salons": 1})
    assert worked(scene, VERIFY_ARCHIVE).facts["failures"] == 0
    (file,) = (tmp_path / "months").glob("*.gz")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert worked(scene, VERIFY_ARCHIVE).facts["failures"] == 1
    file.write_bytes(whole)
    scene.owner.execute("UPDATE retention_policies SET archive_days = 60")
    assert worked(scene, PURGE_ARCHIVE).facts["purged"] == 1
    (left,) = (tmp_path / "months").glob("*.gz")
    assert decompress(left.read_bytes()) == b""


def test_the_job_erases_again_whom_an_older_backup_brought_back(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEVRA_DATA_DIR", str(tmp_path))
    with scene.rows() as session:
        person = make_user(session, first_name="رویا").id
    erase(scene.workers, open_segments(archive_destination()), secret_key(), person)
    with psycopg.connect(scene.database.admin_url, autocommit=True) as superuser:
        superuser.execute("DELETE FROM erasures")
        superuser.execute("UPDATE users SET first_name = 'رویا' WHERE id = %s", (person,))

    first, second = worked(scene, REPLAY_ERASURES), worked(scene, REPLAY_ERASURES)

    assert (first.facts["erased"], second.facts["erased"]) == (1, 0)
    assert scene.value("SELECT first_name FROM users WHERE id = %s", person) == ""


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
