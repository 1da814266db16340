"""The checks that a project's own tests run over its history, and the plugin that runs them."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from pgevolve.local import LocalPostgres
from pgevolve.new import given_migration, new_migration
from pgevolve.project import Project
from pgevolve.testing import broken_entries, differences_from_models, lost_data, ways_back_that_fail

_MODELS = """
from sqlalchemy import BigInteger, Column, MetaData, Table, Text
metadata = MetaData()
Table("notes", metadata, Column("id", BigInteger, primary_key=True), Column("text", Text))
"""


def _models(*columns: str) -> MetaData:
    metadata = MetaData()
    Table(
        "notes",
        metadata,
        Column("id", BigInteger, primary_key=True),
        *(Column(column, Text) for column in columns),
    )
    return metadata


@pytest.fixture
def project(server: LocalPostgres, tmp_path: Path) -> Project:
    """Return a project with one migration, whose models agree with it."""
    project = Project(_models("text"), tmp_path, scratch_url=server.url())
    new_migration(project, "first")
    return project


def test_a_sound_history_passes_every_check(project: Project) -> None:
    assert differences_from_models(project) == []
    assert broken_entries(project) == []
    assert ways_back_that_fail(project) == []
    assert lost_data(project) == []


def test_a_forgotten_column_is_a_difference(project: Project) -> None:
    ahead = Project(_models("text", "author"), project.migrations, scratch_url=project.scratch_url)

    assert differences_from_models(ahead) == [
        "alter table public.notes: columns.author: absent -> text"
    ] or any("author" in difference for difference in differences_from_models(ahead))


def test_an_edited_migration_is_a_broken_entry(project: Project) -> None:
    (up,) = project.migrations.glob("*_first/up.sql")
    up.write_text(up.read_text() + "-- changed\n")

    (broken,) = broken_entries(project)

    assert "was edited" in broken


def test_a_way_back_that_leads_elsewhere_is_found(project: Project) -> None:
    given_migration(project, "second", "ALTER TABLE notes ADD COLUMN author text")
    (directory,) = project.migrations.glob("*_second")
    _with_way_back(project, directory, "ALTER TABLE notes RENAME COLUMN author TO writer;\n")

    found = ways_back_that_fail(project)

    assert any("_second, back: " in finding and "writer" in finding for finding in found)


def test_a_way_back_that_does_not_run_is_found(project: Project) -> None:
    given_migration(project, "second", "ALTER TABLE notes ADD COLUMN author text")
    (directory,) = project.migrations.glob("*_second")
    _with_way_back(project, directory, "ALTER TABLE notes DROP COLUMN writer;\n")

    (found,) = ways_back_that_fail(project)

    assert found.endswith('step 1 and back: column "writer" of relation "notes" does not exist')


@pytest.mark.parametrize(
    ("statement", "loss"),
    [
        ("ALTER TABLE notes DROP COLUMN text", "public.notes.text is gone"),
        ("DROP TABLE notes", "public.notes is gone with 20 rows"),
        ("DELETE FROM notes WHERE id <= 5", "public.notes had 20 rows and has 15"),
        ("UPDATE notes SET text = upper(text)", "public.notes.text holds other values"),
    ],
)
def test_an_expand_migration_that_loses_something_is_found(
    project: Project, statement: str, loss: str
) -> None:
    given_migration(project, "second", statement)

    (found,) = lost_data(project)

    assert found.endswith(f"_second: {loss}")


def test_a_contract_migration_may_drop_and_must_keep_the_rest(project: Project) -> None:
    given_migration(project, "second", "ALTER TABLE notes DROP COLUMN text", phase="contract")
    given_migration(project, "third", "DELETE FROM notes WHERE id = 1", phase="contract")

    (found,) = lost_data(project)

    assert found.endswith("_third: public.notes had 20 rows and has 19")


def test_a_rename_is_no_loss(project: Project) -> None:
    given_migration(project, "second", "ALTER TABLE notes RENAME TO memos")
    given_migration(project, "third", "ALTER TABLE memos RENAME COLUMN text TO body")

    assert lost_data(project) == []


def test_the_plugin_runs_the_checks_when_it_is_asked_to(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(_MODELS)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pgevolve]\nmetadata = "models:metadata"\nmigrations = "migrations"\n'
    )
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")

    plain = _pytest(tmp_path)
    asked = _pytest(tmp_path, "--pgevolve")

    assert "1 passed" in plain.stdout
    assert "1 failed, 4 passed" in asked.stdout
    assert "create table public.notes" in asked.stdout
    assert "pgevolve: models_equal_history" in asked.stdout


def _pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _with_way_back(project: Project, directory: Path, down: str) -> None:
    """Give a migration a way back and list it with its new checksum."""
    from pgevolve.history import checksum

    (directory / "down.sql").write_text(down)
    description = directory / "migration.toml"
    description.write_text(
        "\n".join(line for line in description.read_text().splitlines() if "irreversible" not in line)
    )
    texts = {"up.sql": (directory / "up.sql").read_text(), "down.sql": down, "backfill.sql": None}
    listed = project.migrations / "history.toml"
    before, _, _ = listed.read_text().rpartition("sha256")
    listed.write_text(f'{before}sha256 = "{checksum(texts, "expand", {})}"\n')
