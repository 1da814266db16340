"""A deploy of this history is rehearsed on a snapshot of a database that is some migrations behind."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pgevolve.deploy import deploy
from pgevolve.history import read_history
from pgevolve.local import LocalPostgres
from pgevolve.project import BackupOptions, GateOptions
from pgevolve.scratch import scratch_database
from sevra_atlas.migrate import MIGRATIONS, project

_BEHIND = 3


def _without_the_last(folder: Path, number: int) -> Path:
    """Copy the history as it was some migrations ago."""
    shutil.copytree(MIGRATIONS, folder)
    listed = folder / "history.toml"
    for name in read_history(MIGRATIONS).names[-number:]:
        shutil.rmtree(folder / name)
    head, *entries = listed.read_text().split("[[migration]]")
    listed.write_text("[[migration]]".join([head, *entries[:-number]]))
    return folder


@pytest.mark.slow
def test_last_migrations_run_on_the_snapshot_before_they_run_on_the_database(
    embedded: LocalPostgres, tmp_path: Path
) -> None:
    before = replace(project(), migrations=_without_the_last(tmp_path / "before", _BEHIND), smoke=())
    now = replace(
        project(backup=BackupOptions(str(tmp_path / "backups"), before_deploy=True)),
        gate=GateOptions(quiet=timedelta(0)),
    )
    with scratch_database(embedded.url()) as url:
        deploy(before, url)

        done = deploy(now, url)

    assert done.rehearsal is not None
    names = [entry.name for entry in done.rehearsal.migrations]
    assert (
        names == [entry.name for entry in done.migrations] == list(read_history(MIGRATIONS).names[-_BEHIND:])
    )
    assert done.rehearsal.left_out == ()
    assert done.rehearsal.tables > 80
