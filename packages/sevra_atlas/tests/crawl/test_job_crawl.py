"""Every job is run over the twins; nothing that it logs or counts shows a mark of a deleted row."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from structlog.testing import capture_logs
from surfaces import job_surfaces
from web_recipes import Ground

from sevra_atlas.workers.catalogue import get_job
from sevra_atlas.workers.metrics import JobMetrics
from sevra_atlas.workers.reading import Standing
from sevra_atlas.workers.running import Runner, Stopping, Ticket

# With which ids a job is run; most have none and look for their work themselves.
JOB_RECIPES: Mapping[str, Mapping[str, int]] = {
    "posts.publish_due": {},
    "posts.roll_up_views": {},
    "search.refresh_documents": {},
    "search.refresh_vocabulary": {},
    "search.verify": {},
    "stats.refresh_cities": {},
    "stats.check_counters": {},
    "jobs.sweep_stalled": {},
    "jobs.purge_finished": {},
    "retention.roll_partitions": {},
    "retention.archive_batches": {},
    "retention.verify_archive": {},
    "retention.purge_archive": {},
    "retention.return_remainders": {},
    "retention.export_months": {},
    "privacy.replay_erasures": {},
    "media.delete_objects": {},
    "media.sweep_orphans": {},
    "seo.render_shards": {},
    "seo.reconcile": {},
    "seo.roll_up_hits": {},
}


def test_a_job_without_a_recipe_fails_the_build() -> None:
    assert set(JOB_RECIPES) == job_surfaces()


@pytest.mark.parametrize("name", JOB_RECIPES)
def test_no_job_logs_or_counts_a_mark_of_a_deleted_row(
    name: str,
    ground: Ground,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    # Some write files.
    monkeypatch.setenv("SEVRA_DATA_DIR", str(tmp_path))
    job = get_job(name)
    urls = {role: ground.directory.url(f"sevra_{role}") for role in ("app", "maintenance")}

    metrics = JobMetrics([job])

    with (
        caplog.at_level(logging.DEBUG),
        capture_logs() as events,
        Runner(urls, metrics, Stopping(), 2) as runner,
        Standing(urls["maintenance"], patience=15) as standing,
    ):
        runner.run(Ticket(job, 0, 0, JOB_RECIPES[name]))
        metrics.watch(standing)
        numbers = generate_latest(metrics.registry).decode()

    said = caplog.text + numbers + json.dumps(events, ensure_ascii=False, default=str)
    assert "sevra_batches" in numbers
    assert ground.marked.found_in(said) == []
